/**
 * `node tools/jest/run-ts.mjs tools/docs/cluster-tables.ts figures.json [more.json]`: what `npm run bench -- --cluster --out
 * figures.json` has measured, as the tables of docs/benchmarks.md (a column a file) and of docs/operations/scaling.md (derived from
 * the first file; the sums are said on that page).
 */
import { readFileSync } from 'node:fs';

type Cpu = Record<
  'registry' | 'catalog' | 'dispatcher' | 'notifier' | 'postgres' | 'kafka' | 'receiver' | 'load',
  number
>;

interface Throughput {
  deliveriesPerSecond: number;
  cpuUsPerDelivery: Cpu;
  writtenPerDelivery: Record<'commits' | 'walBytes' | 'tableBytes' | 'kafkaBytes', number>;
  posts: number;
  duplicates: number;
  byDispatcher: number[];
}

interface Steady {
  p50Ms: number;
  p99Ms: number;
  cpuUsPerDelivery: Cpu;
}

/** Of tools/bench/cluster.ts; parts that were not asked for are missing. */
interface Figures {
  dispatchers: number;
  loadAverageBefore: number;
  limits: { rawSignedPostsPerSecond: number; postgresRowsPerSecond: number };
  idleCpuMsPerSecond: Cpu;
  kafka: Throughput;
  batch?: Throughput;
  single?: Throughput;
  backlog?: Pick<Throughput, 'deliveriesPerSecond' | 'posts' | 'duplicates' | 'byDispatcher'>;
  steadyKafka?: Steady;
  steadyHttp?: Steady;
  memoryMb: Record<string, number>;
}

/** How busy a process or a server is planned to be. */
const busy = 0.6;
/** ARKAN_MAX_IN_FLIGHT, and how long receivers are taken to need. */
const inFlightMax = 512;
const responseMs = 200;
const kafkaCopies = 3;
/** Of the modules' topics; the others are kept for 3. */
const kafkaDays = 7;
const logDays = 30;
const rates = [1_000, 10_000, 100_000];

const files = process.argv.slice(2);
const all = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Figures);
if (!all[0]) throw new Error('usage: node tools/jest/run-ts.mjs tools/docs/cluster-tables.ts figures.json [more.json]');
const { cpuUsPerDelivery: us, writtenPerDelivery: bytes } = all[0].kafka;

function grouped(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
}

const line = (cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);

function table(heading: readonly string[], body: readonly (readonly string[])[]): void {
  console.log();
  line(heading);
  line(heading.map((_, i) => (i === 0 ? '---' : '---:')));
  for (const row of body) line(row);
}

const ours = ['registry', 'catalog', 'dispatcher', 'notifier', 'postgres', 'kafka'] as const;
const beside = ['receiver', 'load'] as const;
const sum = (cpu: Cpu, parts: readonly (keyof Cpu)[]) => parts.reduce((all, part) => all + cpu[part], 0);
const costs = (cpu: Cpu | undefined) =>
  cpu ? `${ours.map((part) => cpu[part]).join(' + ')} = ${sum(cpu, ours)}; ${sum(cpu, beside)}` : '-';
const rate = (one: { deliveriesPerSecond: number } | undefined) => (one ? grouped(one.deliveriesPerSecond) : '-');
const steady = (one: Steady | undefined) => (one ? `${one.p50Ms} / ${one.p99Ms}` : '-');
const shared = (one: Figures['backlog']) =>
  one ? `${grouped(one.posts)}, ${one.duplicates}; ${one.byDispatcher.map(grouped).join(' + ')}` : '-';

