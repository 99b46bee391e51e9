import type { DeliveryStatus } from '@arkan/contracts';
import { nextAttempt, unknownAttemptsFree, type RetryPolicy } from '@arkan/dispatcher-domain';
import type { AttemptRow, RequestConfig } from '@arkan/dispatcher-persistence';
import type { Treatment } from '../webhook-view';
import type { Result, Wait } from './result';
import { ownTrigger, type WorkItem } from './work-item';

export interface Ended {
  attempt: AttemptRow;
  config: RequestConfig | null;
  /** As received. */
  retryAfter: string | null;
  policy: RetryPolicy;
  /** How the webhook's deliveries are treated now that the attempt is over. */
  treatment: Treatment;
  random: number;
  nowMs: number;
}

/** The pause that a 410 brings about is here by then. Where none comes, the delivery goes on in its schedule. */
const pauseMaxMs = 10_000;

type Fate = Pick<Result, 'status' | 'endedAtMs' | 'keepsLast' | 'wait'>;

/**
 * What an attempt means for its delivery.
 *
 * One that was sent again by hand after it had ended ends again with that attempt: a success makes it a success, a failure leaves
 * it as it was (a cancelled one has then failed). One that was sent by hand before its time goes on in its schedule: the attempt by
 * hand uses up no retry. An attempt that a crash hid is made up for at once.
 */
export function conclude(item: WorkItem, ended: Ended): Result {
  const { attempt, config } = ended;
  const isGone = attempt.httpStatus === 410;
  return { item, attempt, config, isGone, ...fateOf(item, ended) };
}

function fateOf(item: WorkItem, ended: Ended): Fate {
  const { attempt, nowMs } = ended;
  if (attempt.outcome === 'success') return end('success', nowMs);
  const isUnknown = attempt.outcome === 'unknown';
  const runUnknown = item.runUnknown + (isUnknown ? 1 : 0);
  if (item.priorStatus !== null) {
    if (isUnknown && runUnknown <= unknownAttemptsFree && ended.treatment !== 'cancel') {
      const wait = { ...waitOf(item), dueAtMs: ended.treatment === 'hold' ? Infinity : nowMs, runUnknown };
      return { status: ended.treatment === 'hold' ? 'held' : 'retrying', endedAtMs: null, keepsLast: true, wait };
    }
    return item.priorStatus === 'success'
      ? { status: 'success', endedAtMs: null, keepsLast: true, wait: null }
      : end('failed', nowMs);
  }
  const byHand = item.trigger === 'manual' && !isUnknown;
  const runAttempt = byHand ? Math.max(1, item.runAttempt) : item.runAttempt + 1;
  const next = nextAttempt({
    attempt: runAttempt,
    unknownCount: runUnknown,
    outcome: attempt.outcome,
    httpStatus: attempt.httpStatus,
    retryAfter: ended.retryAfter,
    policy: ended.policy,
    random: ended.random,
    nowMs,
  });
  if (next.kind !== 'retry') return end('failed', nowMs);
  if (ended.treatment === 'cancel') return end('cancelled', nowMs);
  const isHeld = next.pauseWebhook || ended.treatment === 'hold';
  const dueAtMs = ended.treatment === 'hold' ? Infinity : isUnknown ? nowMs : next.atMs;
  const trigger = isUnknown ? item.trigger : ownTrigger(item);
  return {
    status: isHeld ? 'held' : 'retrying',
    endedAtMs: null,
    keepsLast: false,
    wait: {
      dueAtMs: next.pauseWebhook ? Math.max(dueAtMs, nowMs + pauseMaxMs) : dueAtMs,
      trigger,
      runAttempt,
      runUnknown,
      priorStatus: null,
    },
  };
}

const end = (status: DeliveryStatus, atMs: number): Fate => ({
  status,
  endedAtMs: atMs,
  keepsLast: false,
  wait: null,
});

const waitOf = ({ trigger, runAttempt, runUnknown, priorStatus }: WorkItem): Omit<Wait, 'dueAtMs'> => ({
  trigger,
  runAttempt,
  runUnknown,
  priorStatus,
});

/** Its status while it waits for its next attempt. */
export const waitingStatus = (item: Pick<WorkItem, 'attemptCount'>): DeliveryStatus =>
  item.attemptCount === 0 ? 'pending' : 'retrying';

/** Not sent: it goes back to the table, due at `dueAtMs`. */
export function putBack(item: WorkItem, dueAtMs: number): Result {
  return { ...notSent(item), status: waitingStatus(item), wait: { ...waitOf(item), dueAtMs } };
}

/** Not sent: the webhook is paused. */
export function hold(item: WorkItem): Result {
  return { ...notSent(item), status: 'held', wait: { ...waitOf(item), dueAtMs: Infinity } };
}

/** Not sent: the webhook is gone. What had ended before stays as it was. */
export function cancel(item: WorkItem, nowMs: number): Result {
  const { priorStatus } = item;
  return priorStatus === null
    ? { ...notSent(item), status: 'cancelled', endedAtMs: nowMs }
    : { ...notSent(item), status: priorStatus };
}

const notSent = (item: WorkItem) => ({
  item,
  attempt: null,
  config: null,
  endedAtMs: null,
  keepsLast: true,
  wait: null,
  isGone: false,
});
