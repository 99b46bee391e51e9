import {
  healthMessage,
  integrationEntry,
  outcomeMessage,
  topics,
  webhookMessage,
  type HealthMessage,
  type IntegrationEntry,
  type NotificationKind,
  type OutcomeMessage,
  type WebhookMessage,
} from '@arkan/contracts';
import { ManualClock, newId, seededRandom, type Clock } from '@arkan/kernel';
import { notifierEntities, notifierMigrations } from '@arkan/notifier-persistence';
import type { IncomingMessage, MessageBus, OutgoingMessage } from '@arkan/ports';
import {
  createCursors,
  createLogger,
  loadConfig,
  MetricsRegistry,
  openDatabase,
  type TopicViews,
} from '@arkan/runtime';
import { createTestDatabase, type TestDatabase } from '@arkan/testing';
import type { MailTransport, OutgoingMail } from './mail/transport';
import { createParts, type NotifierDeps, type Parts } from './parts';

export const ids = { acme: 'acme', globex: 'globex' };
export const webhookIdOf = (n: number) => `wh_${String(n).padStart(32, '0')}`;

/** Keeps what it is handed; refuses or fails as told. */
export class FakeTransport implements MailTransport {
  readonly mails: OutgoingMail[] = [];
  failure: Error | null = null;
  closed = false;

  async send(mail: OutgoingMail): Promise<void> {
    if (this.failure) throw this.failure;
    this.mails.push(mail);
  }

  close(): void {
    this.closed = true;
  }
}

export interface TestNotifier {
  parts: Parts;
  deps: NotifierDeps;
  clock: ManualClock;
  /** Dead letters. */
  parked: OutgoingMessage[];
  know(...webhooks: Partial<WebhookMessage>[]): void;
  close(): Promise<void>;
}

export async function testDeps(
  database: TestDatabase,
  changes: { env?: Record<string, string>; clock?: Clock; bus?: MessageBus } = {},
): Promise<NotifierDeps> {
  const log = createLogger('silent');
  return {
    config: loadConfig({ ARKAN_MAIL_FROM: 'ArkanPM <webhooks@arkanpm.example>', ...changes.env }),
    clock: changes.clock ?? new ManualClock(),
    random: seededRandom(7),
    log,
    metrics: new MetricsRegistry(),
    cursors: createCursors(Buffer.alloc(32, 1)),
    bus: changes.bus ?? ({} as MessageBus),
    database: await openDatabase({
      url: database.url,
      schema: 'notifier',
      entities: notifierEntities,
      migrations: notifierMigrations,
      poolMax: 8,
      log,
    }),
  };
}

/** The notifier's parts on a database of its own, or on `shared`, with the clock stopped; what runs, the test runs. */
export async function openTestNotifier(
  options: { shared?: TestDatabase; env?: Record<string, string>; mailsOn?: boolean; clock?: ManualClock } = {},
): Promise<TestNotifier> {
  const database = options.shared ?? (await createTestDatabase());
  const clock = options.clock ?? new ManualClock();
  const parked: OutgoingMessage[] = [];
  const bus = { publish: async (messages: readonly OutgoingMessage[]) => void parked.push(...messages) };
  const deps = await testDeps(database, { ...options, clock, bus: bus as unknown as MessageBus });
  const parts = createParts(deps, options.mailsOn ?? true);
  parts.views = { barrier: async () => undefined } as unknown as TopicViews;
  await parts.logDays.maintain(clock.now());
  await parts.toldDays.maintain(clock.now());
  return {
    parts,
    deps,
    clock,
    parked,
    know(...webhooks) {
      for (const changes of webhooks) {
        const webhook = webhookOf(changes);
        parts.webhooks.handlers[topics.webhooks]!(
          incoming(topics.webhooks, 0, webhookMessage.encode(webhook), webhook.webhookId),
        );
      }
    },
    async close() {
      await deps.database.close();
      if (!options.shared) await database.drop();
    },
  };
}

let position = 0n;
export const incoming = (topic: string, offset: number, value: Buffer | null, key = 'key'): IncomingMessage => ({
  topic,
  partition: 0,
  offset: BigInt(offset),
  key,
  value,
  headers: {},
  timestamp: 0,
});

