import type { IncomingMessage, MessageBus, OutgoingMessage } from '@arkan/ports';
import { Recorder } from '@arkan/ports-contract';
import { startTcpProxy, type TcpProxy, type TestDatabase } from '@arkan/testing';
import pg from 'pg';
import { createPostgresBus, type PostgresBus, type PostgresBusOptions } from './bus';

/** A bus with a pool behind a network of its own: a process, as far as the database can tell. */
export interface BusProcess {
  /** Its `close` ends the pool and the network too. */
  bus: PostgresBus;
  pool: pg.Pool;
  proxy: TcpProxy;
  errors: unknown[];
}

export async function startProcess(
  database: TestDatabase,
  options: Partial<PostgresBusOptions> = {},
): Promise<BusProcess> {
  const proxy = await startTcpProxy({ port: Number(new URL(database.url).port) });
  const pool = new pg.Pool({ connectionString: proxy.through(database.url), max: 4 });
  const errors: unknown[] = [];
  const bus = await createPostgresBus({ pool, retryBaseMs: 20, onError: (error) => errors.push(error), ...options });
  const closeBus = bus.close.bind(bus);
  let ended: Promise<void> | null = null;
  const end = async () => {
    await closeBus();
    await Promise.all([pool.end(), proxy.close()]);
  };
  bus.close = () => (ended ??= end());
  return { bus, pool, proxy, errors };
}

let topicCount = 0;

export async function makeTopic(
  bus: MessageBus,
  partitions = 1,
  cleanup: 'delete' | 'compact' = 'delete',
  retentionMs?: number,
) {
  const name = `topic-${topicCount++}`;
  await bus.ensureTopics([{ name, partitions, cleanup, ...(retentionMs === undefined ? {} : { retentionMs }) }]);
  return name;
}

export const text = (topic: string, value: string, key = 'k'): OutgoingMessage => ({
  topic,
  key,
  value: Buffer.from(value),
});

export const recorder = () => new Recorder(20_000);

/** Counts the pool's statements by the last word of their name. */
export function countStatements(pool: pg.Pool): Map<string, number> {
  const counts = new Map<string, number>();
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  pool.query = ((first: { name?: string }, ...rest: unknown[]) => {
    const name = first.name?.split(' ').at(-1) ?? 'other';
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return query(first, ...rest);
  }) as typeof pool.query;
  return counts;
}

export const valuesOf = (messages: readonly IncomingMessage[]) => messages.map((message) => String(message.value));
