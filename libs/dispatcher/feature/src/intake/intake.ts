import { integrationEntry, topics, UnreadableMessageError, type DeliveryMessage } from '@arkan/contracts';
import type { FairQueue } from '@arkan/dispatcher-domain';
import {
  dayMs,
  dayOfUuid,
  insertDeliveries,
  SessionDeadError,
  tallyOf,
  type DayPartitions,
  type Disposition,
  type IntakeBatch,
  type NewDelivery,
  type NewPayload,
  type TallyDelta,
} from '@arkan/dispatcher-persistence';
import { errorMessage, type Clock } from '@arkan/kernel';
import { deadLetter, type IncomingMessage, type MessageBus } from '@arkan/ports';
import type { Logger } from '@arkan/runtime';
import type { Pool } from 'pg';
import type { Freshness } from '../dispatching/freshness';
import type { Session } from '../dispatching/session';
import { itemBytes, ownTrigger, type Cohort, type WorkItem } from '../dispatching/work-item';
import { treatmentOf, type WebhookView } from '../webhook-view';
import { readDeliveryMessage } from './decoding';

export interface IntakeDeps {
  pool: Pool;
  bus: Pick<MessageBus, 'publish'>;
  partitions: DayPartitions;
  view: WebhookView;
  queue: FairQueue<WorkItem>;
  session: Session;
  freshness: Freshness;
  clock: Clock;
  log: Logger;
  /** Days of the log; older ids are not taken. */
  retentionDays: number;
  /** Something was put into the queue. */
  onQueued(): void;
  /** Something of these webhooks waits in the table, and is due. */
  onWaiting(webhookIds: Iterable<string>): void;
  onParked(count: number): void;
  /** It is not known whether a statement took effect that leases the deliveries of the cohort. */
  onDoubt(cohort: Cohort | null): void;
  /** More of the webhook is due in the table than memory has room for: what comes now has to queue up behind it. */
  isBacklogged(webhookId: string): boolean;
}

/** Messages are kept for 3 days; twice that, and the log's days may all be passed. */
const floorExtraDays = 7;

interface Plan {
  deliveries: NewDelivery[];
  payloads: NewPayload[];
  /** Of those that are to be leased; room is kept for them. */
  items: Map<string, WorkItem>;
  waiting: Set<string>;
  tally: TallyDelta | null;
}

/** Takes batches of `webhook.deliveries`: each delivery is written before anything is sent, and a repeated message changes nothing. */
export class Intake {
  constructor(private readonly deps: IntakeDeps) {}

  /** Resolved: all of it is written, or parked. Rejects where a part of the platform is away; then it must come again. */
  async take(messages: readonly IncomingMessage[]): Promise<void> {
    const unreadable: [IncomingMessage, Error][] = [];
    const readable = this.read(messages, unreadable);
    if (readable.length > 0) await this.store(readable);
    // Last, so that a batch that fails has not parked what will come again with it.
    if (unreadable.length > 0) await this.park(unreadable);
  }

  private read(messages: readonly IncomingMessage[], unreadable: [IncomingMessage, Error][]): DeliveryMessage[] {
    const nowMs = this.deps.clock.now();
    const floorMs = nowMs - (this.deps.retentionDays + floorExtraDays) * dayMs;
    const readable: DeliveryMessage[] = [];
    for (const message of messages) {
      try {
        readable.push(readDeliveryMessage(message, nowMs, floorMs));
      } catch (error) {
        if (!(error instanceof UnreadableMessageError)) throw error;
        unreadable.push([message, error]);
      }
    }
    return readable;
  }

  private async store(messages: readonly DeliveryMessage[]): Promise<void> {
    const { freshness, session, queue } = this.deps;
    await freshness.refresh();
    const plan = this.plan(messages, session.id);
    let fresh: ReadonlySet<string> | 'all' = new Set();
    try {
      fresh = await this.insert(plan, session.id);
    } finally {
      for (const item of plan.items.values()) {
        if (fresh === 'all' || fresh.has(item.deliveryId)) {
          session.hold(item);
          queue.place(item);
        } else {
          // It was there before, or nothing was written.
          session.letGo(item);
          queue.release(item);
        }
      }
    }
    if (plan.waiting.size > 0) this.deps.onWaiting(plan.waiting);
    this.deps.onQueued();
  }

  private plan(messages: readonly DeliveryMessage[], session: number): Plan {
    const plan: Plan = { deliveries: [], payloads: [], items: new Map(), waiting: new Set(), tally: null };
    const keys = new Set<string>();
    const ids = new Set<string>();
    for (const message of messages) {
      const { meta, deliveries } = message;
      // A slice would keep the whole batch of the bus in memory for as long as one of its deliveries waits.
      const body = Buffer.from(message.body);
      const before = plan.deliveries.length;
      for (const [id, webhookId] of deliveries) {
        if (ids.has(id)) continue;
        ids.add(id);
        this.planDelivery(plan, message, body, id, webhookId, session);
      }
      if (plan.deliveries.length === before || keys.has(meta.eventKey)) continue;
      keys.add(meta.eventKey);
      plan.payloads.push({
        key: meta.eventKey,
        tenantId: meta.tenantId,
        traceparent: message.traceparent ?? null,
        body,
      });
    }
    return plan;
  }

