import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newUuid, toTimestamp } from '@arkan/kernel';
import { rememberConfigs, sweepConfigs } from './config-store';
import { createDayPartitions, dayMs, dayOf, daySuffix } from './day-partitions';
import { findPayload } from './delivery-queries';
import { closeSession, openSession } from './session-store';
import { bodyOf, newDelivery, openStores, type Stores } from './stores.fixture';
import {
  bucketMs,
  durationClass,
  foldTallies,
  insertTally,
  readTallies,
  tallyOf,
  tidyTallies,
  type TallyDelta,
} from './tally-store';
import { readPayloads } from './waiting-store';

let stores: Stores;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());
beforeEach(() => stores.clear());

const partitionNames = async () =>
  (
    await stores.pool.query<{ name: string }>(
      `select relname as name from pg_class where relkind = 'r' and relname ~ '_[0-9]{8}$' order by right(relname, 8), 1`,
    )
  ).rows.map(({ name }) => name);

describe('days of the log', () => {
  const day = dayOf(Date.UTC(2026, 1, 10));
  const namesOf = (n: number, tables = ['attempt', 'delivery', 'payload']) =>
    tables.map((table) => `${table}_${daySuffix(n)}`);
  const dropAll = () => createDayPartitions(stores.pool).drop(day + 1_000);

  beforeEach(async () => {
    await dropAll();
  });

  test('are made by many at once, once, and asked for no more', async () => {
    const all = [1, 2, 3, 4].map(() => createDayPartitions(stores.pool));
    await Promise.all(all.map((partitions) => partitions.ensure([day, day + 1])));
    expect(await partitionNames()).toEqual([...namesOf(day), ...namesOf(day + 1)]);
    const { rows } = await stores.pool.query(
      `select count(*)::int as count from pg_inherits where inhparent in ('delivery'::regclass, 'attempt'::regclass, 'payload'::regclass)`,
    );
    expect(rows).toEqual([{ count: 6 }]);
  });

  test('are dropped when they are past their time, payloads a day later', async () => {
    await stores.partitions.ensure([day - 2, day - 1, day]);
    stores.partitions.forget();
    expect(await stores.partitions.drop(day)).toHaveLength(5);
    expect(await partitionNames()).toEqual([`payload_${daySuffix(day - 1)}`, ...namesOf(day)]);
    expect(await stores.partitions.drop(day)).toEqual([]);
  });

  test('are kept for as long as something waits in them, or is held in a memory', async () => {
    const at = (n: number) => n * dayMs + 1_000;
    const session = await openSession(stores.pool, newUuid(at(day)));
    await stores.insert(session, [
      newDelivery({ atMs: at(day - 5), disposition: 'held' }),
      newDelivery({ atMs: at(day - 3) }),
    ]);
    expect((await stores.partitions.drop(day)).sort()).toEqual(namesOf(day - 3));
    await stores.pool.query('delete from waiting');
    const old = await openSession(stores.pool, newUuid(at(day - 6)));
    expect(await stores.partitions.drop(day)).toEqual([]);
    await closeSession(stores.pool, old);
    expect((await stores.partitions.drop(day)).sort()).toEqual(namesOf(day - 5));
  });

  test.each(['concurrently', 'by hand'])('whose dropping was broken off (%s) are gone on with', async (how) => {
    await stores.partitions.ensure([day]);
    stores.partitions.forget();
    await stores.pool.query(
      `alter table delivery detach partition delivery_${daySuffix(day)} ${how === 'concurrently' ? how : ''}`,
    );
    await stores.partitions.drop(day + 2);
    expect(await partitionNames()).toEqual([]);
  });

  test('whose payloads are gone leave the rest readable', async () => {
    const session = await openSession(stores.pool, newUuid(0));
    const delivery = newDelivery({ atMs: day * dayMs });
    await stores.insert(session, [delivery]);
    await stores.pool.query(`drop table payload_${daySuffix(day)}`);
    expect((await readPayloads(stores.pool, [delivery.eventKey])).size).toBe(0);
    expect(await findPayload(stores.pool, delivery.eventKey)).toBeNull();
  });
});

test('payloads come back byte for byte, however many, of whatever days', async () => {
  const session = await openSession(stores.pool, newUuid(0));
  const deliveries = Array.from({ length: 400 }, (_, i) =>
    newDelivery({ atMs: Date.UTC(2026, 0, 1 + (i % 3)), eventId: `größe ${i} ${'\u{1F600}'} ${'x'.repeat(i * 30)}` }),
  );
  await stores.insert(session, deliveries);
  const found = await readPayloads(
    stores.pool,
    deliveries.map((delivery) => delivery.eventKey),
  );
  for (const { eventKey, eventId } of deliveries) expect(found.get(eventKey)!.body.equals(bodyOf(eventId))).toBe(true);
});

