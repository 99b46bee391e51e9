import { uuidFloor, uuidTimeMs } from '@arkan/kernel';
import { transaction } from '@arkan/runtime';
import type { Pool } from 'pg';

export const dayMs = 86_400_000;
/** Days since 1970-01-01, UTC. */
export type Day = number;

export const dayOf = (ms: number): Day => Math.floor(ms / dayMs);
export const dayOfUuid = (uuid: string): Day => dayOf(uuidTimeMs(uuid));
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

/**
 * `fillfactor` leaves room in each page for the second version of its rows. What is only appended is not visited by the vacuum
 * that prepares index-only scans: nobody does those, and the day goes whole before its rows must be frozen.
 */
const partitionOptions = {
  payload: 'autovacuum_vacuum_insert_threshold = -1',
  delivery: 'fillfactor = 45, autovacuum_vacuum_insert_threshold = -1',
  attempt: 'autovacuum_vacuum_insert_threshold = -1',
} as const;
type PartitionedTable = keyof typeof partitionOptions;
const tables = Object.keys(partitionOptions) as PartitionedTable[];

const makeLock = 'arkanpm dispatcher partitions';
const dropLock = 'arkanpm dispatcher partitions drop';

/** Partitions by day of payload, delivery and attempt. Statements of the hot path name the partition itself: see ADR 0004. */
export interface DayPartitions {
  /** Sees to it that the partitions of these days are there. Without a query where they are known to be. */
  ensure(days: Iterable<Day>): Promise<void>;
  /** Another process may have dropped some: ask again. */
  forget(): void;
  /** Drops the days before `before`, but for those that something still waits in or is under way from; payloads a day later. */
  drop(before: Day, isStopping?: () => boolean): Promise<string[]>;
}

export function createDayPartitions(pool: Pool): DayPartitions {
  let known = new Set<Day>();

  async function make(days: Day[]): Promise<void> {
    await transaction(pool, async (tx) => {
      await tx.query('select pg_advisory_xact_lock(hashtext($1))', [makeLock]);
      const { rows } = await tx.query<{ relname: string }>(
        `select relname from pg_class where relnamespace = (select relnamespace from pg_class where oid = 'delivery'::regclass)`,
      );
      const present = new Set(rows.map((row) => row.relname));
      for (const day of days) {
        for (const table of tables) {
          const name = `${table}_${daySuffix(day)}`;
          if (present.has(name)) continue;
          // Made apart and attached: `create table … partition of` would take a lock that stops every reader and writer meanwhile.
          await tx.query(`create table ${name} (like ${table} including all) with (${partitionOptions[table]})`);
          await tx.query(
            `alter table ${table} attach partition ${name}
               for values from ('${uuidFloor(day * dayMs)}') to ('${uuidFloor((day + 1) * dayMs)}')`,
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
    forget: () => void (known = new Set()),
    async drop(before, isStopping) {
      const client = await pool.connect();
      try {
        const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock(hashtext($1)) as mine', [
          dropLock,
        ]);
        if (!rows[0]!.mine) return [];
        try {
          return await dropDays(client, before, isStopping);
        } finally {
          await client.query('select pg_advisory_unlock(hashtext($1))', [dropLock]);
        }
      } finally {
        known = new Set();
        client.release();
      }
    },
  };
}

interface Partition {
  name: string;
  parent: PartitionedTable;
  day: Day;
  /** `detaching`, `detached`: its dropping was begun and broken off. */
  state: 'attached' | 'detaching' | 'detached';
}

type Db = Pick<Pool, 'query'>;

async function partitions(db: Db): Promise<Partition[]> {
  const { rows } = await db.query<{ name: string; state: Partition['state'] }>(
    `select c.relname as name, case when i.inhrelid is null then 'detached' when i.inhdetachpending then 'detaching'
       else 'attached' end as state
     from pg_class c left join pg_inherits i on i.inhrelid = c.oid
       and i.inhparent in ('payload'::regclass, 'delivery'::regclass, 'attempt'::regclass)
     where c.relnamespace = (select relnamespace from pg_class where oid = 'delivery'::regclass)
       and c.relkind = 'r' and c.relname ~ '^(payload|delivery|attempt)_[0-9]{8}$'
     order by right(c.relname, 8), 1`,
  );
  return rows.map((row) => {
    const [parent, suffix] = row.name.split('_') as [PartitionedTable, string];
    return { ...row, parent, day: dayOfSuffix(suffix) };
  });
}

async function dropDays(db: Db, before: Day, isStopping: (() => boolean) | undefined): Promise<string[]> {
  const dropped: string[] = [];
  for (const { name, parent, day, state } of await partitions(db)) {
    if (isStopping?.()) break;
    // A delivery is made in the first moments of its event, which may be those of the next day.
    if (day >= (parent === 'payload' ? before - 1 : before)) continue;
    if (state === 'attached' && (await isReferred(db, parent, day))) continue;
    // Concurrently: without it, taking a day out would wait for the longest reader while all others wait for it.
    if (state === 'attached') await db.query(`alter table ${parent} detach partition ${name} concurrently`);
    if (state === 'detaching') await db.query(`alter table ${parent} detach partition ${name} finalize`);
    await db.query(`drop table ${name}`);
    dropped.push(name);
  }
  return dropped;
}

/** Whether a delivery of that day, or with a payload of that day, still waits, or is in some process's hands. */
async function isReferred(db: Db, parent: PartitionedTable, day: Day): Promise<boolean> {
  const column = parent === 'payload' ? 'event_key' : 'delivery_id';
  const bounds = [uuidFloor(day * dayMs), uuidFloor((day + 1) * dayMs)];
  const { rows } = await db.query<{ referred: boolean }>(
    `select exists (select from waiting where ${column} >= $1 and ${column} < $2)
       or exists (select from session where low_delivery_id < $2::uuid) as referred`,
    bounds,
  );
  return rows[0]!.referred;
}
