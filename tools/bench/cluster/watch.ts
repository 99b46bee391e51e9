import { readdirSync, readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { topics } from '@arkan/contracts';
import pg from 'pg';
import type { ServiceName } from '../../cluster/cluster.mjs';
import { cpuMsOf, cpuMsOfTree, peakRssMb } from '../platform/processes';
import { round } from '../platform/report';
import { services, type Installation } from './installation';

const pollMs = 20;
const settleMs = 120_000;

export type Part = ServiceName | 'postgres' | 'kafka' | 'receiver' | 'load';
export type Cpu = Record<Part, number>;

/** Milliseconds of CPU that each part has used since its start. Dispatchers that were stopped are not counted. */
export function cpuOf(installation: Installation): Cpu {
  const { cluster, receiver, copies } = installation;
  const ofService = (name: ServiceName) => copies(name).reduce((sum, { pid }) => sum + cpuMsOf(pid), 0);
  return {
    ...(Object.fromEntries(services.map((service) => [service, ofService(service)])) as Record<ServiceName, number>),
    postgres: cpuMsOfTree(cluster.postgresPid),
    kafka: cpuMsOf(cluster.broker.pid!),
    receiver: cpuMsOf(receiver.pid),
    load: cpuMsOf(process.pid),
  };
}

/** Microseconds for each of `count`. */
export function cpuEach(before: Cpu, after: Cpu, count: number): Cpu {
  return Object.fromEntries(
    (Object.keys(after) as Part[]).map((part) => [part, round(((after[part] - before[part]) * 1_000) / count, 0)]),
  ) as Cpu;
}

/** Peak of each process in MB; of Postgres what all its processes have at this moment, shared pages counted once. */
export function memoryOf(installation: Installation): Record<string, number> {
  const { cluster, copies } = installation;
  const found: Record<string, number> = {};
  for (const name of services)
    for (const [i, { pid }] of copies(name).entries())
      found[copies(name).length > 1 ? `${name}-${i + 1}` : name] = round(peakRssMb(pid), 0);
  found.kafka = round(peakRssMb(cluster.broker.pid!), 0);
  found.postgresNow = round(proportionalMb(cluster.postgresPid), 0);
  return found;
}

function proportionalMb(root: number): number {
  let sum = 0;
  for (const name of readdirSync('/proc')) {
    try {
      const isOurs =
        Number(name) === root ||
        /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1] === `${root}`;
      if (isOurs) sum += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // No process, or gone in between.
    }
  }
  return sum / 1_024;
}

/** Milliseconds of CPU that each part takes in a second in which nothing happens. */
export async function idleCost(installation: Installation, seconds: number): Promise<Cpu> {
  const before = cpuOf(installation);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  return cpuEach(before, cpuOf(installation), seconds * 1_000);
}

/** What has been written to Postgres and Kafka so far. */
export interface Written {
  /** Transactions: how well the work is gathered. */
  commits: number;
  walBytes: number;
  /** Tables and indexes of all services. */
  tableBytes: number;
  /** Of all topics, of one copy. */
  kafkaBytes: number;
}

export async function written(installation: Installation): Promise<Written> {
  const client = new pg.Client({ connectionString: installation.cluster.databaseUrl });
  await client.connect();
  const { rows } = await client.query<Record<'commits' | 'wal' | 'tables', string>>(
    `select (select xact_commit from pg_stat_database where datname = current_database()) as commits,
       pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal,
       (select sum(pg_total_relation_size(c.oid)) from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'r' and n.nspname = any($1)) as tables`,
    [services],
  );
  await client.end();
  const { commits, wal, tables } = rows[0]!;
  return {
    commits: Number(commits),
    walBytes: Number(wal),
    tableBytes: Number(tables),
    kafkaBytes: await segmentBytes(join(installation.cluster.broker.dir, 'log')),
  };
}

/** Of the segments alone: their indexes have a size that they don't fill. */
async function segmentBytes(directory: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true }))
    if (entry.name.endsWith('.log') && entry.isFile() && !entry.parentPath.includes('__'))
      sum += (await stat(join(entry.parentPath, entry.name))).size;
  return sum;
}

export const writtenEach = (before: Written, after: Written, count: number) =>
  Object.fromEntries(
    (Object.keys(after) as (keyof Written)[]).map((name) => [
      name,
      round((after[name] - before[name]) / count, name === 'commits' ? 3 : 0),
    ]),
  ) as unknown as Written;

/** Results that each dispatcher has written into the log. */
export function writtenBy(installation: Installation): Promise<number[]> {
  return Promise.all(
    installation.copies('dispatcher').map(async ({ url }) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return [...text.matchAll(/^arkan_flush_size_sum(?:\{[^}]*\})? (\d+)/gm)].reduce(
        (sum, [, n]) => sum + Number(n),
        0,
      );
    }),
  );
}

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + settleMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`not within ${settleMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

/** Until the dispatchers together have written so many results. */
export const logged = (installation: Installation, count: number): Promise<void> =>
  until(`${count} results in the log`, async () => total(await writtenBy(installation)) >= count);

/** Groups whose work follows a delivery. */
const followers = ['registry.health', 'notifier.outcomes'];

/** Until nothing is left to do for anybody: outboxes are empty, and registry and notifier know all outcomes. */
export async function settled(installation: Installation): Promise<void> {
  const client = new pg.Client({ connectionString: installation.cluster.databaseUrl });
  await client.connect();
  try {
    await until('empty outboxes', async () => {
      const { rows } = await client.query<{ empty: boolean }>(
        services
          .map((service) => `not exists (select from ${service}.outbox)`)
          .join(' and ')
          .replace(/^/, 'select ') + ' as empty',
      );
      return rows[0]!.empty;
    });
  } finally {
    await client.end();
  }
  const ends = (await installation.bus.endOffsets([topics.outcomes])).get(topics.outcomes)!;
  for (const group of followers) {
    await until(`${group} has read all`, async () => {
      const committed = (await installation.bus.committedOffsets(group, [topics.outcomes])).get(topics.outcomes);
      return [...ends].every(([partition, end]) => end === 0n || (committed?.get(partition) ?? 0n) >= end);
    });
  }
}
