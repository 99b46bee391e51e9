import { systemClock, systemRandom, type Clock, type Random } from '@arkan/kernel';
import {
  checkAppend,
  checkLimit,
  EventStoreUnavailableError,
  WrongExpectedRevisionError,
  type EventStore,
  type EventSubscription,
  type RecordedEvent,
} from '@arkan/ports';
import type pg from 'pg';
import { eventStoreNames, migrateEventStore } from './event-store-schema';
import { AppendSignal, listenForAppends } from './event-store-signal';
import {
  appendStatement,
  readStreamStatement,
  readWindowStatement,
  toEvent,
  toWindow,
  type AppendRow,
  type WindowRow,
} from './event-store-statements';
import { startSubscription } from './event-store-subscription';
import { explained, queryWithin } from './event-store-unavailable';

export interface PostgresEventStoreOptions {
  /** Stays the caller's: closing the store leaves it open. */
  pool: pg.Pool;
  /** `eventstore` unless told. Several stores may share a database. */
  schema?: string;
  /** Hears of other processes' appends by LISTEN, on one more connection than the pool's; on unless told. Off where a pooler is between. */
  listen?: boolean;
  /** How often subscriptions look without having been told to; 1,000 unless told. */
  pollMs?: number;
  /** For one statement; 10,000 unless told. */
  timeoutMs?: number;
  /** Gives the time of an event instead of the database, and times polls, limits and pauses. */
  clock?: Clock;
  random?: Random;
}

/** An EventStore in a Postgres schema, which is made or brought up to date first. Throws EventStoreUnavailableError. */
export async function createPostgresEventStore(options: PostgresEventStoreOptions): Promise<EventStore> {
  const {
    pool,
    listen = true,
    pollMs = 1_000,
    timeoutMs = 10_000,
    clock = systemClock,
    random = systemRandom,
  } = options;
  const names = eventStoreNames(options.schema ?? 'eventstore');
  await migrateEventStore(pool, names).catch((error: unknown) => {
    throw explained(error);
  });

  const signal = new AppendSignal();
  const subscriptions = new Set<EventSubscription>();
  let stopListening: (() => Promise<void>) | null = null;
  let closed = false;

  const query = async <Row extends pg.QueryResultRow>(statement: pg.QueryConfig) => {
    if (closed) throw new EventStoreUnavailableError('the event store is closed');
    return queryWithin<Row>(pool, statement, clock, timeoutMs);
  };
  const readWindow = async (after: bigint, limit: number, prefixes?: readonly string[]) =>
    toWindow(await query<WindowRow>(readWindowStatement(names, after, prefixes, limit)), after, limit);

  return {
    async append(streamId, events, expected) {
      checkAppend(streamId, events);
      const at = options.clock ? new Date(options.clock.now()) : null;
      const [row] = await query<AppendRow & pg.QueryResultRow>(appendStatement(names, streamId, events, expected, at));
      if (!row || row.outcome === 'conflict' || row.last_position === null) {
        const actual = row?.last_revision ?? -1;
        throw new WrongExpectedRevisionError(streamId, expected, actual < 0 ? null : actual);
      }
      signal.give();
      return { revision: row.last_revision, position: BigInt(row.last_position) };
    },

    async readStream(streamId, { fromRevision = 0, limit = 1_000 } = {}) {
      const rows = await query(readStreamStatement(names, streamId, fromRevision, checkLimit(limit)));
      return (rows as Parameters<typeof toEvent>[0][]).map(toEvent);
    },

    async readAll({ after, limit, streamPrefixes }) {
      const events: RecordedEvent[] = [];
      checkLimit(limit);
      for (let from = after ?? 0n; ;) {
        const window = await readWindow(from, limit - events.length, streamPrefixes);
        events.push(...window.events);
        from = window.reached;
        if (events.length >= limit || from >= window.end) return events;
      }
    },

    async endPosition() {
      const [row] = await query<{ last: string | null }>({
        name: names.statement('end'),
        text: `select max(position) as last from ${names.quoted}.event`,
      });
      return row?.last == null ? null : BigInt(row.last);
    },

    async subscribe(wanted) {
      if (closed) throw new EventStoreUnavailableError('the event store is closed');
      if (listen) stopListening ??= listenForAppends({ pool, channel: names.channel, signal, clock, random });
      const subscription = startSubscription(wanted, {
        readWindow: (after, limit) => readWindow(after, limit, wanted.streamPrefixes),
        signal,
        clock,
        random,
        pollMs,
        onEnd: () => void subscriptions.delete(subscription),
      });
      subscriptions.add(subscription);
      return subscription;
    },

    async close() {
      const stopping = [...subscriptions].map((subscription) => subscription.stop());
      closed = true;
      await Promise.all([...stopping, stopListening?.()]);
    },
  };
}
