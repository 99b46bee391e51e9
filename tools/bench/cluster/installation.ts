import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKafkaBus } from '@arkan/adapter-kafka';
import { startEmbeddedPostgres } from '@arkan/adapter-postgres';
import type { MessageBus } from '@arkan/ports';
import pg from 'pg';
import { startEventStoreStandIn } from '../../../libs/adapters/eventstoredb/src/stand-in/server';
import { prepareDatabase, services, type Service } from '../../database/roles.mjs';
import { startKafka, type KafkaBroker } from '../../kafka/broker.mjs';
import { startBenchApp, startBenchReceiver, type BenchApp, type BenchReceiver } from '../platform/processes';

export interface ClusterOptions {
  dispatchers: number;
  /** Gets a folder of CPU profiles for each service. */
  profile?: string;
}

/** The distributed profile on this machine, each part a process of its own but the store of the configuration, which is idle here. */
export interface Cluster {
  receiver: BenchReceiver;
  operatorKey: string;
  /** Of a superuser. */
  databaseUrl: string;
  postgresPid: number;
  kafka: KafkaBroker;
  /** A client of our own at the brokers, to ask how far the groups are. */
  bus: MessageBus;
  apps: Record<Service, BenchApp[]>;
  startDispatchers(): Promise<void>;
  stopDispatchers(): Promise<void>;
}

type Closers = (() => Promise<unknown> | void)[];

export async function startCluster({ dispatchers, profile }: ClusterOptions, closers: Closers): Promise<Cluster> {
  const directory = await mkdtemp(join(tmpdir(), 'arkan-bench-'));
  await chmod(directory, 0o711);
  closers.push(() => rm(directory, { recursive: true, force: true }));
  const receiver = await startBenchReceiver();
  closers.push(() => receiver.close());
  await writeFile(join(directory, 'ca.pem'), receiver.caPem);
  const database = await openDatabase(join(directory, 'data'), closers);
  const kafka = await startKafka();
  closers.push(() => kafka.stop());
  const eventStore = await startEventStoreStandIn();
  closers.push(() => eventStore.close());
  const operatorKey = `ak_${randomBytes(32).toString('base64url')}`;
  const env = {
    ARKAN_PORT: '0',
    KAFKA_BROKERS: kafka.brokers.join(),
    EVENTSTORE_URL: eventStore.connectionString,
    ARKAN_MASTER_KEY: randomBytes(32).toString('base64'),
    ARKAN_OPERATOR_KEY: operatorKey,
    ARKAN_ALLOWED_TARGETS: '127.0.0.0/8',
    ARKAN_TARGET_CA_FILE: join(directory, 'ca.pem'),
    LOG_LEVEL: 'error',
  };
  const start = (service: Service) =>
    startBenchApp(
      service,
      { ...env, DATABASE_URL: database.urls[service] },
      profile ? ['--cpu-prof', `--cpu-prof-dir=${join(profile, service)}`] : [],
    );
  const apps: Cluster['apps'] = { registry: [], catalog: [], dispatcher: [], notifier: [] };
  closers.push(() => Promise.all(Object.values(apps).flatMap((all) => all.map((app) => app.stop()))));
  const startDispatchers = async () => {
    apps.dispatcher = await Promise.all(Array.from({ length: dispatchers }, () => start('dispatcher')));
  };
  for (const service of services) if (service !== 'dispatcher') apps[service] = [await start(service)];
  await startDispatchers();
  const bus = await createKafkaBus({ brokers: kafka.brokers, clientId: 'bench' });
  closers.push(() => bus.close());
  return {
    receiver,
    operatorKey,
    databaseUrl: database.url,
    postgresPid: database.pid,
    kafka,
    bus,
    apps,
    startDispatchers,
    async stopDispatchers() {
      await Promise.all(apps.dispatcher.splice(0).map((app) => app.stop()));
    },
  };
}

/** One server, with a role for each service, as in production. */
async function openDatabase(dataDir: string, closers: Closers) {
  const server = await startEmbeddedPostgres({ dataDir, settings: { max_connections: '200' } });
  closers.push(() => server.stop());
  const admin = new pg.Client({ connectionString: server.url() });
  await admin.connect();
  await admin.query('create database arkan');
  await admin.end();
  const url = server.url('arkan');
  const passwords = Object.fromEntries(services.map((service) => [service, randomBytes(24).toString('hex')]));
  const roles = await prepareDatabase({ url, passwords });
  const urls = Object.fromEntries(
    services.map((service) => {
      const own = new URL(url);
      [own.username, own.password] = [roles[service], passwords[service]!];
      return [service, own.href];
    }),
  ) as Record<Service, string>;
  return { url, urls, pid: server.pid };
}
