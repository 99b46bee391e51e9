import { eventually } from '@arkan/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newUuid } from '@arkan/kernel';
import { rememberConfigs } from './config-store';
import { attemptsShownMax, findAttempts, findDelivery, findPayload } from './delivery-queries';
import { SessionDeadError } from './intake-store';
import { lockForResend, makeDue } from './resend-store';
import { writeResults, type ResultRow, type WaitRow } from './result-store';
import { closeSession, declareDead, findDead, leasedBy, openSession } from './session-store';
import { bodyOf, failed, newDelivery, openStores, resultOf, succeeded, type Stores } from './stores.fixture';
import {
  claimDue,
  claimedBy,
  findWaitingHooks,
  firstHook,
  readPayloads,
  reconcile,
  reconcileChunk,
} from './waiting-store';

let stores: Stores;
let session: number;
const other = '01980000-0000-7000-8000-000000000002';
const again: WaitRow = { delayMs: 60_000, trigger: 'automatic', runAttempt: 1, runUnknown: 0, priorStatus: null };

beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());
beforeEach(async () => {
  await stores.clear();
  session = await openSession(stores.pool, newUuid());
});

const find = (delivery: { id: string; tenantId: string }) => findDelivery(stores.pool, delivery.tenantId, delivery.id);
const write = (rows: ResultRow[]) => stores.database.transaction((tx) => writeResults(tx, rows));
const waiting = async () =>
  (
    await stores.pool.query<{
      delivery_id: string;
      session: number | null;
      due_in: number | null;
      run_attempt: number;
    }>(
      `select delivery_id, session, run_attempt,
         case when due_at < 'infinity' then round(extract(epoch from due_at - now())::numeric)::int end as due_in
       from waiting order by delivery_id`,
    )
  ).rows;
const claim = async (count = 100, webhookUuid = newDelivery().webhookUuid, bytes = 1e9, by = session) =>
  claimDue(stores.pool, by, [{ webhookUuid, count, bytes }]);

describe('intake', () => {
  test('keeps deliveries as they are disposed of, and a payload once an event', async () => {
    const first = newDelivery();
    const deliveries = [
      first,
      newDelivery({ eventKey: first.eventKey, eventId: first.eventId, webhookUuid: other, disposition: 'queued' }),
      newDelivery({ disposition: 'held', eventId: 'say "it" \\ {x}, NULL', isTest: true }),
      newDelivery({ disposition: 'cancelled' }),
    ];
    expect(await stores.insert(session, deliveries)).toBe('all');
    const found = await Promise.all(deliveries.map(find));
    expect(found.map((row) => [row!.status, row!.isLeased, row!.completedAtMs !== null])).toEqual([
      ['pending', true, false],
      ['pending', false, false],
      ['held', false, false],
      ['cancelled', false, true],
    ]);
    expect(found[2]).toMatchObject({
      eventId: 'say "it" \\ {x}, NULL',
      isTest: true,
      attemptCount: 0,
      httpStatus: null,
    });
    expect((await waiting()).map((row) => [row.delivery_id, row.due_in])).toEqual(
      [
        [deliveries[1]!.id, 0],
        [deliveries[2]!.id, null],
      ].sort(),
    );
    const { rows } = await stores.pool.query('select count(*)::int as count from payload');
    expect(rows).toEqual([{ count: 3 }]);
    expect(await findPayload(stores.pool, first.eventKey)).toEqual(bodyOf(first.eventId));
  });

  test('tells what is new where some of a batch was there, and leaves that as it is', async () => {
    const [a, b] = [newDelivery(), newDelivery()];
    await stores.insert(session, [a]);
    await write([resultOf(a, session)]);
    expect(await stores.insert(session, [a, b])).toEqual(new Set([b.id]));
    expect(await stores.insert(session, [a, b])).toEqual(new Set());
    expect((await find(a))!.status).toBe('success');
  });

  test('of several days is one transaction', async () => {
    const deliveries = [0, 1, 2].map((days) => newDelivery({ atMs: Date.UTC(2026, 0, 1 + days, 23, 59, 59, 999) }));
    deliveries.push(newDelivery({ atMs: Date.UTC(2026, 0, 2), eventKey: deliveries[0]!.eventKey }));
    const lowerTo = deliveries[0]!.id;
    expect(await stores.insert(session, deliveries, { lowerTo })).toEqual(new Set(deliveries.map(({ id }) => id)));
    expect(await write(deliveries.map((delivery) => resultOf(delivery, session)))).toEqual([]);
    expect((await Promise.all(deliveries.map(find))).map((row) => row!.status)).toEqual(Array(4).fill('success'));
    const { rows } = await stores.pool.query('select low_delivery_id from session');
    expect(rows).toEqual([{ low_delivery_id: lowerTo }]);
  });

  test('under a dead session writes nothing', async () => {
    await stores.pool.query(`update session set heartbeat_at = now() - interval '1 hour'`);
    expect(await declareDead(stores.pool, session)).toEqual([]);
    expect(await declareDead(stores.pool, 0)).toEqual([session]);
    const delivery = newDelivery();
    await expect(stores.insert(session, [delivery])).rejects.toEqual(new SessionDeadError(session));
    expect(await find(delivery)).toBeNull();
    expect(await findPayload(stores.pool, delivery.eventKey)).toBeNull();
    await stores.insert(await openSession(stores.pool, newUuid()), [newDelivery({ disposition: 'queued' })]);
    expect((await claim()).rows).toEqual([]);
  });
});

