import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import {
  accessMessage,
  deliveryBody,
  encodeDeliveryMessage,
  outcomeMessage,
  topicContracts,
  topics,
  webhookMessage,
  type OutcomeMessage,
  type Role,
  type WebhookMessage,
} from '@arkan/contracts';
import { newId, newUuid, systemClock, systemRandom, toPublicId } from '@arkan/kernel';
import type { IncomingMessage } from '@arkan/ports';
import {
  createAccessView,
  createCursors,
  createHttpApp,
  createLogger,
  createMetrics,
  createSealer,
  createTopicViews,
  createTracing,
  hashKey,
  loadConfig,
  openDatabase,
  type Sealer,
  type Tracing,
  type WrappedKey,
} from '@arkan/runtime';
import { createTestInfrastructure, eventually, testCaPem, Watch, type TestInfrastructure } from '@arkan/testing';
import type { ShownAttempt, ShownDelivery } from './deliveries/shown';
import { intakeGroup } from './controllers';
import { createParts, dispatcherService, featureOf, type DispatcherOptions } from './feature';

export const secretText = 'a-secret-of-the-tests';
const keyOf = (tenantId: string, role: Role) => `ak_${tenantId}_${role}_${'x'.repeat(30)}`;

/** What several processes of one test share: bus, database, master key, and who may call. */
export async function startWorld() {
  const infrastructure = await createTestInfrastructure(topicContracts);
  const sealer = createSealer(randomBytes(32));
  const outcomes: OutcomeMessage[] = [];
  const changed = new Watch();
  const tail = await infrastructure.bus.tail({
    topics: [topics.outcomes],
    onMessages(messages) {
      outcomes.push(...messages.map((message) => outcomeMessage.decode(message.value)));
      changed.changed();
    },
  });
  for (const tenantId of ['acme', 'other']) await grant(infrastructure, tenantId, 'developer');
  return {
    infrastructure,
    sealer,
    outcomes,
    /** Waits until what was told of attempts holds. */
    told: (check: (outcomes: OutcomeMessage[]) => boolean, what = 'the outcomes that were waited for') =>
      changed.until(
        () => check(outcomes),
        () => `${what}; told was of ${outcomes.length}, at last ${JSON.stringify(outcomes.at(-1))}`,
        20_000,
      ),
    /** Waits until so many attempts to a webhook were told of. */
    toldOf: (webhookId: string, attempts: number) =>
      changed.until(
        () => attemptsOf(outcomes, webhookId) >= attempts,
        () => `${attempts} attempts to ${webhookId}, there were ${attemptsOf(outcomes, webhookId)}`,
        20_000,
      ),
    async close() {
      await tail.stop();
      await infrastructure.close();
    },
  };
}
const attemptsOf = (outcomes: OutcomeMessage[], webhookId: string) =>
  outcomes
    .filter((outcome) => outcome.webhookId === webhookId)
    .reduce((sum, { succeeded, failures }) => sum + succeeded + failures.length, 0);
export type World = Awaited<ReturnType<typeof startWorld>>;

async function grant({ bus }: TestInfrastructure, tenantId: string, role: Role): Promise<void> {
  const keyId = `key_${tenantId}_${role}`;
  const keySha256 = hashKey(keyOf(tenantId, role));
  const value = accessMessage.encode({ v: 1, keyId, keySha256, role, tenantId, expiresAt: null });
  await bus.publish([{ topic: topics.access, key: keyId, value }]);
}

export interface StartOptions extends DispatcherOptions {
  env?: Record<string, string>;
  tracing?: Tracing;
  /** The database by another way than the world's. */
  databaseUrl?: string;
  targetCa?: string[];
}

