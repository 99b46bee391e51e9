import { EntitySchema } from 'typeorm';

// The read models that are read by TypeORM. Webhooks, history and health are read and written in batches, by SQL of their own.

export interface TenantRow {
  id: string;
  name: string;
  createdAt: Date;
  position: string;
}

export const TenantEntity = new EntitySchema<TenantRow>({
  name: 'registry.tenant',
  tableName: 'tenant',
  columns: {
    id: { type: 'text', primary: true },
    name: { type: 'text' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    position: { type: 'bigint' },
  },
});

export interface ApiKeyRow {
  id: string;
  tenantId: string | null;
  name: string;
  role: string;
  keySha256: string;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  position: string;
}

export const ApiKeyEntity = new EntitySchema<ApiKeyRow>({
  name: 'registry.api_key',
  tableName: 'api_key',
  columns: {
    id: { type: 'text', primary: true },
    tenantId: { type: 'text', name: 'tenant_id', nullable: true },
    name: { type: 'text' },
    role: { type: 'text' },
    keySha256: { type: 'text', name: 'key_sha256' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    expiresAt: { type: 'timestamptz', name: 'expires_at', nullable: true },
    revokedAt: { type: 'timestamptz', name: 'revoked_at', nullable: true },
    position: { type: 'bigint' },
  },
});

export const registryEntities = [TenantEntity, ApiKeyEntity];
