import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newUuid, uuidFloor } from '@arkan/kernel';
import { createLogger, dayMs, openDatabase, type Database } from '@arkan/runtime';
import { createTestDatabase, type TestDatabase } from '@arkan/testing';
import {
  findEvent,
  insertEvents,
  listEvents,
  MissingPartitionError,
  type Decision,
  type EventQuery,
  type EventToStore,
} from './event-log';
import { dropEventsBefore, ensureEventPartitions } from './event-partitions';
import { catalogEntities } from './event-type-read-model';
import { catalogMigrations } from './migrations';

const today = Date.UTC(2026, 2, 10, 12);
const decision = (over: Partial<Decision> = {}): Decision => ({
  acceptedAtMs: today,
  registryPosition: '42',
  via: 'http',
  ...over,
});
const event = (eventId: string, over: Partial<EventToStore> = {}): EventToStore => ({
  key: newUuid(today),
  tenantId: 'acme',
  eventId,
  type: 'leasing.lease.drafted',
  source: '/leasing',
  timeMs: today - 5,
  matched: 1,
  body: Buffer.from(JSON.stringify({ id: eventId })),
  ...over,
});
const query = (over: Partial<EventQuery> = {}): EventQuery => ({
  tenantId: 'acme',
  fromMs: null,
  toMs: null,
  beforeKey: null,
  limit: 50,
  ...over,
});

