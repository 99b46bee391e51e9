import type { SqlExecutor } from '@arkan/ports';
import type { LiveWebhook } from '@arkan/registry-domain';
import { momentParams, untilMoment, type Moment } from './moment';
import { containing, cut, pageKey, type Page, type PagePosition } from './paging';
import { webhookView, withoutEndedOverlap, type LastDelivery, type WebhookView } from './webhook-view';

export interface WebhookFilter {
  status?: WebhookView['status'] | undefined;
  /** In the name or the URL, whatever its case. */
  text?: string | undefined;
}

interface DeliveryColumns {
  last_delivery_id: string | null;
  last_at: Date | null;
  last_status: NonNullable<LastDelivery>['status'] | null;
  last_http_status: number | null;
}

const deliveryColumns = 'd.last_delivery_id, d.last_at, d.last_status, d.last_http_status';

function lastDeliveryOf(row: DeliveryColumns): LastDelivery {
  if (row.last_delivery_id === null || row.last_at === null || row.last_status === null) return null;
  return {
    deliveryId: row.last_delivery_id,
    at: row.last_at.toISOString(),
    status: row.last_status,
    httpStatus: row.last_http_status,
  };
}

/** null where the tenant has no such webhook, or has deleted it. */
export async function findWebhook(
  sql: SqlExecutor,
  tenantId: string,
  id: string,
  nowMs: number,
): Promise<WebhookView | null> {
  const { rows } = await sql.query<{ state: LiveWebhook } & DeliveryColumns>({
    name: 'registry-webhook-find',
    text: `select w.state, ${deliveryColumns} from webhook w left join webhook_health d on d.webhook_id = w.id
      where w.id = $1 and w.tenant_id = $2 and w.deleted_at is null`,
    values: [id, tenantId],
  });
  return rows[0] ? webhookView(rows[0].state, nowMs, lastDeliveryOf(rows[0])) : null;
}

export async function findLastDelivery(sql: SqlExecutor, id: string): Promise<LastDelivery> {
  const { rows } = await sql.query<DeliveryColumns>({
    name: 'registry-last-delivery',
    text: `select ${deliveryColumns} from webhook_health d where d.webhook_id = $1`,
    values: [id],
  });
  return rows[0] ? lastDeliveryOf(rows[0]) : null;
}

/** Whether the tenant has, or had, the webhook: its history stays readable. */
export async function wasWebhook(sql: SqlExecutor, tenantId: string, id: string): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'registry-webhook-was',
    text: 'select 1 from webhook where id = $1 and tenant_id = $2',
    values: [id, tenantId],
  });
  return rowCount === 1;
}

/** Newest first. */
export async function listWebhooks(
  sql: SqlExecutor,
  tenantId: string,
  filter: WebhookFilter,
  after: PagePosition | null,
  limit: number,
  nowMs: number,
): Promise<Page<WebhookView>> {
  const { rows } = await sql.query<{ state: LiveWebhook } & DeliveryColumns>({
    name: 'registry-webhook-list',
    text: `select w.state, ${deliveryColumns} from webhook w left join webhook_health d on d.webhook_id = w.id
      where w.tenant_id = $1 and w.deleted_at is null
        and ($2::text is null or w.status = $2)
        and ($3::text is null or w.name ilike $3 or w.url ilike $3)
        and ($4::timestamptz is null or (w.created_at, w.id) < ($4, $5))
      order by w.created_at desc, w.id desc limit $6`,
    values: [tenantId, ...filterParams(filter), after?.createdAt ?? null, after?.id ?? null, limit + 1],
  });
  const views = rows.map((row) => webhookView(row.state, nowMs, lastDeliveryOf(row)));
  return cut(views, limit, pageKey);
}

function filterParams({ status, text }: WebhookFilter): [string | null, string | null] {
  return [status ?? null, text === undefined || text === '' ? null : containing(text)];
}

/** The webhook as it was; null where it was not there yet, or no longer. */
export async function findWebhookAt(
  sql: SqlExecutor,
  tenantId: string,
  id: string,
  moment: Moment,
): Promise<WebhookView | null> {
  const { rows } = await sql.query<{ snapshot: WebhookView | null }>({
    name: 'registry-webhook-at',
    text: `select h.snapshot from history h where h.webhook_id = $1 and h.tenant_id = $2 and ${untilMoment('$3', '$4')}
      order by h.position desc limit 1`,
    values: [id, tenantId, ...momentParams(moment)],
  });
  const snapshot = rows[0]?.snapshot;
  return snapshot ? withoutEndedOverlap(snapshot, await timeOf(sql, tenantId, moment)) : null;
}

/** The tenant's webhooks as they were, newest first: of each the last row of its history until then. */
export async function listWebhooksAt(
  sql: SqlExecutor,
  tenantId: string,
  moment: Moment,
  filter: WebhookFilter,
  after: PagePosition | null,
  limit: number,
): Promise<Page<WebhookView>> {
  const { rows } = await sql.query<{ snapshot: WebhookView }>({
    name: 'registry-webhook-list-at',
    text: `select s.snapshot from webhook w cross join lateral (
        select h.snapshot from history h where h.webhook_id = w.id and ${untilMoment('$2', '$3')} order by h.position desc limit 1
      ) s
      where w.tenant_id = $1 and s.snapshot is not null
        and ($4::text is null or s.snapshot->>'status' = $4)
        and ($5::text is null or s.snapshot->>'name' ilike $5 or s.snapshot->>'url' ilike $5)
        and ($6::timestamptz is null or (w.created_at, w.id) < ($6, $7))
      order by w.created_at desc, w.id desc limit $8`,
    values: [
      tenantId,
      ...momentParams(moment),
      ...filterParams(filter),
      after?.createdAt ?? null,
      after?.id ?? null,
      limit + 1,
    ],
  });
  const timeMs = await timeOf(sql, tenantId, moment);
  return cut(
    rows.map((row) => withoutEndedOverlap(row.snapshot, timeMs)),
    limit,
    pageKey,
  );
}

/** Of a position: that of the tenant's last event until then. */
async function timeOf(sql: SqlExecutor, tenantId: string, moment: Moment): Promise<number> {
  if ('timeMs' in moment) return moment.timeMs;
  const { rows } = await sql.query<{ at: Date }>({
    name: 'registry-position-time',
    text: 'select at from history where tenant_id = $1 and position <= $2 order by position desc limit 1',
    values: [tenantId, String(moment.position)],
  });
  return rows[0]?.at.getTime() ?? 0;
}