describe('results', () => {
  test('a success ends the delivery, and its attempt stands in the log as it was', async () => {
    const delivery = newDelivery();
    await stores.insert(session, [delivery]);
    await stores.database.transaction((tx) =>
      rememberConfigs(tx, [
        {
          webhookUuid: delivery.webhookUuid,
          revision: 3,
          url: 'https://example.com/"x"',
          headers: '[["A","\\"b\\""]]',
        },
      ]),
    );
    expect(await write([resultOf(delivery, session)])).toEqual([]);
    expect(await find(delivery)).toMatchObject({
      status: 'success',
      httpStatus: 204,
      durationMs: 12.3,
      attemptCount: 1,
      completedAtMs: Date.UTC(2026, 0, 5, 10, 0, 1),
      nextRetryAtMs: null,
      configRevision: 3,
      isLeased: false,
    });
    const { causeKey: _, ...attempt } = succeeded;
    expect(await findAttempts(stores.pool, delivery)).toEqual([
      { ...attempt, number: 1, url: 'https://example.com/"x"', configHeaders: '[["A","\\"b\\""]]' },
    ]);
  });

  test('a failure waits, is claimed when it is due, and ends', async () => {
    const delivery = newDelivery();
    await stores.insert(session, [delivery]);
    const retried = resultOf(delivery, session, { status: 'retrying', attempt: failed, endedAtMs: null, wait: again });
    await write([retried]);
    expect(await find(delivery)).toMatchObject({
      status: 'retrying',
      httpStatus: 503,
      attemptCount: 1,
      completedAtMs: null,
    });
    expect((await find(delivery))!.nextRetryAtMs! - Date.now()).toBeGreaterThan(50_000);
    expect(await waiting()).toEqual([{ delivery_id: delivery.id, session: null, due_in: 60, run_attempt: 1 }]);
    const early = await claim();
    expect(early.rows).toEqual([]);
    expect(early.nextDueInMs.get(delivery.webhookUuid)).toBeGreaterThan(50_000);

    await stores.pool.query('update waiting set due_at = now()');
    const [row] = (await claim()).rows;
    expect(row).toMatchObject({ deliveryId: delivery.id, eventKey: delivery.eventKey, attemptCount: 1, runAttempt: 1 });
    expect((await readPayloads(stores.pool, [row!.eventKey, newUuid(0)])).get(row!.eventKey)).toEqual({
      traceparent: null,
      body: bodyOf(delivery.eventId),
    });
    const held = { isClaimed: true, attemptCount: 2 };
    expect(await write([{ ...retried, ...held, wait: { ...again, runAttempt: 2 } }])).toEqual([]);
    expect((await waiting()).map((other) => [other.session, other.run_attempt])).toEqual([[null, 2]]);
    await stores.pool.query('update waiting set due_at = now()');
    await claim();
    expect(await write([resultOf(delivery, session, { isClaimed: true, attemptCount: 3 })])).toEqual([]);
    expect(await waiting()).toEqual([]);
    expect((await findAttempts(stores.pool, delivery)).map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'http_error'],
      [2, 'http_error'],
      [3, 'success'],
    ]);
  });

  test('without an attempt: what was in memory goes to wait, and keeps what it has', async () => {
    const [fresh, claimed] = [newDelivery(), newDelivery({ disposition: 'queued' })];
    await stores.insert(session, [fresh, claimed]);
    await claim();
    const back = { attempt: null, attemptCount: 0, status: 'pending', endedAtMs: null, keepsLast: true } as const;
    const wait = { ...again, delayMs: 0, runAttempt: 0 };
    await write([
      resultOf(fresh, session, { ...back, wait }),
      resultOf(claimed, session, { ...back, isClaimed: true, wait }),
    ]);
    expect((await waiting()).map((row) => [row.delivery_id, row.session, row.due_in])).toEqual(
      [fresh, claimed].map((delivery) => [delivery.id, null, 0]).sort(),
    );
    const held = { ...again, delayMs: Infinity };
    await claim();
    await write(
      [fresh, claimed].map((d) => resultOf(d, session, { ...back, isClaimed: true, status: 'held', wait: held })),
    );
    expect((await waiting()).map((row) => row.due_in)).toEqual([null, null]);
    expect(await find(fresh)).toMatchObject({ status: 'held', isLeased: false, attemptCount: 0, nextRetryAtMs: null });
    expect(await findAttempts(stores.pool, fresh)).toEqual([]);
  });

  test.each([
    ['of another session', { session: 4_711 }],
    ['of an attempt that was written before', { attemptCount: 2 }],
    ['of a claim that does not hold', { isClaimed: true }],
    ['of another tenant', { tenantId: 'other' }],
  ])('%s are refused, and named', async (_, over) => {
    const [a, b] = [newDelivery(), newDelivery()];
    await stores.insert(session, [a, b]);
    const wait = { status: 'retrying', attempt: failed, endedAtMs: null, wait: again } as const;
    for (const more of [{}, wait]) {
      const refused = stores.database.transaction(async (tx) => {
        const ids = await writeResults(tx, [resultOf(a, session, more), resultOf(b, session, { ...more, ...over })]);
        throw Object.assign(new Error('rolled back'), { ids });
      });
      await expect(refused).rejects.toMatchObject({ ids: [b.id] });
    }
    expect(await write([resultOf(a, session)])).toEqual([]);
    // Written, and its answer lost: the second try changes nothing.
    expect(await write([resultOf(a, session)])).toEqual([a.id]);
  });

  test('an update of an ordinary batch stays within its page, and no index holds what changes', async () => {
    const deliveries = Array.from({ length: 300 }, () => newDelivery());
    await stores.insert(session, deliveries);
    const blocks = async () =>
      (await stores.pool.query('select id, split_part(ctid::text, $1, 1) as block from delivery order by id', [',']))
        .rows;
    const before = await blocks();
    for (let i = 0; i < 300; i += 100) await write(deliveries.slice(i, i + 100).map((one) => resultOf(one, session)));
    expect(await blocks()).toEqual(before);
    const { rows } = await stores.pool.query(
      `select distinct attname from pg_index i join pg_attribute a on attrelid = indrelid and attnum = any(indkey)
       where indrelid = 'delivery'::regclass order by 1`,
    );
    expect(rows.map((row) => row.attname)).toEqual(['event_id', 'id', 'tenant_id', 'webhook_id']);
  });
});

