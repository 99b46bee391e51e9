import type { DeliveryStatus, dispatcherOperations, InputOf, ResponseOf } from '@arkan/contracts';
import {
  countOpen,
  findAttempts,
  findDelivery,
  findPayload,
  foldTallies,
  listDeliveries,
  lowestDeliveryId,
  readTallies,
  bucketMs,
  type DeliveryFilter,
  type DeliveryRow,
  type TallyBucket,
} from '@arkan/dispatcher-persistence';
import { Refusal, toTimestamp, toUuid, type Clock } from '@arkan/kernel';
import type { Cursors } from '@arkan/runtime';
import type { Pool } from 'pg';
import type { WebhookView } from '../webhook-view';
import { showAttempt, showDelivery } from './shown';

type Ops = typeof dispatcherOperations;

const list = 'deliveries';
const dayMs = 86_400_000;
const statsMaxMs = 31 * dayMs;
/** The chart of any range has about so many points at most. */
const bucketsMax = 200;

export interface DeliveryLogDeps {
  pool: Pool;
  view: WebhookView;
  cursors: Cursors;
  clock: Clock;
}

/** What may be read of deliveries. */
export class DeliveryLog {
  constructor(private readonly deps: DeliveryLogDeps) {}

  async list(
    tenantId: string,
    query: InputOf<Ops['listDeliveries']>['query'],
  ): Promise<ResponseOf<Ops['listDeliveries']>> {
    const { pool, view, cursors } = this.deps;
    const before = cursors.decode(list, query.cursor);
    const filter = toFilter(tenantId, query);
    if (!filter) return { data: [], nextCursor: null };
    const page = await listDeliveries(pool, filter, { limit: query.limit, before });
    return {
      data: page.rows.map((row) => showDelivery(row, view)),
      nextCursor: page.next === null ? null : cursors.encode(list, page.next),
    };
  }

  async get(tenantId: string, id: string): Promise<ResponseOf<Ops['getDelivery']>> {
    const { pool, view } = this.deps;
    const row = await this.find(tenantId, id);
    const [attempts, body] = await Promise.all([findAttempts(pool, row), findPayload(pool, row.eventKey)]);
    return { ...showDelivery(row, view), attempts: attempts.map((attempt) => showAttempt(row, attempt, body)) };
  }

  /** Throws Refusal `not_found`. */
  async find(tenantId: string, id: string): Promise<DeliveryRow> {
    const uuid = toUuid('dlv', id);
    const row = uuid && (await findDelivery(this.deps.pool, tenantId, uuid));
    if (!row) throw new Refusal('not_found', 'there is no such delivery, or its day of the log is over');
    return row;
  }

  async stats(tenantId: string, query: InputOf<Ops['stats']>['query']): Promise<ResponseOf<Ops['stats']>> {
    const { pool, clock } = this.deps;
    const { fromMs, toMs } = statsRange(query, clock.now());
    const webhookUuid = query.webhookId === undefined ? null : toUuid('wh', query.webhookId);
    if (query.webhookId !== undefined && webhookUuid === null) return emptyStats(fromMs, toMs);
    // What was counted a moment ago belongs to it.
    await foldTallies(pool);
    const lowDeliveryId = await lowestDeliveryId(pool);
    const [tallies, open] = await Promise.all([
      readTallies(pool, { tenantId, webhookUuid, fromMs, toMs }),
      countOpen(pool, {
        tenantId,
        webhookUuid,
        fromMs,
        toMs,
        lowDeliveryId: lowDeliveryId ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff',
      }),
    ]);
    const sum = (pick: (bucket: TallyBucket) => number) => tallies.buckets.reduce((total, one) => total + pick(one), 0);
    const succeeded = sum((bucket) => bucket.succeeded);
    const failed = sum((bucket) => bucket.failed);
    return {
      from: toTimestamp(fromMs),
      to: toTimestamp(toMs),
      deliveries: {
        pending: open.pending,
        retrying: open.retrying,
        success: Math.max(
          0,
          sum((bucket) => bucket.becameSuccess),
        ),
        failed: Math.max(
          0,
          sum((bucket) => bucket.becameFailed),
        ),
        held: open.held,
        cancelled: Math.max(
          0,
          sum((bucket) => bucket.becameCancelled),
        ),
      },
      attempts: { total: succeeded + failed, succeeded, failed },
      durationMs: tallies.percentiles,
      oldestPendingAt: open.oldestMs === null ? null : toTimestamp(open.oldestMs),
      buckets: chart(tallies.buckets, toMs - fromMs),
    };
  }
}

