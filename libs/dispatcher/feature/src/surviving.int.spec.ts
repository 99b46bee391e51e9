import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newUuid, toUuid } from '@arkan/kernel';
import {
  eventually,
  startReceiver,
  startTcpProxy,
  type Receiver,
  type ReceiverOptions,
  type TcpProxy,
} from '@arkan/testing';
import {
  deliveryMessage,
  emit,
  putWebhook,
  startDispatcher,
  startWorld,
  type StartOptions,
  type TestDispatcher,
  type World,
} from './dispatcher.fixture';

let world: World;
const closers: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.outcomes.length = 0;
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function processOf(options: StartOptions = {}): Promise<TestDispatcher> {
  const dispatcher = await startDispatcher(world, options);
  closers.push(() => dispatcher.stop());
  return dispatcher;
}
async function receiverOf(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await startReceiver(options);
  closers.push(() => receiver.close());
  return receiver;
}
async function hookOf(options: ReceiverOptions = {}, over: Partial<Parameters<typeof putWebhook>[1]> = {}) {
  const receiver = await receiverOf(options);
  return { receiver, hook: await putWebhook(world, { url: `${receiver.url}/hook`, ...over }) };
}
async function proxyOf(): Promise<{ proxy: TcpProxy; databaseUrl: string }> {
  const { url } = world.infrastructure.database;
  const proxy = await startTcpProxy({ port: Number(new URL(url).port) });
  closers.push(() => proxy.close());
  return { proxy, databaseUrl: proxy.through(url) };
}
function gate() {
  let release = () => {};
  const after = new Promise<void>((resolve) => (release = resolve));
  return { after, release };
}
const declareDead = (dispatcher: TestDispatcher, session: number) =>
  dispatcher.database.pool.query(
    'update session set dead_since = now(), dead_xid = pg_current_xact_id() where id = $1',
    [session],
  );
const sessions = async (dispatcher: TestDispatcher) =>
  (await dispatcher.database.pool.query<{ id: number }>('select id from session order by id')).rows.map(
    (row) => row.id,
  );
const idsOf = (receiver: Receiver) => receiver.requests.map((request) => request.headers['x-delivery-id']);

describe('a stop', () => {
  test('waits for what is under way, leaves the rest to the next process, and no attempt unknown', async () => {
    const { after, release } = gate();
    const { receiver, hook } = await hookOf({ answer: { after } });
    const first = await processOf();
    const ids = (await Promise.all(Array.from({ length: 100 }, () => emit(world, [hook.id])))).flat();
    const { queue } = first.parts.dispatcher;
    await eventually(() => queue.stats().queued + queue.stats().inFlight === ids.length);
    await receiver.waitFor(1);
    const stopped = first.stop();
    await eventually(() => queue.stats().queued === 0);
    // Nothing is begun any more, and nothing begun can end before the gate opens.
    const begun = queue.stats().inFlight;
    release();
    await stopped;
    expect(receiver.received()).toBe(begun);
    expect(begun).toBeLessThan(ids.length);
    const next = await processOf();
    expect(await sessions(next)).toHaveLength(1);
    await world.toldOf(hook.id, ids.length);
    expect(idsOf(receiver).sort()).toEqual([...ids].sort());
    const { rows } = await next.database.pool.query(
      'select distinct outcome, number from attempt where delivery_id = any($1)',
      [ids.map((id) => toUuid('dlv', id))],
    );
    expect(rows).toEqual([{ outcome: 'success', number: 1 }]);
  });
});

describe('two processes', () => {
  test('share the work, and send nothing twice', async () => {
    const { receiver, hook } = await hookOf(
      { answer: (_, index) => ({ status: index % 3 === 0 ? 500 : 200 }) },
      { retryCount: 15 },
    );
    const [one, two] = [await processOf({ limits: { maxQueuedPerWebhook: 20 } }), await processOf()];
    const ids = (await Promise.all(Array.from({ length: 300 }, () => emit(world, [hook.id])))).flat();
    await eventually(async () => {
      const { rows } = await one.database.pool.query(
        `select 1 from delivery where webhook_id = $1 and status <> 'success'`,
        [hook.id.slice(3)],
      );
      return rows.length === 0 && receiver.received() >= 300;
    });
    const { rows } = await one.database.pool.query<{ attempts: number; successes: number }>(
      `select count(*)::int as attempts, (count(*) filter (where outcome = 'success'))::int as successes
       from attempt where delivery_id = any($1)`,
      [ids.map((id) => toUuid('dlv', id))],
    );
    expect(rows[0]).toEqual({ attempts: receiver.received(), successes: 300 });
    expect(
      new Set(
        receiver.requests.map(
          ({ headers }) => `${String(headers['x-delivery-id'])} ${String(headers['x-delivery-attempt'])}`,
        ),
      ).size,
    ).toBe(receiver.received());
    expect(await sessions(two)).toHaveLength(2);
  });
});

