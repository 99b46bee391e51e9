import type { AttemptTrigger, DeliveryStatus } from '@arkan/contracts';
import type { AttemptRow, RequestConfig, ResultRow } from '@arkan/dispatcher-persistence';
import type { WorkItem } from './work-item';

/** What became of an item; to be written, and told. */
export interface Result {
  item: WorkItem;
  attempt: AttemptRow | null;
  /** What the attempt was made by; null where there was none, or nobody knows. */
  config: RequestConfig | null;
  status: DeliveryStatus;
  /** Milliseconds since 1970; null where it did not end now. */
  endedAtMs: number | null;
  keepsLast: boolean;
  wait: Wait | null;
  /** The receiver answered 410. */
  isGone: boolean;
}

export interface Wait {
  /** Milliseconds since 1970; Infinity: held. */
  dueAtMs: number;
  trigger: AttemptTrigger;
  runAttempt: number;
  runUnknown: number;
  priorStatus: DeliveryStatus | null;
}

/** As it is written: times that are still to come, as distances from now, since it is the database that will time them. */
export function toResultRow({ item, attempt, status, endedAtMs, keepsLast, wait }: Result, nowMs: number): ResultRow {
  return {
    day: item.day,
    tenantId: item.tenantId,
    deliveryId: item.deliveryId,
    webhookUuid: item.webhookId.slice(3),
    eventKey: item.eventKey,
    eventId: item.eventId,
    eventType: item.eventType,
    isTest: item.isTest,
    bytes: item.bytes,
    session: item.session,
    isClaimed: item.isClaimed,
    status,
    attemptCount: attempt === null ? item.attemptCount : item.attemptCount + 1,
    attempt,
    endedAtMs,
    keepsLast,
    wait: wait && {
      delayMs: Math.max(0, wait.dueAtMs - nowMs),
      trigger: wait.trigger,
      runAttempt: wait.runAttempt,
      runUnknown: wait.runUnknown,
      priorStatus: wait.priorStatus,
    },
  };
}
