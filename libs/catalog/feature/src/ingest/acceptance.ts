import {
  insertEvents,
  MissingPartitionError,
  ensureEventPartitions,
  type EventToStore,
} from '@arkan/catalog-persistence';
import type { WebhookIndex } from '@arkan/catalog-domain';
import { deliveriesPerMessageMax, encodeDeliveryMessage, topics } from '@arkan/contracts';
import { newUuid, type Clock } from '@arkan/kernel';
import { messageLimits, type Outbox, type OutboxReceipt, type OutgoingMessage, type SqlExecutor } from '@arkan/ports';
import type { Database } from '@arkan/runtime';
import type { CatalogMetrics } from '../metrics';
import type { ValidEvent } from './cloud-event';

export interface Accepted {
  id: string;
  duplicate: boolean;
  /** Webhooks that it is for; 0 for a duplicate. */
  deliveries: number;
}

export interface AcceptanceDeps {
  database: Database;
  outbox: Outbox;
  clock: Clock;
  webhooks: WebhookIndex;
  metrics: CatalogMetrics;
}

type Via = 'http' | 'bus';

/** A group of events as it was decided, before it is known which of them are new. */
export interface Decided {
  events: readonly ValidEvent[];
  /** One for each (tenant, id) of the group, the first of its kind. */
  toStore: EventToStore[];
  /** For each event, its place in `toStore`; -1 for a repetition within the group. */
  places: number[];
  /** For each of `toStore`, the webhooks that it is for. */
  webhookIds: string[][];
  acceptedAtMs: number;
  registryPosition: string;
  via: Via;
}

export interface Stored {
  accepted: Accepted[];
  messages: OutgoingMessage[];
}

/** Matches a group against the webhooks as they are known now: the caller has just awaited the views' barrier. */
export function decide(events: readonly ValidEvent[], webhooks: WebhookIndex, nowMs: number, via: Via): Decided {
  const seen = new Set<string>();
  const toStore: EventToStore[] = [];
  const webhookIds: string[][] = [];
  const places = events.map((event) => {
    const identity = `${event.tenantId}\n${event.id}`;
    if (seen.has(identity)) return -1;
    seen.add(identity);
    const matched = webhooks.match(event.tenantId, event.type);
    webhookIds.push(matched);
    return (
      toStore.push({
        key: newUuid(nowMs),
        tenantId: event.tenantId,
        eventId: event.id,
        type: event.type,
        source: event.source,
        timeMs: event.timeMs,
        matched: matched.length,
        body: event.body,
      }) - 1
    );
  });
  const registryPosition = String(webhooks.position());
  return { events, toStore, places, webhookIds, acceptedAtMs: nowMs, registryPosition, via };
}

/** Writes the group within `tx`, and gives the answers and the messages that must go out with the same commit. */
export async function store(tx: SqlExecutor, decided: Decided): Promise<Stored> {
  const fresh = await insertEvents(tx, decided.toStore, decided);
  const messages: OutgoingMessage[] = [];
  const accepted = decided.events.map((event, index): Accepted => {
    const place = decided.places[index]!;
    const stored = place < 0 ? undefined : decided.toStore[place]!;
    if (!stored || !fresh.has(stored.key)) return { id: event.id, duplicate: true, deliveries: 0 };
    const webhookIds = decided.webhookIds[place]!;
    addMessages(messages, event, stored.key, webhookIds, decided.acceptedAtMs);
    return { id: event.id, duplicate: false, deliveries: webhookIds.length };
  });
  return { accepted, messages };
}

/** Delivery ids are made here: a message that comes twice has the same ones. */
function addMessages(
  messages: OutgoingMessage[],
  event: ValidEvent,
  eventKey: string,
  webhookIds: readonly string[],
  acceptedAtMs: number,
): void {
  for (let start = 0; start < webhookIds.length; start += deliveriesPerMessageMax) {
    const part = webhookIds.slice(start, start + deliveriesPerMessageMax);
    const { value, headers } = encodeDeliveryMessage({
      meta: {
        v: 1,
        eventKey,
        eventId: event.id,
        tenantId: event.tenantId,
        type: event.type,
        timeMs: event.timeMs,
        acceptedAtMs,
        isTest: false,
      },
      deliveries: part.map((webhookId) => [newUuid(acceptedAtMs), webhookId]),
      body: event.body,
      ...(event.traceparent ? { traceparent: event.traceparent } : {}),
    });
    messages.push({ topic: topics.deliveries, key: event.tenantId, value, headers });
  }
}

/** The last statements of a transaction: from the first of them on, others who publish wait for its commit. */
export async function enqueueAll(
  outbox: Outbox,
  tx: SqlExecutor,
  messages: readonly OutgoingMessage[],
): Promise<OutboxReceipt[]> {
  const receipts: OutboxReceipt[] = [];
  for (let start = 0; start < messages.length; start += messageLimits.callMax)
    receipts.push(await outbox.enqueue(tx, messages.slice(start, start + messageLimits.callMax)));
  return receipts;
}

/** Tries of a transaction that lost against another, or came before its day's partition. */
const triesMax = 4;

/** Runs `attempt` again where Postgres chose it as the victim of a deadlock, or the day has no partition yet. */
export async function withRetries<T>(database: Database, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= triesMax) throw error;
      if (error instanceof MissingPartitionError) await ensureEventPartitions(database.pool, [error.atMs]);
      else if ((error as { code?: unknown }).code !== '40P01') throw error;
    }
  }
}

/** Accepts a group that came over HTTP: one transaction, whatever its size. */
export async function acceptGroup(deps: AcceptanceDeps, events: ValidEvent[], via: Via): Promise<Accepted[]> {
  const { accepted, receipts } = await withRetries(deps.database, async () => {
    const decided = decide(events, deps.webhooks, deps.clock.now(), via);
    return deps.database.transaction(async (tx) => {
      const stored = await store(tx, decided);
      return { accepted: stored.accepted, receipts: await enqueueAll(deps.outbox, tx, stored.messages) };
    });
  });
  if (receipts.length > 0) deps.outbox.committed(...receipts);
  deps.metrics.accepted(accepted, via);
  return accepted;
}
