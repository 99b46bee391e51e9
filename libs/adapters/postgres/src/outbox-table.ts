import { systemClock, systemRandom, type Clock, type Random } from '@arkan/kernel';
import {
  checkMessages,
  partitionOf,
  type MessageBus,
  type Outbox,
  type OutboxReceipt,
  type OutgoingMessage,
  type SqlExecutor,
} from '@arkan/ports';
import type { Pool } from 'pg';
import { splitByBytes } from './bus-append';
import { migrate, type Migrations } from './bus-schema';
import { guarded, statement, translated, translatedPool } from './bus-sql';
import { packMessages } from './outbox-records';
import { OutboxRelay } from './outbox-relay';

export interface TableOutboxOptions {
  /** Of the database that the transactions are on. Not closed with the outbox. */
  pool: Pool;
  /** Gets the table `outbox`; made where it is missing. */
  schema: string;
  bus: MessageBus;
  /** Messages of one publish; 1,000 at most. */
  batchMax?: number;
  /** How often to look for what no signal told of, and whether the process that relays is gone. */
  pollMs?: number;
  retryBaseMs?: number;
  /** Faults of the relay. It goes on by itself. */
  onError?(error: unknown): void;
  clock?: Clock;
  random?: Random;
}

/** Keys share locks: a group of hundreds of messages takes all of these, and no more. */
const lockSlotCount = 32;

const migrations: Migrations = [
  (schema) => `
    create table ${schema}.outbox (
      id bigint generated always as identity primary key,
      created_at timestamptz not null default clock_timestamp(),
      message_count int not null,
      payload bytea not null
    );
    alter table ${schema}.outbox alter column payload set storage external;
  `,
];

/**
 * For a bus that is not in the service's database: an enqueue writes one packed row, and a relay, one for all processes, publishes
 * the rows in order and deletes them.
 *
 * Ids are given out at the insert and become visible at the commit, so rows by id are not rows by commit. Here an enqueue takes
 * locks for its keys before its id and holds them until the commit, which makes the two orders one for each key. Measured, with a
 * message a transaction: 2,800 to 3,300 transactions a second from 16 connections, 500 to 900 with one lock for all, 3,700 without
 * any; from two connections there is no difference. The other way, to read only below the oldest transaction still open
 * (`pg_snapshot_xmin`), was not taken: one long transaction anywhere on the server, a rebuild of a read model say, would hold up
 * every message.
 */
export async function createTableOutbox(options: TableOutboxOptions): Promise<Outbox> {
  const { pool, schema, bus, clock = systemClock, random = systemRandom } = options;
  await translated(migrate(pool, schema, 'outbox', migrations));
  const relay = new OutboxRelay({
    pool,
    sql: translatedPool(pool),
    schema,
    clock,
    random,
    retryBaseMs: options.retryBaseMs ?? 100,
    report: guarded(options.onError),
    bus,
    batchMax: options.batchMax ?? 1_000,
    pollMs: options.pollMs ?? 1_000,
  });
  const insert = statement(
    schema,
    'outbox-insert',
    `with locked as materialized (
       select pg_advisory_xact_lock(hashtext('arkan outbox ${schema}'), slot) as taken from unnest($3::int[]) as slot
     )
     insert into ${schema}.outbox (message_count, payload)
     select $1, $2::bytea from (select count(taken) from locked) all_taken`,
  );
  return {
    async enqueue(tx: SqlExecutor, messages: readonly OutgoingMessage[]): Promise<OutboxReceipt> {
      checkMessages(messages);
      const slots = lockSlots(messages);
      for (const part of splitByBytes(messages)) await tx.query(insert([part.length, packMessages(part), slots]));
      return { messageCount: messages.length };
    },
    committed: () => relay.wake(),
    start: () => relay.start(),
    stop: () => relay.stop(),
  };
}

/** In one order for all, so that two enqueues can't wait for each other. */
function lockSlots(messages: readonly OutgoingMessage[]): number[] {
  const slots = new Set<number>();
  for (const { key } of messages) slots.add(partitionOf(key, lockSlotCount));
  return [...slots].sort((a, b) => a - b);
}
