import type { Clock, Random } from '@arkan/kernel';
import pg from 'pg';

/** Tells that something was appended. Whoever waits from an older version on is woken at once, so no signal is missed in between. */
export class AppendSignal {
  version = 0;
  private readonly waiting = new Set<() => void>();

  give(): void {
    this.version++;
    for (const wake of [...this.waiting]) wake();
  }

  /** Ends with a signal after `version`, after `timeoutMs`, or by `wake`. */
  wait(version: number, timeoutMs: number, clock: Clock): { over: Promise<void>; wake(): void } {
    let resolve = () => {};
    const over = new Promise<void>((done) => (resolve = done));
    const cancelTimer = clock.schedule(timeoutMs, () => wake());
    const wake = () => {
      cancelTimer();
      this.waiting.delete(wake);
      resolve();
    };
    this.waiting.add(wake);
    if (this.version !== version) wake();
    return { over, wake };
  }
}

const backoffBaseMs = 100;
const backoffMaxMs = 5_000;

/** Full jitter below a doubling bound, so that many clients do not come back in one moment. */
export function backoffMs(failures: number, random: Random): number {
  const bound = Math.min(backoffMaxMs, backoffBaseMs * 2 ** Math.min(failures - 1, 10));
  return Math.ceil(bound / 2 + (random.next() * bound) / 2);
}

export interface ListenOptions {
  pool: pg.Pool;
  channel: string;
  signal: AppendSignal;
  clock: Clock;
  random: Random;
}

/**
 * Gives `signal` when another process appends. One connection of its own, made again where it is lost; what was said
 * meanwhile is made up for by a signal at each connection. Returns the function that ends it.
 */
export function listenForAppends({ pool, channel, signal, clock, random }: ListenOptions): () => Promise<void> {
  let stopped = false;
  let failures = 0;
  let client: pg.Client | null = null;
  let cancelRetry = () => {};

  const retry = () => {
    if (stopped) return;
    cancelRetry = clock.schedule(backoffMs(++failures, random), () => void connect());
  };
  const connect = async () => {
    const next = new pg.Client({ ...connectionOf(pool), keepAlive: true, connectionTimeoutMillis: 5_000 });
    client = next;
    let lost = false;
    const onLost = () => {
      if (lost) return;
      lost = true;
      void next.end().catch(() => undefined);
      // Whoever reads finds out by reading whether the store is still there.
      signal.give();
      retry();
    };
    next
      .on('error', onLost)
      .on('end', onLost)
      .on('notification', () => signal.give());
    try {
      await next.connect();
      await next.query(`listen ${pg.escapeIdentifier(channel)}`);
      failures = 0;
      signal.give();
    } catch {
      onLost();
    }
  };
  void connect();

  return async () => {
    stopped = true;
    cancelRetry();
    await client?.end().catch(() => undefined);
  };
}

/** The pool keeps its password where a copy of the options does not take it along. */
function connectionOf(pool: pg.Pool): pg.ClientConfig {
  const { password, ssl } = pool.options;
  return { ...pool.options, password, ssl };
}
