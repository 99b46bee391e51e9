import { uuidFloor } from '@arkan/kernel';
import type { SqlExecutor } from '@arkan/ports';

/** An event that was found valid and matched, as it is to be stored. */
export interface EventToStore {
  /** UUIDv7 with the time of acceptance. */
  key: string;
  tenantId: string;
  eventId: string;
  type: string;
  source: string;
  timeMs: number;
  /** How many webhooks it is for. */
  matched: number;
  /** What is delivered, byte for byte. */
  body: Buffer;
}

export interface Decision {
  acceptedAtMs: number;
  /** The greatest position of the registry's events that matching knew of, decimal: explain and audit start from it. */
  registryPosition: string;
  via: 'http' | 'bus';
}

/**
 * Both tables in one statement: what the identity takes is new, and only that is stored. The bodies travel as one piece of bytes
 * with places in it, because the driver would write an array of them as hexadecimal text.
 */
const insertText = `with given as (
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::int[], $8::int[], $9::int[])
      as g (key, tenant_id, event_id, type, source, time_ms, matched, body_start, body_length)
  ), fresh as (
    insert into event_identity (tenant_id, event_id, key) select tenant_id, event_id, key from given
    on conflict do nothing returning key
  ), stored as (
    insert into event (key, accepted_at, time_ms, matched, tenant_id, event_id, type, source, registry_position, via, body)
    select key, $10::timestamptz, time_ms, matched, tenant_id, event_id, type, source, $11::text, $12::text,
      substring($13::bytea from body_start for body_length)
    from given join fresh using (key)
  )
  select key from fresh`;

/**
 * Stores those events whose (tenant, id) is new and gives their keys; the others are duplicates. No (tenant, id) may stand in
 * `events` twice. Throws MissingPartitionError; then nothing was stored, and the transaction is at an end.
 */
export async function insertEvents(
  tx: SqlExecutor,
  events: readonly EventToStore[],
  decision: Decision,
): Promise<Set<string>> {
  // One order in all processes: of two that insert the same ids, one waits for the other, never both.
  const sorted = events.length === 1 ? events : [...events].sort(byIdentity);
  const starts = new Array<number>(sorted.length);
  let at = 1;
  for (let i = 0; i < sorted.length; i++) {
    starts[i] = at;
    at += sorted[i]!.body.length;
  }
  try {
    const { rows } = await tx.query<{ key: string }>({
      name: 'catalog-insert-events',
      text: insertText,
      values: [
        sorted.map((event) => event.key),
        sorted.map((event) => event.tenantId),
        sorted.map((event) => event.eventId),
        sorted.map((event) => event.type),
        sorted.map((event) => event.source),
        sorted.map((event) => event.timeMs),
        sorted.map((event) => event.matched),
        starts,
        sorted.map((event) => event.body.length),
        new Date(decision.acceptedAtMs).toISOString(),
        decision.registryPosition,
        decision.via,
        sorted.length === 1 ? sorted[0]!.body : Buffer.concat(sorted.map((event) => event.body)),
      ],
    });
    return new Set(rows.map((row) => row.key));
  } catch (error) {
    if (isMissingPartition(error)) throw new MissingPartitionError(decision.acceptedAtMs);
    throw error;
  }
}

const byIdentity = (a: EventToStore, b: EventToStore) =>
  a.tenantId < b.tenantId ? -1 : a.tenantId > b.tenantId ? 1 : a.eventId < b.eventId ? -1 : 1;

/** No partition holds this time: `ensureEventPartitions` makes it. */
export class MissingPartitionError extends Error {
  constructor(readonly atMs: number) {
    super(`there is no partition of event for ${new Date(atMs).toISOString()}`);
    this.name = 'MissingPartitionError';
  }
}

function isMissingPartition(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === '23514' && (message?.includes('no partition of relation') ?? false);
}

export interface StoredEventRow {
  key: string;
  tenantId: string;
  eventId: string;
  type: string;
  source: string;
  timeMs: number;
  acceptedAtMs: number;
  body: Buffer;
}

interface Row {
  key: string;
  tenant_id: string;
  event_id: string;
  type: string;
  source: string;
  time_ms: string;
  accepted_at: Date;
  body: Buffer;
}

const toEvent = (row: Row): StoredEventRow => ({
  key: row.key,
  tenantId: row.tenant_id,
  eventId: row.event_id,
  type: row.type,
  source: row.source,
  timeMs: Number(row.time_ms),
  acceptedAtMs: row.accepted_at.getTime(),
  body: row.body,
});

const columns = 'key, tenant_id, event_id, type, source, time_ms, accepted_at, body';

export interface EventQuery {
  tenantId: string;
  type?: string;
  /** Accepted at this or later. */
  fromMs: number | null;
  /** Accepted before. */
  toMs: number | null;
  /** Exclusive: older keys only. */
  beforeKey: string | null;
  limit: number;
}

/** Bytes of bodies that one page may have, beside the first. */
const pageBytesMax = 4 * 1_048_576;
const noKey = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Newest first; fewer than `limit` also where the bodies would come to more than 4 MiB. */
export async function listEvents(
  db: SqlExecutor,
  query: EventQuery,
): Promise<{ events: StoredEventRow[]; more: boolean }> {
  const to = query.toMs === null ? noKey : uuidFloor(query.toMs);
  const before = query.beforeKey !== null && query.beforeKey < to ? query.beforeKey : to;
  const ofType = query.type === undefined ? '' : 'and type = $5';
  const { rows } = await db.query<Row & { bytes_before: string }>({
    name: query.type === undefined ? 'catalog-list-events' : 'catalog-list-events-of-type',
    text: `select ${columns}, sum(octet_length(body)) over (order by key desc) - octet_length(body) as bytes_before
      from (
        select ${columns} from event
        where tenant_id = $1 and key < $2 and key >= $3 ${ofType} order by key desc limit $4
      ) page order by key desc`,
    values: [
      query.tenantId,
      before,
      uuidFloor(query.fromMs ?? 0),
      query.limit + 1,
      ...(query.type === undefined ? [] : [query.type]),
    ],
  });
  const fitting = rows.slice(0, query.limit).filter((row) => Number(row.bytes_before) < pageBytesMax);
  return { events: fitting.map(toEvent), more: fitting.length < rows.length };
}

export async function findEvent(db: SqlExecutor, tenantId: string, eventId: string): Promise<StoredEventRow | null> {
  const { rows } = await db.query<Row>({
    name: 'catalog-find-event',
    text: `select ${columns
      .split(', ')
      .map((column) => `e.${column}`)
      .join(', ')} from event_identity i join event e on e.tenant_id = i.tenant_id and e.key = i.key
      where i.tenant_id = $1 and i.event_id = $2`,
    values: [tenantId, eventId],
  });
  return rows[0] ? toEvent(rows[0]) : null;
}
