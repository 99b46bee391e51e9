/**
 * `npm run bench [-- --quick] [--out figures.json] [--only single,batch,steady,dead,log] [--profile dir]`: the whole platform as `npm start` runs it, on
 * its embedded Postgres with fsync on, with receiver and load generator on the same machine. Figures and what they mean: docs/benchmarks.md.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureLimits } from './platform/limits';
import { fillLog } from './platform/log-rows';
import { createLoad, quantile } from './platform/load';
import {
  cpuMsOf,
  cpuMsOfTree,
  embeddedServer,
  peakRssMb,
  startBenchApp,
  startBenchReceiver,
} from './platform/processes';
import { argument, machine, quick, round, say, wants } from './platform/report';
import { steady } from './platform/steady';
import { createTenants } from './platform/tenants';

const size = {
  events: quick ? 4_000 : 20_000,
  steadySeconds: quick ? 5 : 20,
  dead: quick ? 10_000 : 100_000,
  log: quick ? 100_000 : 1_000_000,
  limitSeconds: quick ? 2 : 4,
};
const figures: Record<string, unknown> = { machine, quick };

const closers: (() => Promise<unknown> | void)[] = [];
try {
  await main();
} finally {
  for (const closer of closers.reverse()) await closer();
}
const out = argument('--out');
if (out) await writeFile(out, `${JSON.stringify(figures, null, 2)}\n`);
process.exit(0);

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'arkan-bench-'));
  await chmod(directory, 0o711);
  closers.push(() => rm(directory, { recursive: true, force: true }));
  const receiver = await startBenchReceiver();
  closers.push(() => receiver.close());
  await writeFile(join(directory, 'ca.pem'), receiver.caPem);
  const operatorKey = `ak_${randomBytes(32).toString('base64url')}`;
  const profile = argument('--profile');
  const env = {
    ARKAN_PORT: '0',
    ARKAN_DATA_DIR: join(directory, 'data'),
    ARKAN_OPERATOR_KEY: operatorKey,
    ARKAN_ALLOWED_TARGETS: '127.0.0.0/8',
    ARKAN_TARGET_CA_FILE: join(directory, 'ca.pem'),
    LOG_LEVEL: 'error',
  };
  const platform = await startBenchApp('standalone', env, profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []);
  closers.push(() => platform.stop());
  figures.readyMs = round(platform.readyMs, 0);
  const server = await embeddedServer(env.ARKAN_DATA_DIR);

  const { emitterOf, exampleData } = createTenants(
    { registry: platform.url, catalog: platform.url },
    operatorKey,
    receiver.url,
  );
  const data = await exampleData();
  const load = createLoad(platform.url, data, 64);
  closers.push(() => load.close());
  const attempts = async () => {
    const text = await (await fetch(`${platform.url}/metrics`)).text();
    return [...text.matchAll(/^arkan_attempts_total\{[^}]*outcome="success"[^}]*\} (\d+)/gm)].reduce(
      (sum, match) => sum + Number(match[1]),
      0,
    );
  };
  const logged = async (count: number) => {
    const deadline = performance.now() + 60_000;
    while ((await attempts()) < count) {
      if (performance.now() > deadline) throw new Error(`only ${await attempts()} of ${count} attempts are in the log`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  say(`${machine.cores} cores, Node ${machine.node}; ready after ${figures.readyMs} ms\n`);
  figures.limits = await measureLimits(receiver, server.url, data, size.limitSeconds);

  const emitters = await Promise.all(Array.from({ length: 10 }, (_, i) => emitterOf(`bench-${i}`, `/ok-${i}`)));
  await load.single(emitters, 500, 16, 'warm');
  await receiver.reached(500, 60_000);
  for (const [name, run] of [
    ['single', (n: number) => load.single(emitters, n, 64, 'single')],
    ['batch', (n: number) => load.batches(emitters, n, 100, 8, 'batch')],
  ] as const) {
    if (!wants(name)) continue;
    receiver.clear();
    const before = { app: cpuMsOf(platform.pid), database: cpuMsOfTree(server.pid), attempts: await attempts() };
    const startedAt = performance.now();
    const seconds = await run(size.events);
    await receiver.reached(size.events, 120_000);
    await logged(before.attempts + size.events);
    const total = (performance.now() - startedAt) / 1_000;
    const figure = {
      acceptedPerSecond: round(size.events / seconds, 0),
      deliveriesPerSecond: round(size.events / total, 0),
      appCpuUsPerDelivery: round(((cpuMsOf(platform.pid) - before.app) * 1_000) / size.events, 0),
      postgresCpuUsPerDelivery: round(((cpuMsOfTree(server.pid) - before.database) * 1_000) / size.events, 0),
    };
    figures[name] = figure;
    say(
      `${name === 'single' ? 'one by one, 64 connections' : 'batches of 100, 8 connections'}: ${figure.deliveriesPerSecond} deliveries/s end to end, ${figure.acceptedPerSecond} accepted/s; CPU a delivery: platform ${figure.appCpuUsPerDelivery} us, Postgres ${figure.postgresCpuUsPerDelivery} us`,
    );
  }
  const quiet = await emitterOf('bench-quiet', '/quiet');
  if (wants('steady') || wants('dead'))
    figures.steady = await steady(load, receiver, quiet, size.steadySeconds, 'quiet');
  if (wants('dead')) {
    const dead = await emitterOf('bench-dead', '/hang', { timeoutMs: 30_000, retryCount: 15 });
    const startedAt = performance.now();
    await load.batches([dead], size.dead, 1_000, 4, 'dead');
    // An event of another tenant, published last, arrives when the burst has been taken in.
    receiver.clear();
    await load.single([quiet], 1, 1, 'taken-in');
    await receiver.reached(1, 120_000);
    const takenIn = round((performance.now() - startedAt) / 1_000);
    figures.deadTakenInSeconds = takenIn;
    say(
      `a tenant whose receiver never answers has ${size.dead} deliveries waiting (published and taken in within ${takenIn} s); beside it:`,
    );
    figures.besideDead = await steady(load, receiver, quiet, size.steadySeconds, 'beside');
  }
  figures.peakRssMb = round(peakRssMb(platform.pid), 0);
  say(`peak memory of the platform's process: ${figures.peakRssMb} MB`);
  if (wants('log')) await logPages(server.url, platform.url, operatorKey);
}

async function logPages(databaseUrl: string, url: string, operatorKey: string): Promise<void> {
  const filled = await fillLog(databaseUrl, size.log);
  const pages: Record<string, { p50Ms: number; p95Ms: number }> = {};
  for (const [name, query] of Object.entries(filled.queries)) {
    const times: number[] = [];
    for (let i = 0; i < 40; i++) {
      const startedAt = performance.now();
      const answer = await fetch(`${url}/v1/deliveries?${query}`, {
        headers: { authorization: `Bearer ${operatorKey}`, 'x-tenant-id': filled.tenantId },
      });
      const page = (await answer.json()) as { data?: unknown[] };
      if (!answer.ok || !page.data)
        throw new Error(`log page ${query}: ${answer.status} ${JSON.stringify(page).slice(0, 300)}`);
      times.push(performance.now() - startedAt);
    }
    pages[name] = { p50Ms: round(quantile(times, 0.5)), p95Ms: round(quantile(times, 0.95)) };
    say(`log page at ${size.log} rows, ${name}: p50 ${pages[name].p50Ms} ms, p95 ${pages[name].p95Ms} ms`);
  }
  figures.logPages = { rows: size.log, pages };
}
