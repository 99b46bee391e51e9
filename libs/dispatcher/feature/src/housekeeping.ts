import {
  dayMs,
  dayOf,
  foldTallies,
  sweepConfigs,
  tidyTallies,
  type DayPartitions,
} from '@arkan/dispatcher-persistence';
import { sequence, type Clock, type Service } from '@arkan/kernel';
import { sweepIdempotency, type Logger } from '@arkan/runtime';
import type { Pool } from 'pg';
import { createLoop } from './loop';

/** Partitions made ahead: midnight finds its own there, whatever happens in the last hours. */
const aheadDays = 2;
const tidyEveryMs = 3_600_000;
const foldEveryMs = 2_000;
/** Steps of one run; the rest is for the next. */
const stepsMax = 1_000;

export interface HousekeepingDeps {
  pool: Pool;
  partitions: DayPartitions;
  retentionDays: number;
  clock: Clock;
  log: Logger;
}

/** The days of the log that are kept begin here. */
export const keptFromDay = (nowMs: number, retentionDays: number): number => dayOf(nowMs) - retentionDays;

/** Days ahead are made, days past their time dropped, counts folded, and what else is past its time swept. */
export function createHousekeeping(deps: HousekeepingDeps): Service & { tidy(): Promise<void> } {
  const { pool, partitions, retentionDays, clock, log } = deps;
  const makeAhead = () => {
    const today = dayOf(clock.now());
    return partitions.ensure(Array.from({ length: aheadDays + 1 }, (_, i) => today + i));
  };
  async function tidy(isStopping: () => boolean = () => false): Promise<void> {
    await makeAhead();
    const nowMs = clock.now();
    const keptFrom = keptFromDay(nowMs, retentionDays);
    const dropped = await partitions.drop(keptFrom, isStopping);
    if (dropped.length > 0) log.info({ dropped }, 'days of the log that are past their time were dropped');
    await repeat(isStopping, async () => (await sweepConfigs(pool, (keptFrom - 1) * dayMs)) > 0);
    await repeat(isStopping, () => tidyTallies(pool, nowMs, keptFrom * dayMs));
    await repeat(isStopping, async () => (await sweepIdempotency(pool)) > 0);
  }
  const loops = sequence([
    createLoop({ name: 'dropping what is past its time', clock, log, everyMs: tidyEveryMs, run: tidy }),
    createLoop({
      name: 'folding the counts',
      clock,
      log,
      everyMs: foldEveryMs,
      run: (isStopping) => repeat(isStopping, () => foldTallies(pool)),
    }),
  ]);
  return {
    tidy,
    async start() {
      await makeAhead();
      await loops.start();
    },
    stop: () => loops.stop(),
  };
}

async function repeat(isStopping: () => boolean, step: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < stepsMax && !isStopping(); i++) if (!(await step())) return;
}
