import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@arkan/testing';
import { exampleOf } from './events';
import { startTarget, webhookOf, type Target, type Tenant } from './target';

const type = 'maintenance.work_order.created';
let target: Target;
let tenant: Tenant;
let stranger: Tenant;
let webhook: Record<string, string>;
let delivery: Record<string, string>;
beforeAll(async () => {
  target = await startTarget();
  [tenant, stranger] = [await target.tenant(), await target.tenant()];
  const receiver = await target.receiver();
  webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
  await tenant.producer.emit(type, await exampleOf(tenant.developer), { id: 'mine' });
  delivery = await eventually(async () => (await tenant.admin.must('GET', '/v1/deliveries')).data[0] ?? false);
});
afterAll(() => target?.stop());

describe('another tenant', () => {
  const calls = (): [string, string, unknown?][] => [
    ['GET', `/v1/webhooks/${webhook.id}`],
    ['PATCH', `/v1/webhooks/${webhook.id}`, { name: 'stolen' }],
    ['DELETE', `/v1/webhooks/${webhook.id}`],
    ['POST', `/v1/webhooks/${webhook.id}/pause`, {}],
    ['POST', `/v1/webhooks/${webhook.id}/resume`, {}],
    ['POST', `/v1/webhooks/${webhook.id}/test`, {}],
    ['POST', `/v1/webhooks/${webhook.id}/rotate-secret`, {}],
    ['GET', `/v1/webhooks/${webhook.id}/secret`],
    ['GET', `/v1/webhooks/${webhook.id}/history`],
    ['GET', `/v1/deliveries/${delivery.id}`],
    ['POST', `/v1/deliveries/${delivery.id}/retry`, {}],
    ['GET', '/v1/events/mine'],
  ];

  test('is answered for an object of ours exactly as for one that does not exist', async () => {
    for (const [method, path, body] of calls()) {
      const there = await stranger.admin.call(method, path, body);
      const nowhere = await stranger.admin.call(
        method,
        path.replace(/[0-9a-f]{32}/, '0'.repeat(31) + '1').replace('/mine', '/nobodys'),
        body,
      );
      expect([method, path, there.status]).toEqual([method, path, 404]);
      expect({ ...there.body, instance: '' }).toEqual({ ...nowhere.body, instance: '' });
    }
  });

  test.each([
    '/v1/webhooks',
    '/v1/deliveries',
    '/v1/events',
    '/v1/notifications',
    '/v1/integration-logs',
    '/v1/audit/events',
    '/v1/stats/webhooks',
  ])('sees nothing of ours in %s', async (path) => {
    const { data } = await stranger.admin.must('GET', path);
    expect(JSON.stringify(data)).not.toContain(webhook.id);
    expect(JSON.stringify(data)).not.toContain(tenant.id);
  });

  test('can not be named by a header, nor emit in our name', async () => {
    expect((await stranger.admin.get('/v1/webhooks', { 'x-tenant-id': tenant.id })).status).toBe(403);
    expect((await stranger.producer.emit(type, {}, { tenantid: tenant.id })).status).toBe(403);
  });
});

describe('credentials', () => {
  test.each([null, 'nonsense', `ak_${'x'.repeat(43)}`])('%p is answered 401', async (key) => {
    const reply = await target.operator.as(key).get('/v1/webhooks');
    expect(reply).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
  });

  test('a role that is too low is answered 403', async () => {
    expect((await tenant.auditor.patch(`/v1/webhooks/${webhook.id}`, { name: 'x' })).status).toBe(403);
    expect((await tenant.producer.get('/v1/webhooks')).status).toBe(403);
    expect((await tenant.developer.emit(type, {})).status).toBe(403);
    expect((await tenant.admin.post('/v1/tenants', { name: 'x' })).status).toBe(403);
  });

  test('a revoked key is refused by every service from the answer on', async () => {
    const { id, key } = await tenant.admin.must('POST', '/v1/api-keys', { name: 'short-lived', role: 'developer' });
    const holder = target.operator.as(key as string);
    const paths = ['/v1/webhooks', '/v1/deliveries', '/v1/event-types', '/v1/notifications'];
    for (const path of paths) expect((await holder.get(path)).status).toBe(200);
    expect((await tenant.admin.delete(`/v1/api-keys/${id}`)).status).toBe(204);
    for (const path of paths) expect((await holder.get(path)).status).toBe(401);
  });
});
