import { Module, type DynamicModule } from '@nestjs/common';
import { dispatcherOperations } from '@arkan/contracts';
import { defaultFairQueueLimits, type FairQueueLimits, type RetryPolicy } from '@arkan/dispatcher-domain';
import {
  connectionSettings,
  countWaiting,
  createDayPartitions,
  dispatcherEntities,
  dispatcherMigrations,
} from '@arkan/dispatcher-persistence';
import { parseCidrs, type Service } from '@arkan/kernel';
import type { Feature, HealthCheck, ServiceDefinition, ServiceDeps, TopicViews } from '@arkan/runtime';
import { DeliveriesController, IntakeConsumer, tokens } from './controllers';
import type { CancelDeps } from './deliveries/cancel';
import { DeliveryLog } from './deliveries/delivery-log';
import type { ResendDeps } from './deliveries/resend';
import { Statistics } from './deliveries/statistics';
import { Dispatcher } from './dispatching/dispatcher';
import { Flusher } from './dispatching/flusher';
import { Freshness } from './dispatching/freshness';
import { Materials } from './dispatching/material';
import type { Result } from './dispatching/result';
import { createSession } from './dispatching/session';
import { createAttemptSpans } from './dispatching/spans';
import { createHousekeeping } from './housekeeping';
import { Intake } from './intake/intake';
import { countersByOutcome, createDispatcherMetrics } from './metrics';
import { createSender, type Sender } from './sending/sender';
import { Claimer } from './waiting/claimer';
import { Janitor } from './waiting/janitor';
import { Reconciler } from './waiting/reconciler';
import { createWebhookView, treatmentOf } from './webhook-view';

/** What is under way at a stop is waited for: longer than any attempt may take. */
const graceMs = 35_000;
/** And then for its results to be written. */
const writeMaxMs = 8_000;
const countMax = 100_000;

class DispatcherModule {}
Module({})(DispatcherModule);

export type DispatcherDeps = Omit<ServiceDeps, 'eventStore'>;

export interface DispatcherOptions {
  limits?: Partial<FairQueueLimits>;
  sender?: Sender;
  /** Monotonic, in ms. */
  elapsedMs?: () => number;
  /** Told of all results that are written, for tests and benchmarks. */
  onWritten?(written: readonly Result[]): void;
}