describe('a process that is taken for dead', () => {
  test('loses what it held: it is sent again at once, its own result comes too late, and it begins anew', async () => {
    const { after, release } = gate();
    const { receiver, hook } = await hookOf({ answer: (_, index) => (index < 2 ? { after } : {}) }, { retryCount: 0 });
    const victim = await processOf();
    const [fresh] = await emit(world, [hook.id]);
    await receiver.waitFor(1);
    const lost = victim.parts.session.id;
    // A second one, which was claimed from the table.
    await victim.database.pool.query('select 1');
    const [claimed] = await emit(world, [hook.id]);
    await receiver.waitFor(2);
    const survivor = await processOf();
    await declareDead(survivor, lost);
    survivor.parts.janitor.wake();
    // With no retry left, the unknown attempts do not count.
    await receiver.waitFor(4);
    await eventually(async () => (await survivor.delivery(fresh!)).status === 'success');
    await eventually(async () => (await survivor.delivery(claimed!)).status === 'success');
    release();
    await eventually(async () => (await victim.metric('arkan_late_results_total')) === 2);
    for (const id of [fresh!, claimed!]) {
      const shown = await survivor.delivery(id);
      expect(shown.attempts.map(({ number, outcome, trigger }) => [number, outcome, trigger])).toEqual([
        [1, 'unknown', 'automatic'],
        [2, 'success', 'automatic'],
      ]);
      expect(shown.attempts[0]).toMatchObject({
        response: null,
        durationMs: null,
        error: expect.stringContaining('not known'),
      });
    }
    expect(new Set(idsOf(receiver))).toEqual(new Set([fresh, claimed]));
    expect(await survivor.metric('arkan_leases_reclaimed_total')).toBe(2);
    // At its next batch, or heartbeat, the victim takes a new session and goes on.
    const [next] = await emit(world, [hook.id]);
    await eventually(async () => (await survivor.delivery(next!)).status === 'success');
    await eventually(async () => !(await sessions(survivor)).includes(lost));
    await victim.parts.session.renew(lost);
    expect(victim.parts.session.id).not.toBe(lost);
    expect(victim.parts.session.isAlive()).toBe(true);
  });

  test('with nobody there is taken over by the next one that starts', async () => {
    const { after, release } = gate();
    const { hook } = await hookOf({ answer: { after } });
    const { proxy, databaseUrl } = await proxyOf();
    const victim = await processOf({ databaseUrl });
    const queued = 40;
    const ids = (await Promise.all(Array.from({ length: queued }, () => emit(world, [hook.id])))).flat();
    await eventually(
      () => victim.parts.dispatcher.queue.stats().queued + victim.parts.dispatcher.queue.stats().inFlight === queued,
    );
    const lost = victim.parts.session.id;
    proxy.cut();
    const survivor = await processOf();
    await declareDead(survivor, lost);
    survivor.parts.janitor.wake();
    release();
    await eventually(
      async () => {
        const { rows } = await survivor.database.pool.query(
          `select 1 from delivery where webhook_id = $1 and status = 'success'`,
          [hook.id.slice(3)],
        );
        return rows.length === queued;
      },
      { timeoutMs: 45_000 },
    );
    const { rows } = await survivor.database.pool.query<{ outcome: string; count: number }>(
      'select outcome, count(*)::int from attempt where delivery_id = any($1) group by 1 order by 1',
      [ids.map((id) => toUuid('dlv', id))],
    );
    expect(rows).toEqual([
      { outcome: 'success', count: queued },
      { outcome: 'unknown', count: queued },
    ]);
    proxy.restore();
  }, 60_000);
});

