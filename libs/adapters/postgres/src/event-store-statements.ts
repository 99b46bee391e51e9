import type { JsonObject } from '@arkan/kernel';
import type { ExpectedRevision, NewEvent, RecordedEvent } from '@arkan/ports';
import type { QueryConfig } from 'pg';
import type { EventStoreNames } from './event-store-schema';

export interface AppendRow {
  outcome: 'appended' | 'repeated' | 'conflict';
  last_revision: number;
  last_position: string | null;
}

export function appendStatement(
  names: EventStoreNames,
  streamId: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
  at: Date | null,
): QueryConfig {
  return {
    name: names.statement('append'),
    text: `select * from ${names.quoted}.append_events($1, $2, $3::uuid[], $4::text[], $5::json[], $6::json[], $7)`,
    values: [
      streamId,
      expected === 'no_stream' ? -1 : expected === 'any' ? -2 : expected,
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      events.map(({ data }) => JSON.stringify(data)),
      events.map(({ metadata }) => JSON.stringify(metadata)),
      at?.toISOString() ?? null,
    ],
  };
}

/** JSON as text: what the connection's type parsers make of it is not our concern. */
const columns =
  'position, stream_id, revision, event_id, type, data::text as data, metadata::text as metadata, recorded_at';

interface EventRow {
  position: string;
  stream_id: string;
  revision: number;
  event_id: string;
  type: string;
  data: string;
  metadata: string;
  recorded_at: Date;
}

export function readStreamStatement(
  names: EventStoreNames,
  streamId: string,
  from: number,
  limit: number,
): QueryConfig {
  return {
    name: names.statement('read_stream'),
    text: `select ${columns} from ${names.quoted}.event where stream_id = $1 and revision >= $2 order by revision limit $3`,
    values: [streamId, from, limit],
  };
}

/** How many positions one query looks at, matching or not: bounds the work of a filter that finds little. */
const scanMax = 100_000;

/** The same statement in one snapshot: matching events, how far it looked, and where the store ends. */
export function readWindowStatement(
  names: EventStoreNames,
  after: bigint,
  prefixes: readonly string[] | undefined,
  limit: number,
): QueryConfig {
  return {
    name: names.statement('read_window'),
    text: `
      with store as (select coalesce(max(position), 0) as store_end from ${names.quoted}.event),
           scan as (select store_end, least(store_end, $1::bigint + ${scanMax}) as scanned_to from store)
      select scan.store_end, scan.scanned_to, e.*
        from scan left join lateral (
          select ${columns} from ${names.quoted}.event
           where position > $1 and position <= scan.scanned_to and ($2::text[] is null or stream_id ^@ any ($2::text[]))
           order by position limit $3
        ) e on true
       order by e.position`,
    values: [String(after), prefixes ?? null, limit],
  };
}

export interface WindowRow extends Partial<EventRow> {
  store_end: string;
  scanned_to: string;
}

export interface Window {
  events: RecordedEvent[];
  /** Everything up to here was looked at. */
  reached: bigint;
  /** The store's last position at that moment. */
  end: bigint;
}

export function toWindow(rows: readonly WindowRow[], after: bigint, limit: number): Window {
  const events = rows.filter((row): row is WindowRow & EventRow => row.event_id != null).map(toEvent);
  const end = BigInt(rows[0]?.store_end ?? 0);
  const scannedTo = BigInt(rows[0]?.scanned_to ?? 0);
  const full = events.length >= limit ? events.at(-1)?.position : undefined;
  return { events, end, reached: full ?? (scannedTo > after ? scannedTo : after) };
}

export function toEvent(row: EventRow): RecordedEvent {
  return {
    id: row.event_id,
    type: row.type,
    data: JSON.parse(row.data) as JsonObject,
    metadata: JSON.parse(row.metadata) as JsonObject,
    streamId: row.stream_id,
    revision: row.revision,
    position: BigInt(row.position),
    recordedAt: row.recorded_at,
  };
}
