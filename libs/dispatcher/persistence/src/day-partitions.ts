import {
  createDayPartitions as createPartitions,
  dayFloor,
  type Day,
  type DayPartitions as Partitions,
  type Partition,
} from '@arkan/runtime';
import type { Pool } from 'pg';

export { dayMs, dayOf, dayOfUuid, daySuffix, type Day } from '@arkan/runtime';

/**
 * `fillfactor` leaves room in each page for the second version of its rows. What is only appended is not visited by the vacuum
 * that prepares index-only scans: nobody does those, and the day goes whole before its rows must be frozen.
 */
const options = {
  payload: 'autovacuum_vacuum_insert_threshold = -1',
  delivery: 'fillfactor = 45, autovacuum_vacuum_insert_threshold = -1',
  attempt: 'autovacuum_vacuum_insert_threshold = -1',
} as const;
type LogTable = keyof typeof options;

/** Partitions by day of payload, delivery and attempt. Statements of the hot path name the partition itself: see ADR 0004. */
export interface DayPartitions extends Pick<Partitions, 'ensure' | 'forget'> {
  /** Drops the days before `before`, but for those that something still waits in or is under way from; payloads a day later. */
  drop(before: Day, isStopping?: () => boolean): Promise<string[]>;
}

export function createDayPartitions(pool: Pool): DayPartitions {
  const days = createPartitions(pool, { options, lock: 'arkanpm dispatcher partitions' });
  return {
    ensure: (wanted) => days.ensure(wanted),
    forget: () => days.forget(),
    drop: (before, isStopping) =>
      days.drop(async (partition, db) => {
        // A delivery is made in the first moments of its event, which may be those of the next day.
        if (isStopping?.() || partition.day >= (partition.table === 'payload' ? before - 1 : before)) return false;
        return partition.state !== 'attached' || !(await isReferred(db, partition));
      }),
  };
}

/** Whether a delivery of that day, or with a payload of that day, still waits, or is in some process's hands. */
async function isReferred(db: Pick<Pool, 'query'>, { table, day }: Partition<LogTable>): Promise<boolean> {
  const column = table === 'payload' ? 'event_key' : 'delivery_id';
  const { rows } = await db.query<{ referred: boolean }>(
    `select exists (select from waiting where ${column} >= $1 and ${column} < $2)
       or exists (select from session where low_delivery_id < $2::uuid) as referred`,
    [dayFloor(day), dayFloor(day + 1)],
  );
  return rows[0]!.referred;
}
