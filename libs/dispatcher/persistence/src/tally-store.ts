import { toTimestamp } from '@arkan/kernel';
import type { SqlExecutor } from '@arkan/ports';
import { transaction } from '@arkan/runtime';
import type { Pool } from 'pg';
import { plainArray, same, textArray } from './arrays';

/** Width of a bucket of the statistics. Buckets older than two days are folded into hours. */
export const bucketMs = 300_000;
const hourMs = 3_600_000;
export const fineBucketsMs = 2 * 86_400_000;
/** Stands for all webhooks of a tenant, so that its sum over a month is read in a thousand rows. */
const wholeTenant = '00000000-0000-0000-0000-000000000000';

/** Durations are counted in classes that grow by a fifth: a percentile is known to +-10 %. */
const growth = 1.2;
const classes = 60;

export function durationClass(ms: number): number {
  return ms <= 1 ? 0 : Math.min(classes - 1, 1 + Math.floor(Math.log(ms) / Math.log(growth)));
}
/** The middle of a class, in ms. */
const classMs = (index: number): number => (index === 0 ? 1 : Math.round(growth ** (index - 0.5) * 10) / 10);

/** What happened to the deliveries of one webhook in one bucket of time. */
export interface Tally {
  succeeded: number;
  failed: number;
  /** Changes of the number of deliveries that have this status; negative where a resend changed it back. */
  becameSuccess: number;
  becameFailed: number;
  becameCancelled: number;
  /** Attempts by class of duration. */
  durations: Record<number, number>;
}

/** By `<bucket> <webhook uuid> <tenant>`. */
export type TallyDelta = Record<string, Tally>;

const emptyTally = (): Tally => ({
  succeeded: 0,
  failed: 0,
  becameSuccess: 0,
  becameFailed: 0,
  becameCancelled: 0,
  durations: {},
});

/** The tally of a webhook and moment in `delta`, made where it is missing. */
export function tallyOf(delta: TallyDelta, atMs: number, webhookUuid: string, tenantId: string): Tally {
  const key = `${Math.floor(atMs / bucketMs)} ${webhookUuid} ${tenantId}`;
  return (delta[key] ??= emptyTally());
}

function add(into: Tally, other: Tally): void {
  into.succeeded += other.succeeded;
  into.failed += other.failed;
  into.becameSuccess += other.becameSuccess;
  into.becameFailed += other.becameFailed;
  into.becameCancelled += other.becameCancelled;
  for (const [index, count] of Object.entries(other.durations))
    into.durations[Number(index)] = (into.durations[Number(index)] ?? 0) + count;
}

/** One row, whatever it holds: nobody waits for another's row, and nothing is counted twice or lost with a crash. */
export async function insertTally(tx: SqlExecutor, delta: TallyDelta): Promise<void> {
  await tx.query({
    name: 'dispatcher-tally',
    text: 'insert into tally_delta (body) values ($1)',
    values: [JSON.stringify(delta)],
  });
}

const foldChunk = 500;

