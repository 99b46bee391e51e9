/**
 * `npm run bench -- --cluster [--dispatchers 2] [--quick] [--out figures.json] [--only kafka,backlog,single,batch,steady] [--profile dir]`:
 * the distributed profile on one machine, beside its load and its receiver: a Kafka broker, a stand-in for EventStoreDB, Postgres
 * with fsync on and a role for each service, and the services as processes. Figures and what they mean: docs/benchmarks.md.
 */
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { install, type Installation } from './cluster/installation';
import { createKafkaLoad } from './cluster/kafka-load';
import {
  cpuEach,
  cpuOf,
  idleCost,
  logged,
  memoryOf,
  settled,
  written,
  writtenBy,
  writtenEach,
  type Cpu,
} from './cluster/watch';
import { measureLimits } from './platform/limits';
import { createLoad, type Emitter } from './platform/load';
import { argument, machine, quick, round, say, wants } from './platform/report';
import { steady, steadyPerSecond } from './platform/steady';
import { createTenants } from './platform/tenants';

const size = {
  events: quick ? 4_000 : 20_000,
  warm: 2_000,
  steadySeconds: quick ? 5 : 20,
  limitSeconds: quick ? 2 : 4,
  idleSeconds: quick ? 3 : 10,
  tenants: 10,
};
const arriveMs = 120_000;
const dispatchers = Number(argument('--dispatchers') ?? 1);
if (!Number.isInteger(dispatchers) || dispatchers < 1 || dispatchers > 8)
  throw new Error(`--dispatchers can not be ${argument('--dispatchers')}; it may be a whole number from 1 to 8`);
const figures: Record<string, unknown> = { machine, quick, dispatchers, loadAverageBefore: loadavg()[0] };

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
  const installation = await install({ dispatchers, profile: argument('--profile'), closers });
  const { cluster, receiver } = installation;
  const [registry, catalog] = [installation.copies('registry')[0]!.url, installation.copies('catalog')[0]!.url];
  const { emitterOf, exampleData } = createTenants({ registry, catalog }, cluster.operatorKey, receiver.url);
  const data = await exampleData();
  const http = createLoad(catalog, data, 64);
  closers.push(() => http.close());
  const kafka = await createKafkaLoad(cluster.broker.brokers, data);
  closers.push(() => kafka.close());
  say(
    `${machine.cores} cores, Node ${machine.node}, load average ${round(loadavg()[0]!)}; dispatchers: ${dispatchers}\n`,
  );
  figures.limits = await measureLimits(receiver, cluster.databaseUrl, data, size.limitSeconds);

  const emitters = await Promise.all(
    Array.from({ length: size.tenants }, (_, i) => emitterOf(`bench-${i}`, `/ok-${i}`)),
  );
  await kafka.burst(emitters, size.warm, 'warm');
  await receiver.reached(size.warm, arriveMs);
  await settled(installation);
  figures.idleCpuMsPerSecond = await idleCost(installation, size.idleSeconds);
  say(`idle, ms of CPU a second: ${describe(figures.idleCpuMsPerSecond as Cpu)}`);

  const ways: [string, string, () => Promise<number>][] = [
    ['kafka', 'produced to Kafka', () => kafka.burst(emitters, size.events, 'kafka')],
    ['batch', 'over HTTP in batches of 100, 8 connections', () => http.batches(emitters, size.events, 100, 8, 'batch')],
    ['single', 'over HTTP one by one, 64 connections', () => http.single(emitters, size.events, 64, 'single')],
  ];
  for (const [name, title, emit] of ways) if (wants(name)) figures[name] = await throughput(installation, title, emit);
  if (wants('backlog'))
    figures.backlog = await backlog(installation, () => kafka.burst(emitters, size.events, 'backlog'));
  if (wants('steady')) {
    const quiet = await emitterOf('bench-quiet', '/quiet');
    figures.steadyKafka = await steadyFrom('Kafka', installation, kafka, quiet);
    figures.steadyHttp = await steadyFrom('HTTP', installation, http, quiet);
  }
  figures.memoryMb = memoryOf(installation);
  say(`memory, MB: ${describe(figures.memoryMb as Record<string, number>)}`);
}

