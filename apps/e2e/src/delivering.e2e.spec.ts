import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@arkan/testing';
import { Webhook } from 'standardwebhooks';
import { startTarget, webhookOf, type Target, type Tenant } from './target';
import { exampleOf } from './events';

let target: Target;
let tenant: Tenant;
let workOrder: Record<string, unknown>;
beforeAll(async () => {
  target = await startTarget();
  tenant = await target.tenant();
  workOrder = await exampleOf(tenant.developer);
});
afterAll(() => target?.stop());

describe('from an event to a receiver', () => {
  test('a page of the log says how far down it was searched, where more is below', async () => {
    const receiver = await target.receiver();
    const webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver, { name: 'Paged' }));
    for (const id of ['paged 1', 'paged 2'])
      await tenant.producer.emit('maintenance.work_order.created', workOrder, { id });
    await receiver.waitFor(2);
    const page = (cursor: string) =>
      tenant.developer.must('GET', `/v1/deliveries?webhookId=${webhook.id}&limit=1${cursor}`);
    const first = await page('');
    expect(first.lookedBackTo).toBe(first.data[0].createdAt);
    const last = await page(`&cursor=${encodeURIComponent(first.nextCursor)}`);
    expect(last).toMatchObject({ data: [{ webhookId: webhook.id }], nextCursor: null, lookedBackTo: null });
    await tenant.admin.must('DELETE', `/v1/webhooks/${webhook.id}`);
  });

  test('an event is matched, signed, POSTed, and stands in the log', async () => {
    const receiver = await target.receiver();
    const webhook = await tenant.admin.must(
      'POST',
      '/v1/webhooks',
      webhookOf(receiver, { customHeaders: { 'X-Team': 'north', 'X-Api-Key': 'k-123456' } }),
    );
    const emitted = await tenant.producer.emit('maintenance.work_order.created', workOrder, { id: 'thin line' });
    expect(emitted).toMatchObject({ status: 202, body: { id: 'thin line', duplicate: false, deliveries: 1 } });

    const [request] = await receiver.waitFor(1);
    const body = request!.body.toString('utf8');
    expect(JSON.parse(body)).toEqual({
      id: 'thin line',
      type: 'maintenance.work_order.created',
      timestamp: expect.any(String),
      tenantId: tenant.id,
      data: workOrder,
    });
    expect(request).toMatchObject({ method: 'POST', path: '/hook' });
    expect(request!.headers).toMatchObject({
      'x-signature': createHmac('sha256', webhook.secret as string)
        .update(request!.body)
        .digest('hex'),
      'x-event-type': 'maintenance.work_order.created',
      'x-event-id': 'thin line',
      'x-delivery-attempt': '1',
      'x-team': 'north',
      'x-api-key': 'k-123456',
    });
    expect(new Webhook(webhook.secret as string).verify(body, request!.headers as Record<string, string>)).toBeTruthy();

    const row = await eventually(async () => {
      const { data } = await tenant.developer.must('GET', `/v1/deliveries?webhookId=${webhook.id}`);
      return data[0]?.status === 'success' && data[0];
    });
    expect(row).toMatchObject({
      id: request!.headers['x-delivery-id'],
      tenantId: tenant.id,
      webhookId: webhook.id,
      webhookName: 'Ledger',
      eventId: 'thin line',
      httpStatus: 200,
      attemptCount: 1,
      nextRetryAt: null,
      configRevision: 1,
      isTest: false,
    });
    const { attempts } = await tenant.developer.must('GET', `/v1/deliveries/${row.id}`);
    expect(attempts).toHaveLength(1);
    expect(attempts[0]).toMatchObject({
      number: 1,
      trigger: 'automatic',
      outcome: 'success',
      request: {
        url: `${receiver.url}/hook`,
        method: 'POST',
        body,
        headers: expect.objectContaining({ 'X-Team': 'north' }),
      },
      response: { status: 200, bodyTruncated: false },
      remoteAddress: '127.0.0.1',
      error: null,
      configRevision: 1,
    });
    expect(JSON.stringify(attempts)).not.toContain('k-123456');
    const seen = await eventually(async () => {
      const read = await tenant.developer.must('GET', `/v1/webhooks/${webhook.id}`);
      return read.lastDelivery !== null && read;
    });
    expect(seen.lastDelivery).toMatchObject({ deliveryId: row.id, status: 'success', httpStatus: 200 });
    expect(seen.customHeaders).toEqual({ 'X-Team': 'north', 'X-Api-Key': '***' });
    await tenant.admin.must('DELETE', `/v1/webhooks/${webhook.id}`);
  });

  test('an event that comes again is answered as a duplicate and delivers nothing', async () => {
    const receiver = await target.receiver();
    const webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        tenant.producer.emit('maintenance.work_order.created', workOrder, { id: 'twenty times' }),
      ),
    );
    expect(answers.filter((answer) => answer.body.duplicate === false)).toHaveLength(1);
    expect(answers.every((answer) => answer.status === 202)).toBe(true);
    // An event after it shows that nothing more was on its way.
    await tenant.producer.emit('maintenance.work_order.created', workOrder, { id: 'after' });
    const requests = await receiver.waitFor((all) => all.some((request) => request.headers['x-event-id'] === 'after'));
    expect(requests.filter((request) => request.headers['x-event-id'] === 'twenty times')).toHaveLength(1);
    await tenant.admin.must('DELETE', `/v1/webhooks/${webhook.id}`);
  });

  test('each attempt has the same bytes and the same webhook-id, and a Retry-After is honoured', async () => {
    const receiver = await target.receiver({
      answer: (_, index) =>
        index === 0
          ? { status: 503 }
          : index === 1
            ? { status: 429, headers: { 'retry-after': '1' } }
            : { status: 200 },
    });
    const webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
    await tenant.producer.emit('maintenance.work_order.created', workOrder, { id: 'third time lucky' });
    const requests = await receiver.waitFor(3);
    expect(new Set(requests.map((request) => request.body.toString('hex'))).size).toBe(1);
    expect(new Set(requests.map((request) => request.headers['webhook-id'])).size).toBe(1);
    expect(requests.map((request) => request.headers['x-delivery-attempt'])).toEqual(['1', '2', '3']);
    expect(requests[2]!.at - requests[1]!.at).toBeGreaterThanOrEqual(990);
    const detail = await eventually(async () => {
      const { data } = await tenant.developer.must('GET', `/v1/deliveries?webhookId=${webhook.id}&status=success`);
      return data.length === 1 && tenant.developer.must('GET', `/v1/deliveries/${data[0].id}`);
    });
    expect(detail.attempts.map((attempt: { outcome: string }) => attempt.outcome)).toEqual([
      'http_error',
      'http_error',
      'success',
    ]);
    await tenant.admin.must('DELETE', `/v1/webhooks/${webhook.id}`);
  });

  test('a test event goes the real way, is marked, and is answered with its delivery', async () => {
    const receiver = await target.receiver();
    const webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
    const plain = await tenant.developer.must('POST', `/v1/webhooks/${webhook.id}/test`, {});
    const shaped = await tenant.developer.must('POST', `/v1/webhooks/${webhook.id}/test`, {
      eventType: 'leasing.lease.renewed',
    });
    const requests = await receiver.waitFor(2);
    expect(new Set(requests.map((request) => request.headers['x-delivery-id']))).toEqual(
      new Set([plain.deliveryId, shaped.deliveryId]),
    );
    expect(requests.map((request) => request.headers['x-event-type']).sort()).toEqual([
      'leasing.lease.renewed',
      'webhook.test',
    ]);
    const delivery = await tenant.developer.must('GET', `/v1/deliveries/${plain.deliveryId}`);
    expect(delivery).toMatchObject({ isTest: true, eventType: 'webhook.test' });
    await tenant.admin.must('DELETE', `/v1/webhooks/${webhook.id}`);
  });
});
