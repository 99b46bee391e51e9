import { evolveEventTypeRow, eventTypeStreamPrefix, type EventTypeRow } from '@arkan/catalog-domain';
import {
  clearEventTypes,
  eventTypeProjection,
  lockCheckpoint,
  readCheckpoint,
  readEventTypes,
  writeCheckpoint,
  writeEventTypes,
} from '@arkan/catalog-persistence';
import { eventTypeMessage, topics } from '@arkan/contracts';
import type { Clock, Random, Service } from '@arkan/kernel';
import type { EventStore, EventSubscription, Outbox, OutgoingMessage, RecordedEvent } from '@arkan/ports';
import type { Database, HealthCheck, Logger } from '@arkan/runtime';
import { toChange } from './event-type-streams';

export interface ProjectorDeps {
  eventStore: EventStore;
  database: Database;
  outbox: Outbox;
  clock: Clock;
  random: Random;
  log: Logger;
}

/** `start` returns when all that was in the store before it is in the read model, and its messages are on their way. */
export interface Projector extends Service {
  health: HealthCheck;
}

const retryBaseMs = 500;
const retryMaxMs = 30_000;
const startMaxMs = 60_000;

/**
 * From the event store to the read model and to `catalog.event_types`, rows, checkpoint and messages in one transaction. Every
 * process runs one: they take turns at the checkpoint's row, and who comes second finds the work done.
 */
export function createProjector(deps: ProjectorDeps): Projector {
  const { eventStore, clock, log } = deps;
  let subscription: EventSubscription | null = null;
  let stopped = true;
  let failures = 0;
  let cancelRetry = () => {};

  async function subscribe(onCaughtUp: () => void): Promise<void> {
    subscription = await eventStore.subscribe({
      after: await readCheckpoint(deps.database.pool, eventTypeProjection),
      streamPrefixes: [eventTypeStreamPrefix],
      onEvents: async (events, position) => {
        await project(deps, events, position);
        failures = 0;
      },
      onCaughtUp,
      onStopped(error) {
        log.error({ err: error }, 'the projection of the event types stopped; it will begin again');
        retry(onCaughtUp);
      },
    });
  }

  function retry(onCaughtUp: () => void): void {
    subscription = null;
    if (stopped) return;
    const delayMs = Math.min(retryMaxMs, retryBaseMs * 2 ** Math.min(failures++, 10)) * (1 - deps.random.next() / 2);
    cancelRetry = clock.schedule(delayMs, () => {
      subscribe(onCaughtUp).catch((error: unknown) => {
        log.warn({ err: error }, 'the projection of the event types can not begin; it will try again');
        retry(onCaughtUp);
      });
    });
  }

  return {
    async start() {
      if (!stopped) return;
      stopped = false;
      let cancel = () => {};
      const caughtUp = new Promise<void>((resolve, reject) => {
        cancel = clock.schedule(startMaxMs, () =>
          reject(new Error(`the event types could not be read from the event store within ${startMaxMs} ms`)),
        );
        subscribe(resolve).catch(reject);
      });
      await caughtUp.finally(cancel);
    },
    async stop() {
      stopped = true;
      cancelRetry();
      const stopping = subscription;
      subscription = null;
      await stopping?.stop();
    },
    health: {
      name: 'catalog projection',
      check: async () => (subscription?.isLive() ? null : 'the event store is not followed at present'),
    },
  };
}

async function project(deps: ProjectorDeps, events: readonly RecordedEvent[], position: bigint): Promise<void> {
  const receipt = await deps.database.transaction(async (tx) => {
    const done = await lockCheckpoint(tx, eventTypeProjection);
    if (done !== null && done >= position) return null;
    const fresh = events.filter((event) => done === null || event.position > done);
    await writeCheckpoint(tx, eventTypeProjection, position);
    if (fresh.length === 0) return null;
    const rows = evolveAll(await readEventTypes(tx, [...new Set(fresh.map(typeOf))]), fresh);
    await writeEventTypes(tx, rows);
    return deps.outbox.enqueue(tx, rows.map(toMessage));
  });
  if (receipt) deps.outbox.committed(receipt);
}

const typeOf = (event: RecordedEvent) => event.streamId.slice(eventTypeStreamPrefix.length);

/** The rows that `events` touch, as they leave them. */
function evolveAll(known: Map<string, EventTypeRow>, events: readonly RecordedEvent[]): EventTypeRow[] {
  const rows = new Map<string, EventTypeRow>();
  for (const event of events) {
    const type = typeOf(event);
    const row = rows.get(type) ?? known.get(type) ?? null;
    rows.set(type, evolveEventTypeRow(row, toChange(event), event.position));
  }
  return [...rows.values()];
}

export function toMessage({ position, ...row }: EventTypeRow): OutgoingMessage {
  return {
    topic: topics.eventTypes,
    key: row.type,
    value: eventTypeMessage.encode({ v: 1, ...row, position: String(position) }),
  };
}

/** Publishes rows again: for a bus that has lost them, or never had them. */
export async function republish(deps: ProjectorDeps, rows: readonly EventTypeRow[]): Promise<void> {
  if (rows.length === 0) return;
  const receipt = await deps.database.transaction((tx) => deps.outbox.enqueue(tx, rows.map(toMessage)));
  deps.outbox.committed(receipt);
}

export interface RebuildResult {
  /** Types whose row was not what the events say. */
  differing: string[];
  count: number;
  events: number;
}

const rebuildPage = 1_000;

/**
 * Makes the read model anew from the events and says where the old one differed; with `swap: false` it says so only. One transaction:
 * readers see the old rows until it commits, and the projection waits. Some dozens of rows don't need a second table to be swapped in.
 */
export async function rebuildEventTypes(
  { eventStore, database }: Pick<ProjectorDeps, 'eventStore' | 'database'>,
  { swap = true } = {},
): Promise<RebuildResult> {
  return database.transaction(async (tx) => {
    const done = await lockCheckpoint(tx, eventTypeProjection);
    const before = await readEventTypes(tx);
    const after = new Map<string, EventTypeRow>();
    let events = 0;
    for (let at: bigint | null = null; ;) {
      const page: RecordedEvent[] = await eventStore.readAll({
        after: at,
        limit: rebuildPage,
        streamPrefixes: [eventTypeStreamPrefix],
      });
      const due = page.filter((event) => done !== null && event.position <= done);
      for (const row of evolveAll(after, due)) after.set(row.type, row);
      events += due.length;
      if (page.length < rebuildPage || due.length < page.length) break;
      at = page.at(-1)!.position;
    }
    if (swap) {
      await clearEventTypes(tx);
      await writeEventTypes(tx, [...after.values()]);
    }
    const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
      (type) => digest(before.get(type)) !== digest(after.get(type)),
    );
    return { differing: differing.sort(), count: after.size, events };
  });
}

const digest = (row: EventTypeRow | undefined) =>
  row &&
  JSON.stringify([
    row.module,
    row.title,
    row.description,
    row.schema,
    row.example,
    row.deprecatedAt,
    row.revision,
    String(row.position),
  ]);
