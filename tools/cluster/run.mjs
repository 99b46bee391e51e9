/**
 * `npm run cluster [-- --dispatchers 2 …]`: the four services on Kafka, the stand-in for EventStoreDB and Postgres, until Ctrl-C.
 * Settings of the services (ARKAN_…, OTEL_…, LOG_LEVEL) are passed on; the data are gone at the end.
 */
import { parseArgs } from 'node:util';
import { buildApps } from '../build.mjs';
import { services } from '../database/roles.mjs';
import { startCluster } from './cluster.mjs';

const copiesMax = 8;
const plural = { registry: 'registries', catalog: 'catalogs', dispatcher: 'dispatchers', notifier: 'notifiers' };
const usage = `usage: npm run cluster -- [--port <port>] ${services.map((name) => `[--${plural[name]} <1 to ${copiesMax}>]`).join(' ')}`;

function whole(name, text, min, max) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new Error(`--${name} can not be ${text}; it may be a whole number from ${min} to ${max}`);
  return value;
}

function readArguments() {
  const option = (fallback) => ({ type: 'string', default: fallback });
  const { values } = parseArgs({
    options: { port: option('8080'), ...Object.fromEntries(services.map((name) => [plural[name], option('1')])) },
  });
  return {
    port: whole('port', values.port, 0, 65_535),
    copies: Object.fromEntries(services.map((name) => [name, whole(plural[name], values[plural[name]], 1, copiesMax)])),
  };
}

const passedOn = Object.fromEntries(
  Object.entries(process.env).filter(([name]) =>
    /^(ARKAN_(?!TEST_|PORT$|HOST$|DATA_DIR$)|OTEL_|LOG_LEVEL$)/.test(name),
  ),
);

let options;
try {
  options = readArguments();
} catch (error) {
  console.error(`${error.message}\n${usage}`);
  process.exit(2);
}
let cluster = null;
let isEnding = false;
async function end(code) {
  // Before it is up, the end of this process ends what it has started.
  if (!cluster) process.exit(code);
  if (isEnding) return;
  isEnding = true;
  console.log('Stopping: what is under way is finished first.');
  await cluster.stop();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));
try {
  await buildApps();
  cluster = await startCluster({
    ...options,
    env: passedOn,
    onLine: (name, number, line) => console.log(`[${name} ${number}] ${line}`),
    onExit(name, number, how) {
      console.error(`${name} ${number} ended with ${how}; the cluster ends.`);
      void end(1);
    },
  });
  const lines = cluster.services.map(({ name, number, url }) => `  ${`${name} ${number}`.padEnd(14)}${url}`);
  console.log(
    `\nThe cluster is ready at ${cluster.url}\n${lines.join('\n')}\n  Kafka         ${cluster.broker.brokers[0]}\n` +
      `Operator key: ${cluster.operatorKey}\nAll data are temporary. Ctrl-C ends it.`,
  );
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
