import { isDeepStrictEqual } from 'node:util';
import { foldEventType, shippedEventTypes, systemMetadata, type ShippedEventType } from '@arkan/catalog-domain';
import { toTimestamp, type Clock } from '@arkan/kernel';
import type { EventStore } from '@arkan/ports';
import { changeEventType } from './event-type-streams';

const atOnce = 6;

/**
 * Adds the shipped types that are not there, and changes those that an earlier release shipped otherwise. A type that an operator has
 * ever touched is theirs, and is left alone. Safe in several processes at once.
 */
export async function ensureShippedTypes(eventStore: EventStore, clock: Clock): Promise<void> {
  const at = toTimestamp(clock.now());
  for (let start = 0; start < shippedEventTypes.length; start += atOnce)
    await Promise.all(
      shippedEventTypes.slice(start, start + atOnce).map((type) => ensureShipped(eventStore, type, at)),
    );
}

async function ensureShipped(eventStore: EventStore, shipped: ShippedEventType, at: string): Promise<void> {
  const { type, ...definition } = shipped;
  await changeEventType(
    eventStore,
    type,
    (changes) => {
      if (changes.some(({ metadata }) => metadata.actor.kind !== 'system')) return null;
      const state = foldEventType(changes);
      if (state.kind === 'present' && isDeepStrictEqual(state.definition, definition)) return null;
      return { type, definition, deprecated: false, expectedRevision: null, at };
    },
    systemMetadata(at, 'shipped with the product'),
  );
}