/** Folds what flushes have appended into the buckets, at most 500 rows a call. Answers whether there may be more. */
export async function foldTallies(pool: Pool): Promise<boolean> {
  return transaction(pool, async (tx) => {
    const { rows } = await tx.query<{ body: string }>({
      name: 'dispatcher-tally-take',
      text: `delete from tally_delta where id in (select id from tally_delta order by id limit ${foldChunk} for update skip locked)
        returning body`,
    });
    if (rows.length === 0) return false;
    const sums = new Map<string, Tally>();
    const sumOf = (key: string) => {
      const known = sums.get(key) ?? emptyTally();
      sums.set(key, known);
      return known;
    };
    for (const { body } of rows) {
      for (const [key, tally] of Object.entries(JSON.parse(body) as TallyDelta)) {
        const [bucket, webhook, ...tenant] = key.split(' ');
        // The same id comes with and without dashes: as two keys it would be one row twice, which the insert refuses.
        add(sumOf(`${bucket} ${webhook!.replaceAll('-', '')} ${tenant.join(' ')}`), tally);
        add(sumOf(`${bucket} ${wholeTenant} ${tenant.join(' ')}`), tally);
      }
    }
    // One order for all: two that fold at once then wait for each other, never in a ring.
    await addTallies(
      tx,
      [...sums].sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    return rows.length === foldChunk;
  });
}

const fields = `attempts_succeeded, attempts_failed, became_success, became_failed, became_cancelled`;
const addUp = `attempts_succeeded = t.attempts_succeeded + excluded.attempts_succeeded,
  attempts_failed = t.attempts_failed + excluded.attempts_failed,
  became_success = t.became_success + excluded.became_success,
  became_failed = t.became_failed + excluded.became_failed,
  became_cancelled = t.became_cancelled + excluded.became_cancelled,
  durations = (select array_agg(coalesce(a, 0) + coalesce(b, 0) order by n)
    from unnest(t.durations, excluded.durations) with ordinality as u (a, b, n))`;

async function addTallies(tx: SqlExecutor, sums: [key: string, tally: Tally][]): Promise<void> {
  const keys = sums.map(([key]) => key.split(' '));
  const tallies = sums.map(([, tally]) => tally);
  await tx.query({
    name: 'dispatcher-tally-add',
    text: `insert into tally as t (tenant_id, webhook_id, bucket_at, ${fields}, durations)
      select tenant_id, webhook_id, to_timestamp(bucket), ${fields}, durations::int[]
      from unnest($1::text[], $2::uuid[], $3::float8[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[], $9::text[])
        as g (tenant_id, webhook_id, bucket, ${fields}, durations)
      on conflict (tenant_id, webhook_id, bucket_at) do update set ${addUp}`,
    values: [
      textArray(keys, ([, , ...tenant]) => tenant.join(' ')),
      plainArray(keys, ([, webhook]) => webhook!),
      plainArray(keys, ([bucket]) => (Number(bucket) * bucketMs) / 1_000),
      plainArray(tallies, (tally) => tally.succeeded),
      plainArray(tallies, (tally) => tally.failed),
      plainArray(tallies, (tally) => tally.becameSuccess),
      plainArray(tallies, (tally) => tally.becameFailed),
      plainArray(tallies, (tally) => tally.becameCancelled),
      textArray(tallies, (tally) => plainArray(classCounts(tally.durations), same)),
    ],
  });
}

function classCounts(durations: Record<number, number>): number[] {
  const last = Math.max(-1, ...Object.keys(durations).map(Number));
  return Array.from({ length: last + 1 }, (_, index) => durations[index] ?? 0);
}

/** Folds buckets past two days into hours, and drops those before `keepFromMs`. At most 1,000 of each a call; answers whether there may be more. */
export async function tidyTallies(pool: Pool, nowMs: number, keepFromMs: number): Promise<boolean> {
  const before = Math.floor((nowMs - fineBucketsMs) / hourMs) * hourMs;
  const { rows } = await pool.query<{ dropped: number; folded: number }>(
    `with old as (
       delete from tally where ctid = any(array(select ctid from tally where bucket_at < $1 order by bucket_at limit 1000))
       returning 1
     ), fine as (
       delete from tally where ctid = any(array(
         select ctid from tally where bucket_at >= $1 and bucket_at < $2 and bucket_at <> date_trunc('hour', bucket_at)
         order by bucket_at limit 1000 for update skip locked))
       returning *
     ), hours as (
       select tenant_id, webhook_id, date_trunc('hour', bucket_at) as bucket_at,
         sum(attempts_succeeded)::int as attempts_succeeded, sum(attempts_failed)::int as attempts_failed,
         sum(became_success)::int as became_success, sum(became_failed)::int as became_failed,
         sum(became_cancelled)::int as became_cancelled
       from fine group by 1, 2, 3
     ), counted as (
       select tenant_id, webhook_id, bucket_at, array_agg(count order by n) as durations from (
         select tenant_id, webhook_id, date_trunc('hour', bucket_at) as bucket_at, n, sum(c)::int as count
         from fine, unnest(durations) with ordinality as u (c, n) group by 1, 2, 3, 4) s group by 1, 2, 3
     ), added as (
       insert into tally as t (tenant_id, webhook_id, bucket_at, ${fields}, durations)
       select tenant_id, webhook_id, bucket_at, ${fields}, coalesce(durations, '{}')
       from hours left join counted using (tenant_id, webhook_id, bucket_at)
       on conflict (tenant_id, webhook_id, bucket_at) do update set ${addUp}
     )
     select (select count(*) from fine)::int as folded, (select count(*) from old)::int as dropped`,
    [new Date(keepFromMs).toISOString(), toTimestamp(before)],
  );
  return rows[0]!.folded === 1_000 || rows[0]!.dropped === 1_000;
}

export interface TallyBucket extends Omit<Tally, 'durations'> {
  atMs: number;
}

export interface Tallies {
  /** In order of time; those in which nothing happened are left out. */
  buckets: TallyBucket[];
  /** ms, to +-10 %. */
  percentiles: { p50: number | null; p95: number | null; p99: number | null };
}

/** What happened from `fromMs` (whole buckets) up to `toMs`, of a webhook or of all of a tenant. */
export async function readTallies(
  db: SqlExecutor,
  query: { tenantId: string; webhookUuid: string | null; fromMs: number; toMs: number },
): Promise<Tallies> {
  const { rows } = await db.query<{
    at_ms: number;
    attempts_succeeded: number;
    attempts_failed: number;
    became_success: number;
    became_failed: number;
    became_cancelled: number;
    durations: number[];
  }>({
    name: 'dispatcher-tally-read',
    text: `select extract(epoch from bucket_at)::float8 * 1000 as at_ms, ${fields}, durations from tally
      where tenant_id = $1 and webhook_id = $2 and bucket_at >= $3 and bucket_at < $4 order by bucket_at`,
    values: [
      query.tenantId,
      query.webhookUuid ?? wholeTenant,
      toTimestamp(Math.floor(query.fromMs / bucketMs) * bucketMs),
      toTimestamp(query.toMs),
    ],
  });
  const durations = new Array<number>(classes).fill(0);
  for (const row of rows) row.durations.forEach((count, index) => (durations[index]! += count));
  return {
    buckets: rows.map((row) => ({
      atMs: row.at_ms,
      succeeded: row.attempts_succeeded,
      failed: row.attempts_failed,
      becameSuccess: row.became_success,
      becameFailed: row.became_failed,
      becameCancelled: row.became_cancelled,
    })),
    percentiles: {
      p50: percentile(durations, 0.5),
      p95: percentile(durations, 0.95),
      p99: percentile(durations, 0.99),
    },
  };
}

/** Class by class: to take the arrays apart by `unnest` and sum up their elements takes five times as long. */
const classSums = Array.from(
  { length: classes },
  (_, index) => `coalesce(sum(durations[${index + 1}]), 0)::int`,
).join();

export interface WebhookTallies {
  webhookUuid: string;
  /** In order of time, by hours; those in which nothing happened are left out. */
  hours: { atMs: number; succeeded: number; failed: number }[];
  /** ms, to +-10 %. */
  percentiles: { p50: number | null; p95: number | null };
}

/**
 * The hours from `fromMs` up to `toMs` of each of these webhooks, summed up by the database. Webhook by webhook along the primary
 * key; those of which there is nothing are left out.
 */
export async function readTalliesByWebhook(
  db: SqlExecutor,
  query: { tenantId: string; webhookUuids: readonly string[]; fromMs: number; toMs: number },
): Promise<WebhookTallies[]> {
  const { rows } = await db.query<{
    webhook_id: string;
    hours: number[];
    ok: number[];
    bad: number[];
    durations: number[];
  }>({
    name: 'dispatcher-tally-read-webhooks',
    text: `with fine as materialized (
        select webhook_id, date_trunc('hour', bucket_at) as hour, attempts_succeeded, attempts_failed, durations
        from tally where tenant_id = $1 and webhook_id = any($2::uuid[]) and bucket_at >= $3 and bucket_at < $4
      ), hours as (
        select webhook_id, hour, sum(attempts_succeeded)::int as ok, sum(attempts_failed)::int as bad
        from fine group by 1, 2
      ), lines as (
        select webhook_id, array_agg(extract(epoch from hour)::float8 * 1000 order by hour) as hours,
          array_agg(ok order by hour) as ok, array_agg(bad order by hour) as bad
        from hours group by 1
      ), counted as (
        select webhook_id, array[${classSums}] as durations from fine group by 1
      )
      select webhook_id, hours, ok, bad, durations from lines join counted using (webhook_id)`,
    values: [query.tenantId, plainArray(query.webhookUuids, same), toTimestamp(query.fromMs), toTimestamp(query.toMs)],
  });
  return rows.map((row) => ({
    webhookUuid: row.webhook_id,
    hours: row.hours.map((atMs, index) => ({ atMs, succeeded: row.ok[index]!, failed: row.bad[index]! })),
    percentiles: { p50: percentile(row.durations, 0.5), p95: percentile(row.durations, 0.95) },
  }));
}

function percentile(durations: readonly number[], share: number): number | null {
  const total = durations.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = Math.ceil(total * share);
  return classMs(durations.findIndex((count) => (left -= count) <= 0));
}
