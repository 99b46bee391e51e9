/**
 * What docker-compose.yml starts, without Docker: Postgres with a role a service, one Kafka broker, the stand-in for EventStoreDB,
 * copies of the four services, and a gateway. For development and tests: all data are temporary, since the stand-in's are.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { prepareDatabase, services } from '../database/roles.mjs';
import { bundle } from '../jest/bundle.mjs';
import { startKafka } from '../kafka/broker.mjs';
import { startGateway } from './gateway.mjs';

const root = resolve(import.meta.dirname, '../..');
const readyMs = 60_000;
/** A service forces its own stop after 45 s. */
const stopMs = 50_000;
const databaseName = 'arkan';

const load = async (file) => import(pathToFileURL(await bundle(file)).href);

/** See cluster.d.mts. The apps must have been built. */
export async function startCluster(options = {}) {
  const { copies = {}, port = 0, env = {}, isDurable = false, nodeArguments = () => [] } = options;
  const { onLine = () => {}, onExit = () => {} } = options;
  const closers = [];
  const stop = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'arkan-cluster-'));
    await chmod(directory, 0o711);
    closers.push(() => rm(directory, { recursive: true, force: true }));
    const postgres = await startPostgres(directory, isDurable, closers);
    const eventStore = await startEventStore(closers);
    const broker = await startKafka();
    closers.push(() => broker.stop());
    const operatorKey = `ak_${randomBytes(32).toString('base64url')}`;
    const shared = {
      ARKAN_MASTER_KEY: randomBytes(32).toString('base64'),
      ARKAN_OPERATOR_KEY: operatorKey,
      LOG_LEVEL: 'warn',
      // Of the gateway, which stands between.
      ARKAN_TRUSTED_PROXIES: '127.0.0.1/32',
      ...env,
      ARKAN_PORT: '0',
      ARKAN_DATA_DIR: join(directory, 'data'),
      KAFKA_BROKERS: broker.brokers.join(','),
      EVENTSTORE_URL: eventStore.connectionString,
    };
    const running = [];
    closers.push(() => Promise.all(running.map((service) => service.stop())));
    const start = async (name, number) => {
      const settings = { ...shared, DATABASE_URL: postgres.urls[name] };
      const nodeArgs = ['--enable-source-maps', ...nodeArguments(name)];
      const service = await startService({ name, number, settings, nodeArgs, onLine, onExit });
      running.push(service);
      return service;
    };
    await Promise.all(
      services.flatMap((name) => Array.from({ length: copies[name] ?? 1 }, (_, i) => start(name, i + 1))),
    );
    const place = ({ name, number }) => services.indexOf(name) * 100 + number;
    running.sort((a, b) => place(a) - place(b));
    const upstreams = (name) => running.filter((one) => one.name === name && one.isRunning()).map((one) => one.url);
    const gateway = await startGateway({ port, upstreams });
    closers.push(() => gateway.stop());
    const numbers = new Map(services.map((name) => [name, copies[name] ?? 1]));
    return {
      url: gateway.url,
      operatorKey,
      services: running,
      broker,
      databaseUrl: postgres.adminUrl,
      postgresPid: postgres.pid,
      start(name) {
        numbers.set(name, numbers.get(name) + 1);
        return start(name, numbers.get(name));
      },
      stop,
    };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

async function startPostgres(directory, isDurable, closers) {
  const { startEmbeddedPostgres } = await load('libs/adapters/postgres/src/embedded.ts');
  // What is thrown away need not survive a power cut.
  const hasty = isDurable ? {} : { fsync: 'off', full_page_writes: 'off' };
  const settings = { ...hasty, max_connections: '400' };
  const server = await startEmbeddedPostgres({ dataDir: directory, settings });
  closers.push(() => server.stop());
  const { default: pg } = await import('pg');
  const admin = new pg.Client({ connectionString: server.url() });
  await admin.connect();
  await admin.query(`create database ${databaseName}`);
  await admin.end();
  const adminUrl = server.url(databaseName);
  const passwords = Object.fromEntries(services.map((service) => [service, randomBytes(24).toString('hex')]));
  const roles = await prepareDatabase({ url: adminUrl, passwords });
  const urls = {};
  for (const service of services) {
    const url = new URL(adminUrl);
    [url.username, url.password] = [roles[service], passwords[service]];
    urls[service] = url.href;
  }
  return { adminUrl, urls, pid: server.pid };
}

async function startEventStore(closers) {
  const { startEventStoreStandIn } = await load('libs/adapters/eventstoredb/src/stand-in/server.ts');
  const server = await startEventStoreStandIn();
  closers.push(() => server.close());
  return server;
}

/** Resolves when it says that it is ready; rejects with what it said where it ends before. */
async function startService({ name, number, settings, nodeArgs, onLine, onExit }) {
  // Nothing of the shell's own settings, and in a group of its own: a Ctrl-C is for the cluster, which stops all in order.
  const child = spawn(process.execPath, [...nodeArgs, join(root, `dist/apps/${name}/main.js`)], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const killAtExit = () => child.kill('SIGKILL');
  process.on('exit', killAtExit);
  let isStopping = false;
  let said = '';
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const ended = new Promise((done) => child.once('close', done));
  const service = { name, number, pid: child.pid, url: '', isRunning, stop };
  await new Promise((ready, fail) => {
    const timer = setTimeout(
      () => (child.kill('SIGKILL'), fail(new Error(`${name} was not ready in time:\n${said}`))),
      readyMs,
    );
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        said = `${said}${line}\n`.slice(-4_000);
        const url = /is ready at (http:\/\/\S+)/.exec(line)?.[1];
        if (url) [service.url] = [url, clearTimeout(timer), ready()];
        onLine(name, number, line);
      });
    }
    void ended.then(() => {
      clearTimeout(timer);
      process.off('exit', killAtExit);
      fail(new Error(`${name} ended before it was ready:\n${said}`));
      if (service.url !== '' && !isStopping) onExit(name, number, child.signalCode ?? child.exitCode);
    });
  });

  async function stop() {
    isStopping = true;
    if (isRunning()) child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await ended;
    clearTimeout(timer);
  }
  return service;
}
