import { newUuid } from '@arkan/kernel';
import { kindsOf, leadingKind, noticeMail, noticeMessage, onlyKinds, type NoticeKind } from '@arkan/notifier-domain';
import {
  mailedKinds,
  takeDue,
  writeNotifications,
  type NewNotification,
  type ToldNotice,
} from '@arkan/notifier-persistence';
import type { Parts } from './parts';

/** Notices that one transaction writes. */
const noticesMax = 100;

/**
 * Tells what is due: a row in the inbox and, where it is wanted, a mail, in the one transaction that takes it from what is
 * gathered. Returns how many mails there are to be sent.
 */
export async function tellDueNotices(parts: Parts): Promise<number> {
  const { clock, database } = parts.deps;
  let mailCount = 0;
  for (;;) {
    const notices = await database.transaction(async (tx) => {
      const nowMs = clock.now();
      const due = await takeDue(tx, nowMs, noticesMax);
      if (due.length === 0) return [];
      // The owner's address is that of now: whoever was put in charge before this moment gets it.
      await parts.views?.barrier();
      const wanted = await mailedKinds(
        tx,
        due.map(({ tenantId }) => tenantId),
      );
      const list = due.map((notice) => notificationOf(parts, notice, wanted.get(notice.tenantId), nowMs));
      await writeNotifications(tx, list);
      return list;
    });
    for (const { kind } of notices) parts.metrics.notifications.inc({ kind });
    mailCount += notices.filter(({ mail }) => mail !== null).length;
    if (notices.length < noticesMax) return mailCount;
  }
}

/** `wanted` is undefined where the tenant has not chosen: then everything is mailed. */
function notificationOf(
  parts: Parts,
  { tenantId, webhookId, gathered }: ToldNotice,
  wanted: readonly NoticeKind[] | undefined,
  nowMs: number,
): NewNotification {
  const known = parts.webhooks.get(tenantId, webhookId);
  const face = { name: known?.name ?? webhookId, host: known?.host ?? null };
  const mailed = wanted ? onlyKinds(gathered, wanted) : gathered;
  const recipient = parts.mailsOn && mailed ? known?.ownerEmail : undefined;
  return {
    uuid: newUuid(nowMs),
    tenantId,
    webhookId,
    atMs: nowMs,
    kind: leadingKind(gathered),
    kinds: kindsOf(gathered),
    deliveryId: gathered.exhausted?.latest.deliveryId ?? null,
    exhaustedCount: gathered.exhausted?.count ?? 0,
    message: noticeMessage(gathered, face),
    mail: recipient && mailed ? { uuid: newUuid(nowMs), recipient, ...noticeMail(mailed, face) } : null,
  };
}
