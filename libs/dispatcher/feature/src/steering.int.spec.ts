import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { toUuid } from '@arkan/kernel';
import { eventually, startReceiver, type Receiver, type ReceiverOptions } from '@arkan/testing';
import { emit, putWebhook, startDispatcher, startWorld, type TestDispatcher, type World } from './dispatcher.fixture';

let world: World;
let dispatcher: TestDispatcher;
const receivers: Receiver[] = [];
beforeAll(async () => {
  world = await startWorld();
  dispatcher = await startDispatcher(world);
});
afterAll(async () => {
  await dispatcher.stop();
  await world.close();
});
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});

async function hookOf(options: ReceiverOptions = {}, over: Partial<Parameters<typeof putWebhook>[1]> = {}) {
  const receiver = await startReceiver(options);
  receivers.push(receiver);
  return { receiver, hook: await putWebhook(world, { url: `${receiver.url}/hook`, ...over }) };
}
const statusesOf = (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await dispatcher.delivery(id)).status));
const retry = (id: string, as?: string) => dispatcher.call('POST', `/v1/deliveries/${id}/retry`, as);
/** An answer that is not given before `release`. */
function gate() {
  let release = () => {};
  const after = new Promise<void>((resolve) => (release = resolve));
  return { after, release };
}

describe('a pause', () => {
  test('holds what comes, and a resumption sends it', async () => {
    const { receiver, hook } = await hookOf({}, { status: 'paused' });
    const ids = await Promise.all([emit(world, [hook.id]), emit(world, [hook.id])]).then((all) => all.flat());
    await dispatcher.quiet();
    expect(await statusesOf(ids)).toEqual(['held', 'held']);
    expect(receiver.received()).toBe(0);
    await hook.change({ status: 'active' });
    await receiver.waitFor(2);
    await world.toldOf(hook.id, 2);
    expect(await statusesOf(ids)).toEqual(['success', 'success']);
  });

  test('holds what waits in memory and for its retry; what is under way ends', async () => {
    const { after, release } = gate();
    const { receiver, hook } = await hookOf({ answer: (_, index) => (index === 0 ? { status: 500 } : { after }) });
    const [retried] = await emit(world, [hook.id]);
    await world.toldOf(hook.id, 1);
    await receiver.waitFor(2);
    const ids = [retried!, ...(await Promise.all(Array.from({ length: 60 }, () => emit(world, [hook.id])))).flat()];
    await eventually(() => dispatcher.parts.dispatcher.queue.webhookStats(hook.id)!.queued > 10);
    await hook.change({ status: 'paused' });
    release();
    await eventually(async () => (await statusesOf(ids)).every((status) => status === 'success' || status === 'held'));
    const ended = (await statusesOf(ids)).filter((status) => status === 'success');
    expect(receiver.received()).toBe(ended.length + 1);
    const held = (await dispatcher.list(`?webhookId=${hook.id}&status=held`)).data;
    expect(held).toHaveLength(ids.length - ended.length);
    expect(held.every((delivery) => delivery.nextRetryAt === null && delivery.completedAt === null)).toBe(true);
    await hook.change({ status: 'active' });
    await world.toldOf(hook.id, ids.length + 1);
    expect(new Set(await statusesOf(ids))).toEqual(new Set(['success']));
  });

  test('before the answer to an attempt holds its retry', async () => {
    const { after, release } = gate();
    const { receiver, hook } = await hookOf({ answer: { status: 500, after } });
    const [id] = await emit(world, [hook.id]);
    await receiver.waitFor(1);
    await hook.change({ status: 'paused' });
    release();
    await world.toldOf(hook.id, 1);
    expect(await dispatcher.delivery(id!)).toMatchObject({ status: 'held', attemptCount: 1, httpStatus: 500 });
  });

  test('that came and went while no process was up is made good at the start', async () => {
    const { receiver, hook } = await hookOf({}, { status: 'paused' });
    const gone = await putWebhook(world, { url: 'https://127.0.0.1:9/', status: 'paused' });
    const [id] = await emit(world, [hook.id]);
    const [goneId] = await emit(world, [gone.id]);
    await dispatcher.quiet();
    expect(await statusesOf([id!, goneId!])).toEqual(['held', 'held']);
    await dispatcher.stop();
    await hook.change({ status: 'active' });
    await gone.change({ status: 'deleted', secret: null, dataKey: null });
    dispatcher = await startDispatcher(world);
    await receiver.waitFor(1);
    await world.toldOf(hook.id, 1);
    await eventually(async () => (await statusesOf([goneId!]))[0] === 'cancelled');
  });
});