/** null where nothing can fit it. */
function toFilter(tenantId: string, query: InputOf<Ops['listDeliveries']>['query']): DeliveryFilter | null {
  const filter: DeliveryFilter = { tenantId };
  if (query.webhookId !== undefined) {
    const webhookUuid = toUuid('wh', query.webhookId);
    if (webhookUuid === null) return null;
    filter.webhookUuid = webhookUuid;
  }
  if (query.status !== undefined) filter.statuses = [...new Set(query.status.split(','))] as DeliveryStatus[];
  if (query.eventType !== undefined) filter.eventType = query.eventType;
  if (query.eventId !== undefined) filter.eventId = query.eventId;
  if (query.httpStatus !== undefined) {
    const first = Number(query.httpStatus.replace('xx', '00'));
    filter.httpStatus = query.httpStatus.endsWith('xx') ? [first, first + 99] : [first, first];
  }
  if (query.from !== undefined) filter.fromMs = Date.parse(query.from);
  if (query.to !== undefined) filter.toMs = Date.parse(query.to);
  if (query.text !== undefined) filter.text = query.text;
  return filter;
}

function statsRange(query: InputOf<Ops['stats']>['query'], nowMs: number): { fromMs: number; toMs: number } {
  const toMs = query.to === undefined ? nowMs + 1 : Date.parse(query.to);
  const fromMs = query.from === undefined ? toMs - dayMs : Date.parse(query.from);
  const refuse = (message: string, limit: string | null): never => {
    throw new Refusal('invalid', `query/from ${message}`, [
      { pointer: 'query/from', code: 'invalid_range', message, limit },
    ]);
  };
  if (fromMs >= toMs) refuse('must be before `to`', null);
  if (toMs - fromMs > statsMaxMs) refuse('must be at most 31 days before `to`', '31 days');
  return { fromMs, toMs };
}

function emptyStats(fromMs: number, toMs: number): ResponseOf<Ops['stats']> {
  return {
    from: toTimestamp(fromMs),
    to: toTimestamp(toMs),
    deliveries: { pending: 0, retrying: 0, success: 0, failed: 0, held: 0, cancelled: 0 },
    attempts: { total: 0, succeeded: 0, failed: 0 },
    durationMs: { p50: null, p95: null, p99: null },
    oldestPendingAt: null,
    buckets: [],
  };
}

/** In points of 5 minutes, or of whole hours that make no more than 200 of them. Points in which nothing happened are left out. */
function chart(buckets: readonly TallyBucket[], rangeMs: number): ResponseOf<Ops['stats']>['buckets'] {
  const hour = 3_600_000;
  const width = rangeMs <= bucketsMax * bucketMs ? bucketMs : Math.ceil(rangeMs / bucketsMax / hour) * hour;
  const points = new Map<number, { succeeded: number; failed: number }>();
  for (const { atMs, succeeded, failed } of buckets) {
    const at = Math.floor(atMs / width) * width;
    const point = points.get(at) ?? { succeeded: 0, failed: 0 };
    points.set(at, { succeeded: point.succeeded + succeeded, failed: point.failed + failed });
  }
  return [...points].map(([at, point]) => ({ at: toTimestamp(at), ...point }));
}