/** A dispatcher's process: real HTTP, the Postgres bus, real connections to receivers. */
export async function startDispatcher(world: World, options: StartOptions = {}) {
  const { infrastructure, sealer } = world;
  const { env, tracing, databaseUrl, targetCa, ...dispatching } = options;
  const log = createLogger(process.env.ARKAN_TEST_LOG ?? 'silent');
  const config = loadConfig({
    ARKAN_ALLOWED_TARGETS: '127.0.0.0/8',
    ARKAN_RETRY_BASE_MS: '20',
    ARKAN_RETRY_JITTER: '0',
    ...env,
  });
  const database = await openDatabase({
    url: databaseUrl ?? infrastructure.database.url,
    schema: 'dispatcher',
    log,
    ...dispatcherService.database,
  });
  const metrics = createMetrics('dispatcher');
  const parts = createParts(
    {
      config,
      clock: systemClock,
      random: systemRandom,
      log,
      metrics,
      tracing: tracing ?? createTracing('dispatcher'),
      cursors: createCursors(Buffer.from('the same in every process of a test')),
      sealer,
      bus: infrastructure.bus,
      database,
      outbox: infrastructure.outboxFor(database.pool),
      targetCa: targetCa ?? [await testCaPem()],
    },
    dispatching,
  );
  const feature = featureOf(parts);
  const access = createAccessView({ clock: systemClock });
  const views = createTopicViews({
    bus: infrastructure.bus,
    handlers: { [access.topic]: access.handler, ...feature.viewHandlers },
    log,
  });
  feature.useViews(views);
  const app = await createHttpApp({
    modules: [feature.module],
    bus: infrastructure.bus,
    log,
    metrics,
    guard: { access, barrier: () => views.barrier() },
    sealer,
    pools: new Map([['dispatcher', database.pool]]),
    health: feature.health,
    openApi: {},
  });
  await views.start();
  await feature.service.start();
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;

  let stopped: Promise<void> | null = null;
  const stop = async () => {
    await app.close();
    await feature.service.stop();
    await views.stop();
    await database.close();
  };
  const call = async (method: string, path: string, as = 'acme') => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${keyOf(as, 'developer')}`, connection: 'close' },
    });
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    return { status: response.status, body: (await response.json()) as any };
  };
  return {
    parts,
    database,
    url,
    call,
    delivery: async (id: string, as?: string): Promise<ShownDelivery & { attempts: ShownAttempt[] }> =>
      (await call('GET', `/v1/deliveries/${id}`, as)).body,
    list: async (query = '', as?: string): Promise<{ data: ShownDelivery[]; nextCursor: string | null }> =>
      (await call('GET', `/v1/deliveries${query}`, as)).body,
    metric: async (name: string): Promise<number> => {
      const { values } = await metrics.getSingleMetric(name)!.get();
      return values.reduce((sum, value) => sum + value.value, 0);
    },
    /** Everything that was published for delivery is taken, and what is in memory is done with and written. */
    quiet: () =>
      eventually(async () => {
        const ends = await infrastructure.bus.endOffsets([topics.deliveries]);
        const done = await infrastructure.bus.committedOffsets(intakeGroup, [topics.deliveries]);
        const { queued, inFlight } = parts.dispatcher.queue.stats();
        const isTaken = (done.get(topics.deliveries)?.get(0) ?? 0n) >= (ends.get(topics.deliveries)?.get(0) ?? 0n);
        return isTaken && queued + inFlight + parts.flusher.size === 0;
      }),
    stop: () => (stopped ??= stop()),
  };
}
export type TestDispatcher = Awaited<ReturnType<typeof startDispatcher>>;

let position = 1_000;

/** A webhook as the registry publishes it; `change` publishes it again, resolved when the registry would have answered. */
export async function putWebhook(
  { infrastructure, sealer }: World,
  over: Partial<WebhookMessage> & { url: string; secretHeader?: string },
) {
  const { secretHeader, ...rest } = over;
  const at = '2026-01-01T00:00:00.000Z';
  const dataKey = sealer.newDataKey();
  const aad = 'acme|hook|1';
  const customHeaders: WebhookMessage['customHeaders'] = [{ name: 'X-Team', value: 'north', sealed: null }];
  if (secretHeader)
    customHeaders.push({ name: 'Authorization', value: null, sealed: sealer.seal(dataKey, secretHeader, aad) });
  let message: WebhookMessage = {
    v: 1,
    webhookId: newId('wh'),
    tenantId: 'acme',
    name: 'Ledger',
    eventTypes: ['leasing.*'],
    customHeaders,
    secret: sealer.seal(dataKey, secretText, aad),
    previousSecret: null,
    dataKey,
    retryCount: 3,
    timeoutMs: 10_000,
    ownerEmail: 'owner@acme.example',
    status: 'active',
    statusReason: null,
    statusSince: at,
    revision: 1,
    position: String(position++),
    createdAt: at,
    updatedAt: at,
    ...rest,
  } as WebhookMessage;
  const publish = () =>
    infrastructure.bus.publish([
      { topic: topics.webhooks, key: message.webhookId, value: webhookMessage.encode(message) },
    ]);
  await publish();
  return {
    id: message.webhookId,
    dataKey,
    seal: (text: string, key: WrappedKey = dataKey, by: Sealer = sealer) => by.seal(key, text, aad),
    async change(change: Partial<WebhookMessage>) {
      message = { ...message, revision: message.revision + 1, ...change, position: String(position++) };
      await publish();
    },
  };
}
export type TestWebhook = Awaited<ReturnType<typeof putWebhook>>;

export interface EmitOptions {
  tenantId?: string;
  eventId?: string;
  type?: string;
  data?: unknown;
  isTest?: boolean;
  atMs?: number;
  traceparent?: string;
}

let emitted = 0;

/** An event for these webhooks as the catalog publishes it. Gives the ids of its deliveries, in order. */
export async function emit(world: World, webhookIds: readonly string[], options: EmitOptions = {}): Promise<string[]> {
  const { message, ids } = deliveryMessage(webhookIds, options);
  await world.infrastructure.bus.publish([message]);
  return ids;
}

export function deliveryMessage(webhookIds: readonly string[], options: EmitOptions = {}) {
  const { tenantId = 'acme', type = 'leasing.lease.renewed', isTest = false, atMs = Date.now() } = options;
  const eventId = options.eventId ?? `event ${++emitted}`;
  const deliveries = webhookIds.map((webhookId) => [newUuid(options.atMs), webhookId] as [string, string]);
  const encoded = encodeDeliveryMessage({
    meta: { v: 1, eventKey: newUuid(options.atMs), eventId, tenantId, type, timeMs: atMs, acceptedAtMs: atMs, isTest },
    deliveries,
    body: deliveryBody({ id: eventId, type, timeMs: atMs, tenantId, data: options.data ?? { rent: 1_200 } }),
    ...(options.traceparent ? { traceparent: options.traceparent } : {}),
  });
  return {
    message: { topic: topics.deliveries, key: tenantId, ...encoded },
    ids: deliveries.map(([uuid]) => toPublicId('dlv', uuid)),
  };
}

/** Every message of a topic that was published before the call. */
export async function messagesOf({ infrastructure: { bus } }: World, topic: string): Promise<IncomingMessage[]> {
  const messages: IncomingMessage[] = [];
  const tail = await bus.tail({ topics: [topic], onMessages: (batch) => void messages.push(...batch) });
  await tail.reached(await bus.endOffsets([topic]), 10_000);
  await tail.stop();
  return messages;
}
