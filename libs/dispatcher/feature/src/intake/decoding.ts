import { isUtf8 } from 'node:buffer';
import { decodeDeliveryMessage, UnreadableMessageError, type DeliveryMessage } from '@arkan/contracts';
import { uuidTimeMs } from '@arkan/kernel';
import type { IncomingMessage } from '@arkan/ports';

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const webhookId = /^wh_[0-9a-f]{32}$/;

/** Ids made by a clock that is further ahead are not believed: each day takes tables of its own. */
const aheadMaxMs = 86_400_000;

/**
 * Reads a message of `webhook.deliveries` as strictly as the database will: what gets through can be stored. `floorMs` is the time
 * of the oldest id that the log still takes. Throws UnreadableMessageError.
 */
export function readDeliveryMessage(message: IncomingMessage, nowMs: number, floorMs: number): DeliveryMessage {
  const read = decodeDeliveryMessage(message.value, message.headers);
  const { meta, deliveries, body } = read;
  const refuse = (what: string): never => {
    throw new UnreadableMessageError(`webhook.deliveries: ${what}`);
  };
  checkUuid(meta.eventKey, 'eventKey', nowMs, floorMs);
  for (const [deliveryUuid, id] of deliveries) {
    checkUuid(deliveryUuid, 'a delivery', nowMs, floorMs);
    if (!webhookId.test(id)) refuse(`${JSON.stringify(id.slice(0, 80))} is not a webhook id`);
  }
  checkText(meta.tenantId, 'tenantId', 64);
  checkText(meta.eventId, 'eventId', 1_024);
  checkText(meta.type, 'type', 200);
  // It stands in a header.
  if (/[^\x21-\x7e]/.test(meta.type)) refuse('the type is not printable ASCII');
  // The log shows and searches it as text.
  if (!isUtf8(body) || body.includes(0)) refuse('the body is not text in UTF-8');
  if (read.traceparent !== undefined && !/^[\x21-\x7e]{1,200}$/.test(read.traceparent)) delete read.traceparent;
  return read;
}

function checkText(text: string, name: string, max: number): void {
  if (text === '' || text.length > max || text.includes('\u0000'))
    throw new UnreadableMessageError(`webhook.deliveries: ${name} is empty, has a NUL or more than ${max} characters`);
}

function checkUuid(uuid: string, what: string, nowMs: number, floorMs: number): void {
  if (!uuidV7.test(uuid)) throw new UnreadableMessageError(`webhook.deliveries: ${what} has no UUIDv7 for an id`);
  const atMs = uuidTimeMs(uuid);
  if (atMs > nowMs + aheadMaxMs)
    throw new UnreadableMessageError(
      `webhook.deliveries: ${what} is of ${new Date(atMs).toISOString()}, which is to come`,
    );
  if (atMs < floorMs)
    throw new UnreadableMessageError(`webhook.deliveries: ${what} is of ${new Date(atMs).toISOString()}, too long ago`);
}
