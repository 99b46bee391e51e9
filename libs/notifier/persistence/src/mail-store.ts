import type { Pool } from 'pg';
import { entryRow, type LogRow } from '@arkan/notifier-domain';
import { transaction } from '@arkan/runtime';
import { writeLog } from './log-store';
import type { DayPartitions } from './day-partitions';

export interface QueuedMail {
  id: string;
  tenantId: string;
  notificationId: string;
  webhookId: string;
  recipient: string;
  subject: string;
  text: string;
  html: string;
  createdAtMs: number;
  /** This try included. It also tells this claim from a later one. */
  tries: number;
}

interface Row extends Omit<QueuedMail, 'createdAtMs'> {
  createdAt: Date;
}

/**
 * Takes mails that are due, oldest first. Until `leaseMs` from now nobody else takes them; whoever dies meanwhile has used up a
 * try, so that a mail that kills its sender is not sent for ever.
 */
export async function claimMails(pool: Pool, nowMs: number, max: number, leaseMs: number): Promise<QueuedMail[]> {
  const { rows } = await pool.query<Row>({
    name: 'mail-claim',
    text: `update mail set tries = tries + 1, next_try_at = to_timestamp(($1::float8 + $3::float8) / 1000)
      where id in (select id from mail where state = 'pending' and next_try_at <= to_timestamp($1::float8 / 1000)
        order by next_try_at limit $2 for update skip locked)
      returning id, tenant_id as "tenantId", notification_id as "notificationId", webhook_id as "webhookId", recipient, subject, text, html,
        created_at as "createdAt", tries`,
    values: [nowMs, max, leaseMs],
  });
  return rows.map(({ createdAt, ...mail }) => ({ ...mail, createdAtMs: createdAt.getTime() }));
}

/** It was handed over: the notification then says to whom. */
export async function markSent(pool: Pool, mail: QueuedMail, nowMs: number): Promise<void> {
  await pool.query({
    name: 'mail-sent',
    text: `with sent as (
        update mail set state = 'sent', done_at = to_timestamp($2::float8 / 1000), last_error = null
        where id = $1 and state = 'pending' returning tenant_id, notification_id, recipient
      ) update notification n set emailed_to = sent.recipient from sent where n.tenant_id = sent.tenant_id and n.id = sent.notification_id`,
    values: [mail.id, nowMs],
  });
}

/** It failed and will be tried again. Nothing happens where somebody else has claimed it meanwhile. */
export async function markRetry(pool: Pool, mail: QueuedMail, error: string, nextTryAtMs: number): Promise<void> {
  await pool.query({
    name: 'mail-retry',
    text: `update mail set next_try_at = to_timestamp($3::float8 / 1000), last_error = $4 where id = $1 and state = 'pending' and tries = $2`,
    values: [mail.id, mail.tries, nextTryAtMs, error],
  });
}

/** It is given up, and the integration log says so. */
export async function markGivenUp(
  pool: Pool,
  log: DayPartitions,
  mail: QueuedMail,
  error: string,
  nowMs: number,
): Promise<void> {
  const row: LogRow = entryRow(
    {
      id: `mail ${mail.id}`,
      tenantId: mail.tenantId,
      atMs: nowMs,
      level: 'error',
      source: 'notifier',
      message: `The mail to ${mail.recipient} ("${mail.subject}") could not be handed over and is given up after ${mail.tries === 1 ? '1 try' : `${mail.tries} tries`}: ${error}`,
      causeKey: 'mail_given_up',
      durationMs: null,
      webhookId: mail.webhookId,
      deliveryId: null,
    },
    nowMs,
  );
  await log.ensure([row.atMs], nowMs);
  await transaction(pool, async (tx) => {
    const { rowCount } = await tx.query({
      name: 'mail-give-up',
      text: `update mail set state = 'given_up', done_at = to_timestamp($3::float8 / 1000), last_error = $4 where id = $1 and state = 'pending' and tries = $2`,
      values: [mail.id, mail.tries, nowMs, error],
    });
    if (rowCount === 1) await writeLog(tx, { rows: [row], successes: [], floorMs: log.floorMs(nowMs) });
  });
}

/** Mails that wait to be handed over. */
export async function countQueuedMails(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: string }>({
    name: 'mail-count',
    text: `select count(*) as count from mail where state = 'pending'`,
  });
  return Number(rows[0]!.count);
}