describe('the event log', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  const insert = (events: EventToStore[], over: Partial<Decision> = {}) =>
    database.transaction((tx) => insertEvents(tx, events, decision(over)));
  const ids = async (over: Partial<EventQuery> = {}) =>
    (await listEvents(database.pool, query(over))).events.map(({ eventId }) => eventId);
  const partitionNames = async () =>
    (
      await database.pool.query<{ name: string }>(
        `select relname as name from pg_class where relname ~ '^event_[0-9]{8}$' and relkind = 'r' order by 1`,
      )
    ).rows.map(({ name }) => name);

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = await openDatabase({
      url: testDatabase.url,
      schema: 'catalog',
      entities: catalogEntities,
      migrations: catalogMigrations,
      poolMax: 6,
      log: createLogger('silent'),
    });
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });
  beforeEach(async () => {
    await database.pool.query('truncate event, event_identity');
    await ensureEventPartitions(database.pool, [today, today - dayMs]);
  });

  test('keeps what it is given, bytes and all, and takes a second (tenant, id) for a duplicate', async () => {
    const text = `quote ' " \\ é ${'\u{1F600}'}`;
    const bytes = Buffer.from([0, 1, 255, 34, 92, 39]);
    const first = event(text, { source: text, body: bytes });
    expect(await insert([first, event('b')])).toHaveProperty('size', 2);
    expect(await insert([event(text), event('c'), event(text, { tenantId: 'other' })])).toHaveProperty('size', 2);
    expect(await findEvent(database.pool, 'acme', text)).toEqual({
      key: first.key,
      tenantId: 'acme',
      eventId: text,
      type: 'leasing.lease.drafted',
      source: text,
      timeMs: today - 5,
      acceptedAtMs: today,
      body: bytes,
    });
    const { rows } = await database.pool.query(
      'select matched, registry_position, via from event where event_id = $1 and tenant_id = $2',
      [text, 'acme'],
    );
    expect(rows).toEqual([{ matched: 1, registry_position: '42', via: 'http' }]);
  });

  test('of many who insert the same ids at once in any order, exactly one wins each, and none waits for ever', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `e${i}`);
    const results = await Promise.all(
      Array.from({ length: 6 }, (_, i) => insert((i % 2 ? [...names].reverse() : names).map((name) => event(name)))),
    );
    expect(results.reduce((sum, fresh) => sum + fresh.size, 0)).toBe(40);
    expect(await ids({ limit: 250 })).toHaveLength(40);
  });

  test('is rolled back with its transaction', async () => {
    await expect(
      database.transaction(async (tx) => {
        await insertEvents(tx, [event('a')], decision());
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await findEvent(database.pool, 'acme', 'a')).toBeNull();
    expect(await insert([event('a')])).toHaveProperty('size', 1);
  });

  test('says which day has no partition', async () => {
    const later = today + 40 * dayMs;
    const late = event('late', { key: newUuid(later) });
    await expect(insert([late], { acceptedAtMs: later })).rejects.toEqual(new MissingPartitionError(later));
    await Promise.all([1, 2, 3].map(() => ensureEventPartitions(database.pool, [later])));
    expect(await insert([late], { acceptedAtMs: later })).toHaveProperty('size', 1);
  });

  describe('listing', () => {
    const keyAt = (ms: number) => uuidFloor(ms).replace(/0000-000000000000$/, 'a000-000000000001');
    beforeEach(async () => {
      for (const [name, at, type] of [
        ['a', today - dayMs, 'leasing.lease.drafted'],
        ['b', today - 1_000, 'leasing.lease.renewed'],
        ['c', today, 'leasing.lease.drafted'],
        ['d', today + 1_000, 'leasing.lease.renewed'],
      ] as const) {
        await insert([event(name, { key: keyAt(at), type })], { acceptedAtMs: at });
        await insert([event(name, { key: keyAt(at), type, tenantId: 'other' })], { acceptedAtMs: at });
      }
    });

    test.each<[string, Partial<EventQuery>, string[]]>([
      ['newest first, over days', {}, ['d', 'c', 'b', 'a']],
      ['of one type', { type: 'leasing.lease.renewed' }, ['d', 'b']],
      ['from a time on, that time included', { fromMs: today }, ['d', 'c']],
      ['up to a time, that time left out', { toMs: today }, ['b', 'a']],
      ['of a time and type', { fromMs: today - dayMs, toMs: today + 1, type: 'leasing.lease.drafted' }, ['c', 'a']],
      ['after a cursor', { beforeKey: keyAt(today) }, ['b', 'a']],
      ['after a cursor that lies past the end', { beforeKey: keyAt(today + 1_000), toMs: today }, ['b', 'a']],
      ['so many', { limit: 3 }, ['d', 'c', 'b']],
      ['of nobody', { tenantId: 'nobody' }, []],
    ])('%s', async (_, over, expected) => {
      expect(await ids(over)).toEqual(expected);
    });

    test('tells whether there are more', async () => {
      expect((await listEvents(database.pool, query({ limit: 4 }))).more).toBe(false);
      expect((await listEvents(database.pool, query({ limit: 3 }))).more).toBe(true);
    });

    test('a page holds 4 MiB of bodies and at least one event', async () => {
      const body = Buffer.alloc(3 * 1_048_576, 'x');
      await insert([
        event('big1', { key: keyAt(today + 5_000), body }),
        event('big2', { key: keyAt(today + 6_000), body }),
        event('big3', { key: keyAt(today + 7_000), body }),
      ]);
      const page = await listEvents(database.pool, query());
      expect([page.events.map(({ eventId }) => eventId), page.more]).toEqual([['big3', 'big2'], true]);
    });
  });

  test('a day that is past its time goes with its identities, and no other', async () => {
    const old = today - 35 * dayMs;
    const older = today - 36 * dayMs;
    await ensureEventPartitions(database.pool, [old, older]);
    for (const [name, at] of [
      ['x', older],
      ['y', old],
      ['z', today],
    ] as const)
      await insert([event(name, { key: newUuid(at) })], { acceptedAtMs: at });
    // Its id was taken by another day's event: the identity is that one's.
    await database.pool.query(`update event_identity set key = $1 where event_id = 'y'`, [newUuid(today)]);
    const cutoff = Math.floor(today / dayMs) * dayMs - 34 * dayMs;
    expect(await dropEventsBefore(database.pool, cutoff)).toBe(2);
    expect(await dropEventsBefore(database.pool, cutoff)).toBe(0);
    expect(await partitionNames()).not.toContain('event_20260203');
    const left = await database.pool.query<{ event_id: string }>('select event_id from event_identity order by 1');
    expect(left.rows.map((row) => row.event_id)).toEqual(['y', 'z']);
    expect(await insert([event('x')])).toHaveProperty('size', 1);
  });

  test('a dropping that was broken off after the detaching is gone on with', async () => {
    const old = Date.UTC(2026, 0, 5);
    await ensureEventPartitions(database.pool, [old]);
    await database.pool.query('alter table event detach partition event_20260105 concurrently');
    expect(await dropEventsBefore(database.pool, old + dayMs)).toBe(1);
    expect(await partitionNames()).not.toContain('event_20260105');
  });
});
