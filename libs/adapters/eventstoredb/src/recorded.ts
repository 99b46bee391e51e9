import type { JsonObject } from '@arkan/kernel';
import type { RecordedEvent } from '@arkan/ports';
import type { RecordedEvent as StoredEvent } from '@eventstore/db-client';

/** An event as the client gives it, with its place in the store. */
export type PlacedEvent = StoredEvent & { position?: { commit: bigint; prepare: bigint } };

/** Which streams of the server are ours, and how their names differ there. */
export interface Naming {
  /** Stands before the id of each of our streams in the server. */
  namespace: string;
}

/** The server's own: `$metadata`, `$>` and the like, and all in streams such as `$$webhook-1`. */
export function isSystemName(name: string): boolean {
  return name.startsWith('$');
}

/** Ours, and of a stream whose id begins with one of the prefixes. */
export function isWanted(event: StoredEvent, { namespace }: Naming, prefixes?: readonly string[]): boolean {
  return (
    isOurs(event, { namespace }) &&
    (prefixes === undefined || prefixes.some((prefix) => event.streamId.startsWith(prefix, namespace.length)))
  );
}

export function isOurs({ streamId, type }: StoredEvent, { namespace }: Naming): boolean {
  return !isSystemName(type) && !isSystemName(streamId) && streamId.startsWith(namespace);
}

/**
 * The commit position. Every event that was appended through gRPC has the same prepare position, and one to itself; only
 * the TCP transactions of old servers did not. Throws where the server gives none, as those before 22.6 do for streams.
 */
export function positionOf(event: PlacedEvent): bigint {
  const commit = event.position?.commit;
  if (commit === undefined || commit >= 1n << 63n) {
    throw new Error('the event store gives no positions with the events of a stream: it is older than 22.6');
  }
  return commit;
}

/** Throws for an event of ours that is not JSON with an object in it: someone else has written it. */
export function toRecorded(event: PlacedEvent, { namespace }: Naming): RecordedEvent {
  const metadata: unknown = event.metadata ?? {};
  if (!event.isJson || !isObject(event.data) || !isObject(metadata)) {
    throw new Error(
      `the event ${event.id} of ${event.streamId} is no JSON object: it was not written through this port`,
    );
  }
  return {
    id: event.id,
    type: event.type,
    data: event.data,
    metadata,
    streamId: event.streamId.slice(namespace.length),
    revision: Number(event.revision),
    position: positionOf(event),
    recordedAt: event.created,
  };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
