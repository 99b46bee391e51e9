/**
 * What accepting an event costs: `node tools/jest/run-ts.mjs tools/bench/ingest.ts [seconds a round] [part of a case's name]`. One service, catalog, on an embedded
 * Postgres of its own with fsync on; the load comes from another process, so that its CPU is not counted. Events of 1 KiB, each for
 * one webhook. Prints us of CPU an event, of this process and of Postgres.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Pool } from 'undici';
import {
  createPostgresBus,
  createPostgresEventStore,
  createPostgresOutbox,
  startEmbeddedPostgres,
} from '@arkan/adapter-postgres';
import { shippedEventTypes } from '@arkan/catalog-domain';
import { topicContracts } from '@arkan/contracts';
import { grant, keyOf, putWebhook, startCatalog, type Catalog } from '../../libs/catalog/feature/src/catalog.fixture';

const { type, example } = shippedEventTypes[0]!;
const roundsMax = 6;
let made = 0;
const run = `${process.pid}-${Date.now()}`;

function newEvent(): object {
  const data = { ...example, description: 'x'.repeat(420) };
  const time = '2026-03-01T10:00:00.000Z';
  return { specversion: '1.0', id: `${run}-${made++}`, source: '/maintenance', type, time, tenantid: 'acme', data };
}

const batch = (size: number) => Array.from({ length: size }, newEvent);

/** Keeps `concurrency` calls under way for some seconds; the number of events that were taken. */
async function drive(concurrency: number, seconds: number, call: () => Promise<number>): Promise<number> {
  const end = performance.now() + seconds * 1_000;
  let taken = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (performance.now() < end) {
        const count = await call();
        taken += count;
      }
    }),
  );
  return taken;
}

/** The other process: posts until its time is over, and prints how many events were taken and how long it took. */
async function load(url: string, size: number, concurrency: number, seconds: number): Promise<void> {
  const pool = new Pool(url, { connections: concurrency, pipelining: 1 });
  const headers = {
    authorization: `Bearer ${keyOf('acme', 'producer')}`,
    'content-type': size === 1 ? 'application/cloudevents+json' : 'application/cloudevents-batch+json',
  };
  const latencies: number[] = [];
  const call = async () => {
    const body = JSON.stringify(size === 1 ? newEvent() : batch(size));
    const started = performance.now();
    const answer = await pool.request({ path: '/v1/events', method: 'POST', headers, body });
    await answer.body.dump();
    if (answer.statusCode !== 202) throw new Error(`answered ${answer.statusCode}`);
    latencies.push(performance.now() - started);
    return size;
  };
  const taken = await drive(concurrency, seconds, call);
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)]!.toFixed(1);
  process.stdout.write(JSON.stringify({ taken, p50: at(0.5), p99: at(0.99) }));
  await pool.close();
}

interface Taken {
  taken: number;
  p50?: string;
  p99?: string;
}

function loadElsewhere(url: string, size: number, concurrency: number, seconds: number): Promise<Taken> {
  const child = spawn(
    process.execPath,
    [process.argv[1]!, 'load', url, String(size), String(concurrency), String(seconds)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(out) as Taken) : reject(new Error(`load ended with ${code}`)),
    );
  });
}

/** us of CPU of all processes below `parent`, itself included. Linux only; NaN elsewhere. */
function cpuUsBelow(parent: number): number {
  try {
    const stats = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
            .replace(/^.*\) /, '')
            .split(' ');
          return [{ pid: Number(name), ppid: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }];
        } catch {
          return [];
        }
      });
    return (
      stats.filter(({ pid, ppid }) => pid === parent || ppid === parent).reduce((sum, { ticks }) => sum + ticks, 0) *
      10_000
    );
  } catch {
    return NaN;
  }
}

interface Round {
  perSecond: number;
  appUs: number;
  postgresUs: number;
  p50: string | undefined;
  p99: string | undefined;
}

async function measure(postgresPid: number, work: () => Promise<Taken>): Promise<Round> {
  const before = { own: process.cpuUsage(), postgres: cpuUsBelow(postgresPid), at: performance.now() };
  const { taken, p50, p99 } = await work();
  const own = process.cpuUsage(before.own);
  const seconds = (performance.now() - before.at) / 1_000;
  return {
    perSecond: taken / seconds,
    appUs: (own.user + own.system) / taken,
    postgresUs: (cpuUsBelow(postgresPid) - before.postgres) / taken,
    p50,
    p99,
  };
}

