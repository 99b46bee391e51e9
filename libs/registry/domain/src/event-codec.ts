import type { z } from 'zod';
import { errorMessage, type JsonObject } from '@arkan/kernel';
import { eventHash } from './hash-chain';
import { storedMetaSchema, type EventMeta, type StoredMeta } from './metadata';

/** The shape of one event type as it is written now, and how older shapes become it. */
export interface EventSpec {
  version: number;
  schema: z.ZodType;
  /** By the version that they take; each gives the next. */
  upcasters?: Record<number, (data: JsonObject) => JsonObject>;
}
export type EventSpecs = Record<string, EventSpec>;

export type EventOf<Specs extends EventSpecs> = {
  [Type in keyof Specs & string]: { type: Type; data: z.output<Specs[Type]['schema']>; meta: EventMeta };
}[keyof Specs & string];

/** As the store has it. */
export interface StoredEvent {
  id: string;
  type: string;
  data: JsonObject;
  metadata: JsonObject;
}

/** Not an event that this build can read: unknown type, a newer version, or a shape that is not its own. */
export class UnreadableEventError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnreadableEventError';
  }
}

export interface EventCodec<Event> {
  /** Throws UnreadableEventError. */
  decode(stored: StoredEvent): Event;
  /** Chains the events to the one whose hash is `previousHash`. `id` makes a UUID. Throws UnreadableEventError for a shape that is not its own. */
  encode(events: readonly Event[], previousHash: string | null, id: () => string): StoredEvent[];
}

export function eventCodec<const Specs extends EventSpecs>(specs: Specs): EventCodec<EventOf<Specs>> {
  type Event = EventOf<Specs>;
  const specOf = (type: string): EventSpec => {
    const spec = Object.hasOwn(specs, type) ? specs[type] : undefined;
    if (!spec) throw new UnreadableEventError(`there is no event type ${type}`);
    return spec;
  };

  return {
    decode(stored) {
      const spec = specOf(stored.type);
      try {
        const { version, previousHash: _, ...meta } = storedMetaSchema.parse(stored.metadata);
        const data = spec.schema.parse(upcast(spec, version, stored.data));
        return { type: stored.type, data, meta } as Event;
      } catch (error) {
        throw new UnreadableEventError(`event ${stored.id} (${stored.type}): ${errorMessage(error)}`, { cause: error });
      }
    },
    encode(events, previousHash, id) {
      let previous = previousHash;
      return events.map((event) => {
        const spec = specOf(event.type);
        const checked = spec.schema.safeParse(event.data);
        if (!checked.success) throw new UnreadableEventError(`${event.type}: ${errorMessage(checked.error)}`);
        const metadata: StoredMeta = { ...event.meta, version: spec.version, previousHash: previous };
        const stored: StoredEvent = {
          id: id(),
          type: event.type,
          data: checked.data as JsonObject,
          metadata: metadata as unknown as JsonObject,
        };
        if (!isStorable(stored)) throw new UnreadableEventError(`${event.type}: it holds text that can not be kept`);
        previous = eventHash(stored);
        return stored;
      });
    },
  };
}

/**
 * No NUL and no lone surrogate in any text: Postgres refuses both, and an event that the read models can't take would stand in
 * the way of all after it. The contract refuses them at the edge; this is the last look before it is too late.
 */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !/\0|\p{Surrogate}/u.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => isStorable(key) && isStorable(member));
}

function upcast(spec: EventSpec, version: number, data: JsonObject): JsonObject {
  if (version > spec.version) {
    throw new Error(`it has version ${version}, and this build reads ${spec.version} at most; use a newer build`);
  }
  let current = data;
  for (let from = version; from < spec.version; from++) {
    const up = spec.upcasters?.[from];
    if (!up) throw new Error(`there is no way from version ${from} to ${from + 1}`);
    current = up(current);
  }
  return current;
}
