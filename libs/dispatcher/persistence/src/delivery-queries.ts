import type { AttemptOutcome, AttemptTrigger, DeliveryStatus } from '@arkan/contracts';
import { uuidFloor, uuidTimeMs } from '@arkan/kernel';
import type { SqlExecutor } from '@arkan/ports';
import { keysWithText } from './payload-search';

export interface DeliveryRow {
  id: string;
  eventKey: string;
  webhookUuid: string;
  tenantId: string;
  eventId: string;
  eventType: string;
  status: DeliveryStatus;
  httpStatus: number | null;
  durationMs: number | null;
  attemptCount: number;
  nextRetryAtMs: number | null;
  completedAtMs: number | null;
  configRevision: number;
  isTest: boolean;
  /** In some process's memory since its intake. */
  isLeased: boolean;
}

interface DbRow {
  id: string;
  event_key: string;
  webhook_id: string;
  tenant_id: string;
  event_id: string;
  event_type: string;
  status: DeliveryStatus;
  http_status: number | null;
  duration_ms: number | null;
  attempt_count: number;
  next_retry_at: Date | number | null;
  completed_at: Date | null;
  config_revision: number;
  is_test: boolean;
  is_leased: boolean;
}

const columns = `id, event_key, webhook_id, tenant_id, event_id, event_type, status, http_status, duration_ms, attempt_count,
  next_retry_at, completed_at, config_revision, is_test, lease is not null as is_leased`;
const plainColumns = columns.replace('lease is not null as is_leased', 'is_leased');

const timeOf = (value: Date | number | null): number | null => (value instanceof Date ? value.getTime() : null);

const toRow = (row: DbRow): DeliveryRow => ({
  id: row.id,
  eventKey: row.event_key,
  webhookUuid: row.webhook_id,
  tenantId: row.tenant_id,
  eventId: row.event_id,
  eventType: row.event_type,
  status: row.status,
  httpStatus: row.http_status,
  durationMs: row.duration_ms,
  attemptCount: row.attempt_count,
  nextRetryAtMs: timeOf(row.next_retry_at),
  completedAtMs: timeOf(row.completed_at),
  configRevision: row.config_revision,
  isTest: row.is_test,
  isLeased: row.is_leased,
});

/** What is not given filters nothing. */
export interface DeliveryFilter {
  tenantId: string;
  webhookUuid?: string;
  statuses?: readonly DeliveryStatus[];
  eventType?: string;
  eventId?: string;
  /** Both ends belong to it. */
  httpStatus?: readonly [from: number, to: number];
  /** Made at this time or later. */
  fromMs?: number;
  /** Made before. */
  toMs?: number;
  /** In the payload; upper and lower case are the same. */
  text?: string;
}

export interface DeliveryPage {
  rows: DeliveryRow[];
  /** What to go on from: only older ones are missing. null where there are none. */
  next: string | null;
}

/** Of one page. A page of a rare filter has fewer rows than asked for when a bound is reached, and the next goes on from there. */
export interface ScanBounds {
  /** Rows looked at: 1.2 us each. */
  rowsMax: number;
  /** After which no further chunk is begun. With a chunk's own 15 ms a page stays within 50. */
  timeMaxMs: number;
  chunkFirst: number;
  chunkMax: number;
  /** Where the payload is searched: 5 to 10 us a KiB. */
  searchFirst: number;
  searchMax: number;
}
const defaultBounds: ScanBounds = {
  rowsMax: 40_000,
  timeMaxMs: 25,
  chunkFirst: 1_000,
  chunkMax: 12_000,
  searchFirst: 250,
  searchMax: 2_000,
};
const noId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Deliveries of a tenant, newest first, older than `before`. Goes down an index of ids in growing chunks and filters what it finds:
 * an index for each filter would be paid by every delivery.
 */
export async function listDeliveries(
  db: SqlExecutor,
  filter: DeliveryFilter,
  page: { limit: number; before: string | null },
  bounds: ScanBounds = defaultBounds,
): Promise<DeliveryPage> {
  const top = filter.toMs === undefined ? noId : uuidFloor(filter.toMs);
  let before = page.before !== null && page.before < top ? page.before : top;
  if (filter.eventId !== undefined) return listOfEvent(db, { ...filter, eventId: filter.eventId }, page.limit, before);
  const rows: DeliveryRow[] = [];
  const startedMs = performance.now();
  const { text } = filter;
  const chunkMax = text === undefined ? bounds.chunkMax : bounds.searchMax;
  let chunk = isPlain(filter) ? page.limit + 1 : text === undefined ? bounds.chunkFirst : bounds.searchFirst;
  for (let scanned = 0; ; scanned += chunk, chunk = Math.min(chunk * 4, chunkMax)) {
    const found = await scan(db, filter, before, chunk, text === undefined ? page.limit + 1 - rows.length : chunk);
    rows.push(...(text === undefined ? found.rows : await withText(db, found.rows, text)));
    if (rows.length > page.limit) return cut(rows, page.limit);
    if (found.last === null) return { rows, next: null };
    before = found.last;
    if (scanned + chunk >= bounds.rowsMax || performance.now() - startedMs >= bounds.timeMaxMs)
      return { rows, next: before };
  }
}

