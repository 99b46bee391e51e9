import {
  createDayPartitions as createPartitions,
  dayMs,
  dayOf,
  type DayPartitions as Partitions,
} from '@arkan/runtime';
import type { Pool } from 'pg';

/** Made ahead of time, so that midnight finds its table there. */
const aheadDays = 2;

/** A table of which `keepDays` days are kept. */
export interface DayPartitions extends Pick<Partitions, 'forget'> {
  /** Start of the oldest day that is kept; rows of before have no table. Milliseconds since 1970. */
  floorMs(nowMs: number): number;
  /** Makes the days that these times need and that are not there; those before the floor are passed over. */
  ensure(timesMs: Iterable<number>, nowMs: number): Promise<void>;
  /** Makes today and the next days, drops those past `keepDays`. Returns the names of the dropped. */
  maintain(nowMs: number): Promise<string[]>;
}

export function createDayPartitions(pool: Pool, table: string, keepDays: number): DayPartitions {
  const days = createPartitions(pool, {
    options: { [table]: 'fillfactor = 80' },
    lock: `arkanpm partitions ${table}`,
  });
  const floorDay = (nowMs: number) => dayOf(nowMs) - keepDays;

  return {
    floorMs: (nowMs) => floorDay(nowMs) * dayMs,
    ensure: (timesMs, nowMs) =>
      days.ensure([...timesMs].map((ms) => dayOf(ms)).filter((day) => day >= floorDay(nowMs))),
    async maintain(nowMs) {
      await days.ensure(Array.from({ length: aheadDays + 1 }, (_, n) => dayOf(nowMs) + n));
      return days.drop(({ day }) => day < floorDay(nowMs));
    },
    forget: () => days.forget(),
  };
}
