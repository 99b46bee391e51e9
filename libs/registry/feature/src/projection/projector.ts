import type { Clock, Service } from '@arkan/kernel';
import type { EventStore, EventSubscription, MessageBus, RecordedEvent } from '@arkan/ports';
import { streamPrefixes } from '@arkan/registry-domain';
import {
  ensureCheckpoints,
  loadKeys,
  moveCheckpoint,
  projectBatch,
  projectedEvent,
  projectionVersion,
  readCheckpoint,
  rebuildReadModels,
} from '@arkan/registry-persistence';
import { Gauge, type Database, type Logger, type MetricsRegistry, type Sealer } from '@arkan/runtime';
import { createLeadership, publishedChannel } from './leadership';
import { messagesOf } from './messages';
import { PublishedWatch } from './published-watch';
import { rewrapKeys } from './rewrap-keys';

export interface ProjectorOptions {
  database: Database;
  eventStore: EventStore;
  bus: MessageBus;
  sealer: Sealer;
  clock: Clock;
  log: Logger;
  metrics: MetricsRegistry;
  autoPauseMs: number;
}

export interface Projector extends Service {
  isLeader(): boolean;
  /** Whether the event at this position is in the read models and on the bus within `timeoutMs`. */
  reached(position: bigint, timeoutMs: number): Promise<boolean>;
  /** What is wrong, or null. */
  problem(): string | null;
}

const pollEveryMs = 250;
/** Someone who waits this long is a sign that nobody leads. */
const waitWorryMs = 5_000;

/**
 * The way of each event from the store into the tables and onto the bus, by one process at a time. Tables and their checkpoint
 * move in one transaction; the bus is told after that and before its own checkpoint moves: at least once, in order, and, since
 * one alone tells it and checks by its checkpoint that it is still the one, never an older state after a newer.
 */
export function createProjector(options: ProjectorOptions): Projector {
  const { database, eventStore, log } = options;
  const watch = new PublishedWatch();
  const lag = new Gauge({
    name: 'arkan_registry_projection_lag_seconds',
    help: 'Age of the last event at the moment that it was in the read models and on the bus',
    registers: [options.metrics],
  });
  let subscription: EventSubscription | null = null;

  async function lead(signal: AbortSignal, working: () => void): Promise<void> {
    await ensureCheckpoints(database.pool);
    await rebuildIfOutdated(options);
    await rewrapKeys(options);
    const batches = await createBatchHandler(options, (position, last) => {
      watch.advance(position);
      if (last) lag.set(Math.max(0, options.clock.now() - last.recordedAt.getTime()) / 1_000);
      working();
    });
    let fail: (error: unknown) => void = () => {};
    const failed = new Promise<never>((_, reject) => (fail = reject));
    failed.catch(() => undefined);
    subscription = await eventStore.subscribe({
      after: batches.after,
      streamPrefixes,
      batchMax: 500,
      onEvents: (events, position) => batches.handle(events, position),
      onStopped: (error) => fail(error),
      onCaughtUp: working,
    });
    watch.advance(batches.after ?? -1n);
    try {
      await Promise.race([failed, aborted(signal)]);
    } finally {
      await subscription.stop();
      subscription = null;
    }
  }

  const leadership = createLeadership({ database, log, lead, onPublished: (position) => watch.advance(position) });
  let polling: NodeJS.Timeout | null = null;
  /** Where the notice of a position was lost: only for those who wait, and only where another process leads. */
  const poll = () => {
    if (leadership.isLeader() || !watch.isAwaited()) return;
    readCheckpoint(database.pool, 'published').then(
      ({ position }) => watch.advance(position ?? -1n),
      () => undefined,
    );
  };

  return {
    isLeader: () => leadership.isLeader(),
    reached: (position, timeoutMs) => watch.reached(position, timeoutMs),
    problem() {
      if (watch.oldestWaitMs() > waitWorryMs)
        return `a change has waited for ${watch.oldestWaitMs()} ms to be known everywhere`;
      if (subscription && !subscription.isLive()) return 'the event store has been silent for too long';
      return leadership.problem();
    },
    async start() {
      if (polling) return;
      polling = setInterval(poll, pollEveryMs).unref();
      await leadership.start();
    },
    async stop() {
      if (polling) clearInterval(polling);
      polling = null;
      await leadership.stop();
    },
  };
}

async function rebuildIfOutdated({ database, eventStore, log }: ProjectorOptions): Promise<void> {
  const { version } = await readCheckpoint(database.pool, 'read_models');
  if (version === projectionVersion) return;
  log.info({ from: version, to: projectionVersion }, 'the read models are made anew for this version');
  const { events } = await rebuildReadModels(database, eventStore, { swap: true });
  log.info({ events }, 'the read models were made anew');
}

interface BatchHandler {
  /** Where to resume: before whatever one of the two has not seen. */
  after: bigint | null;
  handle(events: RecordedEvent[], position: bigint): Promise<void>;
}

async function createBatchHandler(
  { database, bus, autoPauseMs }: ProjectorOptions,
  done: (position: bigint, last: RecordedEvent | undefined) => void,
): Promise<BatchHandler> {
  let projected = (await readCheckpoint(database.pool, 'read_models')).position;
  let published = (await readCheckpoint(database.pool, 'published')).position;

  return {
    after: projected === null || published === null ? null : projected < published ? projected : published,
    async handle(recorded, position) {
      const events = recorded.map(projectedEvent);
      const webhooks = await database.transaction(async (tx) => {
        // First, because its lock is what keeps this from meeting a rebuild, or another leader, half-way.
        if (isAfter(position, projected)) await moveCheckpoint(tx, 'read_models', projected, position);
        return projectBatch(tx, events);
      });
      if (isAfter(position, projected)) projected = position;
      const untold = events.filter((event) => isAfter(event.position, published));
      const keys = await loadKeys(database.pool, [...webhooks.keys()]);
      const messages = messagesOf(untold, webhooks, keys, autoPauseMs);
      if (messages.length > 0) await bus.publish(messages);
      done(position, recorded.at(-1));
      if (!isAfter(position, published)) return;
      await database.transaction(async (tx) => {
        await moveCheckpoint(tx, 'published', published, position);
        await tx.query({
          name: 'registry-published-notify',
          text: 'select pg_notify($1, $2)',
          values: [publishedChannel, String(position)],
        });
      });
      published = position;
    },
  };
}

const isAfter = (position: bigint, other: bigint | null): boolean => other === null || position > other;

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
