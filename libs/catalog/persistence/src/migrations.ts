import type { MigrationInterface, QueryRunner } from 'typeorm';
import { IdempotencyOnceId1795737600000, idempotencyTableSql, inboxTableSql } from '@arkan/runtime';

/**
 * `event` is cut by its key, a UUIDv7, into a partition for each UTC day: what is past its retention goes by a DROP. There is no
 * default partition: with one, making a day's partition would have to look through it under a lock. The body is stored as it
 * came, since compressing it costs more than it saves.
 *
 * `event_identity` is not cut: that (tenant, event id) is unique over all days is a promise, and an index over all partitions
 * Postgres has not. "C" collations: ids are compared, never sorted for people.
 */
class CatalogTables1767225600000 implements MigrationInterface {
  name = 'CatalogTables1767225600000';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table event (
      key uuid not null,
      accepted_at timestamptz not null,
      time_ms bigint not null,
      matched int not null,
      tenant_id text collate "C" not null,
      event_id text collate "C" not null,
      type text collate "C" not null,
      source text not null,
      registry_position text not null,
      via text not null check (via in ('http', 'bus')),
      body bytea not null,
      primary key (tenant_id, key)
    ) partition by range (key)`);
    await query.query('alter table event alter column body set storage external');
    await query.query('create index event_by_type on event (tenant_id, type, key)');
    await query.query(`create table event_identity (
      tenant_id text collate "C" not null,
      event_id text collate "C" not null,
      key uuid not null,
      primary key (tenant_id, event_id)
    )`);
    await query.query(`create table event_type (
      type text collate "C" primary key,
      module text collate "C" not null,
      title text not null,
      description text not null,
      schema json not null,
      example json not null,
      deprecated_at timestamptz,
      revision int not null,
      position numeric(20) not null
    )`);
    await query.query('create table projection_checkpoint (name text primary key, position numeric(20) not null)');
    await query.query(inboxTableSql);
    await query.query(idempotencyTableSql);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table event, event_identity, event_type, projection_checkpoint, inbox, idempotency');
  }
}

export const catalogMigrations = [CatalogTables1767225600000, IdempotencyOnceId1795737600000];