test('configurations are kept once, and go when nobody has used them for long', async () => {
  const config = { webhookUuid: newDelivery().webhookUuid, revision: 1, url: 'https://example.com', headers: '[]' };
  for (const url of ['https://example.com', 'https://other.example'])
    await stores.database.transaction((tx) =>
      rememberConfigs(tx, [
        { ...config, url },
        { ...config, revision: 2 },
      ]),
    );
  await stores.pool.query(`update request_config set used_on = '2026-01-01' where revision = 1`);
  await stores.database.transaction((tx) => rememberConfigs(tx, [config]));
  expect(await sweepConfigs(stores.pool, Date.UTC(2026, 0, 2))).toBe(0);
  await stores.pool.query(`update request_config set used_on = '2026-01-01' where revision = 1`);
  expect(await sweepConfigs(stores.pool, Date.UTC(2026, 0, 2))).toBe(1);
  const { rows } = await stores.pool.query('select revision, url from request_config');
  expect(rows).toEqual([{ revision: 2, url: 'https://example.com' }]);
});

describe('counts', () => {
  const hook = newDelivery().webhookUuid;
  const other = '01980000-0000-7000-8000-000000000002';
  const atMs = Date.UTC(2026, 0, 10, 10, 2);
  const count = async (
    over: { atMs?: number; hook?: string; tenantId?: string; durationMs?: number; failed?: boolean } = {},
  ) => {
    const delta: TallyDelta = {};
    const tally = tallyOf(delta, over.atMs ?? atMs, over.hook ?? hook, over.tenantId ?? 'a tenant');
    if (over.failed) tally.failed++;
    else tally.succeeded++;
    tally.becameSuccess++;
    tally.durations[durationClass(over.durationMs ?? 100)] = 1;
    await stores.database.transaction((tx) => insertTally(tx, delta));
  };
  const read = (over: { webhookUuid?: string | null; tenantId?: string; fromMs?: number; toMs?: number } = {}) =>
    readTallies(stores.pool, {
      tenantId: 'a tenant',
      webhookUuid: null,
      fromMs: atMs - dayMs,
      toMs: atMs + dayMs,
      ...over,
    });
  const totals = async (over: Parameters<typeof read>[0] = {}) =>
    (await read(over)).buckets.reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0);

  test('are summed by webhook and tenant, in points of five minutes, by many at once, and none twice', async () => {
    for (let i = 0; i < 30; i++)
      await count({ hook: i % 3 ? hook : other, failed: i % 2 === 0, atMs: atMs + (i % 5) * bucketMs });
    await count({ tenantId: 'another' });
    await Promise.all([1, 2, 3, 4].map(() => foldTallies(stores.pool)));
    expect(await foldTallies(stores.pool)).toBe(false);
    expect([await totals(), await totals({ webhookUuid: hook }), await totals({ webhookUuid: other })]).toEqual([
      30, 20, 10,
    ]);
    expect([await totals({ tenantId: 'another' }), await totals({ tenantId: 'nobody' })]).toEqual([1, 0]);
    const { buckets } = await read();
    expect(buckets).toHaveLength(5);
    expect(buckets[0]).toEqual({
      atMs: Date.UTC(2026, 0, 10, 10),
      succeeded: 3,
      failed: 3,
      becameSuccess: 6,
      becameFailed: 0,
      becameCancelled: 0,
    });
    expect(await totals({ fromMs: atMs + bucketMs, toMs: atMs + 3 * bucketMs })).toBe(18);
  });

  test('know percentiles to a tenth', async () => {
    for (let i = 1; i <= 100; i++) await count({ durationMs: i * 10 });
    await foldTallies(stores.pool);
    const { p50, p95, p99 } = (await read()).percentiles;
    expect(Math.abs(p50! - 500)).toBeLessThan(50);
    expect(Math.abs(p95! - 950)).toBeLessThan(95);
    expect(Math.abs(p99! - 990)).toBeLessThan(99);
    expect((await read({ tenantId: 'nobody' })).percentiles).toEqual({ p50: null, p95: null, p99: null });
  });

  test.each([
    [0, 0],
    [1, 0],
    [1.1, 1],
    [30_000, 57],
    [1e9, 59],
  ])('a duration of %d ms is of class %d', (ms, expected) => {
    expect(durationClass(ms)).toBe(expected);
  });

  test('of more than two days ago are kept by the hour, and go with the log', async () => {
    for (let i = 0; i < 24; i++) await count({ atMs: atMs + i * bucketMs, durationMs: i < 12 ? 3 : 500 });
    await foldTallies(stores.pool);
    const before = await read();
    const nowMs = atMs + 4 * dayMs;
    await tidyTallies(stores.pool, nowMs, atMs - dayMs);
    await tidyTallies(stores.pool, nowMs, atMs - dayMs);
    const after = await read();
    expect(after.buckets.map(({ atMs: at, succeeded }) => [toTimestamp(at).slice(11, 16), succeeded])).toEqual([
      ['10:00', 12],
      ['11:00', 12],
    ]);
    expect(after.percentiles).toEqual(before.percentiles);
    await tidyTallies(stores.pool, nowMs, atMs + dayMs);
    expect(await totals()).toBe(0);
  });
});
