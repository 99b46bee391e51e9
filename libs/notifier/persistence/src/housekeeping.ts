import type { Pool } from 'pg';
import { dayMs, sweepIdempotency } from '@arkan/runtime';

/** Rows that one statement removes, and statements a round: what is left waits for the next round. */
const rowsMax = 1_000;
const statementsMax = 50;

/** The inbox keeps notices this long, read or not. */
export const notificationKeepDays = 365;

/**
 * Removes what is over and done with: mails past the log's retention, notices past a year, causes not seen since the last entry
 * of theirs was dropped, and the state of webhooks of which nothing was told for as long as the log goes back.
 */
export async function sweep(pool: Pool, nowMs: number, retentionDays: number): Promise<void> {
  const before = (days: number) => new Date(nowMs - days * dayMs);
  const removals: [text: string, before: Date][] = [
    [
      `delete from mail where id = any(array(select id from mail where state <> 'pending' and done_at < $1 limit $2))`,
      before(retentionDays),
    ],
    // Pending for two days is only what no sender looked at: it was switched off meanwhile.
    [
      `delete from mail where id = any(array(select id from mail where state = 'pending' and created_at < $1 limit $2))`,
      before(2),
    ],
    [
      'delete from notification where ctid = any(array(select ctid from notification where at < $1 limit $2))',
      before(notificationKeepDays),
    ],
    [
      'delete from cause where ctid = any(array(select ctid from cause where last_seen_at < $1 limit $2))',
      before(retentionDays + 2),
    ],
    [
      'delete from notice_state where ctid = any(array(select ctid from notice_state where due_at is null and last_told_at < $1 limit $2 for update skip locked))',
      before(retentionDays),
    ],
  ];
  for (const [text, limit] of removals) {
    for (let n = 0; n < statementsMax; n++) {
      const { rowCount } = await pool.query(text, [limit, rowsMax]);
      if ((rowCount ?? 0) < rowsMax) break;
    }
  }
  for (let n = 0; n < statementsMax; n++) if ((await sweepIdempotency(pool)) < rowsMax) break;
}
