import type { DataSource, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { z } from 'zod';
import type { apiKeySchema, tenantSchema } from '@arkan/contracts';
import type { SqlExecutor } from '@arkan/ports';
import { ApiKeyEntity, TenantEntity, type ApiKeyRow, type TenantRow } from './entities';
import { cut, pageKey, type Page, type PagePosition } from './paging';

export type TenantView = z.infer<typeof tenantSchema>;
export type ApiKeyView = z.infer<typeof apiKeySchema>;

export async function tenantExists(orm: DataSource, id: string): Promise<boolean> {
  return orm.getRepository(TenantEntity).existsBy({ id });
}

/** Newest first. */
export async function listTenants(
  orm: DataSource,
  after: PagePosition | null,
  limit: number,
): Promise<Page<TenantView>> {
  const rows = await newestFirst(orm.getRepository(TenantEntity).createQueryBuilder('t'), after, limit).getMany();
  return cut(rows.map(tenantView), limit, pageKey);
}

/** Newest first; of one tenant, or of all where `tenantId` is null. */
export async function listApiKeys(
  orm: DataSource,
  tenantId: string | null,
  after: PagePosition | null,
  limit: number,
): Promise<Page<ApiKeyView>> {
  const query = newestFirst(orm.getRepository(ApiKeyEntity).createQueryBuilder('t'), after, limit);
  if (tenantId !== null) query.andWhere('t.tenantId = :tenantId', { tenantId });
  return cut((await query.getMany()).map(apiKeyView), limit, pageKey);
}

/** Whether as many as `count` keys of the tenant, or of the operators where it is null, are not revoked. Expired ones count. */
export async function hasApiKeys(sql: SqlExecutor, tenantId: string | null, count: number): Promise<boolean> {
  const owner = tenantId === null ? 'tenant_id is null and $1::text is null' : 'tenant_id = $1';
  const { rowCount } = await sql.query(
    `select 1 from api_key where ${owner} and revoked_at is null offset $2 - 1 limit 1`,
    [tenantId, count],
  );
  return rowCount === 1;
}

function newestFirst<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  after: PagePosition | null,
  limit: number,
): SelectQueryBuilder<T> {
  if (after) query.where('(t.createdAt, t.id) < (:createdAt, :id)', { ...after });
  return query
    .orderBy('t.createdAt', 'DESC')
    .addOrderBy('t.id', 'DESC')
    .limit(limit + 1);
}

function tenantView(row: TenantRow): TenantView {
  return { id: row.id, name: row.name, createdAt: row.createdAt.toISOString() };
}

function apiKeyView(row: ApiKeyRow): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    role: row.role as ApiKeyView['role'],
    tenantId: row.tenantId,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