describe('claims', () => {
  test('take of each webhook what its share allows, the earliest first', async () => {
    const mine = Array.from({ length: 5 }, () => newDelivery({ disposition: 'queued' }));
    const theirs = Array.from({ length: 3 }, () =>
      newDelivery({ disposition: 'queued', webhookUuid: other, bytes: 400 }),
    );
    await stores.insert(session, [...mine, ...theirs]);
    const claimed = await claimDue(stores.pool, session, [
      { webhookUuid: mine[0]!.webhookUuid, count: 2, bytes: 1e9 },
      { webhookUuid: other, count: 3, bytes: 500 },
    ]);
    expect(claimed.rows.map((row) => row.deliveryId).sort()).toEqual(
      [mine[0], mine[1], theirs[0], theirs[1]].map((delivery) => delivery!.id).sort(),
    );
    const next = await claim(100);
    expect(next.rows.map((row) => row.deliveryId)).toEqual(mine.slice(2).map((delivery) => delivery.id));
    expect(await claimedBy(stores.pool, session)).toHaveLength(7);
  });

  test('of many processes at once are disjoint and complete', async () => {
    const deliveries = Array.from({ length: 200 }, () => newDelivery({ disposition: 'queued' }));
    await stores.insert(session, deliveries);
    const sessions = await Promise.all([1, 2, 3, 4].map(() => openSession(stores.pool, newUuid())));
    const claims = await Promise.all(sessions.map((by) => claim(100, undefined, 1e9, by)));
    const rest = await claim(200);
    const ids = [...claims, rest].flatMap(({ rows }) => rows.map((row) => row.deliveryId));
    expect(ids.sort()).toEqual(deliveries.map((delivery) => delivery.id).sort());
  });

  test('webhooks that something waits for are found one by one', async () => {
    const hooks = Array.from({ length: 5 }, (_, i) => `01980000-0000-7000-8000-00000000010${i}`);
    await stores.insert(
      session,
      hooks.flatMap((webhookUuid, i) => [
        newDelivery({ webhookUuid, disposition: i === 1 ? 'held' : 'queued' }),
        newDelivery({ webhookUuid, disposition: i === 2 ? 'held' : 'queued' }),
      ]),
    );
    await stores.pool.query(`update waiting set due_at = 'infinity' where webhook_id = $1`, [hooks[1]]);
    const first = await findWaitingHooks(stores.pool, firstHook, 3);
    expect(first.map(({ webhookUuid, dueInMs, hasHeld }) => [webhookUuid, dueInMs !== null, hasHeld])).toEqual([
      [hooks[0], true, false],
      [hooks[1], false, true],
      [hooks[2], true, true],
    ]);
    expect((await findWaitingHooks(stores.pool, hooks[2]!, 3)).map((hook) => hook.webhookUuid)).toEqual(hooks.slice(3));
    expect(await findWaitingHooks(stores.pool, hooks[4]!, 3)).toEqual([]);
  });
});

