import { uuidFloor } from '@arkan/kernel';
import { transaction } from '@arkan/runtime';
import type { Pool } from 'pg';

export const dayMs = 86_400_000;
const dayOf = (ms: number) => Math.floor(ms / dayMs) * dayMs;
const nameOf = (day: number) => `event_${new Date(day).toISOString().slice(0, 10).replaceAll('-', '')}`;
const dayOfName = (name: string) => Date.parse(name.replace(/^event_(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'));
const lock = 'arkanpm catalog event partitions';

/** Makes the partitions of the days that hold these times, where they are missing. Safe in several processes at once. */
export async function ensureEventPartitions(pool: Pool, times: readonly number[]): Promise<void> {
  const days = [...new Set(times.map(dayOf))];
  const known = new Set((await partitions(pool)).map(({ name }) => name));
  const missing = days.filter((day) => !known.has(nameOf(day)));
  if (missing.length === 0) return;
  await transaction(pool, async (tx) => {
    await tx.query('select pg_advisory_xact_lock(hashtext($1))', [lock]);
    const present = new Set((await partitions(tx)).map(({ name }) => name));
    for (const day of missing) {
      const name = nameOf(day);
      if (present.has(name)) continue;
      // Made apart and attached: `create table … partition of` would take a lock that stops every insert and read meanwhile.
      await tx.query(`create table ${name} (like event including all)`);
      await tx.query(
        `alter table event attach partition ${name} for values from ('${uuidFloor(day)}') to ('${uuidFloor(day + dayMs)}')`,
      );
    }
  });
}

interface Partition {
  name: string;
  /** `detaching`, `detached`: its dropping was begun and broken off. */
  state: 'attached' | 'detaching' | 'detached';
}

async function partitions(db: Pick<Pool, 'query'>): Promise<Partition[]> {
  const { rows } = await db.query<Partition>(
    `select c.relname as name, case when i.inhrelid is null then 'detached' when i.inhdetachpending then 'detaching'
       else 'attached' end as state
     from pg_class c left join pg_inherits i on i.inhrelid = c.oid and i.inhparent = 'event'::regclass
     where c.relnamespace = (select relnamespace from pg_class where oid = 'event'::regclass)
       and c.relkind = 'r' and c.relname ~ '^event_[0-9]{8}$'
     order by 1`,
  );
  return rows;
}

/** Identities that one statement takes away. */
const sweepChunk = 5_000;

/**
 * Drops the days that end at or before `beforeMs`, each after its identities, and tells how many. The identities are found by the
 * partition itself, in its own order: a day's end would otherwise take an index on the key of `event_identity`, paid by every
 * event. In bounded steps, so that nobody waits for long and a crash loses no more than one; then the next call goes on. Does
 * nothing while another process is at it.
 */
export async function dropEventsBefore(pool: Pool, beforeMs: number, signal?: AbortSignal): Promise<number> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock(hashtext($1)) as mine', [
      `${lock} drop`,
    ]);
    if (!rows[0]!.mine) return 0;
    try {
      let dropped = 0;
      for (const { name, state } of await partitions(client)) {
        if (!(dayOfName(name) + dayMs <= beforeMs)) continue;
        if (state === 'attached') await sweepIdentities(client, name, signal);
        if (signal?.aborted) break;
        // Concurrently: without it, taking a day out would wait for the longest reader while all others wait for it.
        if (state === 'attached') await client.query(`alter table event detach partition ${name} concurrently`);
        if (state === 'detaching') await client.query(`alter table event detach partition ${name} finalize`);
        await client.query(`drop table ${name}`);
        dropped++;
      }
      return dropped;
    } finally {
      await client.query('select pg_advisory_unlock(hashtext($1))', [`${lock} drop`]);
    }
  } finally {
    client.release();
  }
}

async function sweepIdentities(db: Pick<Pool, 'query'>, partition: string, signal?: AbortSignal): Promise<void> {
  let [tenantId, key] = ['', uuidFloor(0)];
  while (!signal?.aborted) {
    const { rows } = await db.query<{ tenant_id: string; key: string }>(
      `with chunk as (
         select tenant_id, key, event_id from ${partition}
         where (tenant_id, key) > ($1, $2::uuid) order by tenant_id, key limit ${sweepChunk}
       ), gone as (
         delete from event_identity i using chunk c
         where i.tenant_id = c.tenant_id and i.event_id = c.event_id and i.key = c.key
       )
       select tenant_id, key from chunk order by tenant_id desc, key desc limit 1`,
      [tenantId, key],
    );
    const last = rows[0];
    if (!last) return;
    [tenantId, key] = [last.tenant_id, last.key];
  }
}
