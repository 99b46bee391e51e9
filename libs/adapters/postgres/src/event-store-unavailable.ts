import { errorMessage, type Clock } from '@arkan/kernel';
import { EventStoreUnavailableError } from '@arkan/ports';
import pg from 'pg';

/**
 * SQLSTATE classes that speak of the server, not of the statement: connection (08), transaction rolled back for others'
 * sake (40), resources (53), operator (57), system (58); also a lock not got in time, and a server that has become a standby.
 */
const passing = /^(08|40|53|57|58)|^55P03$|^25006$/;

/** EventStoreUnavailableError for what may go better at another time, anything else as it is. */
export function explained(error: unknown): unknown {
  if (error instanceof EventStoreUnavailableError) return error;
  const code = error instanceof pg.DatabaseError ? error.code : undefined;
  // An error that the server did not send came from the way to it.
  if (code !== undefined && !passing.test(code)) return error;
  if (code === undefined && (error instanceof RangeError || error instanceof TypeError)) return error;
  return new EventStoreUnavailableError(`the event store does not answer: ${errorMessage(error)}`, { cause: error });
}

/** One statement within `timeoutMs`, the waiting for a connection included. */
export async function queryWithin<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  statement: pg.QueryConfig,
  clock: Clock,
  timeoutMs: number,
): Promise<Row[]> {
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = clock.schedule(timeoutMs, () =>
      reject(new EventStoreUnavailableError(`the event store gave no answer within ${timeoutMs} ms`)),
    );
  });
  try {
    // pg's own limit on the single query, not in its types, ends a connection that has fallen silent.
    const limited: pg.QueryConfig & { query_timeout: number } = { ...statement, query_timeout: timeoutMs };
    const { rows } = await Promise.race([pool.query<Row>(limited), late]);
    return rows;
  } catch (error) {
    throw explained(error);
  } finally {
    cancel();
  }
}
