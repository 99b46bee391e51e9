import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { responseBodyMaxBytes, topics } from '@arkan/contracts';
import { toUuid } from '@arkan/kernel';
import { startReceiver, type Receiver, type ReceiverOptions } from '@arkan/testing';
import {
  deliveryMessage,
  emit,
  messagesOf,
  putWebhook,
  secretText,
  startDispatcher,
  startWorld,
  type TestDispatcher,
  type World,
} from './dispatcher.fixture';

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

async function receiverOf(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await startReceiver(options);
  receivers.push(receiver);
  return receiver;
}
/** A webhook of a receiver of its own. */
async function hookOf(options: ReceiverOptions = {}, over: Partial<Parameters<typeof putWebhook>[1]> = {}) {
  const receiver = await receiverOf(options);
  const hook = await putWebhook(world, { url: `${receiver.url}/hook`, ...over });
  return { receiver, hook };
}
const told = (deliveryId: string, attempts = 1) =>
  world.told(
    (outcomes) =>
      outcomes.reduce(
        (sum, outcome) =>
          sum +
          (outcome.lastSuccess?.deliveryId === deliveryId ? 1 : 0) +
          outcome.failures.filter((failure) => failure.deliveryId === deliveryId).length,
        0,
      ) >= attempts,
    `${attempts} attempts of ${deliveryId}`,
  );

