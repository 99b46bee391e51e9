import type { AttemptOutcome, AttemptTrigger, DeliveryStatus } from '@arkan/contracts';
import type { SqlExecutor } from '@arkan/ports';
import { packBytes, plainArray, same, textArray } from './arrays';
import { daySuffix, type Day } from './day-partitions';

/** What is known of one request that was, or may have been, sent. */
export interface AttemptRow {
  outcome: AttemptOutcome;
  trigger: AttemptTrigger;
  startedAtMs: number;
  durationMs: number | null;
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
  firstByteMs: number | null;
  httpStatus: number | null;
  /** null on success. */
  causeKey: string | null;
  error: string | null;
  remoteAddress: string | null;
  /** Values of the signature headers, in order, joined by `|`; null where nothing was sent. */
  signatures: string | null;
  /** JSON, secrets masked. */
  responseHeaders: string | null;
  responseBody: Buffer | null;
  bodyTruncated: boolean;
  configRevision: number;
}

/** A delivery goes back to wait, or on waiting. */
export interface WaitRow {
  /** From now; Infinity: held. */
  delayMs: number;
  trigger: AttemptTrigger;
  runAttempt: number;
  runUnknown: number;
  priorStatus: DeliveryStatus | null;
}

/** What becomes of a delivery that a session holds. */
export interface ResultRow {
  day: Day;
  tenantId: string;
  deliveryId: string;
  webhookUuid: string;
  eventKey: string;
  eventId: string;
  eventType: string;
  isTest: boolean;
  bytes: number;
  /** The one that holds it: the fence. */
  session: number;
  /** Held by its row in `waiting` (it was claimed there), or by the lease of the delivery itself. */
  isClaimed: boolean;
  status: DeliveryStatus;
  /** Attempts up to and with this one. */
  attemptCount: number;
  attempt: AttemptRow | null;
  /** When it ended; null where it did not, or had ended before. */
  endedAtMs: number | null;
  /** Status code and duration of the delivery stay those of an earlier attempt. */
  keepsLast: boolean;
  wait: WaitRow | null;
}

const key = ['tenant_id', 'text'] as const;
const id = ['id', 'uuid'] as const;
const common = [
  key,
  id,
  ['session', 'int'],
  ['is_claimed', 'boolean'],
  ['attempts_before', 'int'],
  ['attempts', 'int'],
  ['status', 'delivery_status'],
  ['ended_at', 'float8'],
  ['keeps_last', 'boolean'],
  ['revision', 'int'],
  ['http_status', 'smallint'],
  ['duration_ms', 'real'],
] as const;
const attempted = [
  ['outcome', 'attempt_outcome'],
  ['trigger', 'attempt_trigger'],
  ['started_at', 'float8'],
  ['dns_ms', 'real'],
  ['connect_ms', 'real'],
  ['tls_ms', 'real'],
  ['first_byte_ms', 'real'],
  ['cause_key', 'text'],
  ['error', 'text'],
  ['remote_address', 'text'],
  ['signatures', 'text'],
  ['response_headers', 'text'],
  ['body_truncated', 'boolean'],
  ['body_start', 'int'],
  ['body_length', 'int'],
] as const;
const waits = [
  ['delay', 'float8'],
  ['next_trigger', 'attempt_trigger'],
  ['run_attempt', 'smallint'],
  ['run_unknown', 'smallint'],
  ['prior_status', 'delivery_status'],
  ['webhook_id', 'uuid'],
  ['event_key', 'uuid'],
  ['event_id', 'text'],
  ['event_type', 'text'],
  ['is_test', 'boolean'],
  ['bytes', 'int'],
] as const;

/** `w` and `g` are the same row of waiting, still held by the session that the result is of. */
const held = 'g.is_claimed and w.tenant_id = g.tenant_id and w.delivery_id = g.id and w.session = g.session';
const dueAt = `case when g.delay = 'Infinity' then 'infinity' else now() + g.delay * interval '1 s' end`;

