import type { MigrationInterface, QueryRunner } from 'typeorm';
import { IdempotencyOnceId1795737600000, idempotencyTableSql, inboxTableSql } from '@arkan/runtime';

/** All but `webhook_key`, `webhook_health`, `inbox` and `idempotency` can be made anew from the event store. */
const tables = [
  `create table tenant (
    id text primary key,
    name text not null,
    created_at timestamptz not null,
    position bigint not null
  )`,
  'create index tenant_page on tenant (created_at desc, id desc)',

  `create table api_key (
    id text primary key,
    tenant_id text,
    name text not null,
    role text not null,
    key_sha256 text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    position bigint not null
  )`,
  'create index api_key_page on api_key (created_at desc, id desc)',
  'create index api_key_tenant on api_key (tenant_id, created_at desc, id desc)',

  // state: the folded stream, with secrets as ciphertext only; the columns are what is searched by.
  `create table webhook (
    id text primary key,
    tenant_id text not null,
    name text not null,
    url text not null,
    status text not null,
    revision int not null,
    created_at timestamptz not null,
    deleted_at timestamptz,
    failing_since timestamptz,
    warned text,
    position bigint not null,
    state jsonb not null
  )`,
  'create index webhook_page on webhook (tenant_id, created_at desc, id desc)',
  'create index webhook_failing on webhook (failing_since) where failing_since is not null',

  // Never in the event store: deleting the row is what erases the secrets. Also the tenant's count of webhooks, see reserveKey.
  `create table webhook_key (
    webhook_id text primary key,
    tenant_id text not null,
    key_id text not null,
    wrapped text not null,
    made_at timestamptz not null default now()
  )`,
  'create index webhook_key_tenant on webhook_key (tenant_id)',
  'create index webhook_key_made on webhook_key (made_at)',

  `create table webhook_health (
    webhook_id text primary key,
    consecutive_failures int not null default 0,
    failing_since timestamptz,
    last_failure_at timestamptz,
    last_success_at timestamptz,
    exhausted_at timestamptz,
    gone_at timestamptz,
    counts_from timestamptz not null,
    last_delivery_id text,
    last_at timestamptz,
    last_status text,
    last_http_status int
  )`,

  `create table history (
    position bigint primary key,
    tenant_id text,
    webhook_id text,
    revision int not null,
    type text not null,
    at timestamptz not null,
    actor jsonb not null,
    reason text,
    request_id text,
    source_ip text,
    changes jsonb not null,
    outcome text not null,
    refusal jsonb,
    snapshot jsonb
  )`,
  'create index history_tenant on history (tenant_id, position desc)',
  'create index history_webhook on history (webhook_id, position desc) where webhook_id is not null',

  `create table projection_checkpoint (
    name text primary key,
    version int not null,
    position bigint,
    updated_at timestamptz not null default now()
  )`,
  inboxTableSql,
  idempotencyTableSql,
  'create index idempotency_age on idempotency (claimed_at)',
];

export class RegistrySchema1767225600000 implements MigrationInterface {
  readonly name = 'RegistrySchema1767225600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of tables) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table idempotency, inbox, projection_checkpoint, history, webhook_health, webhook_key, webhook, api_key, tenant',
    );
  }
}

export const registryMigrations = [RegistrySchema1767225600000, IdempotencyOnceId1795737600000];
