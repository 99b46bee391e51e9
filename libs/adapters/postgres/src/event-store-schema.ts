import pg from 'pg';

/** The names under which one event store lives in a database. */
export interface EventStoreNames {
  schema: string;
  /** The schema, quoted for SQL. */
  quoted: string;
  /** For LISTEN and NOTIFY. */
  channel: string;
  /** Named in prepared statements, which are per connection and may serve several stores. */
  statement(name: string): string;
}

export function eventStoreNames(schema: string): EventStoreNames {
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(schema)) {
    throw new RangeError(`the schema name ${JSON.stringify(schema)} is not 1 to 40 of a-z, 0-9 and _`);
  }
  return {
    schema,
    quoted: pg.escapeIdentifier(schema),
    channel: `${schema}_appended`,
    statement: (name) => `${schema}_${name}`,
  };
}

/**
 * Position and visibility must have one order, or a reader that goes on from the last position it saw passes over an event
 * whose transaction commits later. So an append takes the store's lock before its position, and holds it until it commits:
 * appends are configuration changes, and rare. It is a function so that no client, however slow, sits between the two.
 *
 * `json`, not `jsonb`: it keeps the text, so that the order of names, every number and NUL come back as they were.
 */
function migrations({ schema, quoted, channel }: EventStoreNames): string[] {
  return [
    `
    create table ${quoted}.event (
      position    bigint generated always as identity primary key,
      stream_id   text collate "C" not null,
      revision    integer not null,
      event_id    uuid not null,
      type        text not null,
      data        json not null,
      metadata    json not null,
      recorded_at timestamptz(3) not null,
      unique (stream_id, revision),
      unique (stream_id, event_id)
    );

    -- expected: -1 is no stream, -2 is any. outcome: 'appended', 'repeated' (the same events are there already) or
    -- 'conflict', with the stream's actual revision, -1 where there is none.
    create function ${quoted}.append_events(
      in_stream text, in_expected integer, in_ids uuid[], in_types text[], in_data json[], in_metadata json[], in_at timestamptz,
      out outcome text, out last_revision integer, out last_position bigint
    ) language plpgsql set lock_timeout = '8s' as $$
    declare
      actual integer;
      found_count integer;
      found_first integer;
      found_in_order boolean;
      at_time timestamptz;
    begin
      perform pg_advisory_xact_lock(hashtextextended('event_store.${schema}', 0));
      at_time := coalesce(in_at, clock_timestamp());

      select coalesce(max(e.revision), -1) into actual from ${quoted}.event e where e.stream_id = in_stream;

      select count(*), min(e.revision), max(e.revision), max(e.position)
        into found_count, found_first, last_revision, last_position
        from ${quoted}.event e where e.stream_id = in_stream and e.event_id = any (in_ids);
      if found_count > 0 then
        select bool_and(e.event_id is not distinct from in_ids[e.revision - found_first + 1]) into found_in_order
          from ${quoted}.event e where e.stream_id = in_stream and e.event_id = any (in_ids);
        if found_in_order and found_count = cardinality(in_ids) and in_expected in (-2, found_first - 1) then
          outcome := 'repeated';
        else
          outcome := 'conflict';
          last_revision := actual;
        end if;
        return;
      end if;

      if in_expected not in (-2, actual) then
        outcome := 'conflict';
        last_revision := actual;
        return;
      end if;

      with inserted as (
        insert into ${quoted}.event (stream_id, revision, event_id, type, data, metadata, recorded_at)
        select in_stream, actual + n.place, n.id, n.type, n.data, n.metadata, at_time
          from unnest(in_ids, in_types, in_data, in_metadata) with ordinality as n (id, type, data, metadata, place)
         order by n.place
        returning position
      )
      select 'appended', actual + cardinality(in_ids), max(inserted.position) into outcome, last_revision, last_position from inserted;
      perform pg_notify('${channel}', '');
    end $$;
    `,
  ];
}

/** Brings the schema to the newest version. Safe when several processes do it at once: one does, the others wait and find it done. */
export async function migrateEventStore(pool: pg.Pool, names: EventStoreNames): Promise<void> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(hashtextextended('event_store_migration.' || $1, 0))`, [
      names.schema,
    ]);
    await migrateInTransaction(client, names);
    await client.query('commit');
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    // Thrown away where it failed, and its transaction with it.
    client.release(failure);
  }
}

async function migrateInTransaction(client: pg.PoolClient, names: EventStoreNames): Promise<void> {
  const table = `${names.quoted}.migration`;
  const known = await client.query<{ found: string | null }>('select to_regclass($1) as found', [table]);
  if (known.rows[0]?.found == null) {
    // Asked for first: a role without the right to create schemas may use one that was made for it.
    const schema = await client.query('select 1 from pg_namespace where nspname = $1', [names.schema]);
    if (schema.rowCount === 0) await client.query(`create schema ${names.quoted}`);
    await client.query(
      `create table ${table} (version integer primary key, applied_at timestamptz not null default now())`,
    );
  }
  const applied = await client.query<{ version: number }>(`select coalesce(max(version), 0) as version from ${table}`);
  const from = applied.rows[0]?.version ?? 0;
  for (const [index, migration] of migrations(names).entries()) {
    if (index < from) continue;
    await client.query(migration);
    await client.query(`insert into ${table} (version) values ($1)`, [index + 1]);
  }
}