describe('while the database is away', () => {
  test('results are kept and written when it is back, nothing is sent twice, and the topic goes on', async () => {
    const { after, release } = gate();
    const { receiver, hook } = await hookOf({ answer: (_, index) => (index === 0 ? { after } : {}) });
    const { proxy, databaseUrl } = await proxyOf();
    const dispatcher = await processOf({ databaseUrl });
    const [id] = await emit(world, [hook.id]);
    await receiver.waitFor(1);
    proxy.cut();
    release();
    await eventually(() => dispatcher.parts.flusher.size === 1);
    const [later] = await emit(world, [hook.id]);
    proxy.restore();
    await world.toldOf(hook.id, 2);
    expect(await dispatcher.delivery(id!)).toMatchObject({ status: 'success', attemptCount: 1 });
    expect(await dispatcher.delivery(later!)).toMatchObject({ status: 'success', attemptCount: 1 });
    expect(idsOf(receiver)).toEqual([id, later]);
  });

  test('what was stored without our hearing of it is found, and sent once', async () => {
    const { receiver, hook } = await hookOf();
    const dispatcher = await processOf();
    const { message, ids } = deliveryMessage([hook.id]);
    // As a batch whose answer was lost leaves it: leased to us, and not in our memory.
    const { pool } = dispatcher.database;
    const { session, janitor } = dispatcher.parts;
    const uuid = toUuid('dlv', ids[0]!)!;
    const key = newUuid();
    await pool.query(`insert into payload (event_key, tenant_id, body) values ($1, 'acme', $2)`, [key, message.value]);
    await pool.query(
      `insert into delivery (id, event_key, webhook_id, status, lease, is_test, tenant_id, event_id, event_type)
       values ($1, $2, $3, 'pending', $4, false, 'acme', 'lost', 'leasing.lease.renewed')`,
      [uuid, key, hook.id.slice(3), session.id],
    );
    await world.infrastructure.bus.publish([message]);
    await dispatcher.quiet();
    expect(receiver.received()).toBe(0);
    janitor.doubt(null);
    await janitor.audit();
    expect(receiver.received()).toBe(0);
    await janitor.audit();
    await world.toldOf(hook.id, 1);
    expect(idsOf(receiver)).toEqual(ids);
    expect((await dispatcher.delivery(ids[0]!)).attempts.map((attempt) => attempt.outcome)).toEqual(['success']);
  });
});

describe('more than memory may hold', () => {
  test('waits in the table, and all of it arrives once, in order of its coming', async () => {
    const { after, release } = gate();
    const { receiver, hook } = await hookOf({ answer: (_, index) => (index === 0 ? { after } : {}) });
    const dispatcher = await processOf({
      limits: { maxQueuedPerWebhook: 10, startInFlight: 1 },
      env: { ARKAN_MAX_IN_FLIGHT_PER_WEBHOOK: '1' },
    });
    const messages = Array.from({ length: 200 }, () => deliveryMessage([hook.id]));
    await world.infrastructure.bus.publish(messages.map((one) => one.message));
    await eventually(async () => {
      const { rows } = await dispatcher.database.pool.query('select 1 from waiting');
      return rows.length >= 180;
    });
    release();
    await world.toldOf(hook.id, 200);
    expect(idsOf(receiver)).toEqual(messages.map((one) => one.ids[0]));
    const { rows } = await dispatcher.database.pool.query('select 1 from waiting');
    expect(rows).toEqual([]);
  });

  test('of one dead webhook delays no other', async () => {
    const dead = await hookOf({ answer: 'hang' }, { timeoutMs: 1_000, tenantId: 'other' });
    const alive = await hookOf();
    const dispatcher = await processOf({ env: { ARKAN_RETRY_BASE_MS: '1' } });
    const { pool } = dispatcher.database;
    const key = newUuid();
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    await pool.query(`insert into payload (event_key, tenant_id, body) values ($1, 'other', '{}')`, [key]);
    await pool.query(
      `with d as (
         select (substr($1, 1, 24) || substr(gen_random_uuid()::text, 25))::uuid as id from generate_series(1, 100000)
       ), written as (
         insert into delivery_${day} (id, event_key, webhook_id, status, attempt_count, is_test, tenant_id, event_id, event_type)
         select id, $3, $2, 'retrying', 1, false, 'other', 'dead', 'a.b.c' from d
       )
       insert into waiting (delivery_id, webhook_id, event_key, due_at, attempt_count, bytes, run_attempt, run_unknown, trigger,
         is_test, tenant_id, event_id, event_type)
       select id, $2, $3, now() - interval '1 h', 1, 100, 1, 0, 'automatic', false, 'other', 'dead', 'a.b.c' from d`,
      [newUuid(), dead.hook.id.slice(3), key],
    );
    dispatcher.parts.claimer.note(dead.hook.id, 'other', 0);
    await dead.receiver.waitFor(1);
    // Each is tried at once, and again after a failure: claims pass by the backlog too.
    alive.receiver.answer(({ headers }) => ({ status: headers['x-delivery-attempt'] === '1' ? 500 : 200 }));
    const ids: string[] = [];
    for (let i = 0; i < 20; i++) ids.push(...(await emit(world, [alive.hook.id])));
    await world.toldOf(alive.hook.id, 40);
    expect(new Set(idsOf(alive.receiver))).toEqual(new Set(ids));
    expect(alive.receiver.received()).toBe(40);
    // The dead one had no more of its backlog in memory than its receiver may have at once, twice.
    expect(
      (await pool.query('select 1 from waiting where webhook_id = $1 and session is not null', [dead.hook.id.slice(3)]))
        .rows.length,
    ).toBeLessThanOrEqual(3 * 32);
    const plan = await pool.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, buffers) select delivery_id from waiting where session is null and webhook_id = $1 and due_at <= now()
       order by due_at, delivery_id limit 10 for update skip locked`,
      [alive.hook.id.slice(3)],
    );
    expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('waiting_due');
    await pool.query('truncate waiting');
  });
});