describe('a delivery', () => {
  test('is signed, sent, told of, and stands in the log with its attempt', async () => {
    const { receiver, hook } = await hookOf(
      { answer: { status: 201, headers: { 'x-answer': 'yes', 'set-cookie': 'sid=4711' }, body: 'thanks' } },
      { secretHeader: 'Bearer of-the-tests' },
    );
    const [id] = await emit(world, [hook.id], { eventId: 'evt 1', data: { note: 'größe' } });
    const [request] = await receiver.waitFor(1);
    expect(request!.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'ArkanPM-Webhooks/1',
      'x-event-id': 'evt 1',
      'x-event-type': 'leasing.lease.renewed',
      'x-delivery-id': id,
      'webhook-id': id,
      'x-delivery-attempt': '1',
      'x-signature': createHmac('sha256', secretText).update(request!.body).digest('hex'),
      'x-team': 'north',
      authorization: 'Bearer of-the-tests',
    });
    expect(JSON.parse(request!.body.toString())).toMatchObject({
      id: 'evt 1',
      tenantId: 'acme',
      data: { note: 'größe' },
    });
    await told(id!);
    const shown = await dispatcher.delivery(id!);
    expect(shown).toMatchObject({
      id,
      tenantId: 'acme',
      webhookId: hook.id,
      webhookName: 'Ledger',
      eventId: 'evt 1',
      eventType: 'leasing.lease.renewed',
      status: 'success',
      httpStatus: 201,
      attemptCount: 1,
      nextRetryAt: null,
      completedAt: expect.any(String),
      configRevision: 1,
      isTest: false,
    });
    expect(shown.attempts).toHaveLength(1);
    const [attempt] = shown.attempts;
    expect(attempt).toMatchObject({
      id: expect.stringMatching(/^att_[0-9a-f]{32}$/),
      number: 1,
      trigger: 'automatic',
      outcome: 'success',
      request: { url: `${receiver.url}/hook`, method: 'POST', body: request!.body.toString() },
      response: {
        status: 201,
        body: 'thanks',
        bodyTruncated: false,
        headers: { 'x-answer': 'yes', 'set-cookie': '***' },
      },
      remoteAddress: '127.0.0.1',
      error: null,
      configRevision: 1,
      timing: { tlsMs: expect.any(Number), totalMs: attempt!.durationMs },
    });
    // The log has the very headers that were sent, but for what must not be shown.
    const sent = Object.fromEntries(
      request!.rawHeaders
        .filter(([name]) => !/^(connection)$/i.test(name))
        .map(([name, value]) => [name.toLowerCase(), value]),
    );
    const logged = Object.fromEntries(
      Object.entries(attempt!.request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    expect(logged).toEqual({ ...sent, authorization: '***' });
    expect(world.outcomes.find((outcome) => outcome.webhookId === hook.id)).toMatchObject({
      tenantId: 'acme',
      succeeded: 1,
      succeededDurationMs: attempt!.durationMs,
      lastSuccess: { deliveryId: id, deliveryStatus: 'success', httpStatus: 201 },
      failures: [],
      gone: false,
    });
  });

  test('is retried with the same bytes and the same webhook-id until it succeeds', async () => {
    const { receiver, hook } = await hookOf({
      answer: (_, index) => ({ status: index < 2 ? 503 : 200, body: 'x'.repeat(index === 0 ? 20_000 : 1) }),
    });
    const [id] = await emit(world, [hook.id]);
    const requests = await receiver.waitFor(3);
    expect(new Set(requests.map((request) => request.body.toString('hex'))).size).toBe(1);
    expect(requests.map((request) => request.headers['webhook-id'])).toEqual([id, id, id]);
    expect(requests.map((request) => request.headers['x-delivery-attempt'])).toEqual(['1', '2', '3']);
    await told(id!, 3);
    const shown = await dispatcher.delivery(id!);
    expect(shown).toMatchObject({ status: 'success', httpStatus: 200, attemptCount: 3, nextRetryAt: null });
    expect(shown.attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'http_error'],
      [2, 'http_error'],
      [3, 'success'],
    ]);
    expect(shown.attempts[0]!.response).toMatchObject({ bodyTruncated: true, body: 'x'.repeat(responseBodyMaxBytes) });
    expect(shown.attempts[0]!.error).toContain('503');
    expect(new Set(shown.attempts.map((attempt) => attempt.id)).size).toBe(3);
    const failure = world.outcomes.flatMap((outcome) => outcome.failures).find((one) => one.deliveryId === id);
    expect(failure).toMatchObject({
      attempt: 1,
      trigger: 'automatic',
      outcome: 'http_error',
      httpStatus: 503,
      causeKey: 'http_503',
      deliveryStatus: 'retrying',
      nextRetryAtMs: expect.any(Number),
    });
  });

  test('has failed when its retries are used up', async () => {
    const { receiver, hook } = await hookOf({ answer: { status: 500 } }, { retryCount: 2 });
    const [id] = await emit(world, [hook.id]);
    await told(id!, 3);
    expect(await dispatcher.delivery(id!)).toMatchObject({
      status: 'failed',
      httpStatus: 500,
      attemptCount: 3,
      nextRetryAt: null,
      completedAt: expect.any(String),
    });
    const statuses = world.outcomes.flatMap((one) => one.failures).filter((one) => one.deliveryId === id);
    expect(statuses.map((one) => one.deliveryStatus)).toEqual(['retrying', 'retrying', 'failed']);
    expect(receiver.received()).toBe(3);
  });

  test.each<[string, ReceiverOptions, string, Record<string, unknown>]>([
    [
      'a redirect is not followed',
      { answer: { status: 302, headers: { location: '/other' } } },
      'http_error',
      { httpStatus: 302 },
    ],
    ['an answer that does not come in time', { answer: 'hang' }, 'timeout', { httpStatus: null }],
    ['a connection that breaks', { answer: 'drop' }, 'connect_error', { httpStatus: null }],
  ])('fails by %s', async (_, options, outcome, shownAs) => {
    const { receiver, hook } = await hookOf(options, { retryCount: 0, timeoutMs: 1_000 });
    const [id] = await emit(world, [hook.id]);
    await told(id!);
    const shown = await dispatcher.delivery(id!);
    expect(shown).toMatchObject({ status: 'failed', attemptCount: 1, ...shownAs });
    expect(shown.attempts[0]).toMatchObject({ outcome, error: expect.any(String) });
    expect(receiver.requests.every((request) => request.path === '/hook')).toBe(true);
  });

  test('fails by a target that may not be dialled, and nothing is sent', async () => {
    const hook = await putWebhook(world, { url: 'https://192.168.7.7/hook', retryCount: 0 });
    const [id] = await emit(world, [hook.id]);
    await told(id!);
    expect((await dispatcher.delivery(id!)).attempts[0]).toMatchObject({
      outcome: 'blocked_address',
      response: null,
      remoteAddress: null,
    });
  });

  test('waits as long as Retry-After asks', async () => {
    const { receiver, hook } = await hookOf({
      answer: (_, index) => (index === 0 ? { status: 429, headers: { 'retry-after': '1' } } : {}),
    });
    const [id] = await emit(world, [hook.id]);
    const [first, second] = await receiver.waitFor(2);
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(990);
    await told(id!, 2);
  });

  test('answered 410 is held, and the registry is told', async () => {
    const { receiver, hook } = await hookOf({ answer: (_, index) => (index === 0 ? { status: 410 } : {}) });
    const [id] = await emit(world, [hook.id]);
    await told(id!);
    expect(await dispatcher.delivery(id!)).toMatchObject({ status: 'held', httpStatus: 410, nextRetryAt: null });
    expect(world.outcomes.find((outcome) => outcome.webhookId === hook.id)).toMatchObject({
      gone: true,
      failures: [{ httpStatus: 410, deliveryStatus: 'held', nextRetryAtMs: null }],
    });
    await hook.change({ status: 'paused' });
    const [later] = await emit(world, [hook.id]);
    await dispatcher.quiet();
    expect(await dispatcher.delivery(later!)).toMatchObject({ status: 'held', attemptCount: 0 });
    expect(receiver.received()).toBe(1);
    await hook.change({ status: 'active' });
    await world.toldOf(hook.id, 3);
    expect(await dispatcher.delivery(id!)).toMatchObject({ status: 'success', attemptCount: 2 });
    expect(await dispatcher.delivery(later!)).toMatchObject({ status: 'success', attemptCount: 1 });
  });

  test('of a test event is marked, in the delivery and its attempts', async () => {
    const { hook } = await hookOf({ answer: (_, index) => ({ status: index === 0 ? 500 : 200 }) });
    const [id] = await emit(world, [hook.id], { isTest: true, type: 'webhook.test' });
    await told(id!, 2);
    const shown = await dispatcher.delivery(id!);
    expect(shown).toMatchObject({ isTest: true, eventType: 'webhook.test', status: 'success' });
    expect(shown.attempts.map((attempt) => attempt.trigger)).toEqual(['test', 'test']);
  });

  test('is signed by both secrets while the previous one still signs, and by the present one after', async () => {
    const { receiver, hook } = await hookOf();
    const sealed = hook.seal('the-secret-of-before');
    for (const [expiresInMs, expected] of [
      [60_000, createHmac('sha256', 'the-secret-of-before')],
      [-1, null],
    ] as const) {
      receiver.clear();
      await hook.change({ previousSecret: { sealed, expiresAt: new Date(Date.now() + expiresInMs).toISOString() } });
      const [id] = await emit(world, [hook.id]);
      const [request] = await receiver.waitFor(1);
      expect(request!.headers['x-signature-previous']).toBe(expected?.update(request!.body).digest('hex'));
      expect(String(request!.headers['webhook-signature']).split(' ')).toHaveLength(expected ? 2 : 1);
      await told(id!);
    }
  });

  test('is sent by the configuration of the moment, and its attempts name it', async () => {
    const { receiver: first, hook } = await hookOf({ answer: { status: 500 } });
    const second = await receiverOf();
    first.answer(async () => {
      await hook.change({ url: `${second.url}/new`, customHeaders: [{ name: 'X-New', value: 'yes', sealed: null }] });
      return { status: 500 };
    });
    const [id] = await emit(world, [hook.id]);
    const [request] = await second.waitFor(1);
    expect(request!.headers).toMatchObject({ 'x-new': 'yes' });
    expect(request!.headers).not.toHaveProperty('x-team');
    await told(id!, 2);
    const { attempts, configRevision } = await dispatcher.delivery(id!);
    expect(configRevision).toBe(2);
    expect(attempts.map((attempt) => [attempt.configRevision, new URL(attempt.request.url).pathname])).toEqual([
      [1, '/hook'],
      [2, '/new'],
    ]);
    expect(attempts[0]!.request.headers).toHaveProperty('X-Team');
  });
});

