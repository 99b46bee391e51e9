import type { AttemptTrigger, DeliveryStatus } from '@arkan/contracts';
import type { SqlExecutor } from '@arkan/ports';

/** A delivery, locked, and its place in `waiting`. */
export interface Resendable {
  id: string;
  webhookUuid: string;
  eventKey: string;
  eventId: string;
  eventType: string;
  isTest: boolean;
  status: DeliveryStatus;
  attemptCount: number;
  /** Some process holds it in memory. */
  isUnderWay: boolean;
  isWaiting: boolean;
  /** Of the payload; null where that is past its time. */
  bytes: number | null;
}

/** Locks and reads; null where the tenant has no such delivery. */
export async function lockForResend(tx: SqlExecutor, tenantId: string, id: string): Promise<Resendable | null> {
  // `waiting` first: that is the order in which everybody locks the two.
  const waiting = await tx.query<{ session: number | null }>(
    'select session from waiting where tenant_id = $1 and delivery_id = $2 for update',
    [tenantId, id],
  );
  const { rows } = await tx.query<{
    webhook_id: string;
    event_key: string;
    event_id: string;
    event_type: string;
    is_test: boolean;
    status: DeliveryStatus;
    attempt_count: number;
    lease: number | null;
  }>(
    `select webhook_id, event_key, event_id, event_type, is_test, status, attempt_count, lease from delivery
     where tenant_id = $1 and id = $2 for update`,
    [tenantId, id],
  );
  const row = rows[0];
  if (!row) return null;
  const payload = await tx.query<{ bytes: number }>(
    'select octet_length(body) as bytes from payload where event_key = $1',
    [row.event_key],
  );
  return {
    id,
    webhookUuid: row.webhook_id,
    eventKey: row.event_key,
    eventId: row.event_id,
    eventType: row.event_type,
    isTest: row.is_test,
    status: row.status,
    attemptCount: row.attempt_count,
    isUnderWay: row.lease !== null || (waiting.rows[0]?.session ?? null) !== null,
    isWaiting: waiting.rows.length > 0,
    bytes: payload.rows[0]?.bytes ?? null,
  };
}

/**
 * Makes it due now. One that waits keeps its place in its schedule; one that had ended gets a row that remembers how it ended.
 * False where another has put it there meanwhile.
 */
export async function makeDue(
  tx: SqlExecutor,
  tenantId: string,
  delivery: Resendable,
  next: { status: DeliveryStatus; trigger: AttemptTrigger },
): Promise<boolean> {
  const { rowCount } = delivery.isWaiting
    ? await tx.query(
        `update waiting set due_at = now(), trigger = $3 where tenant_id = $1 and delivery_id = $2 and session is null`,
        [tenantId, delivery.id, next.trigger],
      )
    : await tx.query(
        `insert into waiting (tenant_id, delivery_id, webhook_id, event_key, event_id, event_type, is_test, due_at,
           attempt_count, bytes, run_attempt, run_unknown, trigger, prior_status)
         values ($1, $2, $3, $4, $5, $6, $7, now(), $8, $9, 0, 0, $10, $11) on conflict do nothing`,
        [
          tenantId,
          delivery.id,
          delivery.webhookUuid,
          delivery.eventKey,
          delivery.eventId,
          delivery.eventType,
          delivery.isTest,
          delivery.attemptCount,
          delivery.bytes,
          next.trigger,
          delivery.status,
        ],
      );
  if (rowCount !== 1) return false;
  await tx.query(
    `update delivery set status = $3, next_retry_at = case when $3 = 'retrying'::delivery_status then now() end
     where tenant_id = $1 and id = $2`,
    [tenantId, delivery.id, next.status],
  );
  return true;
}

/**
 * Ends one that waits, which must be locked: cancelled, or, where it had ended before and was to be sent again, as it was. Null where
 * it does not wait unclaimed.
 */
export async function cancelWaiting(tx: SqlExecutor, tenantId: string, id: string): Promise<DeliveryStatus | null> {
  const { rows } = await tx.query<{ status: DeliveryStatus }>(
    `with w as (
       delete from waiting where tenant_id = $1 and delivery_id = $2 and session is null
       returning tenant_id, delivery_id, prior_status
     )
     update delivery d set status = coalesce(w.prior_status, 'cancelled'), next_retry_at = null,
       completed_at = case when w.prior_status is null then now() else d.completed_at end
     from w where d.tenant_id = w.tenant_id and d.id = w.delivery_id returning d.status`,
    [tenantId, id],
  );
  return rows[0]?.status ?? null;
}
