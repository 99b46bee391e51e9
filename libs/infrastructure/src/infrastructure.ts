import { join } from 'node:path';
import { Client, Pool } from 'pg';
import {
  createPostgresBus,
  createPostgresEventStore,
  createPostgresOutbox,
  startEmbeddedPostgres,
  EmbeddedPostgresError,
} from '@arkan/adapter-postgres';
import { topicContracts } from '@arkan/contracts';
import type { EventStore, MessageBus, Outbox } from '@arkan/ports';
import { probeDatabase, type Config, type Database, type Logger } from '@arkan/runtime';
import { StartError } from './start-error';

/** What the profile decides. Chosen here and nowhere else. */
export interface Infrastructure {
  profile: 'embedded' | 'distributed';
  databaseUrl: string;
  bus: MessageBus;
  eventStore: EventStore;
  outboxFor(database: Database, schema: string): Promise<Outbox>;
  close(): Promise<void>;
}

/** The name of the database that the embedded server has for us. */
const embeddedDatabase = 'arkan';

/** Starts or connects the infrastructure that the settings name. Throws StartError. */
export async function openInfrastructure(config: Config, log: Logger): Promise<Infrastructure> {
  if (config.KAFKA_BROKERS || config.EVENTSTORE_URL) {
    throw new StartError(
      'KAFKA_BROKERS and EVENTSTORE_URL are not supported by this build; leave them unset to run on Postgres',
    );
  }
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
    const pool = new Pool({
      connectionString: databaseUrl,
      max: 12,
      application_name: 'arkanpm-bus',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    pool.on('error', (error) => log.warn({ err: error }, 'an idle bus connection was lost'));
    closers.push(() => pool.end());
    const bus = await createPostgresBus({
      pool,
      // The data directory's lock lets one process in, so that after a kill -9 its partitions are its own again at once.
      ...(config.DATABASE_URL ? {} : { processId: 'standalone', isSoleWriter: true }),
      onError: (error) => log.warn({ err: error }, 'the bus met an error and goes on'),
    });
    closers.push(() => bus.close());
    await bus.ensureTopics(topicContracts.map((topic) => ({ ...topic, partitions: 1 })));
    const eventStore = await createPostgresEventStore({ pool });
    closers.push(() => eventStore.close());
    return {
      profile: 'embedded',
      databaseUrl,
      bus,
      eventStore,
      outboxFor: async () => createPostgresOutbox(bus),
      close,
    };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

async function startEmbedded(config: Config, log: Logger, closers: (() => Promise<void>)[]): Promise<string> {
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
