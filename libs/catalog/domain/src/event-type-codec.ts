import { z } from 'zod';
import type { JsonObject } from '@arkan/kernel';
import type { EventTypeEvent } from './event-type';

/** Who changed it, when, from where and why: kept with each event. */
export interface ChangeMetadata {
  /** The catalog is no tenant's. */
  tenantId: null;
  actor: { id: string; kind: 'api_key' | 'user' | 'system'; role: string | null };
  authMethod: 'api_key' | 'jwt' | 'system';
  sourceIp: string | null;
  userAgent: string | null;
  requestId: string | null;
  /** In the actor's words. */
  reason: string | null;
  /** RFC 3339. */
  at: string;
}

/** For what no person asked for: the shipped types. */
export function systemMetadata(at: string, reason: string): ChangeMetadata {
  return {
    tenantId: null,
    actor: { id: 'platform', kind: 'system', role: null },
    authMethod: 'system',
    sourceIp: null,
    userAgent: null,
    requestId: null,
    reason,
    at,
  };
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

/** Each is version 1. An older version, where there will be one, is upcast in `decodeChange`, so that nobody else knows of it. */
const version = 1;
export const eventTypeEventSchemas = {
  EventTypeAdded: z.object({ type: z.string(), ...definition }),
  EventTypeChanged: z.object(definition),
  EventTypeDeprecated: z.object({ at: z.string() }),
  EventTypeReinstated: z.object({}),
} satisfies Record<EventTypeEvent['type'], z.ZodType>;

export const changeMetadataSchema = z.object({
  tenantId: z.null(),
  actor: z.object({ id: z.string(), kind: z.enum(['api_key', 'user', 'system']), role: z.string().nullable() }),
  authMethod: z.enum(['api_key', 'jwt', 'system']),
  sourceIp: z.string().nullable(),
  userAgent: z.string().nullable(),
  requestId: z.string().nullable(),
  reason: z.string().nullable(),
  at: z.string(),
});

export function encodeChange({ event, metadata }: Change): StoredEvent {
  return { type: event.type, data: { ...event.data }, metadata: { ...metadata, version } };
}

/** Throws where the event is of no type or version that this build knows: then the build is too old for the data. */
export function decodeChange(stored: StoredEvent): Change {
  if (!Object.hasOwn(eventTypeEventSchemas, stored.type) || stored.metadata.version !== version)
    throw new Error(
      `event ${stored.type}, version ${String(stored.metadata.version)}, is unknown here; use a newer build`,
    );
  const data = eventTypeEventSchemas[stored.type as EventTypeEvent['type']].parse(stored.data);
  return {
    event: { type: stored.type, data } as EventTypeEvent,
    metadata: changeMetadataSchema.parse(stored.metadata),
  };
}
