import { integrationEntry, topics } from '@arkan/contracts';
import { deadLetter, type IncomingMessage, type OutgoingMessage } from '@arkan/ports';
import type { UnusableMessage } from './bus-message';

/**
 * What is made of a message that is no event: itself with the reason, on the dead-letter topic, and an entry for the tenant's
 * integration log, where the tenant can be told. The entry's id is the message's place, so that a repetition is the same entry.
 */
export function deadMessages(message: IncomingMessage, unusable: UnusableMessage, nowMs: number): OutgoingMessage[] {
  const { code, reason, tenantId } = unusable;
  const letter = deadLetter(message, topics.deadEvents, reason);
  const messages: OutgoingMessage[] = [{ ...letter, headers: { ...letter.headers, 'dead-letter-code': code } }];
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
