import type { Pool, PoolClient } from 'pg';
import type { IncomingMessage } from '@arkan/ports';
import { transaction } from './database';

/** To stand in a migration of each schema that handles batches by an inbox. */
export const inboxTableSql = `create table inbox (
  consumer_group text not null,
  topic text not null,
  partition int not null,
  next_offset bigint not null,
  primary key (consumer_group, topic, partition)
)`;

/**
 * Handles a batch of one partition exactly once as far as the database goes: the next offset is written in the transaction of
 * what was derived from the messages, and messages below it are passed over when they come again. `handle` is not called for none.
 */
export async function handleOnce(
  pool: Pool,
  group: string,
  messages: readonly IncomingMessage[],
  handle: (tx: PoolClient, fresh: IncomingMessage[]) => Promise<void>,
): Promise<void> {
  const first = messages[0];
  const last = messages.at(-1);
  if (!first || !last) return;
  await transaction(pool, async (tx) => {
    // The row is made and locked before it is read, so that two members that both think they own the partition take turns.
    const { rows } = await tx.query<{ next_offset: string }>({
      name: 'inbox-lock',
      text: `insert into inbox as i (consumer_group, topic, partition, next_offset) values ($1, $2, $3, 0)
        on conflict (consumer_group, topic, partition) do update set next_offset = i.next_offset returning next_offset`,
      values: [group, first.topic, first.partition],
    });
    const next = BigInt(rows[0]!.next_offset);
    const fresh = messages.filter((message) => message.offset >= next);
    if (fresh.length === 0) return;
    await handle(tx, fresh);
    await tx.query({
      name: 'inbox-advance',
      text: 'update inbox set next_offset = $4 where consumer_group = $1 and topic = $2 and partition = $3',
      values: [group, first.topic, first.partition, String(last.offset + 1n)],
    });
  });
}

/** The message's own fault, not the infrastructure's: Postgres' class 22, or a value that our own code can't work with. */
export function isDataError(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('22');
}
