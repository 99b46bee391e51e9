import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { topics } from '@arkan/contracts';
import { BusUnavailableError, EventStoreUnavailableError, type EventStore, type MessageBus } from '@arkan/ports';
import type { TestInfrastructure } from '@arkan/testing';
import {
  createRegistryInfrastructure,
  follow,
  newTenant,
  startRegistry,
  webhookBody,
  webhooksOf,
  type RegistryProcess,
} from './testing/harness';

let infrastructure: TestInfrastructure;
let published: Awaited<ReturnType<typeof follow>>;
let registry: RegistryProcess;
const faults = { bus: false, answerOfAppend: false, append: false };
const headers = { 'idempotency-key': 'once' };

beforeAll(async () => {
  infrastructure = await createRegistryInfrastructure();
  published = await follow(infrastructure.bus, topics.webhooks);
  registry = await startRegistry(infrastructure, {
    bus: breakable(infrastructure.bus),
    eventStore: forgetful(infrastructure.eventStore),
    spreadMaxMs: 200,
  });
});
afterAll(async () => {
  await published?.stop();
  await registry?.stop();
  await infrastructure?.close();
});

/** Takes no webhooks while it is broken. */
const breakable = (bus: MessageBus): MessageBus =>
  overriding(bus, {
    publish: async (messages) => {
      if (faults.bus && messages.some(({ topic }) => topic === topics.webhooks))
        throw new BusUnavailableError('the bus is cut off');
      await bus.publish(messages);
    },
  });

/** Loses the answer of an append to a webhook's stream, or the append itself. */
const forgetful = (store: EventStore): EventStore =>
  overriding(store, {
    append: async (streamId, events, expected) => {
      const isWebhook = streamId.startsWith('webhook-');
      if (isWebhook && faults.append) throw new EventStoreUnavailableError('it was lost on the way');
      const appended = await store.append(streamId, events, expected);
      if (isWebhook && faults.answerOfAppend) throw new EventStoreUnavailableError('the answer was lost');
      return appended;
    },
  });

const overriding = <T extends object>(target: T, methods: Partial<T>): T =>
  new Proxy(target, {
    get(of, name) {
      const found = Reflect.get(Object.hasOwn(methods, name) ? methods : of, name) as unknown;
      return typeof found === 'function' ? (found.bind(of) as unknown) : found;
    },
  });

async function createdOf(tenantId: string): Promise<number> {
  const { rows } = await registry.database.pool.query<{ count: number }>(
    `select count(*)::int as count from history where tenant_id = $1 and type = 'WebhookCreated'`,
    [tenantId],
  );
  return rows[0]!.count;
}

describe('a creation that is repeated under its Idempotency-Key', () => {
  test('after it was saved and not yet known everywhere makes no second webhook, and answers when it is', async () => {
    const { admin } = await newTenant(registry.url, 'unspread');
    faults.bus = true;
    const create = () => admin.post('/v1/webhooks', webhookBody(), headers);
    for (const answer of [await create(), await create()])
      expect(answer).toMatchObject({
        status: 503,
        body: { detail: expect.stringMatching(/saved, but not yet known/) },
      });
    faults.bus = false;
    let made = await create();
    // The publisher comes back after a pause of its own; until then the answer is the same.
    while (made.status === 503) made = await create();
    expect(made).toMatchObject({ status: 201, headers: { etag: '"1"' }, body: { revision: 1, name: 'Ledger' } });
    expect(webhooksOf(await published.upToNow(), made.body.id)).toHaveLength(1);
    expect((await admin.get('/v1/webhooks')).body.data).toHaveLength(1);
    expect(await createdOf('unspread')).toBe(1);
    expect((await admin.get(`/v1/webhooks/${made.body.id}/secret`)).body.secret).toBe(made.body.secret);
    expect(await create()).toMatchObject({ status: 201, body: made.body, headers: { 'idempotent-replayed': 'true' } });
  });

  test.each([
    { what: 'the answer of the store was lost', fault: 'answerOfAppend', tenantId: 'unheard' },
    { what: 'the store did not take it', fault: 'append', tenantId: 'untaken' },
  ] as const)('after $what makes one webhook, with a secret that can be read', async ({ fault, tenantId }) => {
    const { admin } = await newTenant(registry.url, tenantId);
    const body = webhookBody({ customHeaders: { 'x-token': 'open sesame' } });
    faults[fault] = true;
    expect((await admin.post('/v1/webhooks', body, headers)).status).toBe(503);
    faults[fault] = false;
    const made = await admin.post('/v1/webhooks', body, headers);
    expect(made.status).toBe(201);
    expect(made.headers['idempotent-replayed']).toBeUndefined();
    expect((await admin.get(`/v1/webhooks/${made.body.id}/secret`)).body.secret).toBe(made.body.secret);
    expect((await admin.get('/v1/webhooks')).body.data).toHaveLength(1);
    expect(await createdOf(tenantId)).toBe(1);
  });

  test('in doubt holds its key for that request alone', async () => {
    const { admin } = await newTenant(registry.url, 'other-body');
    faults.append = true;
    expect((await admin.post('/v1/webhooks', webhookBody(), headers)).status).toBe(503);
    faults.append = false;
    expect(await admin.post('/v1/webhooks', webhookBody({ name: 'Other' }), headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    });
    expect((await admin.post('/v1/webhooks', webhookBody(), headers)).status).toBe(201);
  });

  test('after its webhook was deleted is told so, and makes none', async () => {
    const { admin } = await newTenant(registry.url, 'gone');
    faults.answerOfAppend = true;
    await admin.post('/v1/webhooks', webhookBody(), headers);
    faults.answerOfAppend = false;
    let listed = await admin.get('/v1/webhooks');
    while (listed.body.data.length === 0) listed = await admin.get('/v1/webhooks');
    expect((await admin.delete(`/v1/webhooks/${listed.body.data[0].id}`)).status).toBe(204);
    expect(await admin.post('/v1/webhooks', webhookBody(), headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict', detail: expect.stringMatching(/is deleted; take a new key/) },
    });
    expect((await admin.get('/v1/webhooks')).body.data).toEqual([]);
  });

  test('of a process that died is found by the next one, when the claim has run out', async () => {
    const { admin } = await newTenant(registry.url, 'died');
    faults.answerOfAppend = true;
    await admin.post('/v1/webhooks', webhookBody(), headers);
    faults.answerOfAppend = false;
    const { pool } = registry.database;
    // As it stands where the process died before it could say that the outcome is in doubt.
    await pool.query(`update idempotency set claimed_at = now() - interval '119 s' where owner = 'died'`);
    expect(await admin.post('/v1/webhooks', webhookBody(), headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_in_progress' },
    });
    await pool.query(`update idempotency set claimed_at = now() - interval '120 s' where owner = 'died'`);
    expect((await admin.post('/v1/webhooks', webhookBody(), headers)).status).toBe(201);
    expect(await createdOf('died')).toBe(1);
  });
});