/**
 * One statement for a day's results: the fence, the delivery, its attempt and its place in `waiting`. Rows whose session holds them
 * no more, or whose attempt was written already, are left out, and their number is missing from the answer.
 */
function writeText(suffix: string, isWaiting: boolean): string {
  const columns = isWaiting ? [...common, ...attempted, ...waits] : [...common, ...attempted];
  const bodies = `$${columns.length + 1}::bytea`;
  return `with g as materialized (
    select * from unnest(${columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')})
      as g (${columns.map(([name]) => name).join(', ')})
  ), claimed as (
    ${
      isWaiting
        ? `update waiting w set session = null, due_at = ${dueAt}, attempt_count = g.attempts, trigger = g.next_trigger,
      run_attempt = g.run_attempt, run_unknown = g.run_unknown, prior_status = g.prior_status
    from g where ${held}`
        : `delete from waiting w using g where ${held}`
    }
    returning w.delivery_id
  ), moved as (
    update delivery_${suffix} d set status = g.status, lease = null, attempt_count = g.attempts,
      http_status = case when g.keeps_last then d.http_status else g.http_status end,
      duration_ms = case when g.keeps_last then d.duration_ms else g.duration_ms end,
      completed_at = case when g.ended_at is null then d.completed_at else to_timestamp(g.ended_at) end,
      next_retry_at = ${isWaiting ? `case when g.status = 'retrying' then ${dueAt} end` : 'null'},
      config_revision = coalesce(g.revision, d.config_revision)
    from g
    where d.tenant_id = g.tenant_id and d.id = g.id and d.attempt_count = g.attempts_before
      and case when g.is_claimed then d.id in (select delivery_id from claimed) else d.lease = g.session end
    returning d.id
  )${
    isWaiting
      ? `, queued as (
    insert into waiting (delivery_id, webhook_id, event_key, due_at, attempt_count, bytes, run_attempt, run_unknown, trigger,
      prior_status, is_test, tenant_id, event_id, event_type)
    select g.id, webhook_id, event_key, ${dueAt}, attempts, bytes, run_attempt, run_unknown, next_trigger,
      prior_status, is_test, tenant_id, event_id, event_type
    from g join moved using (id) where not g.is_claimed
  )`
      : ''
  }, written as (
    insert into attempt_${suffix} (delivery_id, number, config_revision, started_at, outcome, trigger, duration_ms, dns_ms,
      connect_ms, tls_ms, first_byte_ms, http_status, body_truncated, cause_key, error, remote_address, signatures,
      response_headers, response_body)
    select g.id, attempts, revision, to_timestamp(started_at), outcome, trigger, duration_ms, dns_ms, connect_ms, tls_ms,
      first_byte_ms, http_status, body_truncated, cause_key, error, remote_address, signatures, response_headers,
      case when body_length > 0 then substring(${bodies} from body_start for body_length) end
    from g join moved using (id) where outcome is not null
  )
  select count(*)::int as written, case when count(*) <> cardinality($2::uuid[]) then array_agg(id)::text[] end as ids from moved`;
}

const texts = new Map<string, string>();

/** `rows` are of one day, and all of them go on waiting or none does. Gives the ids of those that were not written. */
async function writePart(tx: SqlExecutor, suffix: string, isWaiting: boolean, rows: readonly ResultRow[]) {
  const name = `dispatcher-results-${isWaiting ? 'wait' : 'end'}-${suffix}`;
  let text = texts.get(name);
  if (text === undefined) {
    if (texts.size > 200) texts.clear();
    texts.set(name, (text = writeText(suffix, isWaiting)));
  }
  const bodies = packBytes(rows, (row) => row.attempt?.responseBody ?? null);
  const answer = await tx.query<{ written: number; ids: string[] | null }>({
    name,
    text,
    values: [
      ...commonValues(rows),
      ...attemptValues(rows),
      plainArray(bodies.starts, same),
      plainArray(bodies.lengths, same),
      ...(isWaiting ? waitValues(rows) : []),
      bodies.bytes,
    ],
  });
  const { written, ids } = answer.rows[0]!;
  if (written === rows.length) return [];
  const known = new Set(ids);
  return rows.filter((row) => !known.has(row.deliveryId)).map((row) => row.deliveryId);
}

