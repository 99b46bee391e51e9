import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { integrationEntry, notifierOperations } from '@arkan/contracts';
import { newId } from '@arkan/kernel';
import { MetricsRegistry } from '@arkan/runtime';
import { takeEntries, takeHealth, takeOutcomes } from './consuming';
import { createNotifier } from './feature';
import { openTestApi, type TestApi } from './http.fixture';
import {
  entries,
  entryOf,
  exhaustedOf,
  failureOf,
  healthOf,
  healths,
  ids,
  openTestNotifier,
  outcomeOf,
  outcomes,
  successesOf,
  webhookIdOf,
  type TestNotifier,
} from './notifier.fixture';
import { tellDueNotices } from './telling';

const acme = { tenant: ids.acme };
const globex = { tenant: ids.globex };
const start = Date.UTC(2026, 0, 1);
let notifier: TestNotifier;
let api: TestApi;

beforeAll(async () => {
  notifier = await openTestNotifier();
  const { feature } = createNotifier({ ...notifier.deps, metrics: new MetricsRegistry() }, null);
  api = await openTestApi(feature, notifier.deps);
  notifier.know({}, { webhookId: webhookIdOf(2), name: 'Desk' }, { webhookId: webhookIdOf(3), tenantId: ids.globex });
  await fill();
});
afterAll(async () => {
  await api.app.close();
  await notifier.close();
});

/** 12 notices of acme over two webhooks, one of globex; attempts and entries of both. */
async function fill(): Promise<void> {
  for (let n = 0; n < 12; n++) {
    const webhookId = webhookIdOf(1 + (n % 2));
    const atMs = notifier.clock.now();
    await takeOutcomes(
      notifier.parts,
      outcomes(
        n * 10,
        outcomeOf({
          webhookId,
          failures: [
            failureOf({ atMs, deliveryId: newId('dlv', atMs), causeKey: 'timeout', error: 'no answer in time' }),
            ...(n % 3 === 0 ? [exhaustedOf({ atMs, deliveryId: newId('dlv', atMs) })] : []),
          ],
        }),
        successesOf(2, atMs + 500, { webhookId: webhookIdOf(2) }),
      ),
    );
    if (n % 3 !== 0) await takeHealth(notifier.parts, healths(n, healthOf('webhook_recovered', { webhookId })));
    notifier.clock.advance(1_000_000);
    await tellDueNotices(notifier.parts);
  }
  await takeHealth(
    notifier.parts,
    healths(100, healthOf('webhook_failing', { tenantId: ids.globex, webhookId: webhookIdOf(3) })),
  );
  await takeEntries(
    notifier.parts,
    entries(1, entryOf(), entryOf({ id: 'entry-2', tenantId: ids.globex, message: 'not for acme' })),
  );
  notifier.clock.advance(1_000_000);
  await tellDueNotices(notifier.parts);
}

interface Item {
  id: string;
  at: string;
  kind: string;
  webhookId: string;
}

