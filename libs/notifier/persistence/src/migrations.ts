import type { MigrationInterface, QueryRunner } from 'typeorm';
import { IdempotencyOnceId1795737600000, idempotencyTableSql, inboxTableSql } from '@arkan/runtime';

/** Ids that are kept a day at a time are UUIDv7, so a day is a range of them; see day-partitions.ts. */
const tables = [
  inboxTableSql,
  idempotencyTableSql,
  `create table notification (
    tenant_id text not null,
    id uuid not null,
    at timestamptz not null,
    kind text not null,
    kinds text[] not null,
    webhook_id text not null,
    delivery_id text,
    exhausted_count int not null,
    message text not null,
    emailed_to text,
    read_at timestamptz,
    primary key (tenant_id, id)
  )`,
  'create index notification_webhook on notification (tenant_id, webhook_id, id)',
  'create index notification_unread on notification (tenant_id, id) where read_at is null',
  'create index notification_at on notification (at)',
  `create table notification_settings (
    tenant_id text primary key,
    email_enabled boolean not null,
    kinds text[] not null
  )`,
  // What is gathered for a webhook's next notice; a row only where there was one lately or one is due.
  `create table notice_state (
    tenant_id text not null,
    webhook_id text not null,
    last_told_at timestamptz,
    due_at timestamptz,
    gathered jsonb,
    health_position numeric,
    primary key (tenant_id, webhook_id)
  ) with (fillfactor = 70)`,
  'create index notice_state_due on notice_state (due_at) where due_at is not null',
  // Deliveries whose exhaustion was taken up: however often it is told here, and at whatever offset, it counts once.
  `create table told_delivery (
    id uuid not null primary key,
    tenant_id text not null,
    webhook_id text not null
  ) partition by range (id)`,
  // A transactional outbox: written with its notification. A claim moves next_try_at on, which is its lease.
  `create table mail (
    id uuid primary key,
    tenant_id text not null,
    notification_id uuid not null,
    webhook_id text not null,
    recipient text not null,
    subject text not null,
    text text not null,
    html text not null,
    created_at timestamptz not null,
    state text not null default 'pending' check (state in ('pending', 'sent', 'given_up')),
    tries int not null default 0,
    next_try_at timestamptz not null,
    last_error text,
    done_at timestamptz
  )`,
  `create index mail_due on mail (next_try_at) where state = 'pending'`,
  `create index mail_done on mail (done_at) where state <> 'pending'`,
  // The integration log. Successes of a webhook share an entry: `count` of them, `duration_ms` their sum.
  `create table log_entry (
    id uuid not null,
    tenant_id text not null,
    at timestamptz not null,
    level text not null,
    source text not null,
    message text,
    count bigint not null default 1,
    duration_ms double precision,
    webhook_id text not null,
    delivery_id text,
    cause_key text not null,
    primary key (tenant_id, id)
  ) partition by range (id)`,
  'create index log_entry_webhook on log_entry (tenant_id, webhook_id, id)',
  'create index log_entry_level on log_entry (tenant_id, level, id)',
  // No index but the key: an update then stays within its page, and a tenant's causes are few enough to be sorted when asked for.
  `create table cause (
    tenant_id text not null,
    webhook_id text not null,
    cause_key text not null,
    count bigint not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    level text not null,
    source text not null,
    message text,
    duration_ms double precision,
    delivery_id text,
    entry_id uuid,
    group_at timestamptz,
    primary key (tenant_id, webhook_id, cause_key)
  ) with (fillfactor = 50)`,
];

export class NotifierTables1767225600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of tables) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the first migration is not undone; drop the schema instead');
  }
}

export const notifierMigrations = [NotifierTables1767225600000, IdempotencyOnceId1795737600000];
