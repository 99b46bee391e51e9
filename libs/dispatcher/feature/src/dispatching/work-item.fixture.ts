import { newUuid } from '@arkan/kernel';
import type { WorkItem } from './work-item';

export function newItem(over: Partial<WorkItem> = {}): WorkItem {
  return {
    tenantId: 'acme',
    webhookId: 'wh_01980000000070008000000000000001',
    bytes: 100,
    deliveryId: newUuid(),
    day: 20_000,
    eventKey: newUuid(),
    eventId: 'event 1',
    eventType: 'leasing.lease.renewed',
    isTest: false,
    body: Buffer.from('{}'),
    traceparent: null,
    session: 1,
    isClaimed: false,
    attemptCount: 0,
    runAttempt: 0,
    runUnknown: 0,
    trigger: 'automatic',
    priorStatus: null,
    acceptedAtMs: null,
    cohort: null,
    ...over,
  };
}
