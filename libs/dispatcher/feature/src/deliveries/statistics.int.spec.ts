import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startReceiver, type Receiver } from '@arkan/testing';
import {
  emit,
  putWebhook,
  startDispatcher,
  startWorld,
  type TestDispatcher,
  type TestWebhook,
  type World,
} from '../dispatcher.fixture';

const hourMs = 3_600_000;
let world: World;
let dispatcher: TestDispatcher;
let receiver: Receiver;
let good: TestWebhook, bad: TestWebhook, idle: TestWebhook, deleted: TestWebhook, strangers: TestWebhook;
beforeAll(async () => {
  world = await startWorld();
  dispatcher = await startDispatcher(world);
  receiver = await startReceiver({ answer: ({ path }) => ({ status: path === '/bad' ? 500 : 200 }) });
  const put = (path: string, over = {}) => putWebhook(world, { url: `${receiver.url}${path}`, ...over });
  [good, bad, idle, deleted] = [
    await put('/good'),
    await put('/bad', { retryCount: 1 }),
    await put('/'),
    await put('/'),
  ];
  strangers = await put('/good', { tenantId: 'other' });
  await emit(world, [good.id, bad.id, deleted.id]);
  await emit(world, [good.id, bad.id]);
  await emit(world, [strangers.id], { tenantId: 'other' });
  for (const [hook, count] of [
    [good, 2],
    [bad, 4],
    [deleted, 1],
    [strangers, 1],
  ] as const)
    await world.toldOf(hook.id, count);
  await deleted.change({ status: 'deleted' });
  await dispatcher.quiet();
});
afterAll(async () => {
  await dispatcher.stop();
  await receiver.close();
  await world.close();
});

const numbers = (one: { webhookId: string; attempts: object; buckets: { succeeded: number; failed: number }[] }) => ({
  webhookId: one.webhookId,
  attempts: one.attempts,
  inBuckets: one.buckets.reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0),
});

describe('statistics by webhook', () => {
  test('have every webhook that the tenant has, and no other', async () => {
    const { status, body } = await dispatcher.call('GET', '/v1/stats/webhooks');
    expect(status).toBe(200);
    const wanted = [
      [good.id, 2, 0],
      [bad.id, 0, 4],
      [idle.id, 0, 0],
    ] as const;
    expect(body.data.map(numbers)).toEqual(
      [...wanted]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([webhookId, succeeded, failed]) => ({
          webhookId,
          attempts: { total: succeeded + failed, succeeded, failed },
          inBuckets: succeeded + failed,
        })),
    );
    const others = await dispatcher.call('GET', '/v1/stats/webhooks', 'other');
    expect(others.body.data.map(numbers)).toEqual([
      { webhookId: strangers.id, attempts: { total: 1, succeeded: 1, failed: 0 }, inBuckets: 1 },
    ]);
  });

  test('are by hours, with latencies where there were attempts', async () => {
    const { body } = await dispatcher.call('GET', '/v1/stats/webhooks');
    expect(body.bucketMs).toBe(hourMs);
    for (const { webhookId, buckets, durationMs } of body.data) {
      for (const { at } of buckets) expect(Date.parse(at) % hourMs).toBe(0);
      const wanted = webhookId === idle.id ? null : expect.any(Number);
      expect(durationMs).toEqual({ p50: wanted, p95: wanted });
    }
  });

  test('of another time have none of this', async () => {
    const to = new Date(Date.now() - 48 * hourMs).toISOString();
    const { body } = await dispatcher.call('GET', `/v1/stats/webhooks?to=${to}`);
    expect(body.data).toHaveLength(3);
    expect(body.data.flatMap(({ buckets }: { buckets: unknown[] }) => buckets)).toEqual([]);
  });

  test.each([
    ['from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:01Z', '24 hours'],
    ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', null],
  ])('of %s are refused', async (query, limit) => {
    const { status, body } = await dispatcher.call('GET', `/v1/stats/webhooks?${query}`);
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ pointer: 'query/from', code: 'invalid_range', message: expect.any(String), limit }]);
  });
});

describe('statistics of a tenant', () => {
  test.each([
    [24 * hourMs, undefined, 10 * 60_000],
    [24 * hourMs, 60, 30 * 60_000],
    [hourMs, 60, 5 * 60_000],
    [7 * 24 * hourMs, 60, 3 * hourMs],
    [31 * 24 * hourMs, 60, 24 * hourMs],
    [31 * 24 * hourMs, 1, 31 * 24 * hourMs],
  ])('of %i ms in at most %p buckets have buckets of %i ms', async (rangeMs, buckets, bucketMs) => {
    const to = Date.now() + 1_000;
    const query = new URLSearchParams({
      from: new Date(to - rangeMs).toISOString(),
      to: new Date(to).toISOString(),
      ...(buckets === undefined ? {} : { buckets: String(buckets) }),
    });
    const { body } = await dispatcher.call('GET', `/v1/stats?${query}`);
    expect(body.bucketMs).toBe(bucketMs);
    // 2 of good, 4 of bad, 1 of the webhook that was deleted after.
    expect(body.attempts).toEqual({ total: 7, succeeded: 3, failed: 4 });
    const sum = body.buckets.reduce(
      (n: number, b: { succeeded: number; failed: number }) => n + b.succeeded + b.failed,
      0,
    );
    expect(sum).toBe(7);
  });

  test('of what was folded into hours have no narrower buckets', async () => {
    const to = new Date(Date.now() - 72 * hourMs).toISOString();
    const from = new Date(Date.now() - 73 * hourMs).toISOString();
    expect((await dispatcher.call('GET', `/v1/stats?from=${from}&to=${to}`)).body.bucketMs).toBe(hourMs);
  });

  test('of a webhook that is none are empty, and more than 200 buckets are refused', async () => {
    const none = await dispatcher.call('GET', '/v1/stats?webhookId=nonsense');
    expect(none).toMatchObject({ status: 200, body: { attempts: { total: 0 }, buckets: [] } });
    const stranger = await dispatcher.call('GET', `/v1/stats?webhookId=${good.id}`, 'other');
    expect(stranger.body.attempts.total).toBe(0);
    expect((await dispatcher.call('GET', '/v1/stats?buckets=201')).status).toBe(422);
  });
});
