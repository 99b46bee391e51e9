import type { Pool, PoolClient } from 'pg';

/**
 * Plans are made once a connection and statement, without looking at the values: the statements here are bulk ones of a known
 * shape. Tables are not read from end to end where an index serves: `waiting` is empty most of the time, and a plan made then must
 * still do when a dead receiver has put 100,000 rows there. Partitions are chosen at the start of each execution.
 */
const settings = 'set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set jit = off';

const prepared = new WeakSet<Pool>();

/** Applies these settings to every connection of the pool, present and to come. */
export async function prepareConnections(pool: Pool): Promise<void> {
  if (prepared.has(pool)) return;
  prepared.add(pool);
  // It stands first in the connection's queue; one where it fails is broken, and says so to whoever uses it next.
  pool.on('connect', (client: PoolClient) => void client.query(settings).catch(() => undefined));
  const idle = await Promise.all(Array.from({ length: pool.idleCount }, () => pool.connect()));
  for (const client of idle) {
    await client.query(settings).catch(() => undefined);
    client.release();
  }
}
