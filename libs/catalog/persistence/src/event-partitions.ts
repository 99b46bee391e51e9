import { uuidFloor } from '@arkan/kernel';
import { createDayPartitions, dayMs, dayOf } from '@arkan/runtime';
import type { Pool } from 'pg';

const partitions = (pool: Pool) =>
  createDayPartitions(pool, { options: { event: '' }, lock: 'arkanpm catalog event partitions' });

/** Makes the partitions of the days that hold these times, where they are missing. Safe in several processes at once. */
export const ensureEventPartitions = (pool: Pool, times: readonly number[]): Promise<void> =>
  partitions(pool).ensure(times.map(dayOf));

/** Identities that one statement takes away. */
const sweepChunk = 5_000;

/**
 * Drops the days that end at or before `beforeMs`, each after its identities, and tells how many. The identities are found by the
 * partition itself, in its own order: a day's end would otherwise take an index on the key of `event_identity`, paid by every
 * event. In bounded steps, so that nobody waits for long and a crash loses no more than one; then the next call goes on. Does
 * nothing while another process is at it.
 */
export async function dropEventsBefore(pool: Pool, beforeMs: number, signal?: AbortSignal): Promise<number> {
  const dropped = await partitions(pool).drop(async ({ name, day, state }, db) => {
    if (signal?.aborted || (day + 1) * dayMs > beforeMs) return false;
    if (state === 'attached') await sweepIdentities(db, name, signal);
    return !signal?.aborted;
  });
  return dropped.length;
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