describe('reconciling', () => {
  test('holds, releases and cancels what waits, in bounded chunks, and leaves what is claimed', async () => {
    const deliveries = Array.from({ length: reconcileChunk + 20 }, () => newDelivery({ disposition: 'queued' }));
    const bystander = newDelivery({ webhookUuid: other, disposition: 'queued' });
    await stores.insert(session, [...deliveries, bystander]);
    const claimed = (await claim(10)).rows;
    const hook = bystander.webhookUuid === other ? deliveries[0]!.webhookUuid : other;
    expect(await reconcile(stores.pool, 'hold', hook)).toMatchObject({ count: reconcileChunk });
    expect(await reconcile(stores.pool, 'hold', hook)).toMatchObject({ count: 10 });
    expect(await reconcile(stores.pool, 'hold', hook)).toMatchObject({ count: 0 });
    const statuses = async () =>
      (await stores.pool.query('select status, count(*)::int from delivery group by 1 order by 1')).rows;
    expect(await statuses()).toEqual([
      { status: 'pending', count: 11 },
      { status: 'held', count: reconcileChunk + 10 },
    ]);
    expect((await claim(1_000)).rows).toEqual([]);
    expect(await reconcile(stores.pool, 'release', hook)).toMatchObject({ count: reconcileChunk });
    expect(await reconcile(stores.pool, 'release', hook)).toMatchObject({ count: 10 });
    expect(await statuses()).toEqual([{ status: 'pending', count: reconcileChunk + 21 }]);
    expect(await reconcile(stores.pool, 'cancel', hook)).toEqual({
      count: reconcileChunk,
      byTenant: new Map([['acme', reconcileChunk]]),
    });
    expect(await reconcile(stores.pool, 'cancel', hook)).toEqual({ count: 10, byTenant: new Map([['acme', 10]]) });
    expect(await statuses()).toEqual([
      { status: 'pending', count: 11 },
      { status: 'cancelled', count: reconcileChunk + 10 },
    ]);
    expect(
      (await find(claimed[0]!.deliveryId ? { id: claimed[0]!.deliveryId, tenantId: 'acme' } : bystander))!.status,
    ).toBe('pending');
    expect((await find(deliveries.at(-1)!))!.completedAtMs).not.toBeNull();
  });

  test('released ones that were tried before are retrying, and due', async () => {
    const delivery = newDelivery();
    await stores.insert(session, [delivery]);
    await write([
      resultOf(delivery, session, {
        status: 'held',
        attempt: failed,
        endedAtMs: null,
        wait: { ...again, delayMs: Infinity },
      }),
    ]);
    await reconcile(stores.pool, 'release', delivery.webhookUuid);
    expect(await find(delivery)).toMatchObject({ status: 'retrying', nextRetryAtMs: expect.any(Number) });
    expect((await claim()).rows).toHaveLength(1);
  });
});

