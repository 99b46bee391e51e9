import { uuidFloor, uuidTimeMs } from '@arkan/kernel';
import type { Pool } from 'pg';
import { transaction } from './database';

export const dayMs = 86_400_000;
/** Days since 1970-01-01, UTC. */
export type Day = number;

export const dayOf = (ms: number): Day => Math.floor(ms / dayMs);
export const dayOfUuid = (uuid: string): Day => dayOf(uuidTimeMs(uuid));
/** The least UUIDv7 of the day. */
export const dayFloor = (day: Day): string => uuidFloor(day * dayMs);

/** As it stands at the end of a partition's name: 20260131. */
export function daySuffix(day: Day): string {
  const known = suffixes.get(day);
  if (known) return known;
  const suffix = new Date(day * dayMs).toISOString().slice(0, 10).replaceAll('-', '');
  if (suffixes.size > 100) suffixes.clear();
  suffixes.set(day, suffix);
  return suffix;
}
const suffixes = new Map<Day, string>();
const dayOfSuffix = (suffix: string): Day => dayOf(Date.parse(suffix.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')));

export interface PartitionedTables<Table extends string = string> {
  /** Storage parameters of the partitions, by table; '' for none. All are of one schema, and cut by the day of a UUIDv7. */
  options: Readonly<Record<Table, string>>;
  /** Of the advisory lock, the same in every release: makers take turns, and one alone drops. */
  lock: string;
}

export interface Partition<Table extends string = string> {
  name: string;
  table: Table;
  day: Day;
  /** `detaching`, `detached`: its dropping was begun and broken off. */
  state: 'attached' | 'detaching' | 'detached';
}

/** Asked in order of days. What it does to the partition's rows before it says yes is done before they go. */
export type MayGo<Table extends string> = (
  partition: Partition<Table>,
  db: Pick<Pool, 'query'>,
) => boolean | Promise<boolean>;

/** Tables in days, which are cleaned by dropping whole ones. Safe in several processes at once. */
export interface DayPartitions<Table extends string = string> {
  /** Sees to it that the partitions of these days are there. Without a query where they are known to be. */
  ensure(days: Iterable<Day>): Promise<void>;
  /** Another process may have dropped some: ask again. */
  forget(): void;
  /** Drops what may go, and gives the names. Nothing while another process is at it. */
  drop(mayGo: MayGo<Table>): Promise<string[]>;
}

export function createDayPartitions<Table extends string>(
  pool: Pool,
  { options, lock }: PartitionedTables<Table>,
): DayPartitions<Table> {
  const tables = Object.keys(options) as Table[];
  if (tables.length === 0 || tables.some((table) => !/^[a-z_]+$/.test(table))) throw new Error('not names of tables');
  const known = new Set<Day>();

  async function make(days: readonly Day[]): Promise<void> {
    await transaction(pool, async (tx) => {
      await tx.query('select pg_advisory_xact_lock(hashtext($1))', [lock]);
      const present = new Set((await partitionsOf(tx, tables)).map(({ name }) => name));
      for (const day of days) {
        for (const table of tables) {
          const name = `${table}_${daySuffix(day)}`;
          if (present.has(name)) continue;
          // Made apart and attached: `create table … partition of` would take a lock that stops every reader and writer meanwhile.
          const parameters = options[table] === '' ? '' : `with (${options[table]})`;
          await tx.query(`create table ${name} (like ${table} including all) ${parameters}`);
          await tx.query(
            `alter table ${table} attach partition ${name} for values from ('${dayFloor(day)}') to ('${dayFloor(day + 1)}')`,
          );
        }
      }
    });
    for (const day of days) known.add(day);
  }

  return {
    async ensure(days) {
      const missing = [...new Set(days)].filter((day) => !known.has(day));
      if (missing.length > 0) await make(missing.sort((a, b) => a - b));
    },
    forget: () => known.clear(),
    async drop(mayGo) {
      const client = await pool.connect();
      try {
        const dropLock = [`${lock} drop`];
        const { rows } = await client.query<{ mine: boolean }>(
          'select pg_try_advisory_lock(hashtext($1)) as mine',
          dropLock,
        );
        if (!rows[0]!.mine) return [];
        try {
          return await dropPartitions(client, tables, async (partition, db) => {
            if (!(await mayGo(partition, db))) return false;
            // Before it is gone; those that stay need not be asked for by whoever may hold a connection already.
            known.delete(partition.day);
            return true;
          });
        } finally {
          await client.query('select pg_advisory_unlock(hashtext($1))', dropLock);
        }
      } finally {
        client.release();
      }
    },
  };
}

type Db = Pick<Pool, 'query'>;

async function dropPartitions<Table extends string>(db: Db, tables: readonly Table[], mayGo: MayGo<Table>) {
  const dropped: string[] = [];
  for (const partition of await partitionsOf(db, tables)) {
    if (!(await mayGo(partition, db))) continue;
    const { name, table, state } = partition;
    // Concurrently: without it, taking a day out would wait for the longest reader while all others wait for it.
    if (state === 'attached') await db.query(`alter table ${table} detach partition ${name} concurrently`);
    if (state === 'detaching') await db.query(`alter table ${table} detach partition ${name} finalize`);
    await db.query(`drop table ${name}`);
    dropped.push(name);
  }
  return dropped;
}

async function partitionsOf<Table extends string>(db: Db, tables: readonly Table[]): Promise<Partition<Table>[]> {
  const { rows } = await db.query<{ name: string; state: Partition['state'] }>(
    `select c.relname as name, case when i.inhrelid is null then 'detached' when i.inhdetachpending then 'detaching'
       else 'attached' end as state
     from pg_class c left join pg_inherits i on i.inhrelid = c.oid and i.inhparent = any($1::text[]::regclass[])
     where c.relnamespace = (select relnamespace from pg_class where oid = ($1::text[]::regclass[])[1])
       and c.relkind = 'r' and c.relname ~ '_[0-9]{8}$' and left(c.relname, -9) = any($1)
     order by right(c.relname, 8), 1`,
    [tables],
  );
  return rows.map(({ name, state }) => ({
    name,
    table: name.slice(0, -9) as Table,
    day: dayOfSuffix(name.slice(-8)),
    state,
  }));
}
