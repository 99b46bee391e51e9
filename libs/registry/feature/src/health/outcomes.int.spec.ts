import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { topics, type OutcomeMessage } from '@arkan/contracts';
import { eventually } from '@arkan/testing';
import { follow, webhooksOf } from '../testing/harness';
import { autoPauseMs, createHealthFixture, failures, soon, type HealthFixture } from '../testing/health-fixture';

let fixture: HealthFixture;
beforeAll(async () => {
  fixture = await createHealthFixture();
});
afterAll(() => fixture?.close());

describe('the last delivery', () => {
  test('is the newest by time, whatever order it is told in', async () => {
    const { attempted, read } = await fixture.newWebhook();
    expect((await read()).lastDelivery).toBeNull();
    await attempted({ ok: true }, { ok: false, status: 503 });
    const newest = (await read()).lastDelivery;
    expect(newest).toEqual({
      deliveryId: fixture.lastDeliveryId(),
      at: new Date(fixture.clock.now()).toISOString(),
      status: 'retrying',
      httpStatus: 503,
    });
    await attempted({ ok: true, atMs: fixture.clock.now() - 60_000 });
    expect((await read()).lastDelivery).toEqual(newest);
  });
});

describe('a webhook', () => {
  test('fails by an exhausted delivery, recovers by a success, and both are told', async () => {
    const { id, attempted, read } = await fixture.newWebhook();
    await attempted({ exhausted: true });
    const since = new Date(fixture.clock.now()).toISOString();
    await soon(async () =>
      expect(await read()).toMatchObject({
        status: 'failing',
        statusReason: 'a delivery failed at its last attempt',
        revision: 1,
        lastDelivery: { status: 'failed' },
      }),
    );
    await attempted({ ok: true });
    await soon(async () => expect(await read()).toMatchObject({ status: 'active', statusReason: null, revision: 1 }));
    await soon(async () =>
      expect(await fixture.healthOf(id)).toMatchObject([
        {
          kind: 'webhook_failing',
          webhookName: 'Ledger',
          ownerEmail: 'owner@acme.example',
          failingSince: since,
          pausesAt: new Date(Date.parse(since) + autoPauseMs).toISOString(),
        },
        { kind: 'webhook_recovered', failingSince: since },
      ]),
    );
    expect(webhooksOf(await fixture.published.upToNow(), id).map((message) => message.status)).toEqual([
      'active',
      'failing',
      'active',
    ]);
  });

  test('fails by five failures in a row over several messages, and is told of once', async () => {
    const { id, attempted, read, types } = await fixture.newWebhook();
    await attempted(...failures(2), { ok: true }, ...failures(2));
    await attempted(...failures(2));
    expect((await read()).status).toBe('active');
    await attempted(...failures(1));
    await soon(async () => expect((await read()).status).toBe('failing'));
    await attempted(...failures(10));
    expect(await types()).toEqual(['WebhookFailing', 'WebhookCreated']);
    expect(await fixture.healthOf(id)).toHaveLength(1);
  });

  test('is counted once where a message comes again, and what follows from it is made up for', async () => {
    const { tenantId, id, read } = await fixture.newWebhook();
    const { append } = fixture.registry.deps.eventStore;
    fixture.registry.deps.eventStore.append = () =>
      Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
    const telling = fixture.tell(fixture.outcomeOf(tenantId, id, failures(5)));
    const count = async () => {
      const { rows } = await fixture.registry.database.pool.query(
        'select consecutive_failures as n from webhook_health where webhook_id = $1',
        [id],
      );
      return (rows[0] as { n: number }).n;
    };
    await eventually(async () => expect(await count()).toBe(5));
    fixture.registry.deps.eventStore.append = append;
    await telling;
    await soon(async () => expect((await read()).status).toBe('failing'));
    expect(await count()).toBe(5);
  });

  test('is paused by a 410, and starts anew when it is resumed', async () => {
    const { id, attempted, admin, read, types } = await fixture.newWebhook();
    await attempted(...failures(4), { status: 410, exhausted: true });
    await soon(async () =>
      expect(await read()).toMatchObject({
        status: 'paused',
        revision: 2,
        statusReason: expect.stringMatching(/410 Gone/),
      }),
    );
    expect((await fixture.healthOf(id)).map((message) => message.kind)).toEqual(['webhook_auto_paused']);
    const late = fixture.clock.now();
    fixture.clock.advance(1_000);
    await admin.post(`/v1/webhooks/${id}/resume`);
    await attempted({ atMs: late, status: 410, exhausted: true }, ...failures(4));
    expect(await types()).toEqual(['WebhookResumed', 'WebhookAutoPaused', 'WebhookCreated']);
    expect(await read()).toMatchObject({ status: 'active', revision: 3 });
  });

  test('stays paused when attempts are told late', async () => {
    const { id, attempted, admin, read, types } = await fixture.newWebhook();
    await admin.post(`/v1/webhooks/${id}/pause`);
    await attempted(...failures(6));
    await attempted({ ok: true });
    await fixture.registry.feature.sweep();
    expect(await read()).toMatchObject({ status: 'paused', revision: 2, lastDelivery: { status: 'success' } });
    expect(await types()).toEqual(['WebhookPaused', 'WebhookCreated']);
  });

  test('that is unknown, deleted or unreadable holds up no other', async () => {
    const { tenantId, id, read } = await fixture.newWebhook();
    const gone = await fixture.newWebhook();
    await gone.admin.delete(`/v1/webhooks/${gone.id}`);
    const dead = await follow(fixture.infrastructure.bus, topics.dead);
    await fixture.infrastructure.bus.publish([{ topic: topics.outcomes, key: id, value: Buffer.from('{"v":2}') }]);
    await fixture.tell(
      fixture.outcomeOf(tenantId, 'wh_unknown', failures(5)),
      fixture.outcomeOf(gone.tenantId, gone.id, failures(5)),
      fixture.outcomeOf(tenantId, id, failures(5)),
    );
    await soon(async () => expect((await read()).status).toBe('failing'));
    expect((await dead.upToNow()).map((message) => message.headers['dead-letter-topic'])).toEqual([topics.outcomes]);
    await dead.stop();
  });

  test.each([
    ['a time that is none', (outcome: OutcomeMessage) => ({ ...outcome, last: { ...outcome.last, atMs: 1e99 } })],
    ['an id that no table can hold', (outcome: OutcomeMessage) => ({ ...outcome, webhookId: 'wh_\u0000' })],
  ])('is not held up by an outcome with %s, which is parked once', async (_, spoil) => {
    const { tenantId, id, read } = await fixture.newWebhook();
    const dead = await follow(fixture.infrastructure.bus, topics.dead);
    const before = (await dead.upToNow()).length;
    await fixture.tell(
      fixture.outcomeOf(tenantId, id, failures(1)),
      spoil(fixture.outcomeOf(tenantId, id, failures(1))),
      fixture.outcomeOf(tenantId, id, failures(4)),
    );
    await soon(async () => expect((await read()).status).toBe('failing'));
    expect(await dead.upToNow()).toHaveLength(before + 1);
    await dead.stop();
  });
});
