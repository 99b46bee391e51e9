import { createHash } from 'node:crypto';
import type { Answer, ReceivedRequest, Receiver } from '@arkan/testing';

export interface Entry {
  deliveryId: string;
  eventId: string;
  path: string;
  attempt: number;
  /** SHA-256 of the body. */
  body: string;
  /** That was answered. */
  status: number;
}

export interface Book {
  entries: Entry[];
  /** By delivery. */
  of(deliveryId: string): readonly Entry[];
  /** Deliveries that were answered with a 2xx, or for the last time (see `Rule.attemptMax`). */
  ended(): number;
  /** Resolves when so many have ended. */
  waitFor(ended: number, timeoutMs: number): Promise<void>;
}

/** How a receiver answers at one path. */
export interface Rule {
  status(request: ReceivedRequest, attempt: number): number;
  /** After which the platform gives up, where it is never answered with a 2xx. */
  attemptMax: number;
  /** Nothing is answered before. */
  after?(): Promise<unknown> | undefined;
}

/** What a receiver itself knows: each request, and what it answered. Everything that the platform says is held against it. */
export function keepBook(receiver: Receiver, rules: Record<string, Rule>): Book {
  const entries: Entry[] = [];
  const byDelivery = new Map<string, Entry[]>();
  const ended = new Set<string>();
  receiver.answer((request): Answer => {
    const { headers, path } = request;
    const rule = rules[path];
    if (!rule) return { status: 404 };
    const deliveryId = String(headers['webhook-id']);
    const attempt = Number(headers['x-delivery-attempt']);
    const status = rule.status(request, attempt);
    const entry = {
      deliveryId,
      eventId: String(headers['x-event-id']),
      path,
      attempt,
      body: createHash('sha256').update(request.body).digest('hex'),
      status,
    };
    entries.push(entry);
    const known = byDelivery.get(deliveryId);
    if (known) known.push(entry);
    else byDelivery.set(deliveryId, [entry]);
    if (status < 300 || attempt >= rule.attemptMax) ended.add(deliveryId);
    const after = rule.after?.();
    return after ? { status, after } : { status };
  });
  return {
    entries,
    of: (deliveryId) => byDelivery.get(deliveryId) ?? [],
    ended: () => ended.size,
    async waitFor(count, timeoutMs) {
      // The last request is told before it is answered: what follows it is asked of the platform.
      await receiver.waitFor(() => ended.size >= count - 1, timeoutMs);
    },
  };
}
