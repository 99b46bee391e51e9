import { z } from 'zod';
import type { JsonObject } from '@arkan/kernel';
import type { EventTypeEvent } from './event-type';

/** Who changed it, when, from where and why: kept with each event. */
export interface ChangeMetadata {
  /** RFC 3339. */
  at: string;
  actor: { id: string; kind: 'api_key' | 'user' | 'system'; role: string | null };
  reason: string | null;
  requestId: string | null;
  sourceIp: string | null;
  userAgent: string | null;
}

/** An event as it stands in a store. */
export interface StoredEvent {
  type: string;
  data: JsonObject;
  metadata: JsonObject;
}

export interface Change {
  event: EventTypeEvent;
  metadata: ChangeMetadata;
}

const json = z.record(z.string(), z.unknown()).transform((value) => value as JsonObject);
const definition = { title: z.string(), description: z.string(), schema: json, example: json };
const version = z.literal(1);

/** By type and then by version: an older version, where there will be one, is upcast here, so that nobody else knows of it. */
const schemas = {
  EventTypeAdded: z.object({ v: version, type: z.string(), ...definition }),
  EventTypeChanged: z.object({ v: version, ...definition }),
  EventTypeDeprecated: z.object({ v: version, at: z.string() }),
  EventTypeReinstated: z.object({ v: version }),
} satisfies Record<EventTypeEvent['type'], z.ZodType>;

const metadataSchema = z.object({
  at: z.string(),
  actor: z.object({ id: z.string(), kind: z.enum(['api_key', 'user', 'system']), role: z.string().nullable() }),
  reason: z.string().nullable(),
  requestId: z.string().nullable(),
  sourceIp: z.string().nullable(),
  userAgent: z.string().nullable(),
});

export function encodeChange({ event, metadata }: Change): StoredEvent {
  return { type: event.type, data: { v: 1, ...event.data }, metadata: { ...metadata } };
}

/** Throws where the event is of no type or version that this build knows: then the build is too old for the data. */
export function decodeChange(stored: StoredEvent): Change {
  if (!Object.hasOwn(schemas, stored.type)) throw new Error(`unknown event ${stored.type} in an event type's stream`);
  const { v: _, ...data } = schemas[stored.type as EventTypeEvent['type']].parse(stored.data);
  return { event: { type: stored.type, data } as EventTypeEvent, metadata: metadataSchema.parse(stored.metadata) };
}
