import type { PoolClient } from 'pg';
import { toUuid, uuidTimeMs } from '@arkan/kernel';
import {
  decideNotice,
  tellDue,
  uuidOf,
  type Fact,
  type Gathered,
  type NoticeKind,
  type NoticePolicy,
  type NoticeState,
} from '@arkan/notifier-domain';
import type { DayPartitions } from './day-partitions';

export interface WebhookFact {
  tenantId: string;
  webhookId: string;
  fact: Fact;
  /** In the event store, of a change of health: what is not above the last one of the webhook was taken up before. */
  position?: bigint;
}

/** Rows that one statement takes. */
const rowsMax = 1_000;
const dayMs = 86_400_000;

/**
 * The key under which an exhaustion is remembered: the delivery's own id, whose time also names its day. What is no such id, or
 * of a day that has no table, is remembered under today.
 */
export function toldUuid(deliveryId: string, floorMs: number, nowMs: number): string {
  const uuid = toUuid('dlv', deliveryId);
  const atMs = uuid === null ? Number.NaN : uuidTimeMs(uuid);
  return uuid !== null && atMs >= floorMs && atMs < nowMs + dayMs
    ? uuid
    : uuidOf(Math.floor(nowMs / dayMs) * dayMs, deliveryId);
}

/** The days that remembering these needs. */
export const toldTimes = (facts: readonly WebhookFact[], told: DayPartitions, nowMs: number): number[] =>
  facts.flatMap(({ fact }) =>
    fact.kind === 'delivery_exhausted' ? [uuidTimeMs(toldUuid(fact.deliveryId, told.floorMs(nowMs), nowMs))] : [],
  );

/**
 * Takes facts up for the next notice of their webhooks; an exhaustion that was taken up before is passed over. Returns when the
 * first of those notices is due, or null where there was nothing new.
 */
export async function gatherFacts(
  tx: PoolClient,
  facts: readonly WebhookFact[],
  told: DayPartitions,
  nowMs: number,
  policy: NoticePolicy,
): Promise<number | null> {
  const fresh = await onlyNew(tx, facts, told.floorMs(nowMs), nowMs);
  if (fresh.length === 0) return null;
  const byWebhook = new Map<string, WebhookFact[]>();
  for (const fact of fresh) {
    const key = `${fact.tenantId}\n${fact.webhookId}`;
    const list = byWebhook.get(key);
    if (list) list.push(fact);
    else byWebhook.set(key, [fact]);
  }
  const keys = [...byWebhook.keys()].sort();
  const kept = await lockStates(tx, keys);
  const changed = keys.map((key) =>
    byWebhook.get(key)!.reduce((row, fact) => take(row, fact, nowMs, policy), kept.get(key)!),
  );
  await writeStates(tx, changed);
  const dueMs = Math.min(...changed.map(({ state }) => state.gathered?.dueAtMs ?? Infinity));
  return dueMs === Infinity ? null : dueMs;
}

function take(row: KeptState, { fact, position }: WebhookFact, nowMs: number, policy: NoticePolicy): KeptState {
  if (position !== undefined && row.healthPosition !== null && position <= row.healthPosition) return row;
  return {
    ...row,
    state: decideNotice(row.state, fact, nowMs, policy),
    healthPosition: position ?? row.healthPosition,
  };
}

async function onlyNew(
  tx: PoolClient,
  facts: readonly WebhookFact[],
  floorMs: number,
  nowMs: number,
): Promise<WebhookFact[]> {
  const exhaustions = new Map<string, WebhookFact>();
  const others: WebhookFact[] = [];
  for (const fact of facts) {
    if (fact.fact.kind !== 'delivery_exhausted') others.push(fact);
    else exhaustions.set(toldUuid(fact.fact.deliveryId, floorMs, nowMs), fact);
  }
  const rows = [...exhaustions.entries()];
  const fresh: WebhookFact[] = [];
  for (let n = 0; n < rows.length; n += rowsMax) {
    const chunk = rows.slice(n, n + rowsMax);
    const inserted = await tx.query<{ id: string }>({
      name: 'told-insert',
      text: `insert into told_delivery (id, tenant_id, webhook_id) select * from unnest($1::uuid[], $2::text[], $3::text[])
        on conflict (id) do nothing returning id`,
      values: [
        chunk.map(([uuid]) => uuid),
        chunk.map(([, { tenantId }]) => tenantId),
        chunk.map(([, { webhookId }]) => webhookId),
      ],
    });
    for (const { id } of inserted.rows) fresh.push(exhaustions.get(id)!);
  }
  return [...fresh, ...others];
}

interface KeptState {
  tenantId: string;
  webhookId: string;
  state: NoticeState;
  healthPosition: bigint | null;
}

interface StateRow {
  tenant_id: string;
  webhook_id: string;
  last_told_at: Date | null;
  gathered: Gathered | null;
  health_position: string | null;
}

const keptOf = (row: StateRow): KeptState => ({
  tenantId: row.tenant_id,
  webhookId: row.webhook_id,
  state: { lastToldAtMs: row.last_told_at?.getTime() ?? null, gathered: row.gathered },
  healthPosition: row.health_position === null ? null : BigInt(row.health_position),
});

/** `keys` are sorted: outcomes and health of one webhook come by two consumers, which lock in one order. */
async function lockStates(tx: PoolClient, keys: readonly string[]): Promise<Map<string, KeptState>> {
  const pairs = keys.map((key) => key.split('\n') as [string, string]);
  const { rows } = await tx.query<StateRow>({
    name: 'notice-lock',
    text: `insert into notice_state as s (tenant_id, webhook_id) select * from unnest($1::text[], $2::text[])
      on conflict (tenant_id, webhook_id) do update set due_at = s.due_at
      returning tenant_id, webhook_id, last_told_at, gathered, health_position::text`,
    values: [pairs.map(([tenantId]) => tenantId), pairs.map(([, webhookId]) => webhookId)],
  });
  return new Map(rows.map((row) => [`${row.tenant_id}\n${row.webhook_id}`, keptOf(row)]));
}

