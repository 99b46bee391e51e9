import {
  deliveryBody,
  encodeDeliveryMessage,
  eventDataMaxBytes,
  testEventType,
  topics,
  type InputOf,
  type registryOperations,
} from '@arkan/contracts';
import { createValidator } from '@arkan/json-schema';
import { newUuid, Refusal, toPublicId, toTimestamp, toUuid, type JsonObject } from '@arkan/kernel';
import { findWebhook } from '@arkan/registry-persistence';
import { tenantOf, type Call } from '@arkan/runtime';
import type { RegistryContext } from '../context';
import { invalidFields, refuseFields } from './create-webhook';

type Body = InputOf<typeof registryOperations.testWebhook>['body'];

/**
 * Sends one event to one webhook the real way, whatever it subscribes to: durable in `webhook.deliveries` before the answer.
 * Throws Refusal `not_found`, `wrong_state` while it is paused, `data_too_large`, `invalid` for a type that the catalog does not have
 * or data that do not fit its schema.
 */
export async function sendTestEvent(
  context: RegistryContext,
  call: Call,
  webhookId: string,
  { eventType = testEventType, data: given }: Body,
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
      : dataOf(context, eventType, given);
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

/** What was given, checked against the schema of its type; else the type's example. */
function dataOf({ eventTypes }: RegistryContext, eventType: string, given: Body['data']): JsonObject {
  const entry = eventTypes.get(eventType);
  if (!entry) {
    const message = `must be ${testEventType} or a type of the catalog; see /v1/event-types`;
    throw invalidFields([{ pointer: '/eventType', code: 'unknown_event_type', message, limit: null }]);
  }
  if (given === undefined) return entry.example as JsonObject;
  if (Buffer.byteLength(JSON.stringify(given)) > eventDataMaxBytes) {
    const message = `must have at most ${eventDataMaxBytes} bytes as JSON`;
    const error = { pointer: '/data', code: 'too_big', message, limit: eventDataMaxBytes };
    throw new Refusal('data_too_large', `/data ${message}`, [error]);
  }
  refuseFields(createValidator(entry.schema as JsonObject)(given, '/data'));
  return given as JsonObject;
}
