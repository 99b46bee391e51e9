import type { PoolClient } from 'pg';
import type { EventStore } from '@arkan/ports';
import { streamPrefixes } from '@arkan/registry-domain';
import type { Database } from '@arkan/runtime';
import { projectionVersion, readCheckpoint } from './checkpoint';
import { projectedEvent } from './projected-event';
import { projectBatch } from './projection';

/** Tables that follow from the events alone, with their keys. */
const derived = { tenant: 'id', api_key: 'id', webhook: 'id', history: 'position' } as const;
/** Written by the projection too, but not only by it: shadowed so that a rebuild leaves them alone, and not compared. */
const beside = ['webhook_key', 'webhook_health'] as const;

export interface RebuildDifference {
  table: string;
  id: string;
  /** null: there is no such row. */
  live: unknown;
  rebuilt: unknown;
}

export interface RebuildResult {
  events: number;
  /** The last position folded: that of the live checkpoint. */
  position: bigint | null;
  /** The first 100. */
  differences: RebuildDifference[];
}

export interface RebuildOptions {
  /** Puts the rebuilt rows in the place of the live ones. Writers wait meanwhile. */
  swap?: boolean;
  /** Events read at once; 500 unless told. */
  batchMax?: number;
}

/**
 * Folds every event anew, into temporary tables that stand before the live ones in the search path, so that the very same
 * statements are used; then compares. All in one snapshot, so that the live side stands still while it is looked at.
 */
export async function rebuildReadModels(
  database: Database,
  eventStore: EventStore,
  options: RebuildOptions = {},
): Promise<RebuildResult> {
  const client = await database.pool.connect();
  try {
    await client.query(options.swap ? 'begin' : 'begin isolation level repeatable read');
    // Holds up the projection at its compare-and-set, so that what is swapped in is not behind.
    if (options.swap) await client.query(`select 1 from projection_checkpoint where name = 'read_models' for update`);
    const { position } = await readCheckpoint(client, 'read_models');
    for (const table of [...Object.keys(derived), ...beside])
      await client.query(
        `create temp table ${table} (like ${table} including defaults including indexes) on commit drop`,
      );
    const events = await foldAll(client, eventStore, position, options.batchMax ?? 500);
    const differences = await compare(client);
    if (options.swap) await swapIn(client);
    await client.query(options.swap ? 'commit' : 'rollback');
    return { events, position, differences };
  } finally {
    // With its temporary tables and prepared statements, it is of no use to others.
    client.release(true);
  }
}

async function foldAll(
  client: PoolClient,
  eventStore: EventStore,
  until: bigint | null,
  batchMax: number,
): Promise<number> {
  let count = 0;
  let after: bigint | null = null;
  while (until !== null) {
    const batch = await eventStore.readAll({ after, limit: batchMax, streamPrefixes });
    const events = batch.filter((event) => event.position <= until);
    if (events.length === 0) break;
    await projectBatch(client, events.map(projectedEvent));
    count += events.length;
    after = batch.at(-1)!.position;
  }
  return count;
}

const schemaOf = 'current_schema()';

async function compare(client: PoolClient): Promise<RebuildDifference[]> {
  const found: RebuildDifference[] = [];
  const { rows } = await client.query<{ schema: string }>(`select ${schemaOf} as schema`);
  for (const [table, key] of Object.entries(derived)) {
    const live = `${rows[0]!.schema}.${table}`;
    const differing = await client.query<{ id: string; live: unknown; rebuilt: unknown }>(
      `select coalesce(l.${key}, r.${key})::text as id, to_jsonb(l) as live, to_jsonb(r) as rebuilt
       from ${live} l full join pg_temp.${table} r on l.${key} = r.${key}
       where to_jsonb(l) is distinct from to_jsonb(r) limit 100`,
    );
    found.push(...differing.rows.map((row) => ({ table, ...row })));
  }
  return found.slice(0, 100);
}

async function swapIn(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ schema: string }>(`select ${schemaOf} as schema`);
  for (const table of Object.keys(derived)) {
    await client.query(`delete from ${rows[0]!.schema}.${table}`);
    await client.query(`insert into ${rows[0]!.schema}.${table} select * from pg_temp.${table}`);
  }
  await client.query('update projection_checkpoint set version = $1', [projectionVersion]);
}
