import type { dispatcherOperations, InputOf, ResponseOf } from '@arkan/contracts';
import {
  bucketMs as fineMs,
  countOpen,
  fineBucketsMs,
  foldTallies,
  lowestDeliveryId,
  readTallies,
  readTalliesByWebhook,
  type TallyBucket,
} from '@arkan/dispatcher-persistence';
import { Refusal, toPublicId, toTimestamp, toUuid, type Clock } from '@arkan/kernel';
import type { Pool } from 'pg';
import type { WebhookView } from '../webhook-view';

type Ops = typeof dispatcherOperations;
interface Range {
  fromMs: number;
  toMs: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Widths of a bucket: those that clocks and days divide by. */
const widthsMs = [fineMs, 2 * fineMs, 3 * fineMs, 6 * fineMs, hourMs, 2 * hourMs, 3 * hourMs, 4 * hourMs].concat(
  [6, 8, 12, 24].map((hours) => hours * hourMs),
);
const noId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export interface StatisticsDeps {
  pool: Pool;
  view: WebhookView;
  clock: Clock;
}

/** What was counted of deliveries. */
export class Statistics {
  constructor(private readonly deps: StatisticsDeps) {}

  async ofTenant(tenantId: string, query: InputOf<Ops['stats']>['query']): Promise<ResponseOf<Ops['stats']>> {
    const { pool, clock } = this.deps;
    const range = rangeOf(query, clock.now(), { ms: 31 * dayMs, text: '31 days' });
    const webhookUuid = query.webhookId === undefined ? null : (toUuid('wh', query.webhookId) ?? noId);
    // What was counted a moment ago belongs to it.
    await foldTallies(pool);
    const lowDeliveryId = (await lowestDeliveryId(pool)) ?? noId;
    const [{ buckets, percentiles }, open] = await Promise.all([
      readTallies(pool, { tenantId, webhookUuid, ...range }),
      countOpen(pool, { tenantId, webhookUuid, ...range, lowDeliveryId }),
    ]);
    const sum = (pick: (bucket: TallyBucket) => number) => buckets.reduce((total, one) => total + pick(one), 0);
    const atLeast0 = (pick: (bucket: TallyBucket) => number) => Math.max(0, sum(pick));
    const width = widthOf(range, query.buckets, clock.now());
    return {
      ...shownRange(range),
      bucketMs: width,
      deliveries: {
        pending: open.pending,
        retrying: open.retrying,
        success: atLeast0((bucket) => bucket.becameSuccess),
        failed: atLeast0((bucket) => bucket.becameFailed),
        held: open.held,
        cancelled: atLeast0((bucket) => bucket.becameCancelled),
      },
      attempts: attemptsOf(buckets),
      durationMs: percentiles,
      oldestPendingAt: open.oldestMs === null ? null : toTimestamp(open.oldestMs),
      buckets: chart(buckets, width),
    };
  }

  /** Of each webhook that is there, in the order of their ids, those without a delivery included. */
  async byWebhook(
    tenantId: string,
    query: InputOf<Ops['webhookStats']>['query'],
  ): Promise<ResponseOf<Ops['webhookStats']>> {
    const { pool, clock, view } = this.deps;
    const range = rangeOf(query, clock.now(), { ms: dayMs, text: '24 hours' });
    const webhookUuids = view.ofTenant(tenantId).map((webhookId) => toUuid('wh', webhookId)!);
    await foldTallies(pool);
    const counted = await readTalliesByWebhook(pool, {
      tenantId,
      webhookUuids,
      fromMs: Math.floor(range.fromMs / hourMs) * hourMs,
      toMs: range.toMs,
    });
    const known = new Map(counted.map((one) => [one.webhookUuid, one]));
    return {
      ...shownRange(range),
      bucketMs: hourMs,
      data: webhookUuids.sort().map((uuid) => {
        const { hours = [], percentiles = { p50: null, p95: null } } = known.get(uuid) ?? {};
        return {
          webhookId: toPublicId('wh', uuid),
          buckets: chart(hours, hourMs),
          attempts: attemptsOf(hours),
          durationMs: percentiles,
        };
      }),
    };
  }
}

/** The last 24 hours unless told. Throws Refusal `invalid`. */
function rangeOf(query: { from?: string; to?: string }, nowMs: number, most: { ms: number; text: string }): Range {
  const toMs = query.to === undefined ? nowMs + 1 : Date.parse(query.to);
  const fromMs = query.from === undefined ? toMs - dayMs : Date.parse(query.from);
  const refuse = (message: string, limit: string | null): never => {
    throw new Refusal('invalid', `query/from ${message}`, [
      { pointer: 'query/from', code: 'invalid_range', message, limit },
    ]);
  };
  if (fromMs >= toMs) refuse('must be before `to`', null);
  if (toMs - fromMs > most.ms) refuse(`must be at most ${most.text} before \`to\``, most.text);
  return { fromMs, toMs };
}

const shownRange = ({ fromMs, toMs }: Range) => ({ from: toTimestamp(fromMs), to: toTimestamp(toMs) });

interface Counts {
  succeeded: number;
  failed: number;
}

function attemptsOf(buckets: readonly Counts[]) {
  const succeeded = buckets.reduce((sum, bucket) => sum + bucket.succeeded, 0);
  const failed = buckets.reduce((sum, bucket) => sum + bucket.failed, 0);
  return { total: succeeded + failed, succeeded, failed };
}

/** The narrowest of which no more than `most` fill the range. What is older than two days is counted by hours only. */
function widthOf({ fromMs, toMs }: Range, most: number, nowMs: number): number {
  const least = Math.max((toMs - fromMs) / most, fromMs < nowMs - fineBucketsMs ? hourMs : fineMs);
  return widthsMs.find((width) => width >= least) ?? Math.ceil(least / dayMs) * dayMs;
}

/** Buckets in which nothing happened are left out. */
function chart(buckets: readonly (Counts & { atMs: number })[], width: number) {
  const points = new Map<number, Counts>();
  for (const { atMs, succeeded, failed } of buckets) {
    const at = Math.floor(atMs / width) * width;
    const point = points.get(at) ?? { succeeded: 0, failed: 0 };
    points.set(at, { succeeded: point.succeeded + succeeded, failed: point.failed + failed });
  }
  return [...points].map(([at, point]) => ({ at: toTimestamp(at), ...point }));
}
