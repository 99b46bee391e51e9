import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { topics } from '@arkan/contracts';
import { ManualClock } from '@arkan/kernel';
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

const startMs = Date.UTC(2026, 0, 1);
let infrastructure: TestInfrastructure;
let registry: RegistryProcess;
let clock: ManualClock;
let published: Awaited<ReturnType<typeof follow>>;

beforeAll(async () => {
  infrastructure = await createRegistryInfrastructure();
  clock = new ManualClock(startMs);
  registry = await startRegistry(infrastructure, { clock });
  published = await follow(infrastructure.bus, topics.webhooks);
});
afterAll(async () => {
  await published?.stop();
  await registry?.stop();
  await infrastructure?.close();
});

describe('the life of a webhook', () => {
  test('from its creation to its deletion, each answer already true for others', async () => {
    const { admin } = await newTenant(registry.url, 'life');
    const told = async (id: string) => webhooksOf(await published.upToNow(), id).at(-1);

    const created = await admin.post('/v1/webhooks', webhookBody({ customHeaders: { 'X-Team': 'books' } }));
    expect(created.status).toBe(201);
    const { id, secret } = created.body;
    expect(created.headers).toMatchObject({ etag: '"1"', location: `/v1/webhooks/${id}` });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await told(id)).toMatchObject({ status: 'active', revision: 1, tenantId: 'life' });
    const { secret: _, ...shown } = created.body;
    expect(shown).toMatchObject({
      description: '',
      retryCount: 5,
      timeoutMs: 10_000,
      status: 'active',
      lastDelivery: null,
      createdAt: '2026-01-01T00:00:00.000Z',
    });

    const read = await admin.get(`/v1/webhooks/${id}`);
    expect(read.body).toEqual(shown);
    expect(read.headers.etag).toBe('"1"');
    expect((await admin.get('/v1/webhooks')).body).toEqual({ data: [shown], nextCursor: null });

    clock.advance(1_000);
    const patched = await admin.patch(
      `/v1/webhooks/${id}`,
      { name: 'Books', reason: 'a better name' },
      { 'if-match': '"1"' },
    );
    expect(patched).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(patched.body).toEqual({ ...shown, name: 'Books', revision: 2, updatedAt: '2026-01-01T00:00:01.000Z' });
    expect(await told(id)).toMatchObject({ name: 'Books', revision: 2 });

    const stale = await admin.patch(`/v1/webhooks/${id}`, { name: 'Other' }, { 'if-match': '"1"' });
    expect(stale).toMatchObject({ status: 412, body: { code: 'revision_mismatch' } });
    expect(stale.body.detail).toMatch(/revision 1.*revision 2/);

    const same = await admin.patch(`/v1/webhooks/${id}`, { name: 'Books' });
    expect(same).toMatchObject({ status: 200, body: { revision: 2 } });

    const paused = await admin.post(`/v1/webhooks/${id}/pause`, { reason: 'month end' });
    expect(paused).toMatchObject({
      status: 200,
      headers: { etag: '"3"' },
      body: { status: 'paused', statusReason: 'month end', revision: 3 },
    });
    expect(await told(id)).toMatchObject({ status: 'paused', revision: 3 });
    expect(await admin.post(`/v1/webhooks/${id}/pause`)).toMatchObject({ status: 409, body: { code: 'wrong_state' } });

    const resumed = await admin.post(`/v1/webhooks/${id}/resume`);
    expect(resumed.body).toMatchObject({ status: 'active', statusReason: null, revision: 4 });
    expect(await told(id)).toMatchObject({ status: 'active', revision: 4 });
    expect(await admin.post(`/v1/webhooks/${id}/resume`)).toMatchObject({ status: 409, body: { code: 'wrong_state' } });

    const rotated = await admin.post(`/v1/webhooks/${id}/rotate-secret`, { overlapSeconds: 60 });
    expect(rotated).toMatchObject({
      status: 200,
      headers: { etag: '"5"' },
      body: { previousSecretExpiresAt: '2026-01-01T00:01:01.000Z' },
    });
    expect(rotated.body.secret).not.toBe(secret);
    expect(await told(id)).toMatchObject({ revision: 5, previousSecret: { expiresAt: '2026-01-01T00:01:01.000Z' } });
    expect((await admin.get(`/v1/webhooks/${id}/secret`)).body).toEqual({ secret: rotated.body.secret });

    expect(await admin.delete(`/v1/webhooks/${id}`, { 'if-match': '"4"' })).toMatchObject({ status: 412 });
    expect(await admin.delete(`/v1/webhooks/${id}?reason=sold`, { 'if-match': '"5"' })).toMatchObject({
      status: 204,
      text: '',
    });
    expect(await told(id)).toMatchObject({ status: 'deleted', secret: null, previousSecret: null, dataKey: null });
    for (const path of ['', '/secret']) expect((await admin.get(`/v1/webhooks/${id}${path}`)).status).toBe(404);
    expect((await admin.get('/v1/webhooks')).body.data).toEqual([]);
    expect((await admin.patch(`/v1/webhooks/${id}`, { name: 'x' })).status).toBe(404);
  });

  test('shows an overlap until it ends', async () => {
    const { admin } = await newTenant(registry.url, 'overlap');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    const expiry = async () => (await admin.get(`/v1/webhooks/${id}`)).body.previousSecretExpiresAt;
    await admin.post(`/v1/webhooks/${id}/rotate-secret`, { overlapSeconds: 60 });
    clock.advance(59_999);
    expect(await expiry()).not.toBeNull();
    clock.advance(1);
    expect(await expiry()).toBeNull();
    const at = await admin.post(`/v1/webhooks/${id}/rotate-secret`, { overlapSeconds: 0 });
    expect(at.body.previousSecretExpiresAt).toBeNull();
  });

  test('takes a secret that is given, and refuses to rotate to the same', async () => {
    const { admin } = await newTenant(registry.url, 'given');
    const secret = 'a-given-secret-of-30-characters';
    const { id } = (await admin.post('/v1/webhooks', webhookBody({ secret }))).body;
    expect((await admin.get(`/v1/webhooks/${id}/secret`)).body).toEqual({ secret });
    expect(await admin.post(`/v1/webhooks/${id}/rotate-secret`, { secret })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/secret', code: 'unchanged' }] },
    });
  });
});

