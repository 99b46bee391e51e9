import type { DeliveryStatus } from '@arkan/contracts';
import { transaction } from '@arkan/runtime';
import type { Pool } from 'pg';
import type { SqlExecutor } from '@arkan/ports';
import { packBytes, plainArray, same, textArray } from './arrays';
import { daySuffix, type Day } from './day-partitions';
import { insertTally, type TallyDelta } from './tally-store';

export interface NewPayload {
  /** UUIDv7 of the event's acceptance. */
  key: string;
  tenantId: string;
  traceparent: string | null;
  body: Buffer;
}

/** `leased`: goes to the memory of this process. `queued`: waits in the table, due at once. `held`, `cancelled`: as the status. */
export type Disposition = 'leased' | 'queued' | 'held' | 'cancelled';

export interface NewDelivery {
  /** UUIDv7. */
  id: string;
  /** The UUID in it, with or without dashes. */
  webhookUuid: string;
  tenantId: string;
  eventKey: string;
  eventId: string;
  eventType: string;
  isTest: boolean;
  /** Of the body. */
  bytes: number;
  disposition: Disposition;
}

export interface IntakeBatch {
  session: number;
  /** One a delivery's event; no key twice. */
  payloads: readonly NewPayload[];
  /** No id twice. */
  deliveries: readonly NewDelivery[];
  /** The least id of the batch where the session's row does not say that it may hold one so low; else null. */
  lowerTo: string | null;
  /** What is to be counted of it. */
  tally: TallyDelta | null;
}

/** The session was declared dead: nothing was written, and nothing may be sent under it. */
export class SessionDeadError extends Error {
  constructor(readonly session: number) {
    super(`session ${session} was declared dead`);
    this.name = 'SessionDeadError';
  }
}

const statusOf: Record<Disposition, DeliveryStatus> = {
  leased: 'pending',
  queued: 'pending',
  held: 'held',
  cancelled: 'cancelled',
};

/**
 * Writes payloads, deliveries and what waits of them, in one statement. That the session lives is looked at in the same snapshot;
 * whoever declares it dead goes on looking for its rows until no such statement can be under way any more (see session-store.ts).
 */
const insertText = (payloadDay: string, deliveryDay: string) => `with alive as (
    select from session where id = $1::int and dead_since is null
  ), given as (
    select * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::boolean[], $9::int[],
      $10::delivery_status[], $11::boolean[])
      as g (id, webhook_id, tenant_id, event_key, event_id, event_type, is_test, bytes, status, is_leased)
    where exists (select from alive)
  ), stored as (
    insert into payload_${payloadDay} (event_key, tenant_id, traceparent, body)
    select event_key, tenant_id, traceparent, substring($17::bytea from body_start for body_length)
    from unnest($12::uuid[], $13::text[], $14::text[], $15::int[], $16::int[])
      as p (event_key, tenant_id, traceparent, body_start, body_length)
    where exists (select from alive)
    on conflict do nothing
  ), fresh as (
    insert into delivery_${deliveryDay}
      (id, event_key, webhook_id, completed_at, status, lease, is_test, tenant_id, event_id, event_type)
    select id, event_key, webhook_id, case when status = 'cancelled' then now() end, status, case when is_leased then $1::int end,
      is_test, tenant_id, event_id, event_type
    from given
    on conflict do nothing
    returning id
  ), queued as (
    insert into waiting (delivery_id, webhook_id, event_key, due_at, attempt_count, bytes, run_attempt, run_unknown, trigger,
      is_test, tenant_id, event_id, event_type)
    select id, webhook_id, event_key, case when status = 'held' then 'infinity' else now() end, 0, bytes, 0, 0,
      case when is_test then 'test' else 'automatic' end::attempt_trigger, is_test, tenant_id, event_id, event_type
    from given join fresh using (id) where status <> 'cancelled' and not is_leased
  )
  select (select count(*) from alive)::int as alive, count(*)::int as fresh,
    case when count(*) <> cardinality($2::uuid[]) then array_agg(id)::text[] end as ids
  from fresh`;