  private planDelivery(
    plan: Plan,
    message: DeliveryMessage,
    body: Buffer,
    id: string,
    webhookId: string,
    session: number,
  ): void {
    const { meta } = message;
    const bytes = body.length + itemBytes;
    const disposition = this.dispose(webhookId, meta.tenantId, bytes);
    plan.deliveries.push({
      id,
      webhookUuid: webhookId.slice(3),
      tenantId: meta.tenantId,
      eventKey: meta.eventKey,
      eventId: meta.eventId,
      eventType: meta.type,
      isTest: meta.isTest,
      bytes,
      disposition,
    });
    if (disposition === 'leased') {
      plan.items.set(id, newItem(message, body, id, webhookId, bytes, session));
    } else if (disposition === 'queued') {
      plan.waiting.add(webhookId);
    } else if (disposition === 'cancelled') {
      tallyOf((plan.tally ??= {}), this.deps.clock.now(), webhookId.slice(3), meta.tenantId).becameCancelled++;
    }
  }

  private dispose(webhookId: string, tenantId: string, bytes: number): Disposition {
    const state = this.deps.view.get(webhookId);
    if (state && state.tenantId !== tenantId) {
      this.deps.log.error({ webhookId, tenantId }, 'a delivery names a webhook of another tenant; it is cancelled');
      return 'cancelled';
    }
    const treatment = treatmentOf(state);
    if (treatment === 'cancel') return 'cancelled';
    if (treatment === 'hold') return 'held';
    if (this.deps.isBacklogged(webhookId)) return 'queued';
    return this.deps.queue.reserve({ tenantId, webhookId, bytes }) === 'taken' ? 'leased' : 'queued';
  }

  private async insert(plan: Plan, sessionId: number): Promise<ReadonlySet<string> | 'all'> {
    const { partitions, pool, session } = this.deps;
    const lowId = lowest(plan.items.keys());
    const cohort = lowId === null ? null : session.openCohort(lowId, plan.items.size);
    for (const item of plan.items.values()) item.cohort = cohort;
    const lowerTo = lowId === null ? null : await session.lowerTo(lowId);
    const { deliveries, payloads, tally } = plan;
    const batch: IntakeBatch = { session: sessionId, deliveries, payloads, lowerTo, tally };
    const days = new Set<number>();
    for (const delivery of deliveries) days.add(dayOfUuid(delivery.id)).add(dayOfUuid(delivery.eventKey));
    await partitions.ensure(days);
    try {
      const fresh = await insertDeliveries(pool, batch);
      if (lowerTo !== null) session.lowered(lowerTo);
      return fresh;
    } catch (error) {
      if (error instanceof SessionDeadError) await session.renew(error.session);
      else this.deps.onDoubt(lowId === null ? null : session.openCohort(lowId, 1));
      // A day that was there is gone: dropped by another process. The next try makes it again.
      if ((error as { code?: string }).code === '42P01') partitions.forget();
      throw error;
    }
  }

  private async park(unreadable: readonly [IncomingMessage, Error][]): Promise<void> {
    const { bus, clock, log } = this.deps;
    const nowMs = clock.now();
    for (const [message, error] of unreadable)
      log.error({ err: error, partition: message.partition, offset: String(message.offset) }, 'a message was parked');
    await bus.publish(
      unreadable.flatMap(([message, error]) => [
        deadLetter(message, topics.deadDeliveries, errorMessage(error)),
        ...(message.key === '' ? [] : [entryOf(message, error, nowMs)]),
      ]),
    );
    this.deps.onParked(unreadable.length);
  }
}

function entryOf(message: IncomingMessage, error: Error, nowMs: number) {
  return {
    topic: topics.integrationEntries,
    key: message.key,
    value: integrationEntry.encode({
      v: 1,
      id: `${message.topic}/${message.partition}/${message.offset}`,
      tenantId: message.key,
      atMs: nowMs,
      level: 'error',
      source: 'dispatcher',
      message: `An event could not be taken for delivery: ${errorMessage(error)}. It is kept in ${topics.deadDeliveries}.`,
      causeKey: 'unreadable_delivery',
      durationMs: null,
      webhookId: null,
      deliveryId: null,
    }),
  };
}

function newItem(
  { meta, traceparent }: DeliveryMessage,
  body: Buffer,
  id: string,
  webhookId: string,
  bytes: number,
  session: number,
): WorkItem {
  return {
    tenantId: meta.tenantId,
    webhookId,
    bytes,
    deliveryId: id,
    day: dayOfUuid(id),
    eventKey: meta.eventKey,
    eventId: meta.eventId,
    eventType: meta.type,
    isTest: meta.isTest,
    body,
    traceparent: traceparent ?? null,
    session,
    isClaimed: false,
    attemptCount: 0,
    runAttempt: 0,
    runUnknown: 0,
    trigger: ownTrigger(meta),
    priorStatus: null,
    acceptedAtMs: meta.acceptedAtMs,
    cohort: null,
  };
}

function lowest(ids: Iterable<string>): string | null {
  let low: string | null = null;
  for (const id of ids) if (low === null || id < low) low = id;
  return low;
}
