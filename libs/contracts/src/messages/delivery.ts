import { z } from 'zod';
import { UnreadableMessageError } from './codec';

/** Deliveries that one message may carry; an event for more webhooks is split into several messages. */
export const deliveriesPerMessageMax = 200;

/** Of the header `meta`. */
export const deliveryMetaSchema = z.object({
  v: z.literal(1),
  /** UUIDv7 given at acceptance; its time is `acceptedAt`. Identifies the payload in the dispatcher. */
  eventKey: z.string(),
  /** As given by the emitter; unique with the tenant. */
  eventId: z.string(),
  tenantId: z.string(),
  type: z.string(),
  /** The event's own time, ms since 1970. */
  timeMs: z.number(),
  acceptedAtMs: z.number(),
  isTest: z.boolean(),
});
export type DeliveryMeta = z.infer<typeof deliveryMetaSchema>;

/** As they are on the topic; what reads them is `decodeDeliveryMessage`, by hand, for it is called for every event. */
export const deliveryHeadersSchema = z.object({
  'content-type': z.literal('application/json'),
  meta: z.string().describe('JSON; see webhook.deliveries.meta'),
  to: z
    .string()
    .describe(`Pairs of delivery UUID and webhook id, separated by commas, at most ${deliveriesPerMessageMax}`),
  traceparent: z.string().optional().describe('W3C trace context of the acceptance'),
});

/** The body of every attempt, which is the message's value. */
export const deliveryBodySchema = z.object({
  id: z.string(),
  type: z.string(),
  timestamp: z.iso.datetime(),
  tenantId: z.string(),
  data: z.unknown(),
});

/**
 * `webhook.deliveries`, key = tenant id. The value is the very bytes that are POSTed; everything else stands in headers, so that
 * nobody serialises the payload a second time. Delivery ids are made here, by whoever matched: a repeated message has the same ones.
 */
export interface DeliveryMessage {
  meta: DeliveryMeta;
  /** (UUIDv7 of the delivery, webhook id). */
  deliveries: [deliveryUuid: string, webhookId: string][];
  /** W3C trace context of the acceptance, where there is one. */
  traceparent?: string;
  body: Buffer;
}

export function encodeDeliveryMessage(message: DeliveryMessage): { value: Buffer; headers: Record<string, string> } {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    meta: JSON.stringify(message.meta),
    to: message.deliveries.map(([uuid, webhookId]) => `${uuid} ${webhookId}`).join(','),
  };
  if (message.traceparent) headers.traceparent = message.traceparent;
  return { value: message.body, headers };
}

/** Throws UnreadableMessageError. */
export function decodeDeliveryMessage(value: Buffer | null, headers: Record<string, string>): DeliveryMessage {
  let raw: unknown;
  try {
    raw = JSON.parse(headers.meta ?? 'null');
  } catch {
    throw new UnreadableMessageError('webhook.deliveries: header meta is not JSON');
  }
  const meta = deliveryMetaSchema.safeParse(raw);
  if (!meta.success)
    throw new UnreadableMessageError(
      `webhook.deliveries: header meta: ${meta.error.issues[0]?.message ?? 'not valid'}`,
    );
  if (!value || value.length === 0) throw new UnreadableMessageError('webhook.deliveries: no body');
  const deliveries = (headers.to ?? '').split(',').map((pair) => pair.split(' ') as [string, string]);
  if (
    deliveries.length > deliveriesPerMessageMax ||
    deliveries.some((pair) => pair.length !== 2 || pair[0].length !== 36 || !pair[1].startsWith('wh_'))
  ) {
    throw new UnreadableMessageError('webhook.deliveries: header to is not a list of delivery and webhook ids');
  }
  return {
    meta: meta.data,
    deliveries,
    body: value,
    ...(headers.traceparent ? { traceparent: headers.traceparent } : {}),
  };
}

/** The body of every attempt: serialised once, when the event is accepted. */
export function deliveryBody(event: {
  id: string;
  type: string;
  timeMs: number;
  tenantId: string;
  data: unknown;
}): Buffer {
  return Buffer.from(
    JSON.stringify({
      id: event.id,
      type: event.type,
      timestamp: new Date(event.timeMs).toISOString(),
      tenantId: event.tenantId,
      data: event.data,
    }),
  );
}
