import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceName } from '@arkan/contracts';
import { errorMessage, sequence, systemClock, systemRandom, type Service } from '@arkan/kernel';
import type { EventStore } from '@arkan/ports';
import {
  consolePath,
  createAccessView,
  createCursors,
  createHttpApp,
  createMetrics,
  createOnceTokens,
  createOpenApi,
  createSealer,
  createSessions,
  createTopicViews,
  createTracing,
  DatabaseError,
  openDatabase,
  checkMasterKey,
  hashKey,
  sessionModule,
  version,
  type Config,
  type Database,
  type Feature,
  type HealthCheck,
  type Logger,
  type ServiceDefinition,
  type TopicViews,
  type ViewHandlers,
} from '@arkan/runtime';
import { openInfrastructure } from './infrastructure';
import { loadKeys, type Keys } from './keys';
import { StartError } from './start-error';

export interface Platform {
  /** http://host:port, the port being the one really taken. */
  url: string;
  consoleUrl: string;
  /** The console's address with a token that signs in once, within ten minutes, as the holder of this key. */
  signInUrl(apiKey: string): string;
  keys: Keys;
  app: NestFastifyApplication;
  /** Drains and stops everything, in reverse order of the start. */
  stop(): Promise<void>;
}

/** Beside the bundle of the running app: dist/apps/<app>/main.js, dist/console. */
const consoleDirectory = fileURLToPath(new URL('../../console', import.meta.url));

/**
 * One process of the platform with the given services: all four of them, or one. Production, demo and tests start here.
 * Throws StartError, DatabaseError.
 */
export async function startPlatform(
  name: string,
  definitions: readonly ServiceDefinition[],
  config: Config,
  log: Logger,
): Promise<Platform> {
  if (definitions.length === 1) requireShared(config);
  const keys = await loadKeys(config);
  const targetCa = await readTargetCa(config);
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    const failures: unknown[] = [];
    for (const closer of closers.splice(0).reverse()) await closer().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'some parts did not stop cleanly');
  };
  try {
    const tracing = createTracing(name, { endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT });
    closers.push(() => tracing.stop());
    const infrastructure = await openInfrastructure(config, log, {
      name,
      usesEventStore: definitions.some((definition) => definition.usesEventStore),
    });
    closers.push(() => infrastructure.close());
    const metrics = createMetrics(name);
    const sealer = createSealer(keys.master, keys.previousMaster);
    const databases = new Map<ServiceName, Database>();
    const outboxes: Service[] = [];
    const features: Feature[] = [];
    for (const definition of definitions) {
      const database = await openDatabase({
        url: infrastructure.databaseUrl,
        schema: definition.name,
        log,
        ...definition.database,
      });
      closers.push(() => database.close());
      databases.set(definition.name, database);
      await checkMasterKey(
        database.pool,
        sealer.fingerprint,
        keys.previousMaster ? createSealer(keys.previousMaster).fingerprint : null,
      );
      const outbox = await infrastructure.outboxFor(database, definition.name);
      outboxes.push(outbox);
      features.push(
        definition.create({
          config,
          clock: systemClock,
          random: systemRandom,
          log: log.child({ service: definition.name }),
          metrics,
          tracing,
          cursors: createCursors(keys.cursorKey),
          sealer,
          bus: infrastructure.bus,
          eventStore: (definition.usesEventStore && infrastructure.eventStore) || noEventStore(definition.name),
          database,
          outbox,
          targetCa,
        }),
      );
    }
    const access = createAccessView({ clock: systemClock, operatorKey: keys.operatorKey });
    const views = createTopicViews({
      bus: infrastructure.bus,
      handlers: mergeHandlers([{ [access.topic]: access.handler }, ...features.map((feature) => feature.viewHandlers)]),
      log,
    });
    for (const feature of features) feature.useViews(views);
    const sessions = createSessions({
      clock: systemClock,
      random: systemRandom,
      access,
      key: keys.sessionKey,
      previousKey: keys.previousSessionKey,
    });
    const onceTokens = createOnceTokens({ clock: systemClock, random: systemRandom });
    const barrier = () => views.barrier();
    const hasRegistry = definitions.some((definition) => definition.name === 'registry');
    const signIn = sessionModule({ clock: systemClock, log, sessions, onceTokens, barrier });
    const app = await createHttpApp({
      modules: [...(hasRegistry ? [signIn] : []), ...features.map((feature) => feature.module)],
      bus: infrastructure.bus,
      log,
      metrics,
      guard: {
        access,
        sessions,
        barrier,
        onForbidden: (operation, call, params) => {
          for (const feature of features) feature.onForbidden?.(operation, call, params);
        },
      },
      sealer,
      pools: new Map([...databases].map(([service, database]) => [service, database.pool])),
      health: [...features.flatMap((feature) => feature.health), busHealth(views)],
      trustedProxies: config.ARKAN_TRUSTED_PROXIES,
      openApi: openApiOf(definitions),
      ...(hasRegistry ? { consoleDirectory } : {}),
    });
    const background = sequence([...outboxes, views, ...features.map((feature) => feature.service)]);
    await background.start();
    closers.push(() => background.stop());
    closers.push(() => app.close());
    await app.startAllMicroservices();
    await listen(app, config);
    const url = addressOf(app, config);
    return {
      url,
      consoleUrl: `${url}${consolePath}`,
      signInUrl: (apiKey) => `${url}${consolePath}#once=${onceTokens.issue(hashKey(apiKey))}`,
      keys,
      app,
      stop: close,
    };
  } catch (error) {
    await close().catch((failure: unknown) =>
      log.warn({ err: failure }, 'the failed start could not be undone cleanly'),
    );
    if (error instanceof DatabaseError) throw new StartError(error.message, { cause: error });
    throw error;
  }
}