async function writeStates(tx: PoolClient, rows: readonly KeptState[]): Promise<void> {
  await tx.query({
    name: 'notice-write',
    text: `update notice_state s set last_told_at = to_timestamp(r.told_ms / 1000), due_at = to_timestamp(r.due_ms / 1000), gathered = r.gathered,
        health_position = r.health_position
      from unnest($1::text[], $2::text[], $3::float8[], $4::float8[], $5::jsonb[], $6::numeric[])
        as r (tenant_id, webhook_id, told_ms, due_ms, gathered, health_position)
      where s.tenant_id = r.tenant_id and s.webhook_id = r.webhook_id`,
    values: [
      rows.map(({ tenantId }) => tenantId),
      rows.map(({ webhookId }) => webhookId),
      rows.map(({ state }) => state.lastToldAtMs),
      rows.map(({ state }) => state.gathered?.dueAtMs ?? null),
      rows.map(({ state }) => (state.gathered === null ? null : JSON.stringify(state.gathered))),
      rows.map(({ healthPosition }) => (healthPosition === null ? null : String(healthPosition))),
    ],
  });
}

/** A notice that is told now. */
export interface ToldNotice {
  tenantId: string;
  webhookId: string;
  gathered: Gathered;
}

/** Takes what is due, at most `max`; another process takes others. The rows stay locked until `tx` ends. */
export async function takeDue(tx: PoolClient, nowMs: number, max: number): Promise<ToldNotice[]> {
  const { rows } = await tx.query<StateRow>({
    name: 'notice-due',
    text: `select tenant_id, webhook_id, last_told_at, gathered, health_position::text from notice_state
      where due_at <= to_timestamp($1::float8 / 1000) order by due_at limit $2 for update skip locked`,
    values: [nowMs, max],
  });
  const due = rows.flatMap((row) => {
    const kept = keptOf(row);
    const { state, told } = tellDue(kept.state, nowMs);
    return told ? [{ ...kept, state, told }] : [];
  });
  if (due.length > 0) await writeStates(tx, due);
  return due.map(({ tenantId, webhookId, told }) => ({ tenantId, webhookId, gathered: told }));
}

/** What a tenant wants mailed; null in the map for none chosen. */
export async function mailedKinds(tx: PoolClient, tenantIds: readonly string[]): Promise<Map<string, NoticeKind[]>> {
  const { rows } = await tx.query<{ tenant_id: string; email_enabled: boolean; kinds: NoticeKind[] }>({
    name: 'settings-read',
    text: 'select tenant_id, email_enabled, kinds from notification_settings where tenant_id = any($1)',
    values: [[...new Set(tenantIds)]],
  });
  return new Map(rows.map((row) => [row.tenant_id, row.email_enabled ? row.kinds : []]));
}

export interface NewNotification {
  uuid: string;
  tenantId: string;
  webhookId: string;
  atMs: number;
  kind: NoticeKind;
  kinds: readonly NoticeKind[];
  deliveryId: string | null;
  exhaustedCount: number;
  message: string;
  mail: { uuid: string; recipient: string; subject: string; text: string; html: string } | null;
}

/** Writes notices to the inbox, and their mails, in the transaction that took them. */
export async function writeNotifications(tx: PoolClient, list: readonly NewNotification[]): Promise<void> {
  await tx.query({
    name: 'notification-insert',
    text: `insert into notification (tenant_id, id, at, kind, kinds, webhook_id, delivery_id, exhausted_count, message)
      select tenant_id, id, to_timestamp(at_ms / 1000), kind, string_to_array(kinds, ','), webhook_id, delivery_id, exhausted_count, message
      from unnest($1::text[], $2::uuid[], $3::float8[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::text[])
        as r (tenant_id, id, at_ms, kind, kinds, webhook_id, delivery_id, exhausted_count, message)`,
    values: [
      list.map((notice) => notice.tenantId),
      list.map((notice) => notice.uuid),
      list.map((notice) => notice.atMs),
      list.map((notice) => notice.kind),
      list.map((notice) => notice.kinds.join(',')),
      list.map((notice) => notice.webhookId),
      list.map((notice) => notice.deliveryId),
      list.map((notice) => notice.exhaustedCount),
      list.map((notice) => notice.message),
    ],
  });
  const mails = list.flatMap(({ mail, ...notice }) => (mail ? [{ notice, mail }] : []));
  if (mails.length === 0) return;
  await tx.query({
    name: 'mail-insert',
    text: `insert into mail (id, tenant_id, notification_id, webhook_id, recipient, subject, text, html, created_at, next_try_at)
      select id, tenant_id, notification_id, webhook_id, recipient, subject, text, html, to_timestamp(at_ms / 1000), to_timestamp(at_ms / 1000)
      from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::float8[])
        as r (id, tenant_id, notification_id, webhook_id, recipient, subject, text, html, at_ms)`,
    values: [
      mails.map(({ mail }) => mail.uuid),
      mails.map(({ notice }) => notice.tenantId),
      mails.map(({ notice }) => notice.uuid),
      mails.map(({ notice }) => notice.webhookId),
      mails.map(({ mail }) => mail.recipient),
      mails.map(({ mail }) => mail.subject),
      mails.map(({ mail }) => mail.text),
      mails.map(({ mail }) => mail.html),
      mails.map(({ notice }) => notice.atMs),
    ],
  });
}
