import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  accessMessage,
  decodeDeliveryMessage,
  topicContracts,
  topics,
  webhookMessage,
  type DeliveryMessage,
  type Problem,
  type Role,
  type WebhookMessage,
} from '@arkan/contracts';
import { newId, systemClock, systemRandom, type Clock } from '@arkan/kernel';
import type { IncomingMessage, Outbox } from '@arkan/ports';
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
  type ServiceDeps,
  type Tracing,
} from '@arkan/runtime';
import { createTestInfrastructure, Watch, type TestInfrastructure } from '@arkan/testing';
import { createCatalogFeature } from './catalog-feature';
import { catalogService } from './index';

export const operatorKey = `ak_${'o'.repeat(43)}`;
export const keyOf = (tenantId: string, role: Role) => `ak_${tenantId}_${role}_${'x'.repeat(30)}`;

export interface Reply<T = unknown> {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: T;
}

export interface CallOptions {
  /** `tenant/role`, `operator` or null for none; `acme/producer` unless told. */
  as?: string | null;
  headers?: Record<string, string>;
  /** Sent as JSON; text and buffers as they are. */
  body?: unknown;
}

export interface StartOptions {
  infrastructure?: TestInfrastructure;
  clock?: Clock;
  tracing?: Tracing;
  wrapOutbox?(outbox: Outbox): Outbox;
}

/** A catalog process over real HTTP on the embedded profile's bus, event store and Postgres. */
export async function startCatalog(options: StartOptions = {}) {
  const infrastructure = options.infrastructure ?? (await createTestInfrastructure(topicContracts));
  const log = createLogger('silent');
  const clock = options.clock ?? systemClock;
  const database = await openDatabase({
    url: infrastructure.database.url,
    schema: 'catalog',
    log,
    ...catalogService.database,
  });
  const outbox = infrastructure.outboxFor(database.pool);
  const metrics = createMetrics('catalog');
  const sealer = createSealer(randomBytes(32));
  const deps: ServiceDeps = {
    config: loadConfig({}),
    clock,
    random: systemRandom,
    log,
    metrics,
    tracing: options.tracing ?? createTracing('catalog'),
    cursors: createCursors(Buffer.from('the same in every process of a test')),
    sealer,
    bus: infrastructure.bus,
    eventStore: infrastructure.eventStore,
    database,
    outbox: options.wrapOutbox?.(outbox) ?? outbox,
    targetCa: [],
  };
  const feature = createCatalogFeature(deps);
  const access = createAccessView({ clock, operatorKey });
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
    pools: new Map([['catalog', database.pool]]),
    health: feature.health,
    openApi: {},
  });
  await views.start();
  await feature.service.start();
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    infrastructure,
    feature,
    deps,
    views,
    metric: async (name: string, labels: Record<string, string> = {}) => {
      const metric = await metrics.getSingleMetric(name)!.get();
      return metric.values
        .filter((value) => Object.entries(labels).every(([label, text]) => value.labels[label] === text))
        .reduce((sum, value) => sum + value.value, 0);
    },
    call: <T = unknown>(method: string, path: string, call: CallOptions = {}) => send<T>(port, method, path, call),
    async stop() {
      await app.close();
      await feature.service.stop();
      await views.stop();
      await database.close();
      if (!options.infrastructure) await infrastructure.close();
    },
  };
}
export type Catalog = Awaited<ReturnType<typeof startCatalog>>;

const agentless = { agent: false };

async function send<T>(port: number, method: string, path: string, call: CallOptions): Promise<Reply<T>> {
  const { as = 'acme/producer', headers = {}, body } = call;
  const raw = typeof body === 'string' || Buffer.isBuffer(body) ? body : body === undefined ? '' : JSON.stringify(body);
  const key = as === null ? null : as === 'operator' ? operatorKey : keyOf(...(as.split('/') as [string, Role]));
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        ...agentless,
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const isJson = String(response.headers['content-type']).includes('json');
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            body: (isJson ? JSON.parse(text) : text) as T,
          });
        });
      },
    );
    request.on('error', reject);
    request.end(raw);
  });
}

/** The errors of a problem document, short: pointer and code. */
export const refusals = ({ status, body }: Reply): unknown => {
  const { code, errors } = body as Problem;
  return [status, code, ...errors.map((error) => `${error.pointer} ${error.code}`)];
};

/** Makes the API keys known that `as` of a call names. */
export async function grant({ bus }: TestInfrastructure, ...names: string[]): Promise<void> {
  await bus.publish(
    names.map((name) => {
      const [tenantId, role] = name.split('/') as [string, Role];
      const keyId = `key_${tenantId}_${role}`;
      const keySha256 = hashKey(keyOf(tenantId, role));
      const value = accessMessage.encode({ v: 1, keyId, keySha256, role, tenantId, expiresAt: null });
      return { topic: topics.access, key: keyId, value };
    }),
  );
}

let position = 1_000;

/** A webhook as the registry publishes it; resolves when the registry would have answered. */
export async function putWebhook(
  { bus }: TestInfrastructure,
  over: Partial<WebhookMessage> & Pick<WebhookMessage, 'eventTypes'>,
): Promise<string> {
  const at = '2026-01-01T00:00:00.000Z';
  const message: WebhookMessage = {
    v: 1,
    webhookId: newId('wh'),
    tenantId: 'acme',
    name: 'test',
    url: 'https://receiver.example/',
    customHeaders: [],
    secret: null,
    previousSecret: null,
    dataKey: null,
    retryCount: 5,
    timeoutMs: 10_000,
    ownerEmail: 'owner@acme.example',
    status: 'active',
    statusReason: null,
    statusSince: at,
    revision: 1,
    position: String(position++),
    createdAt: at,
    updatedAt: at,
    ...over,
  } as WebhookMessage;
  await bus.publish([{ topic: topics.webhooks, key: message.webhookId, value: webhookMessage.encode(message) }]);
  return message.webhookId;
}

/** Every message of some topics, as it comes. */
export async function watchTopics({ bus }: TestInfrastructure, names: readonly string[]) {
  const messages: IncomingMessage[] = [];
  const watch = new Watch();
  const tail = await bus.tail({
    topics: names,
    onMessages(batch) {
      messages.push(...batch);
      watch.changed();
    },
  });
  const of = (topic: string) => messages.filter((message) => message.topic === topic);
  return {
    of,
    /** All that was published before the call. */
    async soFar(topic: string): Promise<IncomingMessage[]> {
      await tail.reached(await bus.endOffsets(names), 10_000);
      return of(topic);
    },
    until: (topic: string, count: number) =>
      watch.until(
        () => of(topic).length >= count,
        () => `${topic} has ${of(topic).length} messages, not ${count}`,
      ),
    stop: () => tail.stop(),
  };
}
export type TopicWatch = Awaited<ReturnType<typeof watchTopics>>;

/** What would be delivered for an event: one entry a webhook. */
export async function deliveriesOf(
  watch: TopicWatch,
  eventId: string,
): Promise<(DeliveryMessage & { webhookId: string })[]> {
  return (await watch.soFar(topics.deliveries))
    .map((message) => decodeDeliveryMessage(message.value, message.headers))
    .filter((message) => message.meta.eventId === eventId)
    .flatMap((message) => message.deliveries.map(([, webhookId]) => ({ ...message, webhookId })));
}
