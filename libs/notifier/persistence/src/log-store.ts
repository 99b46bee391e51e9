import type { PoolClient } from 'pg';
import {
  deliveredCause,
  successEntryUuid,
  successGroupMs,
  type LogLevel,
  type LogRow,
  type SuccessRow,
} from '@arkan/notifier-domain';

/** Rows that one statement takes, so that a batch of failures never makes one statement of many megabytes. */
const rowsMax = 1_000;

interface CauseChange {
  tenantId: string;
  webhookId: string;
  causeKey: string;
  count: number;
  firstAtMs: number;
  lastAtMs: number;
  level: LogLevel;
  source: string;
  message: string | null;
  durationMs: number | null;
  deliveryId: string | null;
  entryUuid: string | null;
  /** First success, where it is about successes. */
  groupAtMs: number | null;
}

/**
 * Adds to the integration log, and counts causes. An entry whose id is there already changes nothing. Two statements a batch
 * of successes, one more for each thousand failures. Days must exist (see DayPartitions); rows before `floorMs` are left out.
 */
export async function writeLog(
  tx: PoolClient,
  batch: { rows: readonly LogRow[]; successes: readonly SuccessRow[]; floorMs: number },
): Promise<void> {
  const causes = new Map<string, CauseChange>();
  const rows = batch.rows.filter(({ atMs }) => atMs >= batch.floorMs);
  for (let n = 0; n < rows.length; n += rowsMax) {
    const chunk = rows.slice(n, n + rowsMax);
    const fresh = await insertEntries(tx, chunk);
    // Within one batch an id may stand twice: only its first row was written.
    for (const row of chunk) if (fresh.delete(row.uuid)) countRow(causes, row);
  }
  for (const success of batch.successes) if (success.count > 0) countSuccess(causes, success);
  if (causes.size === 0) return;
  // In one order everywhere, so that two consumers that write the same causes do not wait for each other in a ring.
  const changes = [...causes.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change);
  for (let n = 0; n < changes.length; n += rowsMax) {
    const groups = await upsertCauses(tx, changes.slice(n, n + rowsMax));
    if (groups.size > 0) await upsertSuccesses(tx, batch, groups);
  }
}

const keyOf = (tenantId: string, webhookId: string, causeKey: string) => `${tenantId}\n${webhookId}\n${causeKey}`;

function countRow(causes: Map<string, CauseChange>, row: LogRow): void {
  const key = keyOf(row.tenantId, row.webhookId, row.causeKey);
  const known = causes.get(key);
  const latest = !known || row.atMs >= known.lastAtMs;
  causes.set(key, {
    ...(latest ? { ...row, entryUuid: row.uuid } : known),
    count: (known?.count ?? 0) + 1,
    firstAtMs: Math.min(known?.firstAtMs ?? row.atMs, row.atMs),
    lastAtMs: Math.max(known?.lastAtMs ?? row.atMs, row.atMs),
    groupAtMs: null,
  });
}

function countSuccess(causes: Map<string, CauseChange>, success: SuccessRow): void {
  causes.set(keyOf(success.tenantId, success.webhookId, deliveredCause), {
    tenantId: success.tenantId,
    webhookId: success.webhookId,
    causeKey: deliveredCause,
    count: success.count,
    firstAtMs: success.firstAtMs,
    lastAtMs: success.lastAtMs,
    level: 'success',
    source: 'dispatcher',
    message: null,
    durationMs: success.durationMs / success.count,
    deliveryId: success.lastDeliveryId,
    entryUuid: null,
    groupAtMs: success.firstAtMs,
  });
}

async function insertEntries(tx: PoolClient, rows: readonly LogRow[]): Promise<Set<string>> {
  const { rows: inserted } = await tx.query<{ id: string }>({
    name: 'log-insert',
    text: `insert into log_entry (id, tenant_id, at, level, source, message, duration_ms, webhook_id, delivery_id, cause_key)
      select id, tenant_id, to_timestamp(at_ms / 1000), level, source, message, duration_ms, webhook_id, delivery_id, cause_key
      from unnest($1::uuid[], $2::text[], $3::float8[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::text[], $9::text[], $10::text[])
        as r (id, tenant_id, at_ms, level, source, message, duration_ms, webhook_id, delivery_id, cause_key)
      on conflict (tenant_id, id) do nothing returning id`,
    values: [
      rows.map((row) => row.uuid),
      rows.map((row) => row.tenantId),
      rows.map((row) => row.atMs),
      rows.map((row) => row.level),
      rows.map((row) => row.source),
      rows.map((row) => row.message),
      rows.map((row) => row.durationMs),
      rows.map((row) => row.webhookId),
      rows.map((row) => row.deliveryId),
      rows.map((row) => row.causeKey),
    ],
  });
  return new Set(inserted.map(({ id }) => id));
}

