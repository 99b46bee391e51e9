import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@arkan/testing';
import { exampleOf } from './events';
import { startTarget, webhookOf, type Target, type Tenant } from './target';

const type = 'maintenance.work_order.created';
let target: Target;
let tenant: Tenant;
let data: Record<string, unknown>;
beforeAll(async () => {
  target = await startTarget({ LOG_LEVEL: 'info' });
  tenant = await target.tenant();
  data = await exampleOf(tenant.developer);
});
afterAll(() => target?.stop());

interface Row {
  id: string;
  eventId: string;
  status: string;
  attemptCount: number;
}

async function wholeLog(query: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await tenant.developer.must(
      'GET',
      `/v1/deliveries?limit=250&${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    rows.push(...page.data);
    cursor = page.nextCursor;
  }
  return rows;
}

const emitMany = async (count: number, prefix: string) => {
  const events = Array.from({ length: count }, (_, i) => ({
    specversion: '1.0',
    id: `${prefix}-${i}`,
    source: '/e2e',
    type,
    data,
  }));
  const reply = await tenant.producer.post('/v1/events', JSON.stringify(events), {
    'content-type': 'application/cloudevents-batch+json',
  });
  expect(reply.status).toBe(202);
};

test('kill -9 in the middle of 300 deliveries in flight loses none, and repeats each at most once', async () => {
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const receiver = await target.receiver({ answer: () => ({ status: 200, after: gate }) });
  const webhooks = [];
  for (let i = 0; i < 6; i++)
    webhooks.push(
      await tenant.admin.must(
        'POST',
        '/v1/webhooks',
        webhookOf(receiver, { name: `W${i}`, url: `${receiver.url}/w${i}`, timeoutMs: 30_000 }),
      ),
    );
  await emitMany(50, 'crash');
  // Some are at the receiver, some in memory, some maybe not even taken from the bus.
  await receiver.waitFor(30);
  await target.kill();
  letGo();
  await target.restart();
  const done = await eventually(
    async () => {
      const rows = await wholeLog('eventType=' + type);
      return rows.length === 300 && rows.every((row) => row.status === 'success') && rows;
    },
    { timeoutMs: 60_000, what: '300 deliveries succeed after the crash' },
  );
  const times = new Map<string, number>();
  for (const request of receiver.requests) {
    const id = String(request.headers['webhook-id']);
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  expect(times.size).toBe(300);
  expect([...times.values()].filter((count) => count > 2)).toEqual([]);
  // One attempt row for each request sent; those whose result the crash hid are unknown.
  for (const row of done.filter((one) => one.attemptCount > 1).slice(0, 20)) {
    const { attempts } = await tenant.developer.must('GET', `/v1/deliveries/${row.id}`);
    expect(attempts.map((attempt: { outcome: string }) => attempt.outcome)).toEqual(['unknown', 'success']);
  }
  for (const webhook of webhooks) await tenant.admin.must('DELETE', `/v1/webhooks/${webhook.id}`);
}, 120_000);

test('a stop in the middle drains: no attempt is unknown, and the rest is sent after the next start', async () => {
  let slow = true;
  const receiver = await target.receiver({
    answer: async () =>
      slow ? { status: 200, drip: { bytes: 1, everyMs: 40 }, body: 'x'.repeat(10) } : { status: 200 },
  });
  const webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
  await emitMany(200, 'drain');
  await receiver.waitFor(10);
  expect(new Set(await target.halt())).toEqual(new Set([0]));
  slow = false;
  await target.restart();
  const rows = await eventually(
    async () => {
      const all = await wholeLog(`webhookId=${webhook.id}`);
      return all.length === 200 && all.every((row) => row.status === 'success') && all;
    },
    { timeoutMs: 60_000, what: '200 deliveries succeed after the stop' },
  );
  expect(rows.every((row) => row.attemptCount === 1)).toBe(true);
  expect(receiver.received()).toBe(200);
  for (const app of target.processes) expect(app.output()).not.toMatch(/"level":(50|60)/);
}, 120_000);
