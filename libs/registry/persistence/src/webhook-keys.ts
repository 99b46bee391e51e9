import type { SqlExecutor } from '@arkan/ports';
import type { Database } from '@arkan/runtime';
import type { WrappedDataKey } from './webhook-view';

/**
 * Keeps the data key of a webhook that is about to be created, and with it one of the tenant's places: the row is there from
 * before the creation until after the deletion, so counting rows under a lock of the tenant holds the limit however many
 * processes create at once. False where the tenant has `limit` of them.
 */
export async function reserveKey(
  database: Database,
  tenantId: string,
  webhookId: string,
  key: WrappedDataKey,
  limit: number,
): Promise<boolean> {
  return database.transaction(async (tx) => {
    await tx.query({
      name: 'registry-key-lock',
      text: `select pg_advisory_xact_lock(hashtext('arkan registry webhooks'), hashtext($1))`,
      values: [tenantId],
    });
    const { rowCount } = await tx.query({
      name: 'registry-key-reserve',
      text: `insert into webhook_key (webhook_id, tenant_id, key_id, wrapped) select $1, $2, $3, $4
        where (select count(*) from webhook_key where tenant_id = $2) < $5`,
      values: [webhookId, tenantId, key.keyId, key.wrapped, limit],
    });
    return rowCount === 1;
  });
}

/** What an earlier try of the same creation reserved, kept longer; null where there is none. */
export async function reservedKey(sql: SqlExecutor, webhookId: string): Promise<WrappedDataKey | null> {
  const { rows } = await sql.query<{ key_id: string; wrapped: string }>(
    'update webhook_key set made_at = now() where webhook_id = $1 returning key_id, wrapped',
    [webhookId],
  );
  return rows[0] ? { keyId: rows[0].key_id, wrapped: rows[0].wrapped } : null;
}

/** Only for a creation that certainly did not happen, and, by `olderMs`, of which nothing has been heard for so long. */
export async function releaseKey(sql: SqlExecutor, webhookId: string, olderMs = 0): Promise<void> {
  await sql.query(`delete from webhook_key where webhook_id = $1 and made_at <= now() - $2 * interval '1 ms'`, [
    webhookId,
    olderMs,
  ]);
}

/** By webhook. One that was deleted has none. */
export async function loadKeys(sql: SqlExecutor, webhookIds: readonly string[]): Promise<Map<string, WrappedDataKey>> {
  if (webhookIds.length === 0) return new Map();
  const { rows } = await sql.query<{ webhook_id: string; key_id: string; wrapped: string }>({
    name: 'registry-keys-load',
    text: 'select webhook_id, key_id, wrapped from webhook_key where webhook_id = any($1)',
    values: [webhookIds],
  });
  return new Map(rows.map((row) => [row.webhook_id, { keyId: row.key_id, wrapped: row.wrapped }]));
}

/** Kept for creations of which nothing has been heard for `olderMs`: their webhooks are not in the read model. 100 at most. */
export async function unheardKeys(sql: SqlExecutor, olderMs: number): Promise<string[]> {
  const { rows } = await sql.query<{ webhook_id: string }>(
    `select k.webhook_id from webhook_key k where k.made_at < now() - $1 * interval '1 ms'
       and not exists (select 1 from webhook w where w.id = k.webhook_id) limit 100`,
    [olderMs],
  );
  return rows.map((row) => row.webhook_id);
}

/** Keys in order of webhook id, after `afterId`, for a change of the master key. */
export async function listKeys(
  sql: SqlExecutor,
  afterId: string,
  limit: number,
): Promise<(WrappedDataKey & { webhookId: string })[]> {
  const { rows } = await sql.query<{ webhook_id: string; key_id: string; wrapped: string }>(
    'select webhook_id, key_id, wrapped from webhook_key where webhook_id > $1 order by webhook_id limit $2',
    [afterId, limit],
  );
  return rows.map((row) => ({ webhookId: row.webhook_id, keyId: row.key_id, wrapped: row.wrapped }));
}

export async function updateKeys(
  sql: SqlExecutor,
  keys: readonly { webhookId: string; wrapped: string }[],
): Promise<void> {
  await sql.query(
    `update webhook_key k set wrapped = r.wrapped from unnest($1::text[], $2::text[]) as r(id, wrapped) where k.webhook_id = r.id`,
    [keys.map((key) => key.webhookId), keys.map((key) => key.wrapped)],
  );
}
