import { cancelWaiting, insertTally, lockForResend, tallyOf, type TallyDelta } from '@arkan/dispatcher-persistence';
import { Refusal, toUuid, type Clock } from '@arkan/kernel';
import type { Database } from '@arkan/runtime';
import { underWayWords } from './resend';

export interface CancelDeps {
  database: Database;
  clock: Clock;
}

/**
 * Ends a delivery that waits: nothing more is sent of it. One that some process has in its hands is refused, since what it does can't
 * be taken back; the lock on its place in the table decides who comes first. Throws Refusal `not_found`, `wrong_state`.
 */
export async function cancelDelivery({ database, clock }: CancelDeps, tenantId: string, id: string): Promise<void> {
  const uuid = toUuid('dlv', id);
  const notFound = new Refusal('not_found', 'there is no such delivery, or its day of the log is over');
  if (uuid === null) throw notFound;
  await database.transaction(async (tx) => {
    const locked = await lockForResend(tx, tenantId, uuid);
    if (!locked) throw notFound;
    if (locked.isUnderWay) throw new Refusal('wrong_state', underWayWords);
    const status = await cancelWaiting(tx, tenantId, uuid);
    if (status === null)
      throw new Refusal(
        'wrong_state',
        `it is ${locked.status}: only what is pending, retrying or held can be cancelled`,
      );
    if (status !== 'cancelled') return;
    const delta: TallyDelta = {};
    tallyOf(delta, clock.now(), locked.webhookUuid, tenantId).becameCancelled++;
    await insertTally(tx, delta);
  });
}
