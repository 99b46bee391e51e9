import { newUuid } from '@arkan/kernel';
import { createLogger, openDatabase, type Database } from '@arkan/runtime';
import { createTestDatabase } from '@arkan/testing';
import { connectionSettings } from './connections';
import { createDayPartitions, dayOfUuid, type DayPartitions } from './day-partitions';
import { insertDeliveries, type Disposition, type NewDelivery } from './intake-store';
import { dispatcherEntities, dispatcherMigrations } from './migrations';
import type { AttemptRow, ResultRow } from './result-store';
import type { TallyDelta } from './tally-store';

/** An empty dispatcher database for a suite. */
export async function openStores() {
  const testDatabase = await createTestDatabase();
  const database: Database = await openDatabase({
    url: testDatabase.url,
    schema: 'dispatcher',
    entities: dispatcherEntities,
    migrations: dispatcherMigrations,
    poolMax: 8,
    settings: connectionSettings,
    log: createLogger('silent'),
  });
  const partitions: DayPartitions = createDayPartitions(database.pool);
  return {
    database,
    pool: database.pool,
    partitions,
    /** Everything but the schema. */
    async clear() {
      await database.pool.query(
        'truncate delivery, payload, attempt, waiting, session, request_config, tally, tally_delta',
      );
    },
    async insert(session: number, deliveries: NewDelivery[], more: { lowerTo?: string; tally?: TallyDelta } = {}) {
      await partitions.ensure(deliveries.flatMap((delivery) => [dayOfUuid(delivery.id), dayOfUuid(delivery.eventKey)]));
      const byKey = new Map(deliveries.map((delivery) => [delivery.eventKey, delivery]));
      return insertDeliveries(database.pool, {
        session,
        deliveries,
        payloads: [...byKey.values()].map(({ eventKey, tenantId, eventId }) => ({
          key: eventKey,
          tenantId,
          traceparent: null,
          body: bodyOf(eventId),
        })),
        lowerTo: more.lowerTo ?? null,
        tally: more.tally ?? null,
      });
    },
    async close() {
      await database.close();
      await testDatabase.drop();
    },
  };
}
export type Stores = Awaited<ReturnType<typeof openStores>>;

export const bodyOf = (eventId: string) =>
  Buffer.from(JSON.stringify({ id: eventId, data: { note: `äöü of ${eventId}` } }));

let made = 0;
export function newDelivery(
  over: Partial<NewDelivery> & { atMs?: number; disposition?: Disposition } = {},
): NewDelivery {
  const { atMs, ...rest } = over;
  return {
    id: newUuid(atMs),
    webhookUuid: '01980000-0000-7000-8000-000000000001',
    tenantId: 'acme',
    eventKey: newUuid(atMs),
    eventId: `event ${++made}`,
    eventType: 'leasing.lease.renewed',
    isTest: false,
    bytes: 100,
    disposition: 'leased',
    ...rest,
  };
}

export const succeeded: AttemptRow = {
  outcome: 'success',
  trigger: 'automatic',
  startedAtMs: Date.UTC(2026, 0, 5, 10, 0, 0, 123),
  durationMs: 12.3,
  dnsMs: null,
  connectMs: 1.5,
  tlsMs: 2.5,
  firstByteMs: 8.1,
  httpStatus: 204,
  causeKey: null,
  error: null,
  remoteAddress: '192.0.2.1',
  signatures: 'aa|v1,bb',
  responseHeaders: '{"a":"say \\"x\\" and \\\\"}',
  responseBody: Buffer.from([0, 1, 255]),
  bodyTruncated: false,
  configRevision: 3,
};

export const failed: AttemptRow = {
  ...succeeded,
  outcome: 'http_error',
  httpStatus: 503,
  causeKey: 'http_503',
  error: 'The receiver answered 503.',
  responseBody: null,
};

/** A result of `delivery`, as held by `session`: ended with success unless told. */
export function resultOf(delivery: NewDelivery, session: number, over: Partial<ResultRow> = {}): ResultRow {
  return {
    day: dayOfUuid(delivery.id),
    tenantId: delivery.tenantId,
    deliveryId: delivery.id,
    webhookUuid: delivery.webhookUuid,
    eventKey: delivery.eventKey,
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    isTest: delivery.isTest,
    bytes: delivery.bytes,
    session,
    isClaimed: false,
    status: 'success',
    attemptCount: 1,
    attempt: succeeded,
    endedAtMs: Date.UTC(2026, 0, 5, 10, 0, 1),
    keepsLast: false,
    wait: null,
    ...over,
  };
}
