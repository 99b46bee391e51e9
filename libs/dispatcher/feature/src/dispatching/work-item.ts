import type { AttemptTrigger, DeliveryStatus } from '@arkan/contracts';
import type { QueueItem } from '@arkan/dispatcher-domain';
import type { Day } from '@arkan/dispatcher-persistence';

/** A delivery in this process's memory: waiting there for its turn, being sent, or with a result that is not yet written. */
export interface WorkItem extends QueueItem {
  /** `wh_…` */
  webhookId: string;
  deliveryId: string;
  day: Day;
  eventKey: string;
  eventId: string;
  eventType: string;
  isTest: boolean;
  body: Buffer;
  traceparent: string | null;
  /** The session that holds it. */
  session: number;
  /** Held by its row in `waiting`; else by the lease of the delivery. */
  isClaimed: boolean;
  /** Attempts so far. */
  attemptCount: number;
  /** Of these, those that count for the schedule. */
  runAttempt: number;
  runUnknown: number;
  trigger: AttemptTrigger;
  /** How it had ended, where it is sent again by hand. */
  priorStatus: DeliveryStatus | null;
  /** Of its first taking into memory; null where it had waited in the table. */
  acceptedAtMs: number | null;
  /** The batch that it came with, which counts it until its result is written. */
  cohort: Cohort | null;
}

/** Deliveries of one batch that are held by lease: see Session. */
export interface Cohort {
  lowDeliveryId: string;
  open: number;
}

/** What an item costs beside its payload. */
export const itemBytes = 512;

/** The trigger of attempts that nobody asked for. */
export const ownTrigger = (item: { isTest: boolean }): AttemptTrigger => (item.isTest ? 'test' : 'automatic');