describe('a message of deliveries', () => {
  test('that comes again sends nothing again', async () => {
    const { receiver, hook } = await hookOf();
    const { message, ids } = deliveryMessage([hook.id]);
    await world.infrastructure.bus.publish([message, message]);
    await told(ids[0]!);
    await world.infrastructure.bus.publish([message]);
    await dispatcher.quiet();
    const [after] = await emit(world, [hook.id]);
    await told(after!);
    expect(receiver.requests.map((request) => request.headers['x-delivery-id'])).toEqual([ids[0], after]);
    expect((await dispatcher.delivery(ids[0]!)).attempts).toHaveLength(1);
  });

  test('is for many webhooks, each with an end of its own', async () => {
    const good = await hookOf();
    const bad = await hookOf({ answer: { status: 400 } }, { retryCount: 0 });
    const unknown = 'wh_01980000000070008000000000000999';
    const foreign = await putWebhook(world, { url: `${good.receiver.url}/foreign`, tenantId: 'other' });
    const ids = await emit(world, [good.hook.id, bad.hook.id, unknown, foreign.id]);
    await told(ids[0]!);
    await told(ids[1]!);
    const statuses = await Promise.all(ids.map(async (id) => (await dispatcher.delivery(id)).status));
    expect(statuses).toEqual(['success', 'failed', 'cancelled', 'cancelled']);
    expect(good.receiver.requests.map((request) => request.path)).toEqual(['/hook']);
  });

  test.each<[string, (message: ReturnType<typeof deliveryMessage>['message']) => object]>([
    ['without its data', (message) => ({ ...message, headers: {} })],
    [
      'of a version to come',
      (message) => ({
        ...message,
        headers: { ...message.headers, meta: message.headers.meta!.replace('"v":1', '"v":2') },
      }),
    ],
    [
      'with an id that is none',
      (message) => ({
        ...message,
        headers: { ...message.headers, to: message.headers.to!.replace(/^.{8}/, 'zzzzzzzz') },
      }),
    ],
    [
      'with an id of another century',
      (message) => ({
        ...message,
        headers: { ...message.headers, to: message.headers.to!.replace(/^.{8}/, 'ffffffff') },
      }),
    ],
    [
      'with an id of long ago',
      (message) => ({
        ...message,
        headers: { ...message.headers, to: message.headers.to!.replace(/^.{8}/, '01000000') },
      }),
    ],
    [
      'with a NUL in a text',
      (message) => ({
        ...message,
        headers: { ...message.headers, meta: message.headers.meta!.replace('"eventId":"', '"eventId":"\\u0000') },
      }),
    ],
    ['whose body is no text', (message) => ({ ...message, value: Buffer.from([0x22, 0xff, 0x22]) })],
    [
      'for something that is no webhook',
      (message) => ({ ...message, headers: { ...message.headers, to: message.headers.to!.slice(0, 40) } }),
    ],
  ])('%s is parked with the reason, and the next one goes on', async (_, spoil) => {
    const { hook } = await hookOf();
    const { message } = deliveryMessage([hook.id]);
    const before = (await messagesOf(world, topics.deadDeliveries)).length;
    const next = deliveryMessage([hook.id]);
    await world.infrastructure.bus.publish([spoil(message) as typeof message, next.message]);
    await told(next.ids[0]!);
    await dispatcher.quiet();
    const dead = await messagesOf(world, topics.deadDeliveries);
    expect(dead).toHaveLength(before + 1);
    expect(dead.at(-1)!.headers['dead-letter-reason']).toMatch(/^webhook\.deliveries: /);
    const entries = await messagesOf(world, topics.integrationEntries);
    expect(JSON.parse(entries.at(-1)!.value!.toString())).toMatchObject({
      tenantId: 'acme',
      level: 'error',
      source: 'dispatcher',
    });
  });
});

test('secrets stand nowhere in clear: not in the database, not in messages', async () => {
  const { receiver, hook } = await hookOf({}, { secretHeader: 'Bearer very-hidden-value' });
  const [id] = await emit(world, [hook.id]);
  await receiver.waitFor(1);
  await told(id!);
  const { rows } = await dispatcher.database.pool.query<{ dump: string }>(
    `select string_agg(x, ' ') as dump from (
       select row_to_json(t)::text as x from attempt t union all select row_to_json(t)::text from request_config t
       union all select row_to_json(t)::text from delivery t union all select body from tally_delta t) s`,
  );
  const bus = await dispatcher.database.pool.query<{ dump: string }>(
    `select string_agg(encode(payload, 'escape'), ' ') as dump from bus.record_batch`,
  );
  expect(rows[0]!.dump).toContain(toUuid('dlv', id!));
  for (const secret of ['very-hidden-value', secretText]) {
    expect(rows[0]!.dump).not.toContain(secret);
    expect(bus.rows[0]!.dump).not.toContain(secret);
  }
});