const measured: [string, (figures: Figures) => string][] = [
  ['load average before', (f) => String(Math.round(f.loadAverageBefore * 10) / 10)],
  ['limit: signed POSTs/s over TLS, one undici process', (f) => grouped(f.limits.rawSignedPostsPerSecond)],
  ['limit: rows of 1 KiB a second into Postgres, by 200', (f) => grouped(f.limits.postgresRowsPerSecond)],
  ['**from Kafka: deliveries/s end to end, logged**', (f) => rate(f.kafka)],
  [`CPU a delivery, us: ${ours.join(' + ')}; ${beside.join(' and ')}`, (f) => costs(f.kafka.cpuUsPerDelivery)],
  ['POSTs, of them duplicates; by dispatcher', (f) => shared(f.kafka)],
  ['over HTTP, batches of 100: deliveries/s', (f) => rate(f.batch)],
  ['CPU as above', (f) => costs(f.batch?.cpuUsPerDelivery)],
  ['over HTTP one by one, 64 connections: deliveries/s', (f) => rate(f.single)],
  ['CPU as above', (f) => costs(f.single?.cpuUsPerDelivery)],
  ['a backlog at the start, the start included: deliveries/s', (f) => rate(f.backlog)],
  ['POSTs, of them duplicates; by dispatcher', (f) => shared(f.backlog)],
  ['**steady 200/s from Kafka, produce to POST: p50 / p99 ms**', (f) => steady(f.steadyKafka)],
  ['CPU as above', (f) => costs(f.steadyKafka?.cpuUsPerDelivery)],
  ['steady 200/s over HTTP: p50 / p99 ms', (f) => steady(f.steadyHttp)],
  ['CPU as above', (f) => costs(f.steadyHttp?.cpuUsPerDelivery)],
  ['idle: ms of CPU a second, as above', (f) => costs(f.idleCpuMsPerSecond)],
  ['written a delivery: commits', (f) => String(f.kafka.writtenPerDelivery.commits)],
  [
    'written a delivery, bytes: WAL, tables, Kafka',
    ({ kafka: { writtenPerDelivery: each } }) =>
      [each.walBytes, each.tableBytes, each.kafkaBytes].map(grouped).join(', '),
  ],
  [
    'peak memory, MB',
    (f) =>
      Object.entries(f.memoryMb)
        .map(([name, mb]) => `${name} ${mb}`)
        .join(', '),
  ],
];

const cores = (rate: number, cost: number) => (rate * cost) / 1_000_000 / busy;
const processes = (rate: number, cost: number) => Math.ceil(cores(rate, cost));
const dispatchers = (rate: number) =>
  Math.max(processes(rate, us.dispatcher), Math.ceil((rate * responseMs) / 1_000 / inFlightMax));
const perDay = (rate: number, each: number) => (rate * each * 86_400) / 1e12;

const rows: [string, (rate: number) => number][] = [
  ['catalogs', (rate) => processes(rate, us.catalog)],
  ['dispatchers, for CPU', (rate) => processes(rate, us.dispatcher)],
  [
    `dispatchers, for slots (receivers that take ${responseMs} ms)`,
    (rate) => Math.ceil((rate * responseMs) / 1_000 / inFlightMax),
  ],
  ['registries', (rate) => processes(rate, us.registry)],
  ['notifiers', (rate) => processes(rate, us.notifier)],
  ['partitions of `webhook.deliveries` and of a module', (rate) => Math.max(12, 2 * dispatchers(rate))],
  ['cores of Postgres, all services together', (rate) => cores(rate, us.postgres)],
  ["cores of Kafka, a copy's", (rate) => cores(rate, us.kafka)],
  ['Postgres: commits/s', (rate) => rate * bytes.commits],
  ['Postgres: WAL, MB/s', (rate) => (rate * bytes.walBytes) / 1e6],
  ['Postgres: tables, TB a day', (rate) => perDay(rate, bytes.tableBytes)],
  [`Postgres: tables, TB at ${logDays} days`, (rate) => perDay(rate, bytes.tableBytes) * logDays],
  ["Kafka: MB/s, a copy's", (rate) => (rate * bytes.kafkaBytes) / 1e6],
  [
    `Kafka: TB at ${kafkaDays} days, ${kafkaCopies} copies, at the most`,
    (rate) => perDay(rate, bytes.kafkaBytes) * kafkaDays * kafkaCopies,
  ],
];

table(
  ['dispatchers', ...all.map((one) => String(one.dispatchers))],
  measured.map(([name, of]) => [name, ...all.map(of)]),
);
table(
  ['deliveries a second', ...rates.map(grouped)],
  rows.map(([name, of]) => [name, ...rates.map((each) => grouped(of(each)))]),
);
