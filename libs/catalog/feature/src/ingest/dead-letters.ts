import { integrationEntry, topics } from '@arkan/contracts';
import { deadLetter, messageLimits, type IncomingMessage, type OutgoingMessage } from '@arkan/ports';
import type { UnusableMessage } from './bus-message';

/** Headers of the original that are kept with it; beyond that only those that say why it is here. */
const headerBytesMax = 65_536;

/**
 * What is made of a message that is no event: itself with the reason, on the dead-letter topic, and an entry for the tenant's
 * integration log, where the tenant can be told. The entry's id is the message's place, so that a repetition is the same entry.
 */
export function deadMessages(message: IncomingMessage, unusable: UnusableMessage, nowMs: number): OutgoingMessage[] {
  const { code, reason, tenantId } = unusable;
  const letter = deadLetter(message, topics.deadEvents, reason);
  const messages = [fitting({ ...letter, headers: { ...letter.headers, 'dead-letter-code': code } })];
  if (tenantId === null) return messages;
  const place = `${message.topic}/${message.partition}/${message.offset}`;
  const value = integrationEntry.encode({
    v: 1,
    id: `event:${place}`,
    tenantId,
    atMs: nowMs,
    level: 'error',
    source: 'ingest',
    message: `an event at ${place} was refused: ${reason}`.slice(0, 1_000),
    causeKey: `event_invalid:${code}`,
    durationMs: null,
    webhookId: null,
    deliveryId: null,
  });
  messages.push({ topic: topics.integrationEntries, key: tenantId, value });
  return messages;
}

/** Cut to what a message may have: one that came in at the limit does not fit any more with the reason added. */
function fitting(letter: OutgoingMessage): OutgoingMessage {
  let headers = letter.headers ?? {};
  if (bytesOf(headers) > headerBytesMax)
    headers = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('dead-letter-')));
  const key = Buffer.byteLength(letter.key) > messageLimits.keyBytesMax ? letter.key.slice(0, 256) : letter.key;
  const room = messageLimits.messageBytesMax - headerBytesMax - 4_096;
  const value = letter.value ?? Buffer.alloc(0);
  if (value.length <= room) return { ...letter, key, headers };
  return {
    ...letter,
    key,
    headers: { ...headers, 'dead-letter-cut-from-bytes': String(value.length) },
    value: value.subarray(0, room),
  };
}

const bytesOf = (headers: Record<string, string>) =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
