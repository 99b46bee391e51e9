import type { SqlExecutor } from '@arkan/ports';
import type { DeliveryHealth, LiveWebhook } from '@arkan/registry-domain';
import type { LastDelivery } from './webhook-view';

/** A webhook's row of health: what its attempts have told. */
export interface HealthRow {
  health: DeliveryHealth;
  last: NonNullable<LastDelivery> | null;
}

interface Columns {
  webhook_id: string;
  consecutive_failures: number;
  failing_since: Date | null;
  last_failure_at: Date | null;
  last_success_at: Date | null;
  exhausted_at: Date | null;
  gone_at: Date | null;
  counts_from: Date;
  last_delivery_id: string | null;
  last_at: Date | null;
  last_status: NonNullable<LastDelivery>['status'] | null;
  last_http_status: number | null;
}

const ms = (time: Date | null): number | null => time?.getTime() ?? null;
const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

/** Locks the rows, in one order, so that two batches that meet take turns. Unknown and deleted webhooks have none. */
export async function lockHealth(tx: SqlExecutor, webhookIds: readonly string[]): Promise<Map<string, HealthRow>> {
  const { rows } = await tx.query<Columns>({
    name: 'registry-health-lock',
    text: 'select * from webhook_health where webhook_id = any($1) order by webhook_id for update',
    values: [webhookIds],
  });
  return new Map(rows.map((row) => [row.webhook_id, { health: healthOf(row), last: lastOf(row) }]));
}

/** All rows of a batch by one statement. */
export async function writeHealthRows(tx: SqlExecutor, rows: ReadonlyMap<string, HealthRow>): Promise<void> {
  const records = [...rows].map(([webhookId, { health, last }]) => ({
    webhook_id: webhookId,
    consecutive_failures: health.consecutiveFailures,
    failing_since: iso(health.failingSinceMs),
    last_failure_at: iso(health.lastFailureAtMs),
    last_success_at: iso(health.lastSuccessAtMs),
    exhausted_at: iso(health.exhaustedAtMs),
    gone_at: iso(health.goneAtMs),
    last_delivery_id: last?.deliveryId ?? null,
    last_at: last?.at ?? null,
    last_status: last?.status ?? null,
    last_http_status: last?.httpStatus ?? null,
  }));
  await tx.query({
    name: 'registry-health-write',
    text: `update webhook_health h set consecutive_failures = r.consecutive_failures, failing_since = r.failing_since,
        last_failure_at = r.last_failure_at, last_success_at = r.last_success_at, exhausted_at = r.exhausted_at,
        gone_at = r.gone_at, last_delivery_id = r.last_delivery_id, last_at = r.last_at, last_status = r.last_status,
        last_http_status = r.last_http_status
      from jsonb_populate_recordset(null::webhook_health, $1) r where h.webhook_id = r.webhook_id`,
    values: [JSON.stringify(records)],
  });
}

/** A webhook beside the health that its attempts tell, for a verdict. */
export interface ToldHealth {
  webhookId: string;
  tenantId: string;
  state: LiveWebhook;
  health: DeliveryHealth;
}

/** Of these webhooks; where `webhookIds` is null, of all whose status does not say what their attempts do, 500 at most. */
export async function loadToldHealth(sql: SqlExecutor, webhookIds: readonly string[] | null): Promise<ToldHealth[]> {
  const { rows } = await sql.query<Columns & { tenant_id: string; state: LiveWebhook }>({
    name: webhookIds ? 'registry-health-told' : 'registry-health-unsettled',
    text: `select w.tenant_id, w.state, h.* from webhook w join webhook_health h on h.webhook_id = w.id
      where w.deleted_at is null and ${webhookIds ? 'w.id = any($1)' : unsettled} limit 500`,
    values: webhookIds ? [webhookIds] : [],
  });
  return rows.map((row) => ({
    webhookId: row.webhook_id,
    tenantId: row.tenant_id,
    state: row.state,
    health: healthOf(row),
  }));
}

/** A superset of what `healthVerdict` has something to say about. */
const unsettled = `(
  (w.status = 'active' and (h.consecutive_failures >= 5 or h.exhausted_at is not null))
  or (w.status = 'failing' and h.consecutive_failures < 5 and h.exhausted_at is null)
  or (w.status <> 'paused' and h.gone_at is not null))`;

/** Failing webhooks of which a warning or the pause is due at `nowMs`, 500 at most, oldest first. */
export async function dueForPause(
  sql: SqlExecutor,
  nowMs: number,
  autoPauseMs: number,
): Promise<{ webhookId: string; tenantId: string }[]> {
  const { rows } = await sql.query<{ id: string; tenant_id: string }>({
    name: 'registry-pause-due',
    text: `select id, tenant_id from webhook where failing_since is not null
        and failing_since + (case warned when 'half' then 0.75 when 'three_quarters' then 1 else 0.5 end) * $2 * interval '1 ms' <= $1
      order by failing_since limit 500`,
    values: [new Date(nowMs).toISOString(), autoPauseMs],
  });
  return rows.map((row) => ({ webhookId: row.id, tenantId: row.tenant_id }));
}

function healthOf(row: Columns): DeliveryHealth {
  return {
    consecutiveFailures: row.consecutive_failures,
    failingSinceMs: ms(row.failing_since),
    lastFailureAtMs: ms(row.last_failure_at),
    lastSuccessAtMs: ms(row.last_success_at),
    exhaustedAtMs: ms(row.exhausted_at),
    goneAtMs: ms(row.gone_at),
    countsFromMs: row.counts_from.getTime(),
  };
}

function lastOf(row: Columns): HealthRow['last'] {
  if (row.last_delivery_id === null || row.last_at === null || row.last_status === null) return null;
  return {
    deliveryId: row.last_delivery_id,
    at: row.last_at.toISOString(),
    status: row.last_status,
    httpStatus: row.last_http_status,
  };
}
