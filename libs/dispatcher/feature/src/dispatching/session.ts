import { beatSession, closeSession, openSession } from '@arkan/dispatcher-persistence';
import { uuidFloor, type Clock, type Service } from '@arkan/kernel';
import type { Logger } from '@arkan/runtime';
import type { Pool } from 'pg';
import { createLoop } from '../loop';
import type { Cohort, WorkItem } from './work-item';

export const beatMs = 3_000;
/** Without a heartbeat for so long nothing more is begun: others may soon hold the session for dead, at 15 s. */
const selfFenceMs = 10_000;
/** New ids are of now; some are of a little while ago. */
const lowMarginMs = 60_000;

export interface SessionDeps {
  pool: Pool;
  clock: Clock;
  /** Monotonic. */
  elapsedMs: () => number;
  log: Logger;
  /** The session was declared dead; what it held is others' now. A new one begins. */
  onLost(): void;
  /** Work may go on after `isAlive` was false. */
  onAlive(): void;
}

/**
 * This process's claim on what it has in memory: one row, by which others see that it lives. Deliveries that are held by their lease
 * are found by their ids, so the row has a bound that none of them is below.
 */
export interface Session extends Service {
  /** Of the present session. Throws before the start. */
  readonly id: number;
  isAlive(): boolean;
  /** For how long heartbeats have got through without a gap; ms. */
  steadyMs(): number;
  /** A batch with deliveries that are to be held by lease, none below `lowDeliveryId`. */
  openCohort(lowDeliveryId: string, size: number): Cohort;
  /** Nothing of it is held. */
  closeCohort(cohort: Cohort): void;
  /** It is in memory from now on. */
  hold(item: WorkItem): void;
  /** It is not, or no more: its result is written, or it was not to come. */
  letGo(item: WorkItem): void;
  /** Whether it is in memory. */
  holds(deliveryId: string): boolean;
  /** To be written with the batch: the bound where the row's own is above it, else null. */
  lowerTo(lowDeliveryId: string): Promise<string | null>;
  /** It was written. */
  lowered(lowDeliveryId: string): void;
  /** No delivery that is held by lease is below it. */
  low(): string;
  /** A statement of ours was refused because the session is dead. Resolves when there is a new one. */
  renew(dead: number): Promise<void>;
}

export function createSession(deps: SessionDeps): Session {
  const { pool, clock, elapsedMs, log } = deps;
  let id: number | null = null;
  let rowLow = '';
  let beatenAtMs = -Infinity;
  let steadySinceMs = Infinity;
  const cohorts = new Set<Cohort>();
  const held = new Set<string>();
  let renewing: Promise<void> | null = null;

  const isAlive = () => id !== null && elapsedMs() - beatenAtMs < selfFenceMs;

  function lowest(): string {
    let low = uuidFloor(clock.now() - lowMarginMs);
    for (const cohort of cohorts) if (cohort.lowDeliveryId < low) low = cohort.lowDeliveryId;
    return low;
  }

  async function open(): Promise<void> {
    const startedMs = elapsedMs();
    rowLow = lowest();
    id = await openSession(pool, rowLow);
    beatenAtMs = startedMs;
    steadySinceMs = startedMs;
  }

  async function beat(): Promise<void> {
    if (renewing) return renewing;
    const session = id!;
    const startedMs = elapsedMs();
    const low = lowest();
    const wasAlive = isAlive();
    let lives: boolean;
    try {
      lives = await beatSession(pool, session, low);
    } catch (error) {
      steadySinceMs = Infinity;
      throw error;
    }
    if (!lives) return renew(session);
    rowLow = low;
    beatenAtMs = startedMs;
    if (!wasAlive) steadySinceMs = startedMs;
    steadySinceMs = Math.min(steadySinceMs, startedMs);
    if (!wasAlive) deps.onAlive();
  }

  function renew(dead: number): Promise<void> {
    if (dead !== id) return Promise.resolve();
    renewing ??= (async () => {
      log.error(
        { session: dead },
        'this process was taken for dead, and what it held was given to others; it begins anew',
      );
      cohorts.clear();
      held.clear();
      id = null;
      deps.onLost();
      await open();
      deps.onAlive();
    })().finally(() => {
      renewing = null;
    });
    return renewing;
  }

  const loop = createLoop({
    name: 'the heartbeat',
    clock,
    log,
    everyMs: beatMs,
    async run() {
      if (id === null && !renewing) {
        await open();
        deps.onAlive();
      } else await (beating = beat());
    },
  });
  let beating: Promise<void> = Promise.resolve();

  return {
    get id() {
      if (id === null) throw new Error('there is no session now');
      return id;
    },
    isAlive,
    steadyMs: () => (isAlive() ? Math.max(0, elapsedMs() - steadySinceMs) : 0),
    openCohort(lowDeliveryId, size) {
      const cohort = { lowDeliveryId, open: size };
      cohorts.add(cohort);
      return cohort;
    },
    closeCohort: (cohort) => void cohorts.delete(cohort),
    hold: (item) => void held.add(item.deliveryId),
    letGo({ deliveryId, cohort }) {
      held.delete(deliveryId);
      if (cohort && --cohort.open === 0) cohorts.delete(cohort);
    },
    holds: (deliveryId) => held.has(deliveryId),
    low: lowest,
    async lowerTo(lowDeliveryId) {
      if (lowDeliveryId >= rowLow) return null;
      // A heartbeat that was computed before the batch must not raise the bound after it.
      await beating.catch(() => undefined);
      return lowDeliveryId < rowLow ? lowDeliveryId : null;
    },
    lowered(lowDeliveryId) {
      if (lowDeliveryId < rowLow) rowLow = lowDeliveryId;
    },
    renew,
    async start() {
      if (id === null) await open();
      await loop.start();
    },
    async stop() {
      await loop.stop();
      if (id !== null) await closeSession(pool, id);
      id = null;
    },
  };
}
