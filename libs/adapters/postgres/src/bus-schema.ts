import type { Pool } from 'pg';
import { inTransaction } from './bus-sql';

/** Migrations by number, from 1; each gives the statements for a schema. Only ever added to. */
export type Migrations = readonly ((schema: string) => string)[];

/**
 * Brings the tables of `component` in `schema` up to date. Safe to call from several processes at once: one at a time
 * migrates, the others wait. Throws where the database is ahead of this program.
 */
export async function migrate(pool: Pool, schema: string, component: string, migrations: Migrations): Promise<void> {
  for (const name of [schema, component]) {
    if (!/^[a-z_][a-z0-9_]{0,30}$/.test(name))
      throw new Error(`not a schema name of at most 31 of a-z, 0-9 and _: ${name}`);
  }
  await inTransaction(pool, async (tx) => {
    await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`arkan migrate ${schema} ${component}`]);
    const known = await tx.query('select 1 from pg_namespace where nspname = $1', [schema]);
    if (known.rowCount === 0) await tx.query(`create schema if not exists ${schema}`);
    const table = `${schema}.${component}_migration`;
    const exists = await tx.query('select to_regclass($1) as found', [table]);
    if (exists.rows[0].found === null) {
      await tx.query(
        `create table ${table} (version int primary key, applied_at timestamptz not null default clock_timestamp())`,
      );
    }
    const { rows } = await tx.query<{ version: number }>(`select coalesce(max(version), 0) as version from ${table}`);
    const present = rows[0]!.version;
    if (present > migrations.length) {
      throw new Error(`${table} is at version ${present}; this program knows ${migrations.length}: start a newer one`);
    }
    for (let version = present + 1; version <= migrations.length; version++) {
      await tx.query(migrations[version - 1]!(schema));
      await tx.query(`insert into ${table} (version) values ($1)`, [version]);
    }
  });
}

/**
 * `record_batch` is the log. A row of a `delete` topic holds many records (bus-records.ts): the cost of a row is paid once for
 * up to 500 messages. A row of a compacted topic holds one, with its key beside it, so that compaction is a DELETE of rows.
 * The payload is stored as it is: compressing costs more CPU than it saves, and substring and length then read no more than needed.
 */
export const busMigrations: Migrations = [
  (schema) => `
    create table ${schema}.topic (
      id int generated always as identity primary key,
      name text not null unique,
      partitions int not null check (partitions > 0),
      cleanup text not null check (cleanup in ('delete', 'compact')),
      retention_ms bigint
    );
    -- One row is updated by every append: room on its page keeps those updates out of the index.
    create table ${schema}.topic_partition (
      topic_id int not null references ${schema}.topic,
      partition int not null,
      next_offset bigint not null default 0,
      primary key (topic_id, partition)
    ) with (fillfactor = 20);
    create table ${schema}.record_batch (
      topic_id int not null,
      partition int not null,
      base_offset bigint not null,
      record_count int not null,
      created_at timestamptz not null,
      record_key bytea,
      is_tombstone boolean not null,
      payload bytea not null,
      primary key (topic_id, partition, base_offset)
    );
    alter table ${schema}.record_batch alter column payload set storage external;
    create index record_batch_key on ${schema}.record_batch (topic_id, partition, record_key, base_offset)
      where record_key is not null;
    create index record_batch_tombstone on ${schema}.record_batch (created_at) where is_tombstone;
    create table ${schema}.compaction (
      topic_id int not null,
      partition int not null,
      compacted_to bigint not null,
      primary key (topic_id, partition)
    );
    create table ${schema}.group_member (
      id text primary key,
      group_name text not null,
      process_id text not null,
      topic_ids int[] not null,
      lease_until timestamptz not null
    );
    create index group_member_group on ${schema}.group_member (group_name);
    create table ${schema}.group_offset (
      group_name text not null,
      topic_id int not null,
      partition int not null,
      owner text,
      epoch bigint not null default 0,
      lease_until timestamptz,
      committed_offset bigint not null default 0,
      seen_at timestamptz not null default clock_timestamp(),
      primary key (group_name, topic_id, partition)
    ) with (fillfactor = 50);
  `,
];
