import type { DeliveryStatus, dispatcherOperations, InputOf, ResponseOf } from '@arkan/contracts';
import {
  findAttempts,
  findDelivery,
  findPayload,
  listDeliveries,
  type DeliveryFilter,
  type DeliveryRow,
} from '@arkan/dispatcher-persistence';
import { Refusal, toTimestamp, toUuid, uuidTimeMs } from '@arkan/kernel';
import type { Cursors } from '@arkan/runtime';
import type { Pool } from 'pg';
import type { WebhookView } from '../webhook-view';
import { showAttempt, showDelivery } from './shown';

type Ops = typeof dispatcherOperations;

const list = 'deliveries';

export interface DeliveryLogDeps {
  pool: Pool;
  view: WebhookView;
  cursors: Cursors;
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
    if (!filter) return { data: [], nextCursor: null, lookedBackTo: null };
    const page = await listDeliveries(pool, filter, { limit: query.limit, before });
    return {
      data: page.rows.map((row) => showDelivery(row, view)),
      nextCursor: page.next === null ? null : cursors.encode(list, page.next),
      lookedBackTo: page.next === null ? null : toTimestamp(uuidTimeMs(page.next)),
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