/** The parts, wired to each other; what each of them does stands where it is made. */
export function createParts(deps: DispatcherDeps, options: DispatcherOptions = {}) {
  const { config, clock, random, log, database, bus, outbox } = deps;
  const { pool } = database;
  const { elapsedMs = () => performance.now() } = options;
  const retentionDays = config.ARKAN_LOG_RETENTION_DAYS;
  const retry: Omit<RetryPolicy, 'retryCount'> = {
    baseMs: config.ARKAN_RETRY_BASE_MS,
    maxMs: config.ARKAN_RETRY_MAX_MS,
    jitter: config.ARKAN_RETRY_JITTER,
  };
  let views: TopicViews | null = null;
  const useViews = (given: TopicViews) => void (views = given);
  const barrier = async () => {
    if (!views) throw new Error('the views were not given');
    await views.barrier();
  };
  const view = createWebhookView();
  const freshness = new Freshness(barrier, elapsedMs);
  const partitions = createDayPartitions(pool);
  const sender =
    options.sender ??
    createSender({
      allowedCidrs: parseCidrs(config.ARKAN_ALLOWED_TARGETS),
      ca: deps.targetCa,
      limits: { connectionsPerGroup: config.ARKAN_MAX_IN_FLIGHT_PER_WEBHOOK },
    });
  const session = createSession({
    pool,
    clock,
    elapsedMs,
    log,
    onLost: () => dispatcher.forget(),
    onAlive: () => {
      dispatcher.pump();
      claimer.wake();
    },
  });
  const flusher = new Flusher({
    database,
    outbox,
    clock,
    log,
    onWritten: (written, refused) => {
      metrics.flushSize.observe(written.length);
      for (const { item } of written) session.letGo(item);
      for (const { item } of refused) session.letGo(item);
      if (refused.length > 0) {
        metrics.lateResults.inc(refused.length);
        log.warn(
          { count: refused.length },
          'results came too late: their deliveries had been taken over, and are sent again',
        );
      }
      noteWaits(written);
      options.onWritten?.(written);
    },
    onRoom: () => {
      dispatcher.pump();
      claimer.wake();
    },
  });
  const dispatcher = new Dispatcher({
    limits: { ...defaultFairQueueLimits, maxInFlight: config.ARKAN_MAX_IN_FLIGHT, ...options.limits },
    maxInFlightPerWebhook: config.ARKAN_MAX_IN_FLIGHT_PER_WEBHOOK,
    retry,
    view,
    session,
    freshness,
    materials: new Materials(deps.sealer),
    sender,
    flusher,
    spans: createAttemptSpans(deps.tracing),
    clock,
    random,
    log,
    onAttempt: (item, attempt) => {
      countAttempt(attempt.outcome);
      metrics.attemptSeconds.observe((attempt.durationMs ?? 0) / 1_000);
      if (item.acceptedAtMs !== null)
        metrics.acceptToAttemptSeconds.observe(Math.max(0, attempt.startedAtMs - item.acceptedAtMs) / 1_000);
    },
    onSettled: (webhookId) => claimer.settled(webhookId),
  });
  const { queue } = dispatcher;
  const reconciler = new Reconciler({
    database,
    view,
    freshness,
    clock,
    log,
    onReleased: (webhookId, tenantId) => claimer.note(webhookId, tenantId, 0),
  });
  const janitor = new Janitor({
    pool,
    session,
    flusher,
    freshness,
    view,
    retry,
    clock,
    log,
    onReclaimed: (count) => metrics.leasesReclaimed.inc(count),
    onWritten: (written) => noteWaits(written),
  });
  const claimer = new Claimer({
    pool,
    queue,
    view,
    session,
    freshness,
    flusher,
    clock,
    log,
    onQueued: () => dispatcher.pump(),
    onMisfit: (webhookId) => reconciler.ask(webhookId),
    onDoubt: () => janitor.doubt(null),
  });
  const intake = new Intake({
    pool,
    bus,
    partitions,
    view,
    queue,
    session,
    freshness,
    clock,
    log,
    retentionDays,
    onQueued: () => dispatcher.pump(),
    onWaiting: (webhookIds) => {
      for (const webhookId of webhookIds) {
        const state = view.get(webhookId);
        if (state) claimer.note(webhookId, state.tenantId, 0);
      }
    },
    onParked: (count) => metrics.parked.inc(count),
    onDoubt: (cohort) => janitor.doubt(cohort),
    isBacklogged: (webhookId) => claimer.isBacklogged(webhookId),
  });
  const metrics = createDispatcherMetrics(deps.metrics, {
    inFlight: () => queue.stats().inFlight,
    queued: () => queue.stats().queued,
    oldestDueMs: () => claimer.oldestDueMs,
    waiting: () => countWaiting(pool, countMax),
  });
  const countAttempt = countersByOutcome(metrics.attempts);

  /** What was written to wait is due some time, or does not fit how its webhook is treated by now. */
  function noteWaits(written: readonly Result[]): void {
    const nowMs = clock.now();
    for (const { item, wait, isGone } of written) {
      if (!wait) continue;
      const { webhookId, tenantId } = item;
      const treatment = treatmentOf(view.get(webhookId));
      const isHeld = wait.dueAtMs === Infinity;
      if (treatment === 'send' && !isHeld) claimer.note(webhookId, tenantId, Math.max(0, wait.dueAtMs - nowMs));
      else if (!isGone && isHeld !== (treatment === 'hold')) reconciler.ask(webhookId);
    }
  }

  const housekeeping = createHousekeeping({ pool, partitions, retentionDays, clock, log });
  return {
    deps,
    useViews,
    view,
    views: () => views,
    freshness,
    partitions,
    session,
    flusher,
    dispatcher,
    reconciler,
    janitor,
    claimer,
    intake,
    metrics,
    housekeeping,
  };
}
export type DispatcherParts = ReturnType<typeof createParts>;

