import type { MigrationInterface, QueryRunner } from 'typeorm';
import { IdempotencyOnceId1795737600000, idempotencyTableSql } from '@arkan/runtime';

/**
 * Partitioned tables are cut by the UTC day of a UUIDv7 (see day-partitions.ts), so that a lookup by id finds its table without an
 * index of its own, and a day is dropped whole. Why they look as they do: docs/adr/0004-delivery-queue.md.
 */
const tables = [
  idempotencyTableSql,
  `create type delivery_status as enum ('pending', 'retrying', 'success', 'failed', 'held', 'cancelled')`,
  `create type attempt_outcome as enum
     ('success', 'http_error', 'timeout', 'connect_error', 'tls_error', 'blocked_address', 'unknown')`,
  `create type attempt_trigger as enum ('automatic', 'manual', 'replay', 'test')`,

  // What is sent, once an event.
  `create table payload (
    event_key uuid primary key,
    tenant_id text collate "C" not null,
    traceparent text,
    body bytea not null
  ) partition by range (event_key)`,
  // Packing a body costs more than its space, and it was not asked for by those who wait for it.
  'alter table payload alter column body set storage external',

  // No index holds a column that changes, so that an update stays in its page and touches no index. `lease` is the session that
  // holds it in memory; null where it waits (table waiting) or has ended.
  `create table delivery (
    id uuid not null,
    event_key uuid not null,
    webhook_id uuid not null,
    completed_at timestamptz,
    next_retry_at timestamptz,
    status delivery_status not null,
    lease int,
    duration_ms real,
    config_revision int not null default 0,
    attempt_count int not null default 0,
    http_status smallint,
    is_test boolean not null,
    tenant_id text collate "C" not null,
    event_id text collate "C" not null,
    event_type text collate "C" not null,
    primary key (tenant_id, id)
  ) partition by range (id)`,
  'create index delivery_webhook on delivery (webhook_id, id)',
  // A few bytes a hundred rows: finds what a dead session held, and the deliveries of an event.
  `create index delivery_block on delivery using brin (id uuid_minmax_ops, event_id text_bloom_ops(n_distinct_per_range = 1000))
    with (pages_per_range = 32, autosummarize = on)`,

  // Headers are kept as what differs from one attempt to the next; the rest stands in request_config.
  `create table attempt (
    delivery_id uuid not null,
    number int not null,
    config_revision int not null,
    started_at timestamptz not null,
    outcome attempt_outcome not null,
    trigger attempt_trigger not null,
    duration_ms real,
    dns_ms real,
    connect_ms real,
    tls_ms real,
    first_byte_ms real,
    http_status smallint,
    body_truncated boolean not null,
    cause_key text,
    error text,
    remote_address text,
    signatures text,
    response_headers text,
    response_body bytea,
    primary key (delivery_id, number)
  ) partition by range (delivery_id)`,

  // The part of a request that is the configuration's: URL and custom headers, secret values masked.
  `create table request_config (
    webhook_id uuid not null,
    revision int not null,
    url text not null,
    headers text not null,
    used_on date not null,
    primary key (webhook_id, revision)
  )`,

  // Only what waits for later. `session` holds those that were claimed; due_at is infinity while they are held.
  `create table waiting (
    delivery_id uuid not null,
    webhook_id uuid not null,
    event_key uuid not null,
    due_at timestamptz not null,
    session int,
    attempt_count int not null,
    bytes int not null,
    run_attempt smallint not null,
    run_unknown smallint not null,
    trigger attempt_trigger not null,
    prior_status delivery_status,
    is_test boolean not null,
    tenant_id text collate "C" not null,
    event_id text collate "C" not null,
    event_type text collate "C" not null,
    primary key (tenant_id, delivery_id)
  ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.1)`,
  'create index waiting_due on waiting (webhook_id, due_at, delivery_id) where session is null',

  // One a process. No delivery that a session holds has a lower id than low_delivery_id.
  `create table session (
    id int generated always as identity primary key,
    started_at timestamptz not null default now(),
    heartbeat_at timestamptz not null default now(),
    low_delivery_id uuid not null,
    dead_since timestamptz,
    dead_xid xid8
  ) with (fillfactor = 50)`,

  // Counts for the statistics. A flush of results appends one row to tally_delta; they are folded into tally from time to time.
  'create table tally_delta (id bigint generated always as identity primary key, body text not null)',
  `create table tally (
    tenant_id text collate "C" not null,
    webhook_id uuid not null,
    bucket_at timestamptz not null,
    attempts_succeeded int not null,
    attempts_failed int not null,
    became_success int not null,
    became_failed int not null,
    became_cancelled int not null,
    durations int[] not null,
    primary key (tenant_id, webhook_id, bucket_at)
  ) with (fillfactor = 70)`,
  'create index tally_bucket on tally (bucket_at)',
];

export class DispatcherTables1767225600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of tables) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the first migration is not undone; drop the schema instead');
  }
}

export const dispatcherMigrations = [DispatcherTables1767225600000, IdempotencyOnceId1795737600000];
/** The dispatcher has no read model that an ORM helps with: all of its statements are bulk or paged ones. */
export const dispatcherEntities: [] = [];
