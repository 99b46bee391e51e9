import type { Pool } from 'pg';
import { uuidFloor } from '@arkan/kernel';
import { deliveredCause, successEntryUuid, type LogLevel } from '@arkan/notifier-domain';

export interface LogFilter {
  tenantId: string;
  level?: LogLevel;
  webhookId?: string;
  /** Inclusive, milliseconds since 1970. */
  fromMs?: number;
  /** Exclusive. */
  toMs?: number;
  limit: number;
}

/** An entry of the integration log with its cause as it stands now. */
export interface LogEntryView {
  uuid: string;
  at: Date;
  level: LogLevel;
  source: string;
  message: string;
  /** Of successes, their mean. */
  durationMs: number | null;
  webhookId: string | null;
  deliveryId: string | null;
  cause: { key: string; count: number; firstSeenAt: Date; lastSeenAt: Date };
}

interface Row {
  id: string | null;
  tenant_id: string;
  at: Date;
  level: LogLevel;
  source: string;
  message: string | null;
  count: string;
  duration_ms: number | null;
  webhook_id: string;
  delivery_id: string | null;
  cause_key: string;
  cause_count: string;
  first_seen_at: Date;
  last_seen_at: Date;
  group_at: Date | null;
}

/** A where clause and its values; each shape of it is one prepared statement. */
class Where {
  readonly values: unknown[] = [];
  private readonly parts: string[] = [];

  /** `?` in `text` stands for the value. */
  and(text: string, value: unknown): this {
    if (value === undefined) return this;
    this.values.push(value);
    this.parts.push(text.replaceAll('?', `$${this.values.length}`));
    return this;
  }

  get text(): string {
    return this.parts.join(' and ');
  }
}

/** Newest first, from `beforeUuid` (exclusive) on. */
export async function listLogEntries(
  pool: Pool,
  filter: LogFilter & { beforeUuid: string | null },
): Promise<LogEntryView[]> {
  const where = new Where()
    .and('tenant_id = ?', filter.tenantId)
    .and('level = ?', filter.level)
    .and('webhook_id = ?', filter.webhookId)
    .and('id >= ?', filter.fromMs === undefined ? undefined : uuidFloor(Math.ceil(filter.fromMs)))
    .and('id < ?', filter.toMs === undefined ? undefined : uuidFloor(Math.ceil(filter.toMs)))
    .and('id < ?', filter.beforeUuid ?? undefined);
  const { rows } = await pool.query<Row>(
    `select e.*, coalesce(c.count, e.count) as cause_count, coalesce(c.first_seen_at, e.at) as first_seen_at,
       coalesce(c.last_seen_at, e.at) as last_seen_at, null as group_at
     from (select * from log_entry where ${where.text} order by id desc limit $${where.values.length + 1}) e
     left join cause c on c.tenant_id = e.tenant_id and c.webhook_id = e.webhook_id and c.cause_key = e.cause_key
     order by e.id desc`,
    [...where.values, filter.limit],
  );
  return rows.map((row) => viewOf(row, Number(row.count)));
}

/** Where a page of causes goes on: what the last one of the page before had. */
export interface CausePosition {
  lastSeenMs: number;
  webhookId: string;
  causeKey: string;
}

/** One view a cause, what was last seen first; the entry is the latest of it, its message of successes counts them all. */
export async function listCauses(
  pool: Pool,
  filter: LogFilter & { before: CausePosition | null },
): Promise<LogEntryView[]> {
  const date = (ms: number | undefined) => (ms === undefined ? undefined : new Date(Math.ceil(ms)));
  const where = new Where()
    .and('tenant_id = ?', filter.tenantId)
    .and('level = ?', filter.level)
    .and('webhook_id = ?', filter.webhookId)
    .and('last_seen_at >= ?', date(filter.fromMs))
    .and('last_seen_at < ?', date(filter.toMs));
  const values = [...where.values];
  let after = '';
  if (filter.before) {
    values.push(new Date(filter.before.lastSeenMs), filter.before.webhookId, filter.before.causeKey);
    const [seen, webhook, key] = [2, 1, 0].map((back) => `$${values.length - back}`);
    after = ` and (last_seen_at, webhook_id, cause_key) < (${seen}, ${webhook}, ${key})`;
  }
  const { rows } = await pool.query<Row>(
    `select tenant_id, entry_id as id, last_seen_at as at, level, source, message, duration_ms, webhook_id, delivery_id, cause_key, 1 as count,
       count as cause_count, first_seen_at, last_seen_at, group_at
     from cause where ${where.text}${after}
     order by last_seen_at desc, webhook_id desc, cause_key desc limit $${values.length + 1}`,
    [...values, filter.limit],
  );
  return rows.map((row) => viewOf(row, Number(row.cause_count)));
}

function viewOf(row: Row, successes: number): LogEntryView {
  const isGroup = row.cause_key === deliveredCause && row.message === null;
  const mean = row.duration_ms === null ? null : row.duration_ms / Number(row.count);
  return {
    uuid: row.id ?? successEntryUuid(row.tenant_id, row.webhook_id, (row.group_at ?? row.at).getTime()),
    at: row.at,
    level: row.level,
    source: row.source,
    message: isGroup ? `${successes} ${successes === 1 ? 'delivery' : 'deliveries'} succeeded` : (row.message ?? ''),
    durationMs: mean === null ? null : Math.round(mean * 1_000) / 1_000,
    webhookId: row.webhook_id === '' ? null : row.webhook_id,
    deliveryId: row.delivery_id,
    cause: {
      key: row.cause_key,
      count: Number(row.cause_count),
      firstSeenAt: row.first_seen_at,
      lastSeenAt: row.last_seen_at,
    },
  };
}
