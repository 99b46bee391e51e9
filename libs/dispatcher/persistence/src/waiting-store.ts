import type { AttemptTrigger, DeliveryStatus } from '@arkan/contracts';
import type { SqlExecutor } from '@arkan/ports';
import { plainArray } from './arrays';
import { daySuffix, dayOfUuid, type Day } from './day-partitions';

/** Deliveries of a webhook that wait unclaimed. */
export interface WaitingHook {
  webhookUuid: string;
  tenantId: string;
  /** Until the first is due, never more than a moment below 0; null where all of them are held. */
  dueInMs: number | null;
  hasHeld: boolean;
}

/** Before any webhook. */
export const firstHook = '00000000-0000-0000-0000-000000000000';

/**
 * The next webhooks, after `after`, in the order of their ids, that something waits for. Goes from one webhook to the next through
 * the index, whatever number of rows each has. Fewer than `limit`: these were the last.
 */
export async function findWaitingHooks(db: SqlExecutor, after: string, limit: number): Promise<WaitingHook[]> {
  const next = (bound: string) => `select webhook_id, tenant_id, due_at from waiting
    where session is null and webhook_id > ${bound} order by webhook_id, due_at, delivery_id limit 1`;
  const { rows } = await db.query<{ webhook_id: string; tenant_id: string; due_in: number | null; has_held: boolean }>({
    name: 'dispatcher-waiting-hooks',
    text: `with recursive hook as (
        (${next('$1::uuid')})
        union all
        select n.* from hook h cross join lateral (${next('h.webhook_id')}) n
      )
      select webhook_id, tenant_id,
        case when due_at < 'infinity' then extract(epoch from due_at - now())::float8 * 1000 end as due_in,
        exists (select from waiting w where w.session is null and w.webhook_id = hook.webhook_id and w.due_at = 'infinity')
          as has_held
      from (select * from hook limit $2) hook`,
    values: [after, limit],
  });
  return rows.map((row) => ({
    webhookUuid: row.webhook_id,
    tenantId: row.tenant_id,
    dueInMs: row.due_in,
    hasHeld: row.has_held,
  }));
}

/** What of one webhook may be claimed now. */
export interface ClaimShare {
  webhookUuid: string;
  /** At least 1. */
  count: number;
  /** Of payloads; the last one taken may pass it. */
  bytes: number;
}

/** A delivery in `waiting`. */
export interface WaitingRow {
  tenantId: string;
  deliveryId: string;
  webhookUuid: string;
  eventKey: string;
  eventId: string;
  eventType: string;
  isTest: boolean;
  bytes: number;
  attemptCount: number;
  runAttempt: number;
  runUnknown: number;
  trigger: AttemptTrigger;
  priorStatus: DeliveryStatus | null;
}

export interface Claimed {
  /** In the order in which they were due, per webhook. */
  rows: WaitingRow[];
  /** By webhook: until the next one that was not due yet; null where there is none. */
  nextDueInMs: Map<string, number | null>;
}

interface DbRow {
  tenant_id: string;
  delivery_id: string;
  webhook_id: string;
  event_key: string;
  event_id: string;
  event_type: string;
  is_test: boolean;
  bytes: number;
  attempt_count: number;
  run_attempt: number;
  run_unknown: number;
  trigger: AttemptTrigger;
  prior_status: DeliveryStatus | null;
}

const columns = `tenant_id, delivery_id, event_key, event_id, event_type, is_test, bytes, attempt_count, run_attempt,
  run_unknown, trigger, prior_status`;

const toRow = (row: DbRow): WaitingRow => ({
  tenantId: row.tenant_id,
  deliveryId: row.delivery_id,
  webhookUuid: row.webhook_id,
  eventKey: row.event_key,
  eventId: row.event_id,
  eventType: row.event_type,
  isTest: row.is_test,
  bytes: row.bytes,
  attemptCount: row.attempt_count,
  runAttempt: row.run_attempt,
  runUnknown: row.run_unknown,
  trigger: row.trigger,
  priorStatus: row.prior_status,
});

