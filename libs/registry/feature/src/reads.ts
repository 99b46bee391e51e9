import type { InputOf, registryOperations } from '@arkan/contracts';
import { Refusal, toUuid } from '@arkan/kernel';
import {
  findWebhook,
  findWebhookAt,
  listApiKeys,
  listHistory,
  listTenants,
  listWebhooks,
  listWebhooksAt,
  pagePosition,
  parseMoment,
  wasWebhook,
  type HistoryFilter,
  type Page,
  type WebhookView,
} from '@arkan/registry-persistence';
import { tenantOf, type Call } from '@arkan/runtime';
import type { RegistryContext } from './context';

type Query<Name extends keyof typeof registryOperations> = InputOf<(typeof registryOperations)[Name]>['query'];

const noWebhook = () => new Refusal('not_found', 'there is no webhook with this id');

/** A cursor is of one list, with one caller's filter: with another it is refused. */
async function paged<T>(
  { deps }: RegistryContext,
  list: string,
  cursor: string | undefined,
  read: (after: string | null) => Promise<Page<T>>,
): Promise<{ data: T[]; nextCursor: string | null }> {
  const page = await read(deps.cursors.decode(list, cursor));
  return { data: page.rows, nextCursor: page.next === null ? null : deps.cursors.encode(list, page.next) };
}

export function readWebhooks(context: RegistryContext, call: Call, query: Query<'listWebhooks'>) {
  const { pool } = context.deps.database;
  const tenantId = tenantOf(call);
  const { status, text, limit, asOf } = query;
  const list = JSON.stringify(['webhooks', tenantId, status ?? null, text ?? null, asOf ?? null]);
  return paged(context, list, query.cursor, (key) => {
    const after = pagePosition(key);
    return asOf === undefined
      ? listWebhooks(pool, tenantId, { status, text }, after, limit, context.deps.clock.now())
      : listWebhooksAt(pool, tenantId, parseMoment(asOf), { status, text }, after, limit);
  });
}

/** Throws Refusal `not_found`. */
export async function readWebhook(
  context: RegistryContext,
  call: Call,
  id: string,
  asOf: string | undefined,
): Promise<WebhookView> {
  const { pool } = context.deps.database;
  if (toUuid('wh', id) === null) throw noWebhook();
  const webhook =
    asOf === undefined
      ? await findWebhook(pool, tenantOf(call), id, context.deps.clock.now())
      : await findWebhookAt(pool, tenantOf(call), id, parseMoment(asOf));
  if (!webhook) throw noWebhook();
  return webhook;
}

/** Of a webhook that was deleted, too. Throws Refusal `not_found`. */
export async function readHistory(context: RegistryContext, call: Call, id: string, query: Query<'webhookHistory'>) {
  const tenantId = tenantOf(call);
  if (toUuid('wh', id) === null || !(await wasWebhook(context.deps.database.pool, tenantId, id))) throw noWebhook();
  return history(context, tenantId, { webhookId: id }, query);
}

export async function readAuditEvents(context: RegistryContext, call: Call, query: Query<'auditEvents'>) {
  const { from, to, actor, webhookId } = query;
  // What is no id of a webhook is that of none.
  if (webhookId !== undefined && toUuid('wh', webhookId) === null) return { data: [], nextCursor: null };
  return history(context, tenantOf(call), { from, to, actor, webhookId }, query);
}

function history(
  context: RegistryContext,
  tenantId: string,
  filter: HistoryFilter,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
) {
  const { webhookId = null, from = null, to = null, actor = null } = filter;
  const list = JSON.stringify(['history', tenantId, webhookId, from, to, actor]);
  return paged(context, list, cursor, (before) =>
    listHistory(context.deps.database.pool, tenantId, filter, before, limit),
  );
}

export function readTenants(context: RegistryContext, query: Query<'listTenants'>) {
  return paged(context, 'tenants', query.cursor, (key) =>
    listTenants(context.deps.database.orm, pagePosition(key), query.limit),
  );
}

/** Of the caller's tenant; an operator who names none sees all. */
export function readApiKeys(context: RegistryContext, call: Call, query: Query<'listApiKeys'>) {
  return paged(context, JSON.stringify(['api-keys', call.tenantId]), query.cursor, (key) =>
    listApiKeys(context.deps.database.orm, call.tenantId, pagePosition(key), query.limit),
  );
}
