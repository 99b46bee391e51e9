import type { DeliveryStatus } from '@arkan/contracts';
import { lockForResend, makeDue, type Resendable } from '@arkan/dispatcher-persistence';
import { Refusal, toPublicId, toUuid } from '@arkan/kernel';
import type { Database } from '@arkan/runtime';
import type { Freshness } from '../dispatching/freshness';
import { waitingStatus } from '../dispatching/conclude';
import { treatmentOf, type Treatment, type WebhookView } from '../webhook-view';

export interface ResendDeps {
  database: Database;
  view: WebhookView;
  freshness: Freshness;
  /** It is due now. */
  onDue(webhookId: string, tenantId: string): void;
}

/** Makes a delivery due now, by hand. Throws Refusal `not_found`, `wrong_state`. */
export async function resend(deps: ResendDeps, tenantId: string, id: string): Promise<void> {
  const { database, view, freshness } = deps;
  const uuid = toUuid('dlv', id);
  const notFound = new Refusal('not_found', 'there is no such delivery, or its day of the log is over');
  if (uuid === null) throw notFound;
  await freshness.refresh();
  const delivery = await database.transaction(async (tx) => {
    const locked = await lockForResend(tx, tenantId, uuid);
    if (!locked) throw notFound;
    const refusal = refuseResend(locked, treatmentOf(view.get(toPublicId('wh', locked.webhookUuid))));
    if (refusal) throw new Refusal('wrong_state', refusal);
    if (!(await makeDue(tx, tenantId, locked, { status: statusOf(locked), trigger: 'manual' }))) throw underWay;
    return locked;
  });
  deps.onDue(toPublicId('wh', delivery.webhookUuid), tenantId);
}

export const underWayWords = 'it is being sent right now; look at it again in a moment';
const underWay = new Refusal('wrong_state', underWayWords);

/** Why it can't be sent now; null where it can. */
export function refuseResend(delivery: Resendable, treatment: Treatment): string | null {
  if (treatment === 'cancel') return 'its webhook was deleted';
  if (treatment === 'hold') return 'its webhook is paused; resume it, and what is held is sent';
  if (delivery.isUnderWay) return underWayWords;
  if (delivery.status === 'pending') return 'it is about to be sent for the first time';
  if (delivery.bytes === null) return 'its payload is no longer kept';
  return null;
}

/** One that waits goes on waiting, but is due; an ended one is pending until its attempt is over. */
function statusOf(delivery: Resendable): DeliveryStatus {
  return delivery.isWaiting ? waitingStatus(delivery) : 'pending';
}