function cut(rows: DeliveryRow[], limit: number): DeliveryPage {
  const page = rows.slice(0, limit);
  return { rows: page, next: page.at(-1)!.id };
}

function isPlain({ statuses, eventType, httpStatus, text }: DeliveryFilter): boolean {
  return statuses === undefined && eventType === undefined && httpStatus === undefined && text === undefined;
}

const filters = `($5::delivery_status[] is null or status = any($5)) and ($6::text is null or event_type = $6)
  and ($7::int is null or http_status between $7 and $8)`;
const filterValues = ({ statuses, eventType, httpStatus }: DeliveryFilter) => [
  statuses ?? null,
  eventType ?? null,
  httpStatus?.[0] ?? null,
  httpStatus?.[1] ?? null,
];

/** The chunk of `chunk` rows below `before`: those that pass, at most `limit`, and its last id where there may be more below. */
async function scan(
  db: SqlExecutor,
  filter: DeliveryFilter,
  before: string,
  chunk: number,
  limit: number,
): Promise<{ rows: DeliveryRow[]; last: string | null }> {
  const { webhookUuid } = filter;
  // The concatenation keeps the planner from the tenant's index where the webhook's is the right one.
  const whose = webhookUuid === undefined ? 'tenant_id = $1' : `webhook_id = $10 and tenant_id || '' = $1`;
  const { rows } = await db.query<DbRow & { is_last: boolean }>({
    name: `dispatcher-list${webhookUuid === undefined ? '' : '-of-webhook'}`,
    text: `with scanned as materialized (
        select ${columns} from delivery where ${whose} and id < $2 and id >= $3 order by id desc limit $4
      )
      select *, false as is_last from (select ${plainColumns} from scanned where ${filters} order by id desc limit $9) passed
      union all
      select *, true from (select ${plainColumns} from scanned order by id limit 1) lowest
      where (select count(*) from scanned) = $4`,
    values: [
      filter.tenantId,
      before,
      uuidFloor(filter.fromMs ?? 0),
      chunk,
      ...filterValues(filter),
      limit,
      ...(webhookUuid === undefined ? [] : [webhookUuid]),
    ],
  });
  return {
    rows: rows.filter((row) => !row.is_last).map(toRow),
    last: rows.find((row) => row.is_last)?.id ?? null,
  };
}

/** The deliveries of an event: few, and found by the blocks that may hold its id. */
async function listOfEvent(
  db: SqlExecutor,
  filter: DeliveryFilter & { eventId: string },
  limit: number,
  before: string,
): Promise<DeliveryPage> {
  const { rows } = await db.query<DbRow>({
    name: 'dispatcher-list-of-event',
    text: `with found as materialized (
        select ${columns} from delivery
        where event_id = $4 and tenant_id || '' = $1 and id < $2 and id >= $3
          and ${filters} and ($10::uuid is null or webhook_id = $10)
      )
      select * from found order by id desc limit $9`,
    values: [
      filter.tenantId,
      before,
      uuidFloor(filter.fromMs ?? 0),
      filter.eventId,
      ...filterValues(filter),
      filter.text === undefined ? limit + 1 : defaultBounds.rowsMax,
      filter.webhookUuid ?? null,
    ],
  });
  const found = rows.map(toRow);
  const passed = filter.text === undefined ? found : await withText(db, found, filter.text);
  return passed.length > limit ? cut(passed, limit) : { rows: passed, next: null };
}

async function withText(db: SqlExecutor, rows: DeliveryRow[], text: string): Promise<DeliveryRow[]> {
  const keys = await keysWithText(
    db,
    rows.map((row) => row.eventKey),
    text,
  );
  return rows.filter((row) => keys.has(row.eventKey));
}

/** null where there is none of that tenant. */
export async function findDelivery(db: SqlExecutor, tenantId: string, id: string): Promise<DeliveryRow | null> {
  const { rows } = await db.query<DbRow>({
    name: 'dispatcher-find',
    text: `select ${columns} from delivery where tenant_id = $1 and id = $2`,
    values: [tenantId, id],
  });
  return rows[0] ? toRow(rows[0]) : null;
}

