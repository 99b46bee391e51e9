import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeDeliveryMessage, topics } from '@arkan/contracts';
import { toPublicId } from '@arkan/kernel';
import type { TestInfrastructure } from '@arkan/testing';
import {
  createRegistryInfrastructure,
  eventTypeOf,
  follow,
  newTenant,
  startRegistry,
  webhookBody,
  type RegistryProcess,
} from './testing/harness';

let infrastructure: TestInfrastructure;
let registry: RegistryProcess;
let deliveries: Awaited<ReturnType<typeof follow>>;

beforeAll(async () => {
  infrastructure = await createRegistryInfrastructure();
  registry = await startRegistry(infrastructure);
  deliveries = await follow(infrastructure.bus, topics.deliveries);
});
afterAll(async () => {
  await deliveries?.stop();
  await registry?.stop();
  await infrastructure?.close();
});

describe('a test event', () => {
  test.each([
    { eventType: undefined, type: 'webhook.test' },
    { eventType: 'webhook.test', type: 'webhook.test' },
    { eventType: 'warranty.claim.submitted', type: 'warranty.claim.submitted' },
  ])('of type $eventType is on its way, marked, when its delivery id is answered', async ({ eventType, type }) => {
    const tenantId = `test-${eventType ?? 'none'}`;
    const { admin } = await newTenant(registry.url, tenantId);
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    const answer = await admin.post(`/v1/webhooks/${id}/test`, eventType === undefined ? undefined : { eventType });
    expect(answer.status).toBe(202);
    const sent = (await deliveries.upToNow()).at(-1)!;
    const { meta, deliveries: to, body } = decodeDeliveryMessage(sent.value, sent.headers);
    expect(sent.key).toBe(tenantId);
    expect(meta).toMatchObject({ tenantId, type, isTest: true });
    expect(to).toEqual([[expect.any(String), id]]);
    expect(answer.body).toEqual({ deliveryId: toPublicId('dlv', to[0]![0]) });
    const event = JSON.parse(body.toString()) as { data: object };
    expect(event).toMatchObject({ id: meta.eventId, type, tenantId, timestamp: '2026-01-01T00:00:00.000Z' });
    if (type === 'webhook.test') expect(event.data).toMatchObject({ webhookId: id, webhookName: 'Ledger' });
    else expect(event.data).toEqual({ leaseId: 'L-1' });
  });

  test('takes data of its own for a type, that fit its schema', async () => {
    await infrastructure.bus.publish([
      eventTypeOf('leasing.lease.drafted', null, {
        type: 'object',
        required: ['leaseId'],
        properties: { leaseId: { type: 'string' }, rent: { type: 'number', minimum: 0 } },
      }),
    ]);
    const { admin } = await newTenant(registry.url, 'test-data');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    const send = (body: object) => admin.post(`/v1/webhooks/${id}/test`, body);
    const eventType = 'leasing.lease.drafted';
    expect((await send({ eventType, data: { leaseId: 'L-7', rent: 900 } })).status).toBe(202);
    const sent = (await deliveries.upToNow()).at(-1)!;
    const event = JSON.parse(decodeDeliveryMessage(sent.value, sent.headers).body.toString()) as { data: object };
    expect(event.data).toEqual({ leaseId: 'L-7', rent: 900 });

    const count = (await deliveries.upToNow()).length;
    const refusals: [object, number, string, string[]][] = [
      [{ eventType, data: { rent: -1 } }, 422, 'invalid', ['/data/leaseId missing', '/data/rent minimum']],
      [{ eventType, data: [1] }, 422, 'invalid', ['/data invalid_type']],
      [{ data: { leaseId: 'L-7' } }, 422, 'invalid', ['/data custom']],
      [{ eventType: 'webhook.test', data: {} }, 422, 'invalid', ['/data custom']],
      [{ eventType, data: { leaseId: 'x'.repeat(262_144) } }, 413, 'data_too_large', ['/data too_big']],
    ];
    for (const [body, status, code, errors] of refusals) {
      const refused = await send(body);
      expect(refused).toMatchObject({ status, body: { code } });
      const told = refused.body.errors.map(
        (error: { pointer: string; code: string }) => `${error.pointer} ${error.code}`,
      );
      expect(told.sort()).toEqual(errors);
    }
    expect((await deliveries.upToNow()).length).toBe(count);
  });

  test('is refused for a type that is not in the catalog, and while the webhook is paused', async () => {
    const { admin } = await newTenant(registry.url, 'test-refused');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    const sentBefore = (await deliveries.upToNow()).length;
    expect(await admin.post(`/v1/webhooks/${id}/test`, { eventType: 'leasing.lease.melted' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/eventType', code: 'unknown_event_type' }] },
    });
    await admin.post(`/v1/webhooks/${id}/pause`);
    const paused = await admin.post(`/v1/webhooks/${id}/test`);
    expect(paused).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
    expect(paused.body.detail).toMatch(/paused.*resume/);
    expect((await deliveries.upToNow()).length).toBe(sentBefore);
  });
});
