import type { SqlExecutor } from '@arkan/ports';
import { evolve, type WebhookState } from '@arkan/registry-domain';
import { historyRow } from './history-row';
import type { HistoryRow, ProjectedEvent } from './projected-event';

/** A webhook as it stands after a batch. */
export interface ProjectedWebhook {
  state: WebhookState;
  position: bigint;
}

/**
 * Folds a batch, in the order of the store, into the read models: a select and at most one statement a table, whatever the
 * number of events. Events that a row has seen already are passed over. The caller's transaction moves the checkpoint with it.
 * Gives every webhook that the batch names, as it stands now, also where nothing of it was new.
 */
export async function projectBatch(
  tx: SqlExecutor,
  events: readonly ProjectedEvent[],
): Promise<Map<string, ProjectedWebhook>> {
  const webhookIds = [...new Set(events.flatMap((event) => (event.subject === 'webhook' ? [event.id] : [])))];
  const webhooks = await loadWebhooks(tx, webhookIds);
  const changed = new Set<string>();
  const history: HistoryRow[] = [];
  for (const event of events) {
    const known = event.subject === 'webhook' ? webhooks.get(event.id) : undefined;
    if (known && known.position >= event.position) continue;
    const before: WebhookState = known?.state ?? { kind: 'absent' };
    const after = event.subject === 'webhook' ? evolve(before, event.event) : before;
    history.push(historyRow(event, before, after));
    if (event.subject !== 'webhook') continue;
    webhooks.set(event.id, { state: after, position: event.position });
    changed.add(event.id);
  }
  await writeWebhooks(tx, webhooks, changed);
  await writeHealth(tx, events, webhooks);
  await writeTenants(tx, events);
  await writeApiKeys(tx, events);
  await writeHistory(tx, history);
  return webhooks;
}

export async function loadWebhooks(
  sql: SqlExecutor,
  webhookIds: readonly string[],
): Promise<Map<string, ProjectedWebhook>> {
  if (webhookIds.length === 0) return new Map();
  const { rows } = await sql.query<{ id: string; position: string; state: WebhookState }>({
    name: 'registry-webhook-states',
    text: 'select id, position, state from webhook where id = any($1)',
    values: [webhookIds],
  });
  return new Map(rows.map((row) => [row.id, { state: row.state, position: BigInt(row.position) }]));
}

async function writeWebhooks(
  tx: SqlExecutor,
  webhooks: ReadonlyMap<string, ProjectedWebhook>,
  changed: ReadonlySet<string>,
): Promise<void> {
  const rows = [...changed].flatMap((id) => {
    const { state, position } = webhooks.get(id)!;
    if (state.kind === 'absent') return [];
    const failing = state.kind === 'live' ? state.failing : null;
    return [
      {
        id,
        tenant_id: state.tenantId,
        name: state.config.name,
        url: state.config.url,
        status: state.kind === 'live' ? state.status : 'deleted',
        revision: state.revision,
        created_at: state.createdAt,
        deleted_at: state.kind === 'deleted' ? state.updatedAt : null,
        failing_since: failing?.since ?? null,
        warned: failing?.warned ?? null,
        position: String(position),
        state,
      },
    ];
  });
  if (rows.length === 0) return;
  await tx.query({
    name: 'registry-webhooks-write',
    text: `insert into webhook select * from jsonb_populate_recordset(null::webhook, $1)
      on conflict (id) do update set name = excluded.name, url = excluded.url, status = excluded.status, revision = excluded.revision,
        deleted_at = excluded.deleted_at, failing_since = excluded.failing_since, warned = excluded.warned,
        position = excluded.position, state = excluded.state`,
    values: [JSON.stringify(rows)],
  });
}

/** A webhook's health starts anew when it is made or resumed; a deleted one has neither health nor a key. */
async function writeHealth(
  tx: SqlExecutor,
  events: readonly ProjectedEvent[],
  webhooks: ReadonlyMap<string, ProjectedWebhook>,
): Promise<void> {
  const fresh = events.flatMap(({ id, event }) => {
    const state = webhooks.get(id)?.state;
    if (state?.kind !== 'live') return [];
    return event.type === 'WebhookCreated' || event.type === 'WebhookResumed' ? [[id, state.countsFrom] as const] : [];
  });
  if (fresh.length > 0) {
    const countsFrom = new Map(fresh);
    await tx.query({
      name: 'registry-health-reset',
      text: `insert into webhook_health as h (webhook_id, counts_from) select * from unnest($1::text[], $2::timestamptz[])
        on conflict (webhook_id) do update set consecutive_failures = 0, failing_since = null, last_failure_at = null,
          exhausted_at = null, gone_at = null, counts_from = excluded.counts_from where h.counts_from < excluded.counts_from`,
      values: [[...countsFrom.keys()], [...countsFrom.values()]],
    });
  }
  const deleted = events.flatMap(({ id, event }) => (event.type === 'WebhookDeleted' ? [id] : []));
  if (deleted.length === 0) return;
  await tx.query({
    name: 'registry-erase',
    text: `with key as (delete from webhook_key where webhook_id = any($1)) delete from webhook_health where webhook_id = any($1)`,
    values: [deleted],
  });
}

async function writeTenants(tx: SqlExecutor, events: readonly ProjectedEvent[]): Promise<void> {
  const rows = events.flatMap(({ event, position }) =>
    event.type === 'TenantCreated'
      ? [{ id: event.data.tenantId, name: event.data.name, created_at: event.meta.at, position: String(position) }]
      : [],
  );
  if (rows.length === 0) return;
  await tx.query({
    name: 'registry-tenants-write',
    text: `insert into tenant select * from jsonb_populate_recordset(null::tenant, $1) on conflict (id) do nothing`,
    values: [JSON.stringify(rows)],
  });
}

async function writeApiKeys(tx: SqlExecutor, events: readonly ProjectedEvent[]): Promise<void> {
  const created = events.flatMap(({ event, position }) => {
    if (event.type !== 'ApiKeyCreated') return [];
    const { keyId, name, role, tenantId, keySha256, expiresAt } = event.data;
    return [
      {
        id: keyId,
        tenant_id: tenantId,
        name,
        role,
        key_sha256: keySha256,
        created_at: event.meta.at,
        expires_at: expiresAt,
        revoked_at: null,
        position: String(position),
      },
    ];
  });
  if (created.length > 0) {
    await tx.query({
      name: 'registry-keys-write',
      text: `insert into api_key select * from jsonb_populate_recordset(null::api_key, $1) on conflict (id) do nothing`,
      values: [JSON.stringify(created)],
    });
  }
  const revoked = events.flatMap(({ event, position }) =>
    event.type === 'ApiKeyRevoked' ? [{ id: event.data.keyId, at: event.meta.at, position: String(position) }] : [],
  );
  if (revoked.length === 0) return;
  await tx.query({
    name: 'registry-keys-revoke',
    text: `update api_key k set revoked_at = r.at, position = r.position
      from unnest($1::text[], $2::timestamptz[], $3::bigint[]) as r(id, at, position) where k.id = r.id and k.position < r.position`,
    values: [revoked.map((row) => row.id), revoked.map((row) => row.at), revoked.map((row) => row.position)],
  });
}

async function writeHistory(tx: SqlExecutor, rows: readonly HistoryRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query({
    name: 'registry-history-write',
    text: `insert into history select * from jsonb_populate_recordset(null::history, $1) on conflict (position) do nothing`,
    values: [JSON.stringify(rows)],
  });
}
