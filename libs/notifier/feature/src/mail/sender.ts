import { errorMessage } from '@arkan/kernel';
import { cleanText, mailRetryDelayMs } from '@arkan/notifier-domain';
import {
  claimMails,
  countQueuedMails,
  markGivenUp,
  markRetry,
  markSent,
  type QueuedMail,
} from '@arkan/notifier-persistence';
import type { Parts } from '../parts';
import { smtpConnectionsMax, smtpDeadlineMs } from './smtp';
import { MailRefusedError, type MailTransport } from './transport';

/** Longer than a mail may take: a mail under way is nobody else's. */
const leaseMs = 2 * smtpDeadlineMs;

/**
 * Hands over what is due, a few at a time, until nothing is. A mail goes out once, but for one case: where this process dies
 * after the server took it and before that was written, it goes out again after the lease, under the same Message-ID.
 */
export async function sendDue(parts: Parts, transport: MailTransport, isStopping: () => boolean): Promise<void> {
  const { clock, database } = parts.deps;
  while (!isStopping()) {
    const mails = await claimMails(database.pool, clock.now(), smtpConnectionsMax, leaseMs);
    await Promise.all(mails.map((mail) => sendOne(parts, transport, mail)));
    if (mails.length < smtpConnectionsMax) break;
  }
  parts.metrics.mailQueue.set(await countQueuedMails(database.pool));
}

async function sendOne(parts: Parts, transport: MailTransport, mail: QueuedMail): Promise<void> {
  const { clock, config, database, log } = parts.deps;
  try {
    await transport.send({
      messageId: messageIdOf(mail.id, config.ARKAN_MAIL_FROM ?? ''),
      to: mail.recipient,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
    });
  } catch (error) {
    await failed(parts, mail, error);
    return;
  }
  await markSent(database.pool, mail, clock.now());
  parts.metrics.mails.inc({ outcome: 'sent' });
  log.debug({ mailId: mail.id, tries: mail.tries }, 'a mail was handed over');
}

async function failed(parts: Parts, mail: QueuedMail, error: unknown): Promise<void> {
  const { clock, database, log, random } = parts.deps;
  const nowMs = clock.now();
  const words = cleanText(errorMessage(error), 500);
  const delayMs =
    error instanceof MailRefusedError ? null : mailRetryDelayMs(mail.tries, mail.createdAtMs, nowMs, random.next());
  if (delayMs === null) {
    await markGivenUp(database.pool, parts.logDays, mail, words, nowMs);
    parts.metrics.mails.inc({ outcome: 'given_up' });
  } else {
    await markRetry(database.pool, mail, words, nowMs + delayMs);
    parts.metrics.mails.inc({ outcome: 'retried' });
  }
  log.warn({ mailId: mail.id, tries: mail.tries, retryInMs: delayMs, error: words }, 'a mail could not be handed over');
}

/** RFC 5322 wants a domain on the right that is the maker's own. */
export function messageIdOf(mailId: string, from: string): string {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'arkanpm.invalid';
  return `<${mailId}@${domain}>`;
}