/**
 * Asks the bus itself, as each call of the API does: a broker that is away makes no noise where nobody has anything to say.
 */
function busHealth(views: TopicViews): HealthCheck {
  return {
    name: 'message bus',
    async check() {
      await views.barrier();
      return null;
    },
  };
}

/** What standalone makes for itself, and a service that runs by itself can't. */
function requireShared(config: Config): void {
  if (!config.DATABASE_URL)
    throw new StartError('DATABASE_URL is missing; a service that runs by itself has no embedded database');
  if (!config.ARKAN_OPERATOR_KEY)
    throw new StartError(
      'ARKAN_OPERATOR_KEY is missing; a service that runs by itself must be given the one that all have',
    );
}

function noEventStore(service: ServiceName): EventStore {
  const fail = () => {
    throw new Error(`${service} is not composed with an event store: its definition does not say that it uses one`);
  };
  return new Proxy({} as EventStore, { get: fail });
}

/** The API reference of a process with these services. */
export function openApiOf(definitions: readonly ServiceDefinition[]): object {
  return createOpenApi({
    operations: definitions.flatMap((definition) => definition.operations),
    webhooks: Object.assign({}, ...definitions.map((definition) => definition.openApiWebhooks ?? {})) as Record<
      string,
      unknown
    >,
    version,
  });
}

async function listen(app: NestFastifyApplication, config: Config): Promise<void> {
  try {
    await app.listen(config.ARKAN_PORT, config.ARKAN_HOST);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE')
      throw new StartError(
        `port ${config.ARKAN_PORT} of ${config.ARKAN_HOST} is taken; stop what uses it, or choose another by ARKAN_PORT (0 takes a free one)`,
        { cause: error },
      );
    if (code === 'EACCES')
      throw new StartError(
        `port ${config.ARKAN_PORT} may not be used by this user; choose one above 1023 by ARKAN_PORT`,
        { cause: error },
      );
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new StartError(`${config.ARKAN_HOST} is not an address of this machine; choose another by ARKAN_HOST`, {
        cause: error,
      });
    throw error;
  }
}

function addressOf(app: NestFastifyApplication, config: Config): string {
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address !== null ? address.port : config.ARKAN_PORT;
  const host = config.ARKAN_HOST === '0.0.0.0' || config.ARKAN_HOST === '::' ? 'localhost' : config.ARKAN_HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Several features may look at one topic; each gets every message. */
function mergeHandlers(all: ViewHandlers[]): ViewHandlers {
  const lists = new Map<string, ViewHandlers[string][]>();
  for (const handlers of all)
    for (const [topic, handler] of Object.entries(handlers)) lists.set(topic, [...(lists.get(topic) ?? []), handler]);
  return Object.fromEntries(
    [...lists].map(([topic, list]) => [
      topic,
      (message) => {
        const failures: unknown[] = [];
        for (const handler of list) {
          try {
            handler(message);
          } catch (error) {
            failures.push(error);
          }
        }
        if (failures.length > 0) throw new AggregateError(failures, failures.map(errorMessage).join('; '));
      },
    ]),
  );
}

async function readTargetCa(config: Config): Promise<string[]> {
  if (!config.ARKAN_TARGET_CA_FILE) return [];
  const text = await readFile(config.ARKAN_TARGET_CA_FILE, 'utf8').catch((error: unknown) => {
    throw new StartError(
      `ARKAN_TARGET_CA_FILE can not be read (${errorMessage(error)}); give a file of PEM certificates`,
    );
  });
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
  if (!certificates)
    throw new StartError(`ARKAN_TARGET_CA_FILE ${config.ARKAN_TARGET_CA_FILE} holds no PEM certificate`);
  return certificates;
}
