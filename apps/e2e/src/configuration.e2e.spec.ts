import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

describe('saved is active', () => {
  test('an event accepted after the answer to a change is treated by it, 50 times out of 50', async () => {
    const receiver = await target.receiver();
    const webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver, { url: `${receiver.url}/v0` }));
    for (let i = 1; i <= 50; i++) {
      await tenant.admin.must('PATCH', `/v1/webhooks/${webhook.id}`, { url: `${receiver.url}/v${i}` });
      await tenant.producer.emit(type, data, { id: `saved-${i}` });
    }
    const requests = await receiver.waitFor(50);
    // An event may be sent by a later change than the last before it, never by an earlier one.
    const early = requests
      .map(
        (request) => [Number(request.path.slice(2)), Number(String(request.headers['x-event-id']).slice(6))] as const,
      )
      .filter(([version, event]) => version < event);
    expect(early).toEqual([]);
    expect(new Set(requests.map((request) => request.headers['x-event-id'])).size).toBe(50);
    await tenant.admin.must('DELETE', `/v1/webhooks/${webhook.id}`);
  });

  test('a new webhook takes the next event, a deleted one does not', async () => {
    const receiver = await target.receiver();
    const webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
    expect((await tenant.producer.emit(type, data)).body.deliveries).toBe(1);
    await receiver.waitFor(1);
    await tenant.admin.must('DELETE', `/v1/webhooks/${webhook.id}`);
    expect((await tenant.producer.emit(type, data)).body.deliveries).toBe(0);
    expect((await tenant.admin.get(`/v1/webhooks/${webhook.id}`)).status).toBe(404);
  });
});

describe('a pause', () => {
  test('holds what matches, and a resume sends it', async () => {
    const receiver = await target.receiver();
    const webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
    const paused = await tenant.developer.must('POST', `/v1/webhooks/${webhook.id}/pause`, {
      reason: 'maintenance window',
    });
    expect(paused).toMatchObject({ status: 'paused', revision: 2 });
    for (let i = 0; i < 5; i++) await tenant.producer.emit(type, data, { id: `held-${i}` });
    await eventually(async () => {
      const { data: rows } = await tenant.developer.must('GET', `/v1/deliveries?webhookId=${webhook.id}&status=held`);
      return rows.length === 5;
    });
    expect(receiver.received()).toBe(0);
    await tenant.developer.must('POST', `/v1/webhooks/${webhook.id}/resume`, {});
    const requests = await receiver.waitFor(5);
    expect(requests.map((request) => request.headers['x-event-id']).sort()).toEqual(
      Array.from({ length: 5 }, (_, i) => `held-${i}`),
    );
    await eventually(async () => {
      const { data: rows } = await tenant.developer.must(
        'GET',
        `/v1/deliveries?webhookId=${webhook.id}&status=success`,
      );
      return rows.length === 5;
    });
    await tenant.admin.must('DELETE', `/v1/webhooks/${webhook.id}`);
  });

  test('that ends in a deletion cancels what was held, and keeps the log', async () => {
    const receiver = await target.receiver();
    const webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
    await tenant.developer.must('POST', `/v1/webhooks/${webhook.id}/pause`, {});
    await tenant.producer.emit(type, data, { id: 'never sent' });
    await eventually(
      async () =>
        (await tenant.developer.must('GET', `/v1/deliveries?webhookId=${webhook.id}&status=held`)).data.length === 1,
    );
    await tenant.admin.must('DELETE', `/v1/webhooks/${webhook.id}`);
    await eventually(
      async () =>
        (await tenant.developer.must('GET', `/v1/deliveries?webhookId=${webhook.id}&status=cancelled`)).data.length ===
        1,
    );
    expect(receiver.received()).toBe(0);
  });
});

test('during a rotation both secrets sign, the new one first', async () => {
  const receiver = await target.receiver();
  const first = 'the first secret of 30 letters';
  const webhook = await tenant.admin.must(
    'POST',
    '/v1/webhooks',
    webhookOf(receiver, { secret: first.replaceAll(' ', '-') }),
  );
  const { secret, previousSecretExpiresAt } = await tenant.admin.must(
    'POST',
    `/v1/webhooks/${webhook.id}/rotate-secret`,
    { overlapSeconds: 600 },
  );
  expect(Date.parse(previousSecretExpiresAt)).toBeGreaterThan(Date.now() + 500_000);
  await tenant.producer.emit(type, data);
  const [request] = await receiver.waitFor(1);
  const hmac = (key: string | Buffer, encoding: 'hex' | 'base64', content: Buffer) =>
    createHmac('sha256', key).update(content).digest(encoding);
  const signed = Buffer.concat([
    Buffer.from(`${request!.headers['webhook-id']}.${request!.headers['webhook-timestamp']}.`),
    request!.body,
  ]);
  expect(request!.headers).toMatchObject({
    'x-signature': hmac(secret, 'hex', request!.body),
    'x-signature-previous': hmac(first.replaceAll(' ', '-'), 'hex', request!.body),
    'webhook-signature': `v1,${hmac(Buffer.from(secret.slice(6), 'base64'), 'base64', signed)} v1,${hmac(first.replaceAll(' ', '-'), 'base64', signed)}`,
  });
  expect((await tenant.admin.must('GET', `/v1/webhooks/${webhook.id}/secret`)).secret).toBe(secret);
  expect((await tenant.developer.get(`/v1/webhooks/${webhook.id}/secret`)).status).toBe(403);
  // Creation, rotation, the read, and the read that was refused.
  const history = await eventually(async () => {
    const { data: entries } = await tenant.auditor.must('GET', `/v1/webhooks/${webhook.id}/history`);
    return entries.length === 4 && entries;
  });
  expect(JSON.stringify(history)).not.toContain(secret);
  await tenant.admin.must('DELETE', `/v1/webhooks/${webhook.id}`);
});

test('the history tells who changed what and why, and as-of shows it as it was', async () => {
  const receiver = await target.receiver();
  const webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver, { name: 'Before' }));
  const stale = await tenant.developer.patch(
    `/v1/webhooks/${webhook.id}`,
    { name: 'After', reason: 'renamed' },
    { 'if-match': '"1"' },
  );
  expect(stale).toMatchObject({ status: 200, body: { name: 'After', revision: 2 } });
  expect(stale.headers.get('etag')).toBe('"2"');
  expect(
    (await tenant.developer.patch(`/v1/webhooks/${webhook.id}`, { name: 'Too late' }, { 'if-match': '"1"' })).status,
  ).toBe(412);
  const { data: history } = await tenant.auditor.must('GET', `/v1/webhooks/${webhook.id}/history`);
  const change = history.find((entry: { reason: string | null }) => entry.reason === 'renamed');
  expect(change).toMatchObject({
    changes: [{ field: 'name', before: 'Before', after: 'After' }],
    outcome: 'applied',
    actor: { kind: 'api_key', role: 'developer' },
  });
  expect(history.some((entry: { outcome: string }) => entry.outcome === 'refused')).toBe(true);
  const created = history.at(-1);
  expect((await tenant.auditor.must('GET', `/v1/webhooks/${webhook.id}?asOf=${created.position}`)).name).toBe('Before');
  await tenant.admin.must('DELETE', `/v1/webhooks/${webhook.id}`);
});
