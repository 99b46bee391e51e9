/**
 * `npm run bench [-- --quick] [--out figures.json] [--only single,batch,steady,dead,log] [--profile dir]`: the whole platform as `npm start` runs it, on
 * its embedded Postgres with fsync on, with receiver and load generator on the same machine. Figures and what they mean: docs/benchmarks.md.
 */
import { randomBytes, createHmac } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Pool } from 'undici';
import { fillLog } from './platform/log-rows';
import { createLoad, eventType, quantile, type Emitter, type Load } from './platform/load';
import {
  cpuMsOf,
  cpuMsOfTree,
  embeddedServer,
  peakRssMb,
  startBenchPlatform,
  startBenchReceiver,
  type BenchReceiver,
} from './platform/processes';

const argument = (name: string) =>
  process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined;
const quick = process.argv.includes('--quick');
const only = argument('--only')?.split(',');
const wants = (part: string) => !only || only.includes(part);
const size = {
  events: quick ? 4_000 : 20_000,
  steadySeconds: quick ? 5 : 20,
  dead: quick ? 10_000 : 100_000,
  log: quick ? 100_000 : 1_000_000,
  limitSeconds: quick ? 2 : 4,
};
const figures: Record<string, unknown> = {
  machine: {
    cores: cpus().length,
    model: cpus()[0]?.model,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  },
  quick,
};
const say = (line: string) => process.stdout.write(`${line}\n`);
const round = (value: number, digits = 1) => Number(value.toFixed(digits));

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
  const platform = await startBenchPlatform(env, profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []);
  closers.push(() => platform.stop());
  figures.readyMs = round(platform.readyMs, 0);
  const server = await embeddedServer(env.ARKAN_DATA_DIR);

  const call = async (method: string, path: string, body?: unknown, tenantId?: string) => {
    const answer = await fetch(`${platform.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${operatorKey}`,
        'content-type': 'application/json',
        ...(tenantId ? { 'x-tenant-id': tenantId } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as Record<string, never> & { key: string; id: string; example: Record<string, unknown> };
  };
  const emitterOf = async (tenantId: string, path: string, more: Record<string, unknown> = {}): Promise<Emitter> => {
    await call('POST', '/v1/tenants', { id: tenantId, name: tenantId });
    await call(
      'POST',
      '/v1/webhooks',
      {
        name: 'bench',
        url: `${receiver.url}${path}`,
        eventTypes: ['maintenance.*'],
        ownerEmail: 'bench@arkanpm.example',
        ...more,
      },
      tenantId,
    );
    return { tenantId, key: (await call('POST', '/v1/api-keys', { name: 'bench', role: 'producer', tenantId })).key };
  };
  const { example } = await call('GET', `/v1/event-types/${eventType}`);
  const data = { ...example, remark: 'x'.repeat(Math.max(0, 1_024 - JSON.stringify(example).length - 13)) };
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

  say(`${cpus().length} cores, Node ${process.version}; ready after ${figures.readyMs} ms\n`);
  await limits(receiver, server.url, data);

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
  if (wants('steady') || wants('dead')) figures.steady = await steady(load, receiver, quiet, 'quiet');
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
    figures.besideDead = await steady(load, receiver, quiet, 'beside');
  }
  figures.peakRssMb = round(peakRssMb(platform.pid), 0);
  say(`peak memory of the platform's process: ${figures.peakRssMb} MB`);
  if (wants('log')) await logPages(server.url, platform.url, operatorKey);
}

/** What the machine itself can do, in the same run. */
async function limits(receiver: BenchReceiver, databaseUrl: string, data: unknown): Promise<void> {
  const pool = new Pool(receiver.url, { connections: 50, connect: { ca: receiver.caPem } });
  const body = Buffer.from(JSON.stringify(data));
  let sent = 0;
  const until = performance.now() + size.limitSeconds * 1_000;
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      while (performance.now() < until) {
        const signature = createHmac('sha256', 'secret').update(body).digest('hex');
        const answer = await pool.request({
          method: 'POST',
          path: '/raw',
          headers: { 'x-signature': signature, 'x-event-id': `raw-${sent++}` },
          body,
        });
        await answer.body.dump();
      }
    }),
  );
  await pool.close();
  await receiver.reached(sent, 30_000);
  receiver.clear();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    'create table bench_row (id bigint generated always as identity primary key, status int, body text)',
  );
  let rows = 0;
  const bodies = Array.from({ length: 200 }, () => body.toString());
  const stop = performance.now() + size.limitSeconds * 1_000;
  while (performance.now() < stop) {
    await client.query({
      name: 'bench',
      text: 'insert into bench_row (status, body) select 200, b from unnest($1::text[]) b',
      values: [bodies],
    });
    rows += 200;
  }
  await client.query('drop table bench_row');
  await client.end();
  figures.limits = {
    rawSignedPostsPerSecond: round(sent / size.limitSeconds, 0),
    postgresRowsPerSecond: round(rows / size.limitSeconds, 0),
  };
  say(
    `the machine's own limits: ${round(sent / size.limitSeconds, 0)} signed POSTs/s over TLS from one process (undici), ${round(rows / size.limitSeconds, 0)} rows/s of 1 KiB into Postgres by 200\n`,
  );
}

async function steady(load: Load, receiver: BenchReceiver, emitter: Emitter, prefix: string) {
  receiver.clear();
  const began = await load.steady(emitter, 200, size.steadySeconds, prefix);
  await receiver.reached(began.size, 60_000);
  const latencies = [...began].map(([id, at]) => receiver.arrivals.get(id)! - at);
  const figure = {
    p50Ms: round(quantile(latencies, 0.5), 2),
    p99Ms: round(quantile(latencies, 0.99), 2),
    maxMs: round(quantile(latencies, 1), 1),
  };
  say(
    `200 events/s, from the start of the call to the POST: p50 ${figure.p50Ms} ms, p99 ${figure.p99Ms} ms, worst ${figure.maxMs} ms`,
  );
  return figure;
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
