import { deliveryBody, encodeDeliveryMessage, topics } from '@arkan/contracts';
import { newUuid, Refusal, toPublicId, toTimestamp, toUuid, type JsonObject } from '@arkan/kernel';
import { findWebhook } from '@arkan/registry-persistence';
import { tenantOf, type Call } from '@arkan/runtime';
import type { RegistryContext } from '../context';
import { refuseFields } from './create-webhook';

/** Of the event that is sent where no other type is asked for. Its `data`: `message`, `webhookId`, `webhookName`, `sentAt`, `requestedBy`. */
export const testEventType = 'webhook.test';

/**
 * Sends one event to one webhook the real way, whatever it subscribes to: durable in `webhook.deliveries` before the answer.
 * Throws Refusal `not_found`, `wrong_state` while it is paused, `invalid` for a type that the catalog does not have.
 */
export async function sendTestEvent(
  context: RegistryContext,
  call: Call,
  webhookId: string,
  eventType: string = testEventType,
): Promise<{ deliveryId: string }> {
  const { deps } = context;
  const tenantId = tenantOf(call);
  const nowMs = deps.clock.now();
  const known = toUuid('wh', webhookId) !== null;
  const webhook = known ? await findWebhook(deps.database.pool, tenantId, webhookId, nowMs) : null;
  if (!webhook) throw new Refusal('not_found', 'there is no webhook with this id');
  if (webhook.status === 'paused') {
    throw new Refusal('wrong_state', 'the webhook is paused, so a test event would be held; resume it first');
  }
  const data =
    eventType === testEventType
      ? {
          message: 'This is a test event: it was sent on request and stands for nothing that happened.',
          webhookId,
          webhookName: webhook.name,
          sentAt: toTimestamp(nowMs),
          requestedBy: call.principal.id,
        }
      : exampleOf(context, eventType);
  const [deliveryUuid, eventKey] = [newUuid(), newUuid()];
  const eventId = `test_${eventKey.replaceAll('-', '')}`;
  const meta = { v: 1 as const, eventKey, eventId, tenantId, type: eventType, timeMs: nowMs, acceptedAtMs: nowMs };
  const message = encodeDeliveryMessage({
    meta: { ...meta, isTest: true },
    deliveries: [[deliveryUuid, webhookId]],
    ...(call.traceparent ? { traceparent: call.traceparent } : {}),
    body: deliveryBody({ id: eventId, type: eventType, timeMs: nowMs, tenantId, data }),
  });
  await deps.bus.publish([{ topic: topics.deliveries, key: tenantId, ...message }]);
  return { deliveryId: toPublicId('dlv', deliveryUuid) };
}

function exampleOf({ eventTypes }: RegistryContext, eventType: string): JsonObject {
  const entry = eventTypes.get(eventType);
  if (entry) return entry.example as JsonObject;
  const message = `must be ${testEventType} or a type of the catalog; see /v1/event-types`;
  refuseFields([{ pointer: '/eventType', code: 'unknown_event_type', message, limit: null }]);
  return {};
}
