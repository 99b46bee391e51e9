import { request as httpRequest } from 'node:http';
import { topicContracts, topics, eventTypeMessage, type WebhookMessage, webhookMessage } from '@arkan/contracts';
import { ManualClock, systemRandom, type Clock } from '@arkan/kernel';
import type { IncomingMessage, MessageBus } from '@arkan/ports';
import {
  createAccessView,
  createCursors,
  createHttpApp,
  createLogger,
  createMetrics,
  createOnceTokens,
  createSealer,
  createSessions,
  createTopicViews,
  createTracing,
  loadConfig,
  openDatabase,
  sessionModule,
  type Database,
  type OnceTokens,
} from '@arkan/runtime';
import { createTestInfrastructure, type TestInfrastructure } from '@arkan/testing';
import { createRegistryFeature, registryService, type RegistryFeature } from '../registry-feature';
import type { RegistryDeps } from '../context';

// For this lib's tests only: the registry as an app composes it, over real HTTP, Postgres, bus and event store.

export const operatorKey = `ak_${'o'.repeat(43)}`;
export const masterKey = Buffer.alloc(32, 7);

export interface RegistryProcess {
  feature: RegistryFeature;
  database: Database;
  deps: RegistryDeps;
  onceTokens: OnceTokens;
  url: string;
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

export interface ProcessOptions {
  clock?: Clock;
  env?: Record<string, string>;
  resolve?: RegistryDeps['resolve'];
  spreadMaxMs?: number;
  /** Another process on the same infrastructure has a bus and a store client of its own. */
  bus?: MessageBus;
  eventStore?: RegistryDeps['eventStore'];
  sealer?: RegistryDeps['sealer'];
}

export async function createRegistryInfrastructure(): Promise<TestInfrastructure> {
  const infrastructure = await createTestInfrastructure(topicContracts);
  await infrastructure.bus.publish(
    [
      ['leasing.lease.activated', null],
      ['leasing.lease.renewed', null],
      ['warranty.claim.submitted', null],
      ['leasing.lease.expiring', '2025-12-01T00:00:00.000Z'],
    ].map(([type, deprecatedAt]) => eventTypeOf(type!, deprecatedAt ?? null)),
  );
  return infrastructure;
}

export function eventTypeOf(type: string, deprecatedAt: string | null, schema: Record<string, unknown> = {}) {
  const value = eventTypeMessage.encode({
    v: 1,
    type,
    module: type.split('.')[0]!,
    title: type,
    description: '',
    schema,
    example: { leaseId: 'L-1' },
    deprecatedAt,
    revision: 1,
    position: '1',
  });
  return { topic: topics.eventTypes, key: type, value };
}

export async function startRegistry(
  infrastructure: TestInfrastructure,
  options: ProcessOptions = {},
): Promise<RegistryProcess> {
  const log = createLogger('silent');
  const clock = options.clock ?? new ManualClock(Date.UTC(2026, 0, 1));
  const database = await openDatabase({
    url: infrastructure.database.url,
    schema: 'registry',
    ...registryService.database,
    log,
  });
  const metrics = createMetrics('registry');
  const bus = options.bus ?? infrastructure.bus;
  const deps: RegistryDeps = {
    config: loadConfig(options.env ?? {}),
    clock,
    random: systemRandom,
    log,
    metrics,
    tracing: createTracing('registry'),
    cursors: createCursors(Buffer.alloc(32, 3)),
    sealer: options.sealer ?? createSealer(masterKey),
    bus,
    eventStore: options.eventStore ?? infrastructure.eventStore,
    database,
    outbox: infrastructure.outboxFor(database.pool),
    targetCa: [],
    resolve: options.resolve ?? (async () => ['93.184.216.34']),
    ...(options.spreadMaxMs ? { spreadMaxMs: options.spreadMaxMs } : {}),
  };
  const feature = createRegistryFeature(deps);
  const access = createAccessView({ clock, operatorKey });
  const views = createTopicViews({
    bus,
    handlers: { ...feature.viewHandlers, [access.topic]: access.handler },
    log,
  });
  feature.useViews(views);
  await views.start();
  await feature.service.start();
  const barrier = () => views.barrier();
  const sessions = createSessions({ clock, random: systemRandom, access, key: Buffer.alloc(32, 5) });
  const onceTokens = createOnceTokens({ clock, random: systemRandom });
  const app = await createHttpApp({
    modules: [sessionModule({ clock, log, sessions, onceTokens, barrier }), feature.module],
    bus,
    log,
    metrics,
    guard: { access, sessions, barrier, onForbidden: feature.onForbidden },
    sealer: deps.sealer,
    pools: new Map([['registry', database.pool]]),
    health: feature.health,
    openApi: {},
  });
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    await app.close();
    await feature.service.stop();
    await views.stop();
    await database.close();
  };
  return {
    feature,
    database,
    deps,
    onceTokens,
    url: await app.getUrl(),
    metrics: () => metrics.metrics(),
    stop: () => (stopped ??= stop()),
  };
}