function commonValues(rows: readonly ResultRow[]): string[] {
  return [
    textArray(rows, (row) => row.tenantId),
    plainArray(rows, (row) => row.deliveryId),
    plainArray(rows, (row) => row.session),
    plainArray(rows, (row) => row.isClaimed),
    plainArray(rows, (row) => (row.attempt === null ? row.attemptCount : row.attemptCount - 1)),
    plainArray(rows, (row) => row.attemptCount),
    plainArray(rows, (row) => row.status),
    plainArray(rows, (row) => seconds(row.endedAtMs)),
    plainArray(rows, (row) => row.keepsLast),
    plainArray(rows, (row) => row.attempt?.configRevision ?? null),
    plainArray(rows, (row) => row.attempt?.httpStatus ?? null),
    plainArray(rows, (row) => row.attempt?.durationMs ?? null),
  ];
}

function attemptValues(rows: readonly ResultRow[]): string[] {
  return [
    plainArray(rows, (row) => row.attempt?.outcome ?? null),
    plainArray(rows, (row) => row.attempt?.trigger ?? null),
    plainArray(rows, (row) => seconds(row.attempt?.startedAtMs ?? null)),
    plainArray(rows, (row) => row.attempt?.dnsMs ?? null),
    plainArray(rows, (row) => row.attempt?.connectMs ?? null),
    plainArray(rows, (row) => row.attempt?.tlsMs ?? null),
    plainArray(rows, (row) => row.attempt?.firstByteMs ?? null),
    textArray(rows, (row) => row.attempt?.causeKey ?? null),
    textArray(rows, (row) => row.attempt?.error ?? null),
    textArray(rows, (row) => row.attempt?.remoteAddress ?? null),
    textArray(rows, (row) => row.attempt?.signatures ?? null),
    textArray(rows, (row) => row.attempt?.responseHeaders ?? null),
    plainArray(rows, (row) => row.attempt?.bodyTruncated ?? null),
  ];
}

function waitValues(rows: readonly ResultRow[]): string[] {
  return [
    plainArray(rows, (row) => seconds(row.wait!.delayMs)),
    plainArray(rows, (row) => row.wait!.trigger),
    plainArray(rows, (row) => row.wait!.runAttempt),
    plainArray(rows, (row) => row.wait!.runUnknown),
    plainArray(rows, (row) => row.wait!.priorStatus),
    plainArray(rows, (row) => row.webhookUuid),
    plainArray(rows, (row) => row.eventKey),
    textArray(rows, (row) => row.eventId),
    textArray(rows, (row) => row.eventType),
    plainArray(rows, (row) => row.isTest),
    plainArray(rows, (row) => row.bytes),
  ];
}

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000);

/**
 * Writes results, each delivery once, within a transaction. Gives the ids of those that were not written: their session holds them
 * no more (it was declared dead, and another has taken them over), or they were written before by a call whose answer was lost.
 * Then the transaction must be rolled back, and the others written without them.
 */
export async function writeResults(tx: SqlExecutor, rows: readonly ResultRow[]): Promise<string[]> {
  const parts = new Map<string, { suffix: string; isWaiting: boolean; rows: ResultRow[] }>();
  for (const row of rows) {
    const isWaiting = row.wait !== null;
    const name = `${row.day}${isWaiting ? 'w' : 'e'}`;
    const part = parts.get(name);
    if (part) part.rows.push(row);
    else parts.set(name, { suffix: daySuffix(row.day), isWaiting, rows: [row] });
  }
  const refused: string[] = [];
  for (const part of parts.values()) refused.push(...(await writePart(tx, part.suffix, part.isWaiting, part.rows)));
  return refused;
}