/** Returns, per tenant and webhook with successes, when the entry began that they belong to. */
async function upsertCauses(tx: PoolClient, changes: readonly CauseChange[]): Promise<Map<string, number>> {
  const latest = (column: string) =>
    `${column} = case when excluded.last_seen_at >= c.last_seen_at then excluded.${column} else c.${column} end`;
  const { rows } = await tx.query<{ tenant_id: string; webhook_id: string; group_at: Date }>({
    name: 'cause-upsert',
    text: `with upserted as (
      insert into cause as c (tenant_id, webhook_id, cause_key, count, first_seen_at, last_seen_at, level, source, message, duration_ms, delivery_id, entry_id, group_at)
      select tenant_id, webhook_id, cause_key, count, to_timestamp(first_ms / 1000), to_timestamp(last_ms / 1000), level, source, message, duration_ms, delivery_id, entry_id,
        to_timestamp(group_ms / 1000)
      from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::float8[], $6::float8[], $7::text[], $8::text[], $9::text[], $10::float8[], $11::text[], $12::uuid[], $13::float8[])
        as r (tenant_id, webhook_id, cause_key, count, first_ms, last_ms, level, source, message, duration_ms, delivery_id, entry_id, group_ms)
      on conflict (tenant_id, webhook_id, cause_key) do update set
        count = c.count + excluded.count,
        first_seen_at = least(c.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(c.last_seen_at, excluded.last_seen_at),
        ${['level', 'source', 'message', 'duration_ms', 'delivery_id', 'entry_id'].map(latest).join(', ')},
        group_at = case when excluded.group_at > c.group_at - interval '${successGroupMs} ms' and excluded.group_at < c.group_at + interval '${successGroupMs} ms'
          then c.group_at else excluded.group_at end
      returning tenant_id, webhook_id, group_at
    ) select tenant_id, webhook_id, group_at from upserted where group_at is not null`,
    values: [
      changes.map((change) => change.tenantId),
      changes.map((change) => change.webhookId),
      changes.map((change) => change.causeKey),
      changes.map((change) => change.count),
      changes.map((change) => change.firstAtMs),
      changes.map((change) => change.lastAtMs),
      changes.map((change) => change.level),
      changes.map((change) => change.source),
      changes.map((change) => change.message),
      changes.map((change) => change.durationMs),
      changes.map((change) => change.deliveryId),
      changes.map((change) => change.entryUuid),
      changes.map((change) => change.groupAtMs),
    ],
  });
  return new Map(rows.map((row) => [`${row.tenant_id}\n${row.webhook_id}`, row.group_at.getTime()]));
}

async function upsertSuccesses(
  tx: PoolClient,
  batch: { successes: readonly SuccessRow[]; floorMs: number },
  groups: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = batch.successes.flatMap((success) => {
    const groupAtMs = groups.get(`${success.tenantId}\n${success.webhookId}`);
    return groupAtMs === undefined || groupAtMs < batch.floorMs ? [] : [{ ...success, groupAtMs }];
  });
  if (rows.length === 0) return;
  await tx.query({
    name: 'log-success',
    text: `insert into log_entry as e (id, tenant_id, at, level, source, count, duration_ms, webhook_id, delivery_id, cause_key)
      select id, tenant_id, to_timestamp(at_ms / 1000), 'success', 'dispatcher', count, duration_ms, webhook_id, delivery_id, '${deliveredCause}'
      from unnest($1::uuid[], $2::text[], $3::float8[], $4::bigint[], $5::float8[], $6::text[], $7::text[])
        as r (id, tenant_id, at_ms, count, duration_ms, webhook_id, delivery_id)
      on conflict (tenant_id, id) do update set count = e.count + excluded.count, duration_ms = e.duration_ms + excluded.duration_ms,
        delivery_id = coalesce(excluded.delivery_id, e.delivery_id)`,
    values: [
      rows.map((row) => successEntryUuid(row.tenantId, row.webhookId, row.groupAtMs)),
      rows.map((row) => row.tenantId),
      rows.map((row) => row.groupAtMs),
      rows.map((row) => row.count),
      rows.map((row) => row.durationMs),
      rows.map((row) => row.webhookId),
      rows.map((row) => row.lastDeliveryId),
    ],
  });
}