describe('a change', () => {
  test('of many at once is made one after the other, without loss', async () => {
    const { admin } = await newTenant(registry.url, 'many');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, index) => admin.patch(`/v1/webhooks/${id}`, { name: `Name ${index}` })),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(answers.map((answer) => answer.body.revision as number).sort()).toEqual([2, 3, 4, 5]);
    expect((await admin.get(`/v1/webhooks/${id}`)).body.revision).toBe(5);
  });

  test('of many at once to one revision is made once', async () => {
    const { admin } = await newTenant(registry.url, 'race');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, index) =>
        admin.patch(`/v1/webhooks/${id}`, { name: `Name ${index}` }, { 'if-match': '"1"' }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412, 412, 412]);
  });

  test('keeps a secret header that is sent back masked, and replaces the others', async () => {
    const { admin } = await newTenant(registry.url, 'headers');
    const customHeaders = { Authorization: 'Bearer first-token', 'X-Team': 'a' };
    const { id } = (await admin.post('/v1/webhooks', webhookBody({ customHeaders }))).body;
    const masked = { Authorization: '***', 'X-Team': 'b' };
    const patched = await admin.patch(`/v1/webhooks/${id}`, { customHeaders: masked });
    expect(patched.body).toMatchObject({ customHeaders: masked, revision: 2 });
    expect((await admin.patch(`/v1/webhooks/${id}`, { customHeaders: masked })).body.revision).toBe(2);
    const told = webhooksOf(await published.upToNow(), id);
    expect(told.at(-1)!.customHeaders).toEqual([
      { name: 'Authorization', value: null, sealed: told[0]!.customHeaders[0]!.sealed },
      { name: 'X-Team', value: 'b', sealed: null },
    ]);
    const key = told.at(-1)!.dataKey!;
    expect(registry.deps.sealer.open(key, told.at(-1)!.customHeaders[0]!.sealed!)).toBe('Bearer first-token');
    expect(await admin.patch(`/v1/webhooks/${id}`, { customHeaders: { Cookie: '***' } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/customHeaders/Cookie', code: 'masked_value' }] },
    });
  });
});

