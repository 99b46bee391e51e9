import { createHash } from 'node:crypto';
import type { JsonObject } from '@arkan/kernel';

/** What a hash is taken over. */
export interface HashedEvent {
  id: string;
  type: string;
  data: JsonObject;
  /** With its own `previousHash`, which is what makes a chain of them. */
  metadata: JsonObject;
}

/**
 * One text for one value, whatever the order of its keys: stores keep JSON as they like (jsonb sorts keys by length). Members by
 * UTF-16 code units, no spaces, numbers and strings as JSON.stringify has them (as in RFC 8785).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

/** Lower-case hex of SHA-256 over the event as it is stored. Ciphertexts are part of it, so erasing a key breaks no chain. */
export function eventHash({ id, type, data, metadata }: HashedEvent): string {
  return createHash('sha256').update(canonicalJson({ id, type, data, metadata })).digest('hex');
}

/** Revision of the first event of a stream, in order, that does not follow from the one before it; null where all do. */
export function firstBreak(events: Iterable<HashedEvent>, previousHash: string | null = null): number | null {
  let index = 0;
  for (const event of events) {
    if ((event.metadata.previousHash ?? null) !== previousHash) return index;
    previousHash = eventHash(event);
    index++;
  }
  return null;
}