/**
 * Claims due deliveries of these webhooks for a session, by the database's time, each webhook's earliest first. What another process
 * is claiming is passed over; a session that was declared dead gets nothing.
 */
export async function claimDue(db: SqlExecutor, session: number, shares: readonly ClaimShare[]): Promise<Claimed> {
  const { rows } = await db.query<Omit<DbRow, 'delivery_id'> & { next_due: number | null; delivery_id: string | null }>(
    {
      name: 'dispatcher-claim',
      text: `with h as materialized (
        select * from unnest($2::uuid[], $3::int[], $4::float8[]) as h (webhook_id, share, bytes_max)
        where exists (select from session where id = $1::int and dead_since is null)
      ), picked as materialized (
        select r.tenant_id, r.delivery_id from h cross join lateral (
          select tenant_id, delivery_id, sum(bytes) over (order by due_at, delivery_id) - bytes as bytes_before from (
            select tenant_id, delivery_id, due_at, bytes from waiting
            where session is null and webhook_id = h.webhook_id and due_at <= now()
            order by due_at, delivery_id limit h.share for update skip locked
          ) locked
        ) r where r.bytes_before < h.bytes_max
      ), claimed as (
        update waiting w set session = $1::int from picked p
        where w.tenant_id = p.tenant_id and w.delivery_id = p.delivery_id
        returning w.*
      )
      select h.webhook_id, ${columns},
        (select extract(epoch from due_at - now())::float8 * 1000 from waiting
          where session is null and webhook_id = h.webhook_id and due_at > now() and due_at < 'infinity'
          order by due_at limit 1) as next_due
      from h left join claimed using (webhook_id) order by due_at, delivery_id`,
      values: [
        session,
        plainArray(shares, (share) => share.webhookUuid),
        plainArray(shares, (share) => share.count),
        plainArray(shares, (share) => share.bytes),
      ],
    },
  );
  return {
    rows: rows.flatMap((row) => (row.delivery_id === null ? [] : [toRow(row as DbRow)])),
    nextDueInMs: new Map(rows.map((row) => [row.webhook_id, row.next_due])),
  };
}

/** Of what a session has claimed. */
export async function claimedBy(db: SqlExecutor, session: number): Promise<WaitingRow[]> {
  const { rows } = await db.query<DbRow>(`select webhook_id, ${columns} from waiting where session = $1`, [session]);
  return rows.map(toRow);
}

export interface StoredPayload {
  traceparent: string | null;
  body: Buffer;
}

/** By event key; those whose day was dropped are missing. */
export async function readPayloads(db: SqlExecutor, keys: readonly string[]): Promise<Map<string, StoredPayload>> {
  const byDay = new Map<Day, string[]>();
  for (const key of new Set(keys)) {
    const day = dayOfUuid(key);
    const same = byDay.get(day);
    if (same) same.push(key);
    else byDay.set(day, [key]);
  }
  const found = new Map<string, StoredPayload>();
  for (const [day, ofDay] of byDay) {
    const { rows } = await db
      .query<{ event_key: string; traceparent: string | null; body: Buffer }>({
        name: `dispatcher-payloads-${daySuffix(day)}`,
        text: `select event_key, traceparent, body from unnest($1::uuid[]) as k (event_key)
          join payload_${daySuffix(day)} using (event_key)`,
        values: [plainArray(ofDay, (key) => key)],
      })
      .catch((error: unknown) => {
        // The day was dropped.
        if ((error as { code?: string }).code === '42P01') return { rows: [] };
        throw error;
      });
    for (const { event_key, traceparent, body } of rows) found.set(event_key, { traceparent, body });
  }
  return found;
}

