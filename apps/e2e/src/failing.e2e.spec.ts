import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@arkan/testing';
import { exampleOf } from './events';
import { startTarget, webhookOf, type Target, type Tenant } from './target';

const type = 'maintenance.work_order.created';
let target: Target;
let tenant: Tenant;
let data: Record<string, unknown>;
beforeAll(async () => {
  target = await startTarget();
  tenant = await target.tenant();
  data = await exampleOf(tenant.developer);
});
afterAll(() => target?.stop());

const statusOf = async (id: string) => (await tenant.admin.must('GET', `/v1/webhooks/${id}`)).status;
const only = async (id: string, status: string) =>
  eventually(
    async () =>
      (await tenant.developer.must('GET', `/v1/deliveries?webhookId=${id}&status=${status}`)).data[0] ?? false,
  );

test('an exhausted delivery fails, its webhook is failing, its owner is told once, and a resend brings both back', async () => {
  const receiver = await target.receiver({ answer: { status: 500, body: 'broken' } });
  const webhook = await tenant.admin.must(
    'POST',
    '/v1/webhooks',
    webhookOf(receiver, { name: 'Broken desk', retryCount: 1, ownerEmail: 'once@acme.example' }),
  );
  await tenant.producer.emit(type, data);
  const failed = await only(webhook.id, 'failed');
  expect(failed).toMatchObject({ attemptCount: 2, httpStatus: 500 });
  await eventually(async () => (await statusOf(webhook.id)) === 'failing');
  const mails = await target.mail.waitFor((all) => all.some((mail) => mail.to.includes('once@acme.example')), 20_000);
  expect(mails.filter((mail) => mail.to.includes('once@acme.example'))).toHaveLength(1);
  expect(mails.find((mail) => mail.to.includes('once@acme.example'))!.raw).toContain('Broken desk');
  const { data: notices } = await tenant.developer.must('GET', `/v1/notifications?webhookId=${webhook.id}`);
  expect(notices.length).toBeGreaterThanOrEqual(1);
  const { data: causes } = await tenant.developer.must(
    'GET',
    `/v1/integration-logs?webhookId=${webhook.id}&groupBy=cause`,
  );
  expect(causes).toEqual(
    expect.arrayContaining([expect.objectContaining({ cause: expect.objectContaining({ count: 2 }) })]),
  );

  receiver.answer({ status: 204 });
  expect((await tenant.developer.post(`/v1/deliveries/${failed.id}/retry`)).status).toBe(202);
  await only(webhook.id, 'success');
  const { attempts } = await tenant.developer.must('GET', `/v1/deliveries/${failed.id}`);
  expect(attempts.map((attempt: { trigger: string; outcome: string }) => [attempt.trigger, attempt.outcome])).toEqual([
    ['automatic', 'http_error'],
    ['automatic', 'http_error'],
    ['manual', 'success'],
  ]);
  expect(new Set(receiver.requests.map((request) => request.headers['webhook-id'])).size).toBe(1);
  await eventually(async () => (await statusOf(webhook.id)) === 'active');
});

test('a 410 pauses the webhook, and what comes after is held', async () => {
  const receiver = await target.receiver({ answer: { status: 410 } });
  const webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver, { name: 'Gone' }));
  await tenant.producer.emit(type, data);
  await eventually(async () => (await statusOf(webhook.id)) === 'paused');
  await tenant.producer.emit(type, data, { id: 'after gone' });
  await only(webhook.id, 'held');
  expect(receiver.received()).toBe(1);
});

test.each([
  [
    'a redirect',
    { status: 302, headers: { location: 'https://127.0.0.1/' } },
    { outcome: 'http_error', response: { status: 302 } },
  ],
  ['a dropped connection', 'drop', { outcome: 'connect_error', response: null }],
  [
    'a large answer',
    { status: 500, body: 'x'.repeat(20_000) },
    { outcome: 'http_error', response: { bodyTruncated: true, body: 'x'.repeat(16_384) } },
  ],
  ['an answer that never comes', 'hang', { outcome: 'timeout', response: null }],
] as const)('%s is a failure, and the log shows what came back', async (_, answer, attempt) => {
  const receiver = await target.receiver({ answer });
  const webhook = await tenant.admin.must(
    'POST',
    '/v1/webhooks',
    webhookOf(receiver, { retryCount: 0, timeoutMs: 1_000 }),
  );
  await tenant.producer.emit(type, data);
  const delivery = await only(webhook.id, 'failed');
  const { attempts } = await tenant.developer.must('GET', `/v1/deliveries/${delivery.id}`);
  expect(attempts).toHaveLength(1);
  expect(attempts[0]).toMatchObject(attempt);
  expect(attempts[0].error).toEqual(expect.any(String));
  await tenant.admin.must('DELETE', `/v1/webhooks/${webhook.id}`);
});

test('receivers that never answer, of the same tenant and of another, hold up nobody', async () => {
  const other = await target.tenant();
  const dead = await target.receiver({ answer: 'hang' });
  const alive = await target.receiver();
  for (const one of [tenant, other])
    await one.admin.must('POST', '/v1/webhooks', webhookOf(dead, { name: 'Dead', timeoutMs: 30_000 }));
  const quick = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(alive, { name: 'Quick' }));
  const batch = (prefix: string) =>
    JSON.stringify(
      Array.from({ length: 500 }, (_, i) => ({ specversion: '1.0', id: `${prefix}-${i}`, source: '/e2e', type, data })),
    );
  for (let i = 0; i < 4; i++) {
    const answered = await other.producer.post('/v1/events', batch(`other-${i}`), {
      'content-type': 'application/cloudevents-batch+json',
    });
    expect(answered.status).toBe(202);
  }
  expect(
    (await tenant.producer.post('/v1/events', batch('own'), { 'content-type': 'application/cloudevents-batch+json' }))
      .status,
  ).toBe(202);
  // The dead receivers answer to nothing for 30 s: whatever arrives before that did not wait for them.
  const requests = await alive.waitFor(500, 25_000);
  expect(new Set(requests.map((request) => request.headers['x-event-id'])).size).toBe(500);
  expect(await statusOf(quick.id)).toBe('active');
});