export interface Reply {
  status: number;
  headers: Record<string, string>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a test looks into is its own affair
  body: any;
  text: string;
}

export interface Client {
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  delete(path: string, headers?: Record<string, string>): Promise<Reply>;
}

/** Calls as the holder of `key`; every answer is kept in `seen`, for what must never be in one. */
export function clientOf(url: string, key: string, always: Record<string, string> = {}, seen?: string[]): Client {
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    new Promise<Reply>((resolve, reject) => {
      const sent = httpRequest(
        `${url}${path}`,
        {
          method,
          headers: {
            authorization: `Bearer ${key}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...always,
            ...headers,
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('error', reject);
          response.on('end', () => {
            seen?.push(text);
            resolve({
              status: response.statusCode!,
              headers: response.headers as Record<string, string>,
              body: text === '' ? null : JSON.parse(text),
              text,
            });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body, headers) => call('POST', path, body, headers),
    patch: (path, body, headers) => call('PATCH', path, body, headers),
    delete: (path, headers) => call('DELETE', path, undefined, headers),
  };
}

/** A tenant, and a client for each of its roles. */
export async function newTenant(url: string, id: string, seen?: string[]) {
  const operator = clientOf(url, operatorKey, {}, seen);
  const created = await operator.post('/v1/tenants', { id, name: `Tenant ${id}` });
  if (created.status !== 201) throw new Error(`tenant: ${created.text}`);
  const clientFor = async (role: string) => {
    const made = await operator.post('/v1/api-keys', { name: role, role, tenantId: id });
    if (made.status !== 201) throw new Error(`key: ${made.text}`);
    return clientOf(url, made.body.key as string, {}, seen);
  };
  return {
    id,
    operator: clientOf(url, operatorKey, { 'x-tenant-id': id }, seen),
    admin: await clientFor('tenant_admin'),
    developer: await clientFor('developer'),
    auditor: await clientFor('auditor'),
  };
}

export const webhookBody = (more: Record<string, unknown> = {}) => ({
  name: 'Ledger',
  url: 'https://ledger.example/hook',
  eventTypes: ['leasing.lease.activated'],
  ownerEmail: 'owner@acme.example',
  ...more,
});

/** Follows a topic from its beginning, as another service does. */
export async function follow(bus: MessageBus, topic: string) {
  const messages: IncomingMessage[] = [];
  const tail = await bus.tail({ topics: [topic], onMessages: (batch) => void messages.push(...batch) });
  return {
    messages,
    /** All that was published before this call. */
    async upToNow(): Promise<IncomingMessage[]> {
      await tail.reached(await bus.endOffsets([topic]), 5_000);
      return messages;
    },
    stop: () => tail.stop(),
  };
}

export const webhooksOf = (messages: readonly IncomingMessage[], id: string): WebhookMessage[] =>
  messages.filter((message) => message.key === id).map((message) => webhookMessage.decode(message.value));