/** Ends deliveries that the session has claimed, and whose payload is gone: their days of the log were dropped. */
export async function endWithoutPayload(
  db: SqlExecutor,
  session: number,
  rows: readonly Pick<WaitingRow, 'tenantId' | 'deliveryId'>[],
): Promise<void> {
  await db.query(
    `with gone as (
       delete from waiting w using unnest($2::text[], $3::uuid[]) as g (tenant_id, delivery_id)
       where w.tenant_id = g.tenant_id and w.delivery_id = g.delivery_id and w.session = $1
       returning w.tenant_id, w.delivery_id, w.prior_status
     )
     update delivery d set status = coalesce(gone.prior_status, 'cancelled'), next_retry_at = null,
       completed_at = case when gone.prior_status is null then now() else d.completed_at end
     from gone where d.tenant_id = gone.tenant_id and d.id = gone.delivery_id`,
    [session, rows.map((row) => row.tenantId), rows.map((row) => row.deliveryId)],
  );
}

/** Rows that one statement changes. */
export const reconcileChunk = 500;

const picked = (which: string) => `picked as (
    select tenant_id, delivery_id from waiting where session is null and webhook_id = $1 and ${which}
    order by due_at, delivery_id limit ${reconcileChunk} for update skip locked
  )`;
const ofPicked = 'w.tenant_id = p.tenant_id and w.delivery_id = p.delivery_id';
const statusAgain = `case when d.attempt_count = 0 then 'pending' else 'retrying' end::delivery_status`;

const reconciling = {
  /** What waits for a paused webhook is held. */
  hold: `with ${picked(`due_at < 'infinity'`)}, w as (
      update waiting w set due_at = 'infinity' from picked p where ${ofPicked} returning w.tenant_id, w.delivery_id
    ), d as (
      update delivery d set status = 'held', next_retry_at = null from w where d.tenant_id = w.tenant_id and d.id = w.delivery_id
    ) select count(*)::int as count from w`,
  /** What is held for an active one is due at once. */
  release: `with ${picked(`due_at = 'infinity'`)}, w as (
      update waiting w set due_at = now() from picked p where ${ofPicked} returning w.tenant_id, w.delivery_id
    ), d as (
      update delivery d set status = ${statusAgain}, next_retry_at = case when d.attempt_count > 0 then now() end
      from w where d.tenant_id = w.tenant_id and d.id = w.delivery_id
    ) select count(*)::int as count from w`,
  /** What waits for a deleted one ends. What had ended before, and was to be sent again, stays as it was. */
  cancel: `with ${picked('true')}, w as (
      delete from waiting w using picked p where ${ofPicked} returning w.tenant_id, w.delivery_id, w.prior_status
    ), d as (
      update delivery d set status = coalesce(w.prior_status, 'cancelled'), next_retry_at = null,
        completed_at = case when w.prior_status is null then now() else d.completed_at end
      from w where d.tenant_id = w.tenant_id and d.id = w.delivery_id
    ) select count(*)::int as count, tenant_id, (count(*) filter (where prior_status is null))::int as cancelled from w
    group by tenant_id`,
} as const;

export type Reconciliation = keyof typeof reconciling;

/** At most `reconcileChunk` rows of a webhook; `count` tells how many, `byTenant` whose were cancelled. What a session has claimed is left to it. */
export async function reconcile(
  db: SqlExecutor,
  how: Reconciliation,
  webhookUuid: string,
): Promise<{ count: number; byTenant: Map<string, number> }> {
  const { rows } = await db.query<{ count: number; tenant_id?: string; cancelled?: number }>({
    name: `dispatcher-${how}`,
    text: reconciling[how],
    values: [webhookUuid],
  });
  return {
    count: rows.reduce((sum, row) => sum + row.count, 0),
    byTenant: new Map(rows.flatMap((row) => (row.tenant_id && row.cancelled ? [[row.tenant_id, row.cancelled]] : []))),
  };
}

/** How many wait, counted no further than `max`. */
export async function countWaiting(db: SqlExecutor, max: number): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'select count(*)::int as count from (select from waiting where session is null limit $1) w',
    [max],
  );
  return rows[0]!.count;
}
