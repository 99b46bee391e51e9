import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { errorMessage, type Service } from '@arkan/kernel';
import type { Database, Logger } from '@arkan/runtime';

/** Told by the leader with each position that was published; others learn of it by this. */
export const publishedChannel = 'arkan_registry_published';

const electionEveryMs = 1_000;
const backoffMinMs = 100;
const backoffMaxMs = 5_000;

export interface LeadershipOptions {
  database: Database;
  log: Logger;
  /** Leads until `signal` aborts; a rejection is logged, and it is tried again after a pause. `lead` tells by `working` that it got somewhere. */
  lead(signal: AbortSignal, working: () => void): Promise<void>;
  onPublished(position: bigint): void;
}

export interface Leadership extends Service {
  isLeader(): boolean;
  /** What is wrong, or null. */
  problem(): string | null;
}

/**
 * One process of those on a database leads: it holds an advisory lock on a connection of its own, and loses it with that
 * connection. The others ask for it once a second, and hear from the leader on the same connection meanwhile.
 */
export function createLeadership(options: LeadershipOptions): Leadership {
  const { database, log } = options;
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  let leading = false;
  let problem: string | null = 'it has not started';
  let failures = 0;
  let decided = () => {};

  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
  const working = () => {
    failures = 0;
    problem = null;
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await holdConnection();
      } catch (error) {
        failures++;
        problem = errorMessage(error);
        log.warn({ err: error }, 'the projection of the registry stopped and will be tried again');
      }
      decided();
      if (!stopping.signal.aborted) await pause(Math.min(backoffMinMs * 2 ** Math.min(failures, 10), backoffMaxMs));
    }
  }

  async function holdConnection(): Promise<void> {
    const client = await database.pool.connect();
    const lost = new AbortController();
    client.on('error', () => lost.abort());
    client.on('end', () => lost.abort());
    client.on('notification', ({ payload }) => options.onPublished(BigInt(payload ?? '-1')));
    try {
      await client.query(`listen ${publishedChannel}`);
      const ended = AbortSignal.any([stopping.signal, lost.signal]);
      while (!ended.aborted) {
        if (await tryLock(client)) await leadWhile(ended);
        else {
          working();
          decided();
          await pause(electionEveryMs);
        }
      }
    } finally {
      // Its end gives back the lock, whatever state it is in.
      client.release(true);
    }
  }

  async function leadWhile(signal: AbortSignal): Promise<void> {
    leading = true;
    log.info('this process writes the read models of the registry');
    try {
      await options.lead(signal, () => {
        working();
        decided();
      });
    } finally {
      leading = false;
    }
  }

  return {
    isLeader: () => leading,
    problem: () => problem,
    async start() {
      if (running) return;
      const first = new Promise<void>((resolve) => (decided = resolve));
      running = run();
      await first;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function tryLock(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `select pg_try_advisory_lock(hashtext('arkan registry projection'), 1) as locked`,
  );
  return rows[0]!.locked;
}