export interface StoredAttempt {
  number: number;
  trigger: AttemptTrigger;
  startedAtMs: number;
  outcome: AttemptOutcome;
  durationMs: number | null;
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
  firstByteMs: number | null;
  httpStatus: number | null;
  error: string | null;
  remoteAddress: string | null;
  configRevision: number;
  signatures: string | null;
  responseHeaders: string | null;
  responseBody: Buffer | null;
  bodyTruncated: boolean;
  /** Of the configuration; null where it is not known what was sent. */
  url: string | null;
  /** JSON of [name, value] pairs. */
  configHeaders: string | null;
}

/** Attempts of one delivery that are shown; the earliest of more are left out. */
export const attemptsShownMax = 250;

/** In order of their numbers. The delivery must have been found for the tenant before. */
export async function findAttempts(
  db: SqlExecutor,
  delivery: Pick<DeliveryRow, 'id' | 'webhookUuid'>,
): Promise<StoredAttempt[]> {
  const { rows } = await db.query<{
    number: number;
    trigger: AttemptTrigger;
    started_at: Date;
    outcome: AttemptOutcome;
    duration_ms: number | null;
    dns_ms: number | null;
    connect_ms: number | null;
    tls_ms: number | null;
    first_byte_ms: number | null;
    http_status: number | null;
    error: string | null;
    remote_address: string | null;
    config_revision: number;
    signatures: string | null;
    response_headers: string | null;
    response_body: Buffer | null;
    body_truncated: boolean;
    url: string | null;
    headers: string | null;
  }>({
    name: 'dispatcher-find-attempts',
    text: `select a.*, c.url, c.headers from attempt a
      left join request_config c on c.webhook_id = $2 and c.revision = a.config_revision
      where delivery_id = $1 order by number desc limit ${attemptsShownMax}`,
    values: [delivery.id, delivery.webhookUuid],
  });
  return rows.reverse().map((row) => ({
    number: row.number,
    trigger: row.trigger,
    startedAtMs: row.started_at.getTime(),
    outcome: row.outcome,
    durationMs: row.duration_ms,
    dnsMs: row.dns_ms,
    connectMs: row.connect_ms,
    tlsMs: row.tls_ms,
    firstByteMs: row.first_byte_ms,
    httpStatus: row.http_status,
    error: row.error,
    remoteAddress: row.remote_address,
    configRevision: row.config_revision,
    signatures: row.signatures,
    responseHeaders: row.response_headers,
    responseBody: row.response_body,
    bodyTruncated: row.body_truncated,
    url: row.url,
    configHeaders: row.headers,
  }));
}

/** Bytes of an event's payload; null where it is past its time. */
export async function findPayload(db: SqlExecutor, eventKey: string): Promise<Buffer | null> {
  const { rows } = await db.query<{ body: Buffer }>({
    name: 'dispatcher-find-payload',
    text: 'select body from payload where event_key = $1',
    values: [eventKey],
  });
  return rows[0]?.body ?? null;
}

export interface OpenCounts {
  pending: number;
  retrying: number;
  held: number;
  /** Made then, of those not held; null where none is open. */
  oldestMs: number | null;
}

/** What of a tenant is not ended: in `waiting`, and in the memories of processes (no older than `lowDeliveryId`). Counted up to 100,000. */
export async function countOpen(
  db: SqlExecutor,
  query: { tenantId: string; webhookUuid: string | null; fromMs: number; toMs: number; lowDeliveryId: string },
): Promise<OpenCounts> {
  const { rows } = await db.query<{ pending: number; retrying: number; held: number; oldest: string | null }>({
    name: 'dispatcher-count-open',
    text: `with fresh as materialized (
        select id, webhook_id from delivery
        where tenant_id = $1 and id >= greatest($3::uuid, $5::uuid) and id < $4 and status = 'pending' and lease is not null
        order by id limit 100000
      ), open as (
        select delivery_id as id, due_at = 'infinity' as is_held, attempt_count from waiting
        where tenant_id = $1 and delivery_id >= $3 and delivery_id < $4 and ($2::uuid is null or webhook_id = $2)
        union all
        select id, false, 0 from fresh where $2::uuid is null or webhook_id = $2
        limit 100000
      )
      select count(*) filter (where not is_held and attempt_count = 0)::int as pending,
        count(*) filter (where not is_held and attempt_count > 0)::int as retrying,
        count(*) filter (where is_held)::int as held,
        (select id from open where not is_held order by id limit 1) as oldest
      from open`,
    values: [query.tenantId, query.webhookUuid, uuidFloor(query.fromMs), uuidFloor(query.toMs), query.lowDeliveryId],
  });
  const { oldest, ...counts } = rows[0]!;
  return { ...counts, oldestMs: oldest === null ? null : uuidTimeMs(oldest) };
}
