import { join } from 'node:path';
import { Client, Pool } from 'pg';
import {
  createPostgresBus,
  createPostgresEventStore,
  createPostgresOutbox,
  createTableOutbox,
  startEmbeddedPostgres,
  EmbeddedPostgresError,
} from '@arkan/adapter-postgres';
import { topicContracts } from '@arkan/contracts';
import type { EventStore, MessageBus, Outbox } from '@arkan/ports';
import { probeDatabase, type Config, type Database, type Logger } from '@arkan/runtime';
import { openEventStoreDb } from './event-store';
import { openKafka } from './kafka';
import { StartError } from './start-error';

/** What the profile decides. Chosen here and nowhere else. */
export interface Infrastructure {
  databaseUrl: string;
  bus: MessageBus;
  /** null where nobody in this process uses one. */
  eventStore: EventStore | null;
  outboxFor(database: Database, schema: string): Promise<Outbox>;
  close(): Promise<void>;
}

export interface InfrastructureOptions {
  /** Names this process at the brokers. */
  name: string;
  usesEventStore: boolean;
}

/** The name of the database that the embedded server has for us. */
const embeddedDatabase = 'arkan';

/**
 * Starts or connects the infrastructure that the settings name: Kafka or the bus in Postgres, EventStoreDB or the store in Postgres,
 * a Postgres that is given or the embedded one, each by itself. Throws StartError, DatabaseError.
 */
export async function openInfrastructure(
  config: Config,
  log: Logger,
  options: InfrastructureOptions,
): Promise<Infrastructure> {
  if (config.OIDC_ISSUER) {
    throw new StartError('OIDC_ISSUER is not supported by this build; leave it unset and use API keys');
  }
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const databaseUrl = config.DATABASE_URL ?? (await startEmbedded(config, log, closers));
    await probeDatabase(databaseUrl);
    let pool: Pool | null = null;
    // Only where it is needed: with Kafka and EventStoreDB a service has no right to these schemas.
    const sharedPool = () => {
      if (!pool) {
        const made = (pool = createSharedPool(databaseUrl, log));
        closers.push(() => made.end());
      }
      return pool;
    };
    const bus = config.KAFKA_BROKERS
      ? await openOnKafka(config, log, options.name, closers)
      : await openOnPostgres(config, log, sharedPool(), closers);
    const eventStore = options.usesEventStore ? await openEventStore(config, log, sharedPool, closers) : null;
    return { databaseUrl, ...bus, eventStore, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

/** The database and the event store, for what needs no bus. Throws StartError, DatabaseError. */
export async function openEventsAlone(
  config: Config,
  log: Logger,
): Promise<{ databaseUrl: string; eventStore: EventStore; close(): Promise<void> }> {
  const closers: Closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const databaseUrl = config.DATABASE_URL ?? (await startEmbedded(config, log, closers));
    await probeDatabase(databaseUrl);
    const sharedPool = () => {
      const made = createSharedPool(databaseUrl, log);
      closers.push(() => made.end());
      return made;
    };
    return { databaseUrl, eventStore: await openEventStore(config, log, sharedPool, closers), close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

type Closers = (() => Promise<void>)[];
type BusAndOutbox = Pick<Infrastructure, 'bus' | 'outboxFor'>;

function createSharedPool(databaseUrl: string, log: Logger): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 12,
    application_name: 'arkanpm-bus',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  pool.on('error', (error) => log.warn({ err: error }, 'an idle bus connection was lost'));
  return pool;
}

async function openOnKafka(config: Config, log: Logger, name: string, closers: Closers): Promise<BusAndOutbox> {
  const bus = await openKafka(config, `arkanpm-${name}`, log);
  closers.push(() => bus.close());
  return {
    bus,
    outboxFor: (database, schema) =>
      createTableOutbox({
        pool: database.pool,
        schema,
        bus,
        onError: (error) => log.warn({ err: error, schema }, 'the outbox could not publish and will try again'),
      }),
  };
}

async function openOnPostgres(config: Config, log: Logger, pool: Pool, closers: Closers): Promise<BusAndOutbox> {
  const bus = await createPostgresBus({
    pool,
    // The data directory's lock lets one process in, so that after a kill -9 its partitions are its own again at once.
    ...(config.DATABASE_URL ? {} : { processId: 'standalone', isSoleWriter: true }),
    onError: (error) => log.warn({ err: error }, 'the bus met an error and goes on'),
  });
  closers.push(() => bus.close());
  await bus.ensureTopics(topicContracts.map((topic) => ({ ...topic, partitions: 1 })));
  return { bus, outboxFor: async () => createPostgresOutbox(bus) };
}

async function openEventStore(config: Config, log: Logger, pool: () => Pool, closers: Closers): Promise<EventStore> {
  const eventStore = config.EVENTSTORE_URL
    ? await openEventStoreDb(config, log)
    : await createPostgresEventStore({ pool: pool() });
  closers.push(() => eventStore.close());
  return eventStore;
}

async function startEmbedded(config: Config, log: Logger, closers: Closers): Promise<string> {
  try {
    const server = await startEmbeddedPostgres({
      dataDir: join(config.ARKAN_DATA_DIR),
      onLog: (line) => log.debug({ postgres: line }, 'postgres'),
      onExit: (error) => {
        log.fatal({ err: error }, 'the embedded database went away; the process ends so that it can be started again');
        process.exitCode = 1;
        process.kill(process.pid, 'SIGTERM');
      },
    });
    closers.push(() => server.stop());
    const admin = new Client({ connectionString: server.url() });
    await admin.connect();
    const known = await admin.query('select 1 from pg_database where datname = $1', [embeddedDatabase]);
    if (known.rowCount === 0) await admin.query(`create database ${embeddedDatabase}`);
    await admin.end();
    return server.url(embeddedDatabase);
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw new StartError(error.message, { cause: error });
    throw error;
  }
}