/**
 * Stores what is new of a batch; deliveries that are known already are left as they are. Gives the ids of the new ones, or `all`.
 * The partitions of all days must be there. Throws SessionDeadError.
 */
export async function insertDeliveries(pool: Pool, batch: IntakeBatch): Promise<ReadonlySet<string> | 'all'> {
  const parts = byDays(batch);
  if (parts.length === 1 && batch.lowerTo === null && batch.tally === null) return insertPart(pool, parts[0]!);
  return transaction(pool, async (tx) => {
    if (batch.lowerTo !== null) {
      await tx.query('update session set low_delivery_id = least(low_delivery_id, $2::uuid) where id = $1', [
        batch.session,
        batch.lowerTo,
      ]);
    }
    const fresh = new Set<string>();
    for (const part of parts) {
      const ids = await insertPart(tx, part);
      for (const id of ids === 'all' ? part.deliveries.map((delivery) => delivery.id) : ids) fresh.add(id);
    }
    if (batch.tally !== null) await insertTally(tx, batch.tally);
    return fresh;
  });
}

interface Part extends Pick<IntakeBatch, 'session' | 'payloads' | 'deliveries'> {
  payloadDay: Day;
  deliveryDay: Day;
}

/** Nearly always one: a batch is of one moment. */
function byDays({ session, payloads, deliveries }: IntakeBatch): Part[] {
  const parts = new Map<string, Part & { deliveries: NewDelivery[]; payloads: NewPayload[] }>();
  const payloadByKey = new Map(payloads.map((payload) => [payload.key, payload]));
  for (const delivery of deliveries) {
    const payloadDay = dayOfKey(delivery.eventKey);
    const deliveryDay = dayOfKey(delivery.id);
    const key = `${payloadDay}/${deliveryDay}`;
    let part = parts.get(key);
    if (!part) parts.set(key, (part = { session, payloadDay, deliveryDay, deliveries: [], payloads: [] }));
    part.deliveries.push(delivery);
    const payload = payloadByKey.get(delivery.eventKey);
    if (!payload) continue;
    payloadByKey.delete(delivery.eventKey);
    part.payloads.push(payload);
  }
  return [...parts.values()];
}

/** `dayOfUuid` without the two slices: this is asked twice a delivery. */
function dayOfKey(uuid: string): Day {
  return Math.floor(
    (Number.parseInt(uuid.slice(0, 8), 16) * 65_536 + Number.parseInt(uuid.slice(9, 13), 16)) / 86_400_000,
  );
}

async function insertPart(db: SqlExecutor, part: Part): Promise<ReadonlySet<string> | 'all'> {
  const { session, deliveries, payloads } = part;
  const days = [daySuffix(part.payloadDay), daySuffix(part.deliveryDay)] as const;
  const bodies = packBytes(payloads, (payload) => payload.body);
  const { rows } = await db.query<{ alive: number; fresh: number; ids: string[] | null }>({
    name: `dispatcher-intake-${days.join('-')}`,
    text: insertText(...days),
    values: [
      session,
      plainArray(deliveries, (delivery) => delivery.id),
      plainArray(deliveries, (delivery) => delivery.webhookUuid),
      textArray(deliveries, (delivery) => delivery.tenantId),
      plainArray(deliveries, (delivery) => delivery.eventKey),
      textArray(deliveries, (delivery) => delivery.eventId),
      textArray(deliveries, (delivery) => delivery.eventType),
      plainArray(deliveries, (delivery) => delivery.isTest),
      plainArray(deliveries, (delivery) => delivery.bytes),
      plainArray(deliveries, (delivery) => statusOf[delivery.disposition]),
      plainArray(deliveries, (delivery) => delivery.disposition === 'leased'),
      plainArray(payloads, (payload) => payload.key),
      textArray(payloads, (payload) => payload.tenantId),
      textArray(payloads, (payload) => payload.traceparent),
      plainArray(bodies.starts, same),
      plainArray(bodies.lengths, same),
      bodies.bytes,
    ],
  });
  const row = rows[0]!;
  if (row.alive === 0) throw new SessionDeadError(session);
  return row.ids ? new Set(row.ids) : row.fresh === deliveries.length ? 'all' : new Set();
}
