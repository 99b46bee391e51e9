import { randomBytes } from 'node:crypto';
import { createTestDatabase } from '@arkan/testing';
import kafkajs from 'kafkajs';
import pg from 'pg';
// Tools are no project of the graph, so a relative path is the only way to them.
// eslint-disable-next-line @nx/enforce-module-boundaries
import { prepareDatabase, services, type Service } from '../../../tools/database/roles.mjs';
import type { Addresses } from './api';
import { runToEnd, startApp, type AppProcess } from './process';

/** The platform's processes and what they keep their data in. */
export interface Installation {
  processes: AppProcess[];
  /** Of the first copy of each service. */
  addresses: Addresses;
  /** Of each copy; a service that has fewer is named by its last. */
  copies: Addresses[];
  /** null in one process. */
  kafka: { brokers: string[]; namespace: string } | null;
  /** Of each service, with its own role; null in one process. */
  databaseUrls: Record<Service, string> | null;
  /** Starts all processes, with the data that are there; those of before must have ended. */
  start(): Promise<void>;
  /** Starts one more process of a service; `addresses` names it where the one that was named there has ended. */
  launch(service: Service): Promise<AppProcess>;
  /** Runs a command of a service to its end, with the settings that its processes have. */
  run(service: Service, args: string[]): ReturnType<typeof runToEnd>;
  /** Removes the data. */
  dispose(): Promise<void>;
}

export type Copies = Partial<Record<Service, number>>;

/** Which profile this run is for: jest.config.mjs says it to each of its projects. */
export const profile = (globalThis as { arkanProfile?: 'standalone' | 'cluster' }).arkanProfile ?? 'standalone';

export async function createStandalone(settings: Record<string, string>): Promise<Installation> {
  const database = await createTestDatabase();
  const installation: Installation = {
    processes: [],
    addresses: { registry: '', catalog: '', dispatcher: '', notifier: '' },
    copies: [],
    kafka: null,
    databaseUrls: null,
    async start() {
      const app = await startApp('standalone', { DATABASE_URL: database.url, ...settings });
      installation.processes = [app];
      for (const service of services) installation.addresses[service] = app.url;
      installation.copies = [installation.addresses];
    },
    launch: () => Promise.reject(new Error('the services have no processes of their own here')),
    run: (_, args) => runToEnd('standalone', { DATABASE_URL: database.url, ...settings }, args),
    dispose: () => database.drop(),
  };
  return installation;
}

/** Whether it has not ended. */
export const isRunning = ({ child }: AppProcess): boolean => child.exitCode === null && child.signalCode === null;

/**
 * Four services, each with a database role that reaches its own schema only, on the broker, the event store and the Postgres of the
 * run unless others are named. Its namespace keeps it apart from the others there.
 */
export async function createCluster(
  settings: Record<string, string>,
  copies: Copies = {},
  postgresUrl = process.env.ARKAN_TEST_DATABASE_URL,
): Promise<Installation> {
  const { ARKAN_TEST_KAFKA, ARKAN_TEST_EVENTSTORE_URL: eventStoreUrl } = process.env;
  const brokers = settings.KAFKA_BROKERS ?? ARKAN_TEST_KAFKA;
  if (!brokers || !eventStoreUrl) throw new Error('tools/jest/cluster-setup.mjs did not run');
  const database = await createTestDatabase(postgresUrl);
  const namespace = `e2e_${randomBytes(6).toString('hex')}`;
  const passwords = Object.fromEntries(services.map((service) => [service, randomBytes(24).toString('hex')]));
  const roles = await prepareDatabase({ url: database.url, passwords, rolePrefix: `${namespace}_` });
  const databaseUrls = urlsOf(database.url, roles, passwords);
  const shared = { KAFKA_BROKERS: brokers, EVENTSTORE_URL: eventStoreUrl, ARKAN_NAMESPACE: namespace, ...settings };
  const envOf = (service: Service) => ({ DATABASE_URL: databaseUrls[service], ...shared });
  const startCopy = async (service: Service) => {
    const app = await startApp(service, envOf(service));
    installation.processes.push(app);
    return app;
  };
  const startCopies = (service: Service) =>
    Promise.all(Array.from({ length: copies[service] ?? 1 }, () => startCopy(service)));
  const installation: Installation = {
    processes: [],
    addresses: { registry: '', catalog: '', dispatcher: '', notifier: '' },
    copies: [],
    kafka: { brokers: brokers.split(','), namespace },
    databaseUrls,
    async start() {
      if (installation.processes.some(isRunning)) throw new Error('halt the processes of before first');
      installation.processes = [];
      // All to their end: where one fails, those that did start are stopped with the rest.
      const settled = await Promise.allSettled(services.map(startCopies));
      const started = settled.map((one) => {
        if (one.status === 'rejected') throw one.reason;
        return one.value;
      });
      const most = Math.max(...started.map((apps) => apps.length));
      installation.copies = Array.from({ length: most }, (_, copy) => {
        const urls = started.map((apps, i) => [services[i]!, (apps[copy] ?? apps.at(-1)!).url] as const);
        return Object.fromEntries(urls) as unknown as Addresses;
      });
      Object.assign(installation.addresses, installation.copies[0]);
    },
    async launch(service) {
      const app = await startCopy(service);
      const { addresses, processes } = installation;
      if (!processes.some((one) => isRunning(one) && one.url === addresses[service])) addresses[service] = app.url;
      return app;
    },
    run: (service, args) => runToEnd(service, envOf(service), args),
    async dispose() {
      await deleteTopics(brokers, `${namespace}.`);
      await database.drop();
      await dropRoles(postgresUrl, Object.values(roles));
    },
  };
  return installation;
}

function urlsOf(
  base: string,
  roles: Record<Service, string>,
  passwords: Record<string, string>,
): Record<Service, string> {
  const urls = services.map((service) => {
    const url = new URL(base);
    [url.username, url.password] = [roles[service], passwords[service]!];
    return [service, url.href] as const;
  });
  return Object.fromEntries(urls) as Record<Service, string>;
}

async function deleteTopics(brokers: string, prefix: string): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
  await admin.deleteTopics({ topics });
  await admin.disconnect();
}

async function dropRoles(connectionString: string | undefined, roles: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  for (const role of roles) await client.query(`drop role ${client.escapeIdentifier(role)}`);
  await client.end();
}