function serviceOf(parts: DispatcherParts): Service {
  const { deps, view, dispatcher, session, flusher, reconciler, claimer, janitor, housekeeping } = parts;
  let isStarted = false;
  return {
    async start() {
      if (isStarted) return;
      await housekeeping.start();
      await session.start();
      view.onTreatment((webhookId, treatment) => {
        if (treatment !== 'send') dispatcher.drain(webhookId, treatment);
        reconciler.ask(webhookId);
      });
      isStarted = true;
      dispatcher.start();
      await reconciler.start();
      await claimer.start();
      await janitor.start();
    },
    /** Nothing is begun any more; what is under way ends, and what was not begun waits in the table for the next process. */
    async stop() {
      if (!isStarted) return;
      isStarted = false;
      await Promise.all([claimer.stop(), janitor.stop(), reconciler.stop()]);
      await dispatcher.stop(graceMs);
      const isWritten = await within(writeMaxMs, flusher.whenIdle());
      // Without its results the session stays, for another process to find what it held.
      if (isWritten) await session.stop();
      else
        deps.log.error({ results: flusher.size }, 'the database did not take the last results; they will be unknown');
      await housekeeping.stop();
    },
  };
}

async function within(ms: number, done: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([done.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}

function healthOf({ deps, session, views }: DispatcherParts): HealthCheck[] {
  return [
    {
      name: 'dispatcher.database',
      async check() {
        await deps.database.pool.query('select 1');
        return null;
      },
    },
    {
      name: 'dispatcher.views',
      check: async () => (views()?.isLive() ? null : 'the configuration of the webhooks is not read up to now'),
    },
    {
      name: 'dispatcher.session',
      check: async () => (session.isAlive() ? null : 'the heartbeat does not get through, so nothing is sent'),
    },
  ];
}

export function featureOf(parts: DispatcherParts): Feature {
  const { deps, view, freshness, claimer, intake } = parts;
  const resending: ResendDeps = {
    database: deps.database,
    view,
    freshness,
    onDue: (webhookId, tenantId) => claimer.note(webhookId, tenantId, 0),
  };
  const { pool } = deps.database;
  const module: DynamicModule = {
    module: DispatcherModule,
    controllers: [DeliveriesController, IntakeConsumer],
    providers: [
      { provide: tokens.log, useValue: new DeliveryLog({ pool, view, cursors: deps.cursors }) },
      { provide: tokens.statistics, useValue: new Statistics({ pool, view, clock: deps.clock }) },
      { provide: tokens.resending, useValue: resending },
      { provide: tokens.cancelling, useValue: { database: deps.database, clock: deps.clock } satisfies CancelDeps },
      { provide: tokens.intake, useValue: intake },
    ],
  };
  return {
    module,
    viewHandlers: view.handlers,
    useViews: parts.useViews,
    service: serviceOf(parts),
    health: healthOf(parts),
  };
}

/** The feature alone, for who composes it himself. */
export function createDispatcherFeature(deps: DispatcherDeps, options: DispatcherOptions = {}): Feature {
  return featureOf(createParts(deps, options));
}

export const dispatcherService: ServiceDefinition = {
  name: 'dispatcher',
  database: {
    entities: dispatcherEntities,
    migrations: dispatcherMigrations,
    poolMax: 12,
    settings: connectionSettings,
  },
  usesEventStore: false,
  operations: Object.values(dispatcherOperations),
  create: (deps) => createDispatcherFeature(deps),
};
