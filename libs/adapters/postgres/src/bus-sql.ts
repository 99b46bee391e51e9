import { errorMessage, type Clock, type Random } from '@arkan/kernel';
import { BusUnavailableError, type SqlExecutor } from '@arkan/ports';
import type { Client, Pool, PoolClient } from 'pg';

/** What the parts of one bus share. */
export interface BusContext {
  pool: Pool;
  /** The pool, with its failures turned into the port's. */
  sql: SqlExecutor;
  /** Where the bus's tables are; a plain identifier. */
  schema: string;
  clock: Clock;
  random: Random;
  /** First pause after a failure; it doubles from there. */
  retryBaseMs: number;
  /** Faults that concern no one caller. */
  report(error: unknown): void;
}

/** A statement that is prepared once a connection, under a name that is its text's own. */
export function statement(schema: string, name: string, text: string) {
  const prepared = { name: `arkan-bus ${schema} ${name}`, text };
  return (values: unknown[]) => ({ ...prepared, values });
}

/** SQLSTATE classes and codes after which the same call may succeed: connection, resources, operator intervention, and a lost deadlock. */
const passing = /^(08|53|57)|^40P01$|^40001$|^55P03$/;

/**
 * What a caller of the port gets for what `pg` threw. Errors without an SQLSTATE come from the connection or the pool. The
 * server's refusals of a wrong statement are faults of ours and stay as they are.
 */
function asBusError(error: unknown): unknown {
  const { severity, code } = error as { severity?: string; code?: string };
  if (severity !== undefined && !passing.test(code ?? '')) return error;
  return new BusUnavailableError(`the bus's database can not be used: ${errorMessage(error)}`, { cause: error });
}

/** For calls that do nothing but use the database. */
export async function translated<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw asBusError(error);
  }
}

export function translatedPool(pool: Pool): SqlExecutor {
  // As the port has it: the pool's own type has forms with callbacks besides.
  const plain: SqlExecutor = pool;
  return { query: (query, values) => translated(plain.query(query, values)) };
}

export async function inTransaction<T>(pool: Pool, run: (tx: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // The pool does not listen to a client that is lent out; the loss of its connection would end the process.
  const onError = (error: Error) => (broken = error);
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await run(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.off('error', onError);
    // A connection whose rollback failed would carry its transaction to the next user.
    client.release(broken);
  }
}

/** A connection to the pool's database that is not one of the pool's; not yet connected. */
export function clientOf(pool: Pool): Client {
  // The pool keeps the class and the settings that it connects with; a copy of the settings would lack the password.
  const { Client: ClientOfPool, options } = pool as unknown as { Client: typeof Client; options: object };
  return new ClientOfPool(options);
}

/** A caller's error handler that fails must not end the loop that called it. */
export function guarded(onError: ((error: unknown) => void) | undefined): (error: unknown) => void {
  return (error) => {
    try {
      onError?.(error);
    } catch {
      // It has been told; there is nobody else to tell.
    }
  };
}

/** Runs calls one after the other, whatever becomes of each. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  take<T>(call: () => Promise<T>): Promise<T> {
    const result = this.last.then(call);
    this.last = result.catch(() => undefined);
    return result;
  }
}
