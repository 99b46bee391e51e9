import type { Pool } from 'pg';
import { toTimestamp, uuidFloor } from '@arkan/kernel';
import { transaction } from '@arkan/runtime';

const dayMs = 86_400_000;
/** Made ahead of time, so that midnight finds its table there. */
const aheadDays = 2;
/** A drop waits this long for readers, and otherwise for the next round: it holds up nobody. */
const lockTimeoutMs = 2_000;

/** A table that is partitioned by the UTC day of its UUIDv7 `id`, and cleaned by dropping days. */
export interface DayPartitions {
  /** Start of the oldest day that is kept; rows of before have no table. Milliseconds since 1970. */
  floorMs(nowMs: number): number;
  /** Makes the days that these times need and that are not there; those before the floor are passed over. */
  ensure(timesMs: Iterable<number>, nowMs: number): Promise<void>;
  /** Makes today and the next days, drops those past `keepDays`. Returns the names of the dropped. */
  maintain(nowMs: number): Promise<string[]>;
  /** Another process dropped or made days: look again. */
  forget(): void;
}

export function createDayPartitions(pool: Pool, table: string, keepDays: number): DayPartitions {
  if (!/^[a-z_]+$/.test(table)) throw new Error(`not a table name: ${table}`);
  let known = new Set<number>();
  const dayOf = (ms: number) => Math.floor(ms / dayMs);
  const floorDay = (nowMs: number) => dayOf(nowMs) - keepDays;
  const nameOf = (day: number) =>
    `${table}_${toTimestamp(day * dayMs)
      .slice(0, 10)
      .replaceAll('-', '')}`;

  async function make(day: number): Promise<void> {
    const name = nameOf(day);
    await transaction(pool, async (tx) => {
      await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`arkanpm partitions ${table}`]);
      const { rows } = await tx.query<{ found: string | null }>('select to_regclass($1)::text as found', [name]);
      if (rows[0]!.found !== null) return;
      // Attaching locks the parent only against other changes of its shape; `partition of` would lock out its readers.
      await tx.query(`create table ${name} (like ${table} including all) with (fillfactor = 80)`);
      await tx.query(
        `alter table ${table} attach partition ${name} for values from ('${uuidFloor(day * dayMs)}') to ('${uuidFloor((day + 1) * dayMs)}')`,
      );
    });
    known.add(day);
  }

  async function dropBefore(day: number): Promise<string[]> {
    const { rows } = await pool.query<{ name: string }>(
      'select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = to_regclass($1) order by 1',
      [table],
    );
    const dropped: string[] = [];
    for (const { name } of rows) {
      if (name >= nameOf(day)) continue;
      await transaction(pool, async (tx) => {
        // Makers and droppers take turns: they lock the table and its day in different orders, which is a deadlock.
        await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`arkanpm partitions ${table}`]);
        await tx.query(`set local lock_timeout = ${lockTimeoutMs}`);
        await tx.query(`drop table if exists ${name}`);
      });
      dropped.push(name);
    }
    return dropped;
  }

  const ensureDays = async (days: Iterable<number>) => {
    for (const day of new Set(days)) if (!known.has(day)) await make(day);
  };

  return {
    floorMs: (nowMs) => floorDay(nowMs) * dayMs,
    async ensure(timesMs, nowMs) {
      const missing: number[] = [];
      for (const ms of timesMs) {
        const day = dayOf(ms);
        if (!known.has(day) && day >= floorDay(nowMs)) missing.push(day);
      }
      if (missing.length > 0) await ensureDays(missing);
    },
    async maintain(nowMs) {
      const today = dayOf(nowMs);
      known = new Set([...known].filter((day) => day >= floorDay(nowMs)));
      await ensureDays(Array.from({ length: aheadDays + 1 }, (_, n) => today + n));
      return dropBefore(floorDay(nowMs));
    },
    forget: () => known.clear(),
  };
}
