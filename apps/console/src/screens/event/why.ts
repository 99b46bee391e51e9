import type { Schemas } from '../../api/client';

type Webhook = Pick<Schemas['Webhook'], 'id' | 'name' | 'status' | 'eventTypes' | 'createdAt'>;
type Event = Pick<Schemas['Event'], 'type' | 'acceptedAt'>;
type Delivery = Schemas['Delivery'];

export interface Verdict {
  webhookId: string;
  name: string;
  delivery: Delivery | null;
  /** Why it was not sent there; null where it was. */
  reason: string | null;
}

export const takes = (eventTypes: readonly string[], type: string): boolean =>
  eventTypes.some((wanted) => wanted === type || (wanted.endsWith('.*') && type.startsWith(wanted.slice(0, -1))));

/**
 * For each webhook whether it got the event and, where not, why. `atAcceptance`: the webhooks as they were when the event was
 * accepted; `now`: as they are. What the configuration does not tell is said so.
 */
export function explain(
  event: Event,
  deliveries: readonly Delivery[],
  atAcceptance: readonly Webhook[],
  now: readonly Webhook[],
): Verdict[] {
  const then = new Map(atAcceptance.map((webhook) => [webhook.id, webhook]));
  const present = new Map(now.map((webhook) => [webhook.id, webhook]));
  const sent = deliveries.map((delivery): Verdict => ({
    webhookId: delivery.webhookId,
    name: present.get(delivery.webhookId)?.name ?? delivery.webhookName,
    delivery,
    reason: null,
  }));
  const got = new Set(sent.map(({ webhookId }) => webhookId));
  const others = [...new Map([...then, ...present]).values()].filter(({ id }) => !got.has(id));
  return [
    ...sent,
    ...others.map((webhook) => ({
      webhookId: webhook.id,
      name: webhook.name,
      delivery: null,
      reason: whyNot(event, then.get(webhook.id), present.get(webhook.id)),
    })),
  ];
}

function whyNot({ type }: Event, then: Webhook | undefined, now: Webhook | undefined): string {
  if (!then) return 'It was added after the event was accepted.';
  if (!takes(then.eventTypes, type)) {
    const since = now && takes(now.eventTypes, type) ? ' It is subscribed now; earlier events are not sent again.' : '';
    return `It was not subscribed to ${type} when the event was accepted.${since}`;
  }
  if (!now) return 'It was deleted; the delivery may be past its retention.';
  return 'It was subscribed, and there is no delivery: it may be on its way, or past its retention. The integration log may tell more.';
}