function describe(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** What came to the receiver, and who had sent it. */
function counted(installation: Installation, before: readonly number[], after: readonly number[]) {
  const posts = installation.receiver.posts();
  return {
    posts,
    duplicates: posts - installation.receiver.arrivals.size,
    byDispatcher: after.map((n, i) => n - (before[i] ?? 0)),
  };
}

async function throughput(installation: Installation, title: string, emit: () => Promise<number>) {
  const { receiver } = installation;
  receiver.clear();
  const before = {
    cpu: cpuOf(installation),
    written: await writtenBy(installation),
    stored: await written(installation),
  };
  const startedAt = performance.now();
  const emitSeconds = await emit();
  await receiver.reached(size.events, arriveMs);
  await logged(installation, before.written.reduce((sum, n) => sum + n, 0) + size.events);
  const seconds = (performance.now() - startedAt) / 1_000;
  await settled(installation);
  const figure = {
    emittedPerSecond: round(size.events / emitSeconds, 0),
    deliveriesPerSecond: round(size.events / seconds, 0),
    settledPerSecond: round((size.events * 1_000) / (performance.now() - startedAt), 0),
    cpuUsPerDelivery: cpuEach(before.cpu, cpuOf(installation), size.events),
    writtenPerDelivery: writtenEach(before.stored, await written(installation), size.events),
    ...counted(installation, before.written, await writtenBy(installation)),
  };
  say(`${title}: ${figure.deliveriesPerSecond} deliveries/s end to end, ${figure.emittedPerSecond} emitted/s`);
  sayCosts(figure.cpuUsPerDelivery);
  say(`  written a delivery: ${describe({ ...figure.writtenPerDelivery })}`);
  sayCounts(figure);
  return figure;
}

function sayCosts(cpu: Cpu): void {
  const { receiver, load, ...ours } = cpu;
  const sum = Object.values(ours).reduce((all, one) => all + one, 0);
  say(`  CPU a delivery, us: ${describe(ours)}; together ${sum}, beside receiver ${receiver}, load ${load}`);
}

function sayCounts({ posts, duplicates, byDispatcher }: ReturnType<typeof counted>): void {
  say(`  ${posts} POSTs, ${duplicates} of them duplicates; by dispatcher: ${byDispatcher.join(', ')}`);
}

/** What the dispatchers do when they come back to topics that others have filled meanwhile. */
async function backlog(installation: Installation, emit: () => Promise<number>) {
  const { receiver } = installation;
  await installation.stopDispatchers();
  receiver.clear();
  await emit();
  await settled(installation);
  const startedAt = performance.now();
  await installation.startDispatchers();
  const readyMs = performance.now() - startedAt;
  const none = installation.copies('dispatcher').map(() => 0);
  await receiver.reached(size.events, arriveMs);
  await logged(installation, size.events);
  const seconds = (performance.now() - startedAt) / 1_000;
  await settled(installation);
  const figure = {
    readyMs: round(readyMs, 0),
    deliveriesPerSecond: round(size.events / seconds, 0),
    ...counted(installation, none, await writtenBy(installation)),
  };
  say(
    `a backlog of ${size.events}, taken up at the start: ${figure.deliveriesPerSecond} deliveries/s, the start of ${figure.readyMs} ms included`,
  );
  sayCounts(figure);
  return figure;
}

async function steadyFrom(
  name: string,
  installation: Installation,
  load: { steady(emitter: Emitter, perSecond: number, seconds: number, prefix: string): Promise<Map<string, number>> },
  emitter: Emitter,
) {
  const before = cpuOf(installation);
  say(`from ${name}:`);
  const figure = await steady(load, installation.receiver, emitter, size.steadySeconds, `steady-${name}`);
  await settled(installation);
  const cpuUsPerDelivery = cpuEach(before, cpuOf(installation), size.steadySeconds * steadyPerSecond);
  sayCosts(cpuUsPerDelivery);
  return { ...figure, cpuUsPerDelivery };
}