export const webhookOf = (changes: Partial<WebhookMessage> = {}): WebhookMessage => ({
  v: 1,
  webhookId: webhookIdOf(1),
  tenantId: ids.acme,
  name: 'Ledger',
  url: 'https://hooks.acme.example/in?token=hidden',
  eventTypes: ['leasing.*'],
  customHeaders: [],
  secret: null,
  previousSecret: null,
  dataKey: null,
  retryCount: 5,
  timeoutMs: 10_000,
  ownerEmail: 'owner@acme.example',
  status: 'active',
  statusReason: null,
  statusSince: '2026-01-01T00:00:00.000Z',
  revision: 1,
  position: String(++position),
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...changes,
});

export type Failure = OutcomeMessage['failures'][number];
const start = Date.UTC(2026, 0, 1);

export const failureOf = (changes: Partial<Failure> = {}): Failure => ({
  deliveryId: newId('dlv', start),
  eventId: 'e1',
  eventType: 'leasing.lease.renewed',
  attempt: 1,
  trigger: 'automatic',
  isTest: false,
  atMs: start,
  outcome: 'http_error',
  httpStatus: 500,
  durationMs: 12,
  causeKey: 'http_500',
  error: 'the receiver answered 500',
  deliveryStatus: 'retrying',
  nextRetryAtMs: start + 5_000,
  ...changes,
});

export const exhaustedOf = (changes: Partial<Failure> = {}): Failure =>
  failureOf({ attempt: 6, deliveryStatus: 'failed', nextRetryAtMs: null, ...changes });

export const outcomeOf = (changes: Partial<OutcomeMessage> = {}): OutcomeMessage => ({
  v: 1,
  tenantId: ids.acme,
  webhookId: webhookIdOf(1),
  succeeded: 0,
  succeededDurationMs: 0,
  firstSuccessAtMs: null,
  lastSuccess: null,
  last: { deliveryId: 'dlv_last', atMs: start, deliveryStatus: 'success', httpStatus: 200, durationMs: 1 },
  failures: [],
  gone: false,
  ...changes,
});

/** `count` successes of 10 ms each, ending at `atMs`. */
export const successesOf = (count: number, atMs: number, changes: Partial<OutcomeMessage> = {}): OutcomeMessage =>
  outcomeOf({
    succeeded: count,
    succeededDurationMs: count * 10,
    firstSuccessAtMs: atMs,
    lastSuccess: { deliveryId: newId('dlv', atMs), atMs, deliveryStatus: 'success', httpStatus: 200, durationMs: 10 },
    ...changes,
  });

export const healthOf = (
  kind: Exclude<NotificationKind, 'delivery_exhausted'>,
  changes: Partial<HealthMessage> = {},
): HealthMessage => ({
  v: 1,
  kind,
  tenantId: ids.acme,
  webhookId: webhookIdOf(1),
  webhookName: 'Ledger',
  ownerEmail: 'owner@acme.example',
  at: '2026-01-01T00:00:00.000Z',
  reason: 'its latest delivery was exhausted',
  failingSince: null,
  pausesAt: null,
  position: String(++position),
  ...changes,
});

export const entryOf = (changes: Partial<IntegrationEntry> = {}): IntegrationEntry => ({
  v: 1,
  id: 'entry-1',
  tenantId: ids.acme,
  atMs: start,
  level: 'error',
  source: 'catalog',
  message: 'an event was refused: data/amount must be a number',
  causeKey: 'event_refused',
  durationMs: null,
  webhookId: null,
  deliveryId: null,
  ...changes,
});

/** Messages of a partition, from `offset` on. */
export const outcomes = (offset: number, ...list: OutcomeMessage[]) =>
  list.map((outcome, n) => incoming(topics.outcomes, offset + n, outcomeMessage.encode(outcome), outcome.webhookId));
export const healths = (offset: number, ...list: HealthMessage[]) =>
  list.map((health, n) => incoming(topics.health, offset + n, healthMessage.encode(health), health.webhookId));
export const entries = (offset: number, ...list: IntegrationEntry[]) =>
  list.map((entry, n) =>
    incoming(topics.integrationEntries, offset + n, integrationEntry.encode(entry), entry.tenantId),
  );

export interface InboxRow {
  tenant_id: string;
  webhook_id: string;
  kind: string;
  kinds: string[];
  exhausted_count: number;
  delivery_id: string | null;
  message: string;
  emailed_to: string | null;
}

export const inboxOf = async ({ deps }: TestNotifier): Promise<InboxRow[]> =>
  (await deps.database.pool.query<InboxRow>('select * from notification order by at, id')).rows;