describe('a deletion', () => {
  test('cancels what waits and what comes; what is under way ends', async () => {
    const { after, release } = gate();
    const { receiver, hook } = await hookOf({ answer: { after } });
    const ids = (await Promise.all(Array.from({ length: 60 }, () => emit(world, [hook.id])))).flat();
    await receiver.waitFor(1);
    await eventually(() => dispatcher.parts.dispatcher.queue.webhookStats(hook.id)!.queued > 10);
    await hook.change({ status: 'deleted', secret: null, dataKey: null });
    const [late] = await emit(world, [hook.id]);
    release();
    await eventually(async () =>
      (await statusesOf([...ids, late!])).every((status) => status === 'success' || status === 'cancelled'),
    );
    const statuses = await statusesOf([...ids, late!]);
    expect(statuses.filter((status) => status === 'success')).toHaveLength(receiver.received());
    expect(statuses.at(-1)).toBe('cancelled');
    expect(await dispatcher.delivery(late!)).toMatchObject({
      webhookName: 'Ledger',
      completedAt: expect.any(String),
      attempts: [],
    });
  });
});

describe('a resend', () => {
  test('is a new attempt of the same delivery, by the present configuration', async () => {
    const { receiver, hook } = await hookOf({ answer: { status: 500 } }, { retryCount: 0 });
    const [id] = await emit(world, [hook.id]);
    await world.toldOf(hook.id, 1);
    receiver.answer({ status: 202 });
    await hook.change({ url: `${receiver.url}/second` });
    const answer = await retry(id!);
    expect(answer).toMatchObject({ status: 202, body: { id, status: 'pending', completedAt: null } });
    await world.toldOf(hook.id, 2);
    const shown = await dispatcher.delivery(id!);
    expect(shown).toMatchObject({ status: 'success', httpStatus: 202, attemptCount: 2, configRevision: 2 });
    expect(shown.attempts.map((attempt) => [attempt.trigger, attempt.request.url])).toEqual([
      ['automatic', `${receiver.url}/hook`],
      ['manual', `${receiver.url}/second`],
    ]);
    expect(receiver.requests.map((request) => request.headers['webhook-id'])).toEqual([id, id]);
    expect(receiver.requests.map((request) => request.headers['x-delivery-attempt'])).toEqual(['1', '2']);
  });

  test('of a success that fails leaves it a success, and nothing is retried', async () => {
    const { receiver, hook } = await hookOf();
    const [id] = await emit(world, [hook.id]);
    await world.toldOf(hook.id, 1);
    receiver.answer({ status: 500 });
    expect((await retry(id!)).status).toBe(202);
    await world.toldOf(hook.id, 2);
    expect(await dispatcher.delivery(id!)).toMatchObject({ status: 'success', httpStatus: 200, attemptCount: 2 });
    const { rows } = await dispatcher.database.pool.query('select 1 from waiting where webhook_id = $1', [
      hook.id.slice(3),
    ]);
    expect(rows).toEqual([]);
  });

  test('of one that waits for its retry comes at once, and leaves the retries it has', async () => {
    const { receiver, hook } = await hookOf(
      { answer: { status: 429, headers: { 'retry-after': '600' } } },
      { retryCount: 1 },
    );
    const [id] = await emit(world, [hook.id]);
    await world.toldOf(hook.id, 1);
    receiver.answer((_, index) => ({ status: index < 2 ? 500 : 200 }));
    expect((await retry(id!)).body).toMatchObject({ status: 'retrying', nextRetryAt: expect.any(String) });
    await world.toldOf(hook.id, 3);
    const shown = await dispatcher.delivery(id!);
    expect(shown.attempts.map((attempt) => attempt.trigger)).toEqual(['automatic', 'manual', 'automatic']);
    expect(shown.status).toBe('success');
  });

  test('is refused while it is under way, paused, deleted, of another tenant or of nobody', async () => {
    const { after, release } = gate();
    const { receiver, hook } = await hookOf({ answer: { after } });
    const [id] = await emit(world, [hook.id]);
    await receiver.waitFor(1);
    const refused = async (expected: RegExp) => {
      const { status, body } = await retry(id!);
      expect([status, body.code, body.detail]).toEqual([409, 'wrong_state', expect.stringMatching(expected)]);
    };
    await refused(/being sent/);
    release();
    await world.toldOf(hook.id, 1);
    await hook.change({ status: 'paused' });
    await refused(/paused/);
    await hook.change({ status: 'deleted', secret: null, dataKey: null });
    await refused(/deleted/);
    expect(await retry(id!, 'other')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    for (const none of ['dlv_01980000000070008000000000000001', 'x', 'dlv_'])
      expect(await retry(none)).toMatchObject({ status: 404 });
    expect(receiver.received()).toBe(1);
  });

  test('asked for many times at once is one attempt', async () => {
    const { after, release } = gate();
    const { receiver, hook } = await hookOf();
    const [id] = await emit(world, [hook.id]);
    await world.toldOf(hook.id, 1);
    receiver.answer({ after });
    const answers = await Promise.all(Array.from({ length: 10 }, () => retry(id!)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
    release();
    await world.toldOf(hook.id, 2);
    expect(receiver.received()).toBe(2);
  });
});

describe('a cancellation', () => {
  const cancel = (id: string, as?: string) => dispatcher.call('POST', `/v1/deliveries/${id}/cancel`, as);
  const waitsLong: ReceiverOptions = { answer: { status: 429, headers: { 'retry-after': '600' } } };

  test('ends what waits for its retry, and is counted', async () => {
    const { hook } = await hookOf(waitsLong);
    const [id] = await emit(world, [hook.id]);
    await world.toldOf(hook.id, 1);
    await dispatcher.quiet();
    expect(await cancel(id!)).toMatchObject({
      status: 202,
      body: { id, status: 'cancelled', nextRetryAt: null, completedAt: expect.any(String), attemptCount: 1 },
    });
    const { body } = await dispatcher.call('GET', `/v1/stats?webhookId=${hook.id}`);
    expect(body.deliveries).toMatchObject({ cancelled: 1, retrying: 0, failed: 0 });
    expect(await cancel(id!)).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
  });

  test('ends what is held: the resumption sends the others only', async () => {
    const { receiver, hook } = await hookOf({}, { status: 'paused' });
    const [first] = await emit(world, [hook.id]);
    const [second] = await emit(world, [hook.id]);
    await dispatcher.quiet();
    expect((await cancel(first!)).body.status).toBe('cancelled');
    await hook.change({ status: 'active' });
    await world.toldOf(hook.id, 1);
    expect(await statusesOf([first!, second!])).toEqual(['cancelled', 'success']);
    expect(receiver.requests.map((request) => request.headers['webhook-id'])).toEqual([second]);
  });

  test('of a resend leaves the delivery as it had ended', async () => {
    const { hook } = await hookOf();
    const [id] = await emit(world, [hook.id]);
    await world.toldOf(hook.id, 1);
    const { completedAt } = await dispatcher.delivery(id!);
    await hook.change({ status: 'paused' });
    await dispatcher.quiet();
    // As a replay leaves one that its webhook's pause holds up.
    await dispatcher.database.pool.query(
      `with d as (update delivery set status = 'held' where id = $1 returning *)
       insert into waiting (tenant_id, delivery_id, webhook_id, event_key, event_id, event_type, is_test, due_at,
         attempt_count, bytes, run_attempt, run_unknown, trigger, prior_status)
       select tenant_id, id, webhook_id, event_key, event_id, event_type, is_test, 'infinity', 1, 1, 0, 0, 'replay', 'success' from d`,
      [toUuid('dlv', id!)],
    );
    expect((await cancel(id!)).body).toMatchObject({ status: 'success', completedAt });
    const { body } = await dispatcher.call('GET', `/v1/stats?webhookId=${hook.id}`);
    expect(body.deliveries).toMatchObject({ success: 1, cancelled: 0 });
  });

  test('is refused while it is under way, when it has ended, and of another tenant', async () => {
    const { after, release } = gate();
    const { receiver, hook } = await hookOf({ answer: { after } });
    const [id] = await emit(world, [hook.id]);
    await receiver.waitFor(1);
    const refused = async (expected: RegExp) =>
      expect(await cancel(id!)).toMatchObject({
        status: 409,
        body: { code: 'wrong_state', detail: expect.stringMatching(expected) },
      });
    await refused(/being sent/);
    release();
    await world.toldOf(hook.id, 1);
    await refused(/is success/);
    for (const [who, which] of [
      ['other', id!],
      ['acme', 'dlv_01980000000070008000000000000001'],
      ['acme', 'x'],
    ] as const)
      expect(await cancel(which, who)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await dispatcher.delivery(id!)).toMatchObject({ status: 'success', attemptCount: 1 });
  });

  test('against a resend of the same delivery: one of them comes first, and nothing is sent of what was cancelled', async () => {
    const { receiver, hook } = await hookOf(waitsLong, { retryCount: 1 });
    const ids = (await Promise.all(Array.from({ length: 10 }, () => emit(world, [hook.id])))).flat();
    await world.toldOf(hook.id, 10);
    await dispatcher.quiet();
    receiver.answer({ status: 200 });
    const answers = await Promise.all(
      ids.map(async (id) => ({ id, all: await Promise.all([cancel(id), retry(id), cancel(id)]) })),
    );
    await eventually(async () =>
      (await statusesOf(ids)).every((status) => status === 'success' || status === 'cancelled'),
    );
    for (const { id, all } of answers) {
      const { status, attemptCount } = await dispatcher.delivery(id);
      const isCancelled = all[0].status === 202 || all[2].status === 202;
      // A resend after the cancellation is a new attempt of a cancelled delivery, and allowed.
      if (!isCancelled) expect([status, attemptCount]).toEqual(['success', 2]);
      if (status === 'cancelled') expect([isCancelled, attemptCount]).toEqual([true, 1]);
    }
  });
});

test('a webhook that can not be signed for waits, and its deliveries fail by nothing', async () => {
  const { receiver, hook } = await hookOf();
  const { secret } = { secret: hook.seal('x'.repeat(20)) };
  await hook.change({ secret: { ...secret, ciphertext: 'AAAA' } });
  const [id] = await emit(world, [hook.id]);
  await dispatcher.quiet();
  expect(await dispatcher.delivery(id!)).toMatchObject({ status: 'pending', attemptCount: 0, attempts: [] });
  expect(receiver.received()).toBe(0);
});