/** Of several rounds the cheapest: what else runs on the machine only ever adds. */
function report(name: string, rounds: Round[], eventsPerGroup: number): void {
  const best = rounds.toSorted((a, b) => a.appUs - b.appUs)[0]!;
  const columns = [
    name.padEnd(36),
    `${Math.round(best.perSecond)}/s`.padStart(8),
    `app ${best.appUs.toFixed(1)} us (${rounds.map(({ appUs }) => appUs.toFixed(0)).join(' ')})`.padEnd(44),
    `postgres ${best.postgresUs.toFixed(1)} us`.padEnd(18),
    `${eventsPerGroup.toFixed(0)} a group`.padEnd(12),
    best.p50 ? `p50 ${best.p50} ms  p99 ${best.p99} ms` : '',
  ];
  console.log(columns.join('  '));
}

async function groupsOf({ deps }: Catalog): Promise<{ events: number; groups: number }> {
  const { values } = await deps.metrics.getSingleMetric('arkan_ingest_group_size')!.get();
  const of = (suffix: string) =>
    values.find((value) => (value as { metricName?: string }).metricName?.endsWith(suffix))?.value ?? 0;
  return { events: of('_sum'), groups: of('_count') };
}

async function bench(seconds: number, only: string): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'arkan-bench-'));
  await chmod(dataDir, 0o711);
  const server = await startEmbeddedPostgres({ dataDir });
  const pool = new pg.Pool({ connectionString: server.url(), max: 12 });
  const bus = await createPostgresBus({ pool });
  await bus.ensureTopics(topicContracts.map((topic) => ({ ...topic, partitions: 1 })));
  const eventStore = await createPostgresEventStore({ pool });
  const infrastructure = {
    database: { url: server.url(), pool, drop: async () => undefined },
    bus,
    eventStore,
    outboxFor: () => createPostgresOutbox(bus),
    close: async () => undefined,
  };
  let catalog: Catalog | null = null;
  try {
    catalog = await startCatalog({ infrastructure });
    await grant(infrastructure, 'acme/producer');
    await putWebhook(infrastructure, { eventTypes: ['maintenance.*'] });
    const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    const postmaster = Number(
      readFileSync(`/proc/${rows[0]!.pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[1],
    );
    const { ingest } = catalog.feature;
    const caller = { tenantId: 'acme', traceparent: undefined };
    const single = { 'content-type': 'application/cloudevents+json' };
    const many = { 'content-type': 'application/cloudevents-batch+json' };
    const cases: [string, () => Promise<Taken>][] = [
      [
        'use case, single, 64 at once',
        async () => ({
          taken: await drive(
            64,
            seconds,
            async () => (await ingest.publish({ headers: single, body: newEvent() }, caller), 1),
          ),
        }),
      ],
      [
        'use case, batches of 100, 8 at once',
        async () => ({
          taken: await drive(
            8,
            seconds,
            async () => (await ingest.publish({ headers: many, body: batch(100) }, caller), 100),
          ),
        }),
      ],
      ['HTTP, single, 64 connections', () => loadElsewhere(catalog!.url, 1, 64, seconds)],
      ['HTTP, batches of 100, 8 connections', () => loadElsewhere(catalog!.url, 100, 8, seconds)],
      ['HTTP, single, 1 connection', () => loadElsewhere(catalog!.url, 1, 1, seconds)],
    ];
    const chosen = cases.filter(([name]) => name.includes(only));
    for (const [name, work] of chosen) {
      await work();
      const before = await groupsOf(catalog);
      const rounds: Round[] = [];
      for (let round = 0; round < roundsMax; round++) rounds.push(await measure(postmaster, work));
      const after = await groupsOf(catalog);
      report(name, rounds, (after.events - before.events) / (after.groups - before.groups));
    }
  } finally {
    await catalog?.stop();
    await eventStore.close();
    await bus.close();
    await pool.end();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === 'load') await load(rest[0]!, Number(rest[1]), Number(rest[2]), Number(rest[3]));
else await bench(Number(mode ?? 2), rest[0] ?? '');
