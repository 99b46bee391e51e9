import type { DeliveryStatus } from '@arkan/contracts';
import type { SqlExecutor } from '@arkan/ports';

/** Without a heartbeat for so long, by the database's time, a session is dead. */
export const sessionDeadMs = 15_000;

export async function openSession(db: SqlExecutor, lowDeliveryId: string): Promise<number> {
  const { rows } = await db.query<{ id: number }>('insert into session (low_delivery_id) values ($1) returning id', [
    lowDeliveryId,
  ]);
  return rows[0]!.id;
}

/** False where it was declared dead. */
export async function beatSession(db: SqlExecutor, session: number, lowDeliveryId: string): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'dispatcher-heartbeat',
    text: 'update session set heartbeat_at = now(), low_delivery_id = $2 where id = $1 and dead_since is null',
    values: [session, lowDeliveryId],
  });
  return rowCount === 1;
}

export async function closeSession(db: SqlExecutor, session: number): Promise<void> {
  await db.query('delete from session where id = $1', [session]);
}

/** Declares those dead that were not heard of for too long. Never `own`. */
export async function declareDead(db: SqlExecutor, own: number): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>({
    name: 'dispatcher-declare-dead',
    text: `update session set dead_since = now(), dead_xid = pg_current_xact_id()
      where id in (
        select id from session
        where dead_since is null and id <> $1 and heartbeat_at < now() - $2 * interval '1 ms' for update skip locked
      ) returning id`,
    values: [own, sessionDeadMs],
  });
  return rows.map((row) => row.id);
}

export interface DeadSession {
  id: number;
  lowDeliveryId: string;
  /**
   * No transaction is under way any more that saw the session alive: what it holds now is all that it ever will. Until then a
   * batch may still be committed under it, and its row must stay to be looked at again.
   */
  isSettled: boolean;
  lastHeartbeatMs: number;
}

export async function findDead(db: SqlExecutor): Promise<DeadSession[]> {
  const { rows } = await db.query<{ id: number; low: string; settled: boolean; beat: number }>({
    name: 'dispatcher-find-dead',
    text: `select id, low_delivery_id as low, dead_xid < pg_snapshot_xmin(pg_current_snapshot()) as settled,
        extract(epoch from heartbeat_at)::float8 * 1000 as beat
      from session where dead_since is not null`,
  });
  return rows.map((row) => ({
    id: row.id,
    lowDeliveryId: row.low,
    isSettled: row.settled,
    lastHeartbeatMs: row.beat,
  }));
}

/** A delivery that was held in a session's memory from its intake on. */
export interface LeasedRow {
  tenantId: string;
  deliveryId: string;
  webhookUuid: string;
  eventKey: string;
  eventId: string;
  eventType: string;
  isTest: boolean;
  bytes: number;
  status: DeliveryStatus;
  attemptCount: number;
}

/** Found by the blocks of the table that hold ids from `lowDeliveryId` on; those before it are not read. */
export async function leasedBy(
  db: SqlExecutor,
  session: number,
  lowDeliveryId: string,
  limit: number,
): Promise<LeasedRow[]> {
  const { rows } = await db.query<{
    tenant_id: string;
    id: string;
    webhook_id: string;
    event_key: string;
    event_id: string;
    event_type: string;
    is_test: boolean;
    bytes: number;
    status: DeliveryStatus;
    attempt_count: number;
  }>({
    name: 'dispatcher-leased-by',
    text: `select tenant_id, id, webhook_id, event_key, event_id, event_type, is_test, status, attempt_count,
        coalesce((select octet_length(body) from payload p where p.event_key = d.event_key), 0) as bytes
      from delivery d where id >= $2 and lease = $1 limit $3`,
    values: [session, lowDeliveryId, limit],
  });
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    deliveryId: row.id,
    webhookUuid: row.webhook_id,
    eventKey: row.event_key,
    eventId: row.event_id,
    eventType: row.event_type,
    isTest: row.is_test,
    bytes: row.bytes,
    status: row.status,
    attemptCount: row.attempt_count,
  }));
}

/** Of all sessions: no delivery in a memory is older; null where there is none. */
export async function lowestDeliveryId(db: SqlExecutor): Promise<string | null> {
  const { rows } = await db.query<{ low: string }>(
    'select low_delivery_id as low from session order by low_delivery_id limit 1',
  );
  return rows[0]?.low ?? null;
}