describe('a dead session', () => {
  test('is found with all that it held, fresh and claimed, and is settled once no transaction of before is open', async () => {
    const [fresh, done, queued] = [newDelivery(), newDelivery(), newDelivery({ disposition: 'queued' })];
    const low = [fresh, done].map((delivery) => delivery.id).sort()[0]!;
    const dead = await openSession(stores.pool, low);
    await stores.insert(dead, [fresh, done, queued]);
    await claimDue(stores.pool, dead, [{ webhookUuid: queued.webhookUuid, count: 9, bytes: 1e9 }]);
    await write([resultOf(done, dead)]);
    const straggler = await stores.pool.connect();
    await straggler.query('begin; select pg_current_xact_id()');
    await stores.pool.query(`update session set heartbeat_at = now() - interval '16 s' where id = $1`, [dead]);
    expect(await declareDead(stores.pool, session)).toEqual([dead]);
    expect(await findDead(stores.pool)).toMatchObject([{ id: dead, lowDeliveryId: low, isSettled: false }]);
    await straggler.query('commit');
    straggler.release();
    // Transactions of other databases on the server count too, so it may take a moment until the last of them has ended.
    await eventually(async () => (await findDead(stores.pool))[0]?.isSettled === true);
    expect((await leasedBy(stores.pool, dead, low, 100)).map((row) => row.deliveryId)).toEqual([fresh.id]);
    expect((await claimedBy(stores.pool, dead)).map((row) => row.deliveryId)).toEqual([queued.id]);
    await closeSession(stores.pool, dead);
    expect(await findDead(stores.pool)).toEqual([]);
  });
});

describe('a resend', () => {
  const resend = (delivery: { id: string }, status: 'pending' | 'retrying' = 'pending', tenantId = 'acme') =>
    stores.database.transaction(async (tx) => {
      const locked = await lockForResend(tx, tenantId, delivery.id);
      return locked && makeDue(tx, tenantId, locked, { status, trigger: 'manual' });
    });

  test('of an ended one remembers how it ended', async () => {
    const delivery = newDelivery();
    await stores.insert(session, [delivery]);
    await write([resultOf(delivery, session)]);
    expect(await resend(delivery, 'pending', 'other')).toBeNull();
    expect(await resend(delivery)).toBe(true);
    expect(await find(delivery)).toMatchObject({ status: 'pending', attemptCount: 1 });
    const [row] = (await claim()).rows;
    expect(row).toMatchObject({
      trigger: 'manual',
      priorStatus: 'success',
      runAttempt: 0,
      attemptCount: 1,
      bytes: bodyOf(delivery.eventId).length,
    });
    expect(await stores.database.transaction((tx) => lockForResend(tx, 'acme', delivery.id))).toMatchObject({
      isUnderWay: true,
    });
    await write([
      resultOf(delivery, session, {
        isClaimed: true,
        attemptCount: 2,
        attempt: failed,
        endedAtMs: null,
        keepsLast: true,
      }),
    ]);
    expect(await find(delivery)).toMatchObject({
      status: 'success',
      httpStatus: 204,
      durationMs: 12.3,
      attemptCount: 2,
    });
    expect((await find(delivery))!.completedAtMs).toBe(Date.UTC(2026, 0, 5, 10, 0, 1));
  });

  test('of one that waits makes it due, and keeps its place in the schedule', async () => {
    const delivery = newDelivery();
    await stores.insert(session, [delivery]);
    await write([
      resultOf(delivery, session, {
        status: 'retrying',
        attempt: failed,
        endedAtMs: null,
        wait: { ...again, runAttempt: 3 },
      }),
    ]);
    expect(await resend(delivery, 'retrying')).toBe(true);
    expect((await claim()).rows).toMatchObject([{ trigger: 'manual', runAttempt: 3, priorStatus: null }]);
    expect(await resend(delivery)).toBe(false);
  });
});

test('of very many attempts the latest are shown', async () => {
  const delivery = newDelivery();
  await stores.insert(session, [delivery]);
  await stores.pool.query(
    `insert into attempt (delivery_id, number, config_revision, started_at, outcome, trigger, body_truncated)
     select $1, n, 1, now(), 'timeout', 'manual', false from generate_series(1, 300) n`,
    [delivery.id],
  );
  const shown = await findAttempts(stores.pool, delivery);
  expect([shown.length, shown[0]!.number, shown.at(-1)!.number]).toEqual([attemptsShownMax, 51, 300]);
});