describe('what can not be a webhook', () => {
  test.each([
    { what: 'plain HTTP', body: { url: 'http://ledger.example/' }, errors: [['/url', 'url_scheme']] },
    { what: 'an address of the own network', body: { url: 'https://0x7f000001/' }, errors: [['/url', 'loopback']] },
    {
      what: 'an unknown type',
      body: { eventTypes: ['leasing.lease.melted'] },
      errors: [['/eventTypes/0', 'unknown_event_type']],
    },
    {
      what: 'an unknown module, and a deprecated type',
      body: { eventTypes: ['leasing.*', 'plumbing.*', 'leasing.lease.expiring'] },
      errors: [
        ['/eventTypes/1', 'unknown_module'],
        ['/eventTypes/2', 'deprecated_event_type'],
      ],
    },
    {
      what: 'headers of the platform',
      body: { customHeaders: { 'X-Signature': 'x', 'X-Ok': 'y', Host: 'z' } },
      errors: [
        ['/customHeaders/X-Signature', 'header_reserved'],
        ['/customHeaders/Host', 'header_reserved'],
      ],
    },
    { what: 'an unknown field', body: { colour: 'red' }, errors: [['/colour', 'unknown_field']] },
    { what: 'a short secret', body: { secret: 'short' }, errors: [['/secret', 'too_small']] },
    {
      what: 'an unknown field beside what the catalog and the networks tell',
      body: { colour: 'red', url: 'https://10.0.0.1/', eventTypes: ['leasing.lease.melted', 'leasing.*'] },
      errors: [
        ['/colour', 'unknown_field'],
        ['/eventTypes/0', 'unknown_event_type'],
        ['/url', 'private'],
      ],
    },
    {
      what: 'an unknown type, an own address and a masked value',
      body: { url: 'https://10.0.0.1/', eventTypes: ['plumbing.*'], customHeaders: { 'X-Token': '***' } },
      errors: [
        ['/eventTypes/0', 'unknown_module'],
        ['/url', 'private'],
        ['/customHeaders/X-Token', 'masked_value'],
      ],
    },
    {
      what: 'types of which one is no type at all, told once',
      body: { eventTypes: ['leasing.lease.melted', 7], timeoutMs: 1, url: 'https://10.0.0.1/' },
      errors: [
        ['/eventTypes/1', 'invalid_type'],
        ['/timeoutMs', 'too_small'],
        ['/url', 'private'],
      ],
    },
    { what: 'no object', body: null, errors: [['', 'invalid_type']] },
    {
      what: 'halves of characters',
      body: { name: 'x\ud800', url: 'https://ledger.example/\udfff' },
      errors: [
        ['/name', 'custom'],
        ['/url', 'custom'],
      ],
    },
  ])('is answered 422, each field named: $what', async ({ what, body, errors }) => {
    const { developer } = await newTenant(registry.url, `no-${what.replaceAll(/[^a-z]+/g, '-').slice(0, 60)}`);
    const answer = await developer.post('/v1/webhooks', body && webhookBody(body));
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: { pointer: string; code: string }) => [error.pointer, error.code])).toEqual(
      errors,
    );
  });

  test('is told in one answer at a change too, but for what the webhook has already', async () => {
    const { admin } = await newTenant(registry.url, 'changed-wrongly');
    const { eventTypeOf } = await import('./testing/harness');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    await infrastructure.bus.publish([eventTypeOf('leasing.lease.activated', '2026-01-01T00:00:00.000Z')]);
    const eventTypes = ['leasing.lease.activated', 'leasing.lease.melted'];
    const patched = await admin.patch(`/v1/webhooks/${id}`, { colour: 'red', url: 'https://10.0.0.1/', eventTypes });
    await infrastructure.bus.publish([eventTypeOf('leasing.lease.activated', null)]);
    expect(patched.status).toBe(422);
    expect(patched.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/colour',
      '/eventTypes/1',
      '/url',
    ]);
    for (const pointer of ['/colour', '/eventTypes/1', '/url']) expect(patched.body.detail).toContain(`${pointer} `);
    const refused = (await admin.get(`/v1/webhooks/${id}/history`)).body.data[0];
    expect(refused).toMatchObject({ outcome: 'refused', refusal: { code: 'invalid', detail: patched.body.detail } });
  });

  test('is a name that resolves to the own network, at creation and at change', async () => {
    const resolve = async (name: string) => [name === 'inside.example' ? '192.168.0.10' : '93.184.216.34'];
    const other = await startRegistry(infrastructure, { clock, resolve });
    try {
      const { admin } = await newTenant(other.url, 'resolving');
      const blocked = { status: 422, body: { errors: [{ pointer: '/url', code: 'blocked_address' }] } };
      expect(await admin.post('/v1/webhooks', webhookBody({ url: 'https://inside.example/' }))).toMatchObject(blocked);
      const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
      expect(await admin.patch(`/v1/webhooks/${id}`, { url: 'https://inside.example/' })).toMatchObject(blocked);
    } finally {
      await other.stop();
    }
  });
});

describe('subscriptions', () => {
  test('may keep a type that was deprecated meanwhile, and not add it again', async () => {
    const { admin } = await newTenant(registry.url, 'deprecated');
    const eventTypes = ['leasing.lease.activated', 'leasing.lease.renewed'];
    const { id } = (await admin.post('/v1/webhooks', webhookBody({ eventTypes }))).body;
    const { eventTypeOf } = await import('./testing/harness');
    await infrastructure.bus.publish([eventTypeOf('leasing.lease.renewed', '2026-01-01T00:00:00.000Z')]);
    const patch = (types: string[]) => admin.patch(`/v1/webhooks/${id}`, { eventTypes: types });
    expect(await patch(['leasing.lease.renewed', 'warranty.*'])).toMatchObject({ status: 200, body: { revision: 2 } });
    expect(await patch(['warranty.*'])).toMatchObject({ status: 200 });
    expect(await patch(['leasing.lease.renewed'])).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/eventTypes/0', code: 'deprecated_event_type' }] },
    });
    await infrastructure.bus.publish([eventTypeOf('leasing.lease.renewed', null)]);
  });
});