/** Every page of a list, of `limit` each. */
async function all(path: string, limit: number, who = acme): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: string = cursor === null ? '' : `&cursor=${cursor}`;
    const { status, body } = await api.call(
      who,
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${page}`,
    );
    expect(status).toBe(200);
    expect(body.data.length).toBeLessThanOrEqual(limit);
    items.push(...(body.data as Item[]));
    cursor = body.nextCursor as string | null;
  } while (cursor !== null);
  return items;
}

describe('the inbox', () => {
  test.each([1, 5, 12, 250])('is paged by %d, newest first, without gap or repeat', async (limit) => {
    const list = await all('/v1/notifications', limit);
    expect(list).toHaveLength(12);
    expect(new Set(list.map(({ id }) => id)).size).toBe(12);
    expect(list.map(({ at }) => at)).toEqual(
      list
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
  });

  test('is as the contract says', async () => {
    const { body } = await api.call(acme, 'GET', '/v1/notifications');
    expect(notifierOperations.listNotifications.response.parse(body)).toEqual(body);
    expect(body.data.at(-1)).toEqual({
      id: expect.stringMatching(/^ntc_[0-9a-f]{32}$/),
      at: '2026-01-01T00:16:40.000Z',
      kind: 'delivery_exhausted',
      webhookId: webhookIdOf(1),
      deliveryId: expect.stringMatching(/^dlv_/),
      message: expect.stringContaining('"Ledger"'),
      emailedTo: null,
      readAt: null,
    });
  });

  test.each([
    [`webhookId=${webhookIdOf(1)}`, 6],
    ['kind=delivery_exhausted', 4],
    ['kind=webhook_failing', 0],
    [`kind=webhook_recovered&webhookId=${webhookIdOf(2)}`, 4],
    ['webhookId=wh_unknown', 0],
    [`webhookId=${webhookIdOf(3)}`, 0],
  ])('filtered by %s has %d', async (query, count) => {
    expect(await all(`/v1/notifications?${query}`, 3)).toHaveLength(count);
  });

  test('tells read from unread; the first reading counts', async () => {
    const [first] = await all('/v1/notifications', 50);
    const now = new Date(notifier.clock.now()).toISOString();
    const read = await api.call({ ...acme, role: 'developer' }, 'POST', `/v1/notifications/${first!.id}/read`);
    expect(read).toMatchObject({ status: 200, body: { id: first!.id, readAt: now } });
    notifier.clock.advance(1_000);
    const again = await api.call(acme, 'POST', `/v1/notifications/${first!.id}/read`, {}, { 'idempotency-key': 'k1' });
    expect(again.body).toEqual(read.body);
    expect(await all('/v1/notifications?unread=true', 50)).toHaveLength(11);
    expect((await all('/v1/notifications?unread=false', 50)).map(({ id }) => id)).toEqual([first!.id]);
  });
});

describe('settings', () => {
  test('are everything until chosen, kept in one order, and each tenant has its own', async () => {
    const everything = notifierOperations.getNotificationSettings.response.shape.kinds.element.options;
    expect(await api.call(globex, 'GET', '/v1/notification-settings')).toEqual({
      status: 200,
      body: { emailEnabled: true, kinds: everything },
    });
    const chosen = { emailEnabled: false, kinds: ['webhook_auto_paused', 'delivery_exhausted', 'webhook_auto_paused'] };
    const expected = { emailEnabled: false, kinds: ['delivery_exhausted', 'webhook_auto_paused'] };
    for (let n = 0; n < 2; n++)
      expect(await api.call(globex, 'PUT', '/v1/notification-settings', chosen)).toEqual({
        status: 200,
        body: expected,
      });
    expect((await api.call({ ...globex, role: 'auditor' }, 'GET', '/v1/notification-settings')).body).toEqual(expected);
    expect((await api.call(acme, 'GET', '/v1/notification-settings')).body.emailEnabled).toBe(true);
  });
});

describe('the integration log', () => {
  test('is paged, newest first, without gap or repeat', async () => {
    const whole = await all('/v1/integration-logs', 250);
    // 12 attempts that failed, 4 that were the last, 12 groups of successes, 1 entry of another part.
    expect(whole).toHaveLength(29);
    expect(await all('/v1/integration-logs', 4)).toEqual(whole);
    expect(whole.map(({ at }) => at)).toEqual(
      whole
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
    const { body } = await api.call(acme, 'GET', '/v1/integration-logs');
    expect(notifierOperations.listIntegrationLogs.response.parse(body)).toEqual(body);
  });

  test.each([
    ['level=success', 12],
    ['level=warning', 12],
    ['level=error', 5],
    [`webhookId=${webhookIdOf(1)}`, 8],
    [`webhookId=${webhookIdOf(1)}&level=error`, 2],
    [`webhookId=${webhookIdOf(3)}`, 0],
    ['from=2026-01-01T00:16:40.000Z&to=2026-01-01T00:16:40.500Z', 1],
    ['from=2026-01-01T00:16:40.000Z&to=2026-01-01T00:16:40.501Z', 2],
    ['to=2026-01-01T00:00:00.001Z', 3],
    ['from=2026-01-01T02:16:40%2B02:00&to=2026-01-01T00:16:40.001Z', 1],
    ['from=2030-01-01T00:00:00Z', 0],
  ])('filtered by %s has %d', async (query, count) => {
    expect(await all(`/v1/integration-logs?${query}`, 5)).toHaveLength(count);
  });

  test('groups by cause, what was last seen first, with first and last seen and the count', async () => {
    const { body } = await api.call(acme, 'GET', '/v1/integration-logs?groupBy=cause');
    const last = new Date(start + 11 * 1_000_000).toISOString();
    const causes = body.data.map((entry: { webhookId: string; level: string; cause: object }) => [
      entry.webhookId,
      entry.level,
      entry.cause,
    ]);
    expect(causes).toEqual([
      [
        webhookIdOf(2),
        'success',
        {
          key: 'delivered',
          count: 24,
          firstSeenAt: '2026-01-01T00:00:00.500Z',
          lastSeenAt: new Date(start + 11 * 1_000_000 + 500).toISOString(),
        },
      ],
      [
        webhookIdOf(2),
        'warning',
        { key: 'timeout', count: 6, firstSeenAt: '2026-01-01T00:16:40.000Z', lastSeenAt: last },
      ],
      [webhookIdOf(1), 'warning', expect.objectContaining({ key: 'timeout', count: 6 })],
      [webhookIdOf(2), 'error', expect.objectContaining({ key: 'http_500', count: 2 })],
      [webhookIdOf(1), 'error', expect.objectContaining({ key: 'http_500', count: 2 })],
      [null, 'error', expect.objectContaining({ key: 'event_refused', count: 1 })],
    ]);
    expect(body.data[0]).toMatchObject({ message: '24 deliveries succeeded', durationMs: 10 });
    expect(notifierOperations.listIntegrationLogs.response.parse(body)).toEqual(body);
    // The entry of a cause is one of the log: the latest of it.
    const whole = await all('/v1/integration-logs', 250);
    for (const entry of body.data as Item[]) expect(whole.map(({ id }) => id)).toContain(entry.id);
  });

  test.each([
    ['', 6],
    ['&level=error', 3],
    [`&webhookId=${webhookIdOf(1)}`, 2],
    ['&from=2026-01-01T03:00:00Z', 2],
    ['&to=2026-01-01T00:00:01Z', 1],
  ])('pages causes with the filter "%s"', async (filter, count) => {
    const whole = await all(`/v1/integration-logs?groupBy=cause${filter}`, 250);
    expect(whole).toHaveLength(count);
    expect(await all(`/v1/integration-logs?groupBy=cause${filter}`, 1)).toEqual(whole);
  });

  test('shows an entry of another part with its own words', async () => {
    const { body } = await api.call(acme, 'GET', '/v1/integration-logs?level=error&to=2026-01-01T00:00:00.001Z');
    const entry = integrationEntry.schema.parse(entryOf());
    expect(body.data).toContainEqual(
      expect.objectContaining({ source: entry.source, message: entry.message, level: 'error', webhookId: null }),
    );
  });
});

describe('tenants', () => {
  test('see only their own', async () => {
    expect((await all('/v1/notifications', 50, globex)).map(({ webhookId }) => webhookId)).toEqual([webhookIdOf(3)]);
    expect((await api.call(globex, 'GET', '/v1/integration-logs')).body.data).toEqual([
      expect.objectContaining({ message: 'not for acme' }),
    ]);
    expect((await api.call(globex, 'GET', '/v1/integration-logs?groupBy=cause')).body.data).toHaveLength(1);
    expect(
      (await api.call({ tenant: ids.globex, role: 'operator' }, 'GET', '/v1/notifications')).body.data,
    ).toHaveLength(1);
  });

  test.each([
    ['another tenant’s', async () => (await all('/v1/notifications', 1))[0]!.id],
    ['none', async () => newId('ntc')],
    ['no id', async () => 'x%00y'],
  ])('get 404 for %s notification, all alike', async (_, idOf) => {
    const { status, body } = await api.call(globex, 'POST', `/v1/notifications/${await idOf()}/read`);
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 'not_found', detail: 'there is no such notification' });
  });

  test.each([
    ['notifications', 'limit=1'],
    ['integration-logs', 'limit=1'],
    ['integration-logs', 'limit=1&groupBy=cause'],
  ])('can not use a cursor of another tenant, of another list, or a forged one: %s?%s', async (list, query) => {
    const path = `/v1/${list}?${query}`;
    const cursor = (await api.call(acme, 'GET', path)).body.nextCursor as string;
    expect((await api.call(acme, 'GET', `${path}&cursor=${cursor}`)).status).toBe(200);
    const forged = `${cursor.slice(0, 2)}${cursor[2] === 'A' ? 'B' : 'A'}${cursor.slice(3)}`;
    const other = list === 'notifications' ? '/v1/integration-logs?limit=1' : '/v1/notifications?limit=1';
    for (const [who, url] of [
      [globex, `${path}&cursor=${cursor}`],
      [acme, `${path}&cursor=${forged}`],
      [acme, `${other}&cursor=${cursor}`],
    ] as const)
      expect(await api.call(who, 'GET', url)).toMatchObject({ status: 422, body: { code: 'invalid' } });
  });
});

describe('the edge', () => {
  test.each([
    ['GET', '/v1/notifications?limit=251', 422, 'query/limit'],
    ['GET', '/v1/notifications?kind=nonsense', 422, 'query/kind'],
    ['GET', '/v1/notifications?colour=red', 422, 'query/colour'],
    ['GET', '/v1/integration-logs?from=yesterday', 422, 'query/from'],
    ['PUT', '/v1/notification-settings', 422, '/emailEnabled'],
  ] as const)('%s %s is %d, naming %s', async (method, path, status, pointer) => {
    const answer = await api.call(acme, method, path, method === 'PUT' ? { kinds: [] } : undefined);
    expect(answer.status).toBe(status);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  test.each([
    ['auditor', 'PUT', '/v1/notification-settings', 403],
    ['developer', 'PUT', '/v1/notification-settings', 403],
    ['auditor', 'POST', '/v1/notifications/x/read', 403],
    ['producer', 'GET', '/v1/notifications', 403],
    ['producer', 'GET', '/v1/integration-logs', 403],
    ['auditor', 'GET', '/v1/integration-logs', 200],
  ] as const)('%s may %s %s: %d', async (role, method, path, status) => {
    const body = method === 'PUT' ? { emailEnabled: true, kinds: [] } : undefined;
    expect((await api.call({ ...acme, role }, method, path, body)).status).toBe(status);
  });

  test('is ready while the database is', async () => {
    expect((await api.call(acme, 'GET', '/health/ready')).body).toEqual({
      status: 'ok',
      checks: { 'notifier.database': 'ok' },
    });
  });
});
