import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accessMessage, limits, topics } from '@arkan/contracts';
import { ManualClock } from '@arkan/kernel';
import type { TestInfrastructure } from '@arkan/testing';
import {
  clientOf,
  createRegistryInfrastructure,
  follow,
  newTenant,
  operatorKey,
  startRegistry,
  webhookBody,
  type RegistryProcess,
} from './testing/harness';

let infrastructure: TestInfrastructure;
let registry: RegistryProcess;
let clock: ManualClock;

beforeAll(async () => {
  infrastructure = await createRegistryInfrastructure();
  clock = new ManualClock(Date.UTC(2026, 0, 1));
  registry = await startRegistry(infrastructure, { clock });
});
afterAll(async () => {
  await registry?.stop();
  await infrastructure?.close();
});

describe('an API key', () => {
  test('is shown once, kept as its hash, and refused from the answer of its revocation on', async () => {
    const { admin } = await newTenant(registry.url, 'revoking');
    const created = await admin.post('/v1/api-keys', { name: 'ci', role: 'developer' });
    expect(created).toMatchObject({ status: 201, headers: { location: `/v1/api-keys/${created.body.id}` } });
    expect(created.body.key).toMatch(/^ak_[A-Za-z0-9_-]{43}$/);
    const holder = clientOf(registry.url, created.body.key);
    expect((await holder.get('/v1/webhooks')).status).toBe(200);
    const listed = await admin.get('/v1/api-keys');
    const { key: _, ...shown } = created.body;
    expect(listed.body.data[0]).toEqual(shown);
    expect(listed.text).not.toMatch(/ak_/);
    const { rows } = await registry.database.pool.query('select row_to_json(k)::text as row from api_key k');
    expect(JSON.stringify(rows)).not.toContain(created.body.key.slice(3));

    expect(await admin.delete(`/v1/api-keys/${shown.id}`)).toMatchObject({ status: 204 });
    expect((await holder.get('/v1/webhooks')).status).toBe(401);
    expect(await admin.delete(`/v1/api-keys/${shown.id}`)).toMatchObject({ status: 204 });
    expect((await admin.get('/v1/api-keys')).body.data[0]).toEqual({ ...shown, revokedAt: '2026-01-01T00:00:00.000Z' });
    const access = await follow(infrastructure.bus, topics.access);
    const told = (await access.upToNow()).filter((message) => message.key === shown.id);
    await access.stop();
    expect(told.map((message) => message.value && accessMessage.decode(message.value).role)).toEqual([
      'developer',
      null,
    ]);
  });

  test('is refused from the moment that it expires', async () => {
    const { admin } = await newTenant(registry.url, 'expiring');
    const expiresAt = new Date(clock.now() + 5_000).toISOString();
    const { key } = (await admin.post('/v1/api-keys', { name: 'short', role: 'auditor', expiresAt })).body;
    const holder = clientOf(registry.url, key);
    clock.advance(4_999);
    expect((await holder.get('/v1/webhooks')).status).toBe(200);
    clock.advance(1);
    expect((await holder.get('/v1/webhooks')).status).toBe(401);
    expect(await admin.post('/v1/api-keys', { name: 'late', role: 'auditor', expiresAt })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/expiresAt' }] },
    });
  });

  test('is made by an admin for its own tenant only, and never for an operator', async () => {
    const { admin } = await newTenant(registry.url, 'own');
    await newTenant(registry.url, 'elsewhere');
    const make = (body: object) => admin.post('/v1/api-keys', { name: 'x', ...body });
    expect(await make({ role: 'tenant_admin' })).toMatchObject({ status: 201, body: { tenantId: 'own' } });
    expect(await make({ role: 'developer', tenantId: 'own' })).toMatchObject({ status: 201 });
    expect(await make({ role: 'developer', tenantId: 'elsewhere' })).toMatchObject({ status: 403 });
    expect(await make({ role: 'operator' })).toMatchObject({ status: 403 });
  });

  test('is made by an operator for anyone, each named rightly', async () => {
    const operator = clientOf(registry.url, operatorKey);
    await newTenant(registry.url, 'named');
    const make = (body: object, headers = {}) => operator.post('/v1/api-keys', { name: 'x', ...body }, headers);
    const another = await make({ role: 'operator' });
    expect(another).toMatchObject({ status: 201, body: { tenantId: null } });
    expect((await clientOf(registry.url, another.body.key).get('/v1/tenants')).status).toBe(200);
    expect(await make({ role: 'producer' }, { 'x-tenant-id': 'named' })).toMatchObject({ body: { tenantId: 'named' } });
    for (const [body, headers] of [
      [{ role: 'developer' }, {}],
      [{ role: 'developer', tenantId: 'nobody' }, {}],
      [{ role: 'operator', tenantId: 'named' }, {}],
      [{ role: 'developer', tenantId: 'named' }, { 'x-tenant-id': 'other' }],
    ] as const) {
      expect(await make(body, headers)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/tenantId' }] } });
    }
    const all = (await operator.get('/v1/api-keys?limit=250')).body.data as { tenantId: string | null }[];
    expect(new Set(all.map((key) => key.tenantId)).size).toBeGreaterThan(1);
  });
});

describe('the number of API keys of a tenant', () => {
  test('holds when many are made at once, counts expired ones, and a revocation makes room', async () => {
    const { admin, operator } = await newTenant(registry.url, 'keys-full');
    const { pool } = registry.database;
    const before = (await admin.get('/v1/api-keys')).body.data.length as number;
    await pool.query(
      `insert into api_key (id, tenant_id, name, role, key_sha256, created_at, expires_at, position)
       select 'filler-' || n, 'keys-full', 'f', 'auditor', '', now(), case n % 2 when 0 then timestamptz '2020-01-01' end, 0
       from generate_series(1, $1) n`,
      [limits.apiKeysPerTenant - before - 2],
    );
    const make = () => admin.post('/v1/api-keys', { name: 'ci', role: 'auditor' });
    const answers = await Promise.all(Array.from({ length: 5 }, make));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)!.body).toMatchObject({
      code: 'api_key_limit',
      detail: 'there are 1000 API keys, which is the most; revoke one first, also of those that expired',
    });
    expect(await operator.post('/v1/api-keys', { name: 'x', role: 'auditor' })).toMatchObject({ status: 409 });
    await newTenant(registry.url, 'keys-elsewhere');
    await admin.delete(`/v1/api-keys/${answers.find(({ status }) => status === 201)!.body.id}`);
    expect((await make()).status).toBe(201);
    expect((await make()).status).toBe(409);
    await pool.query(`delete from api_key where name = 'f'`);
  });

  test('is that of the operators too', async () => {
    const operator = clientOf(registry.url, operatorKey);
    const { pool } = registry.database;
    const { rows } = await pool.query<{ count: number }>(
      'select count(*)::int as count from api_key where tenant_id is null and revoked_at is null',
    );
    await pool.query(
      `insert into api_key (id, tenant_id, name, role, key_sha256, created_at, position)
       select 'filler-' || n, null, 'f', 'operator', '', now(), 0 from generate_series(1, $1) n`,
      [limits.apiKeysPerTenant - rows[0]!.count - 1],
    );
    const make = () => operator.post('/v1/api-keys', { name: 'one more', role: 'operator' });
    expect((await make()).status).toBe(201);
    expect(await make()).toMatchObject({ status: 409, body: { code: 'api_key_limit' } });
    await pool.query(`delete from api_key where name = 'f'`);
    expect((await make()).status).toBe(201);
  });
});

describe('the number of webhooks of a tenant', () => {
  test('holds however many are created at once, and a deletion makes room', async () => {
    const { admin } = await newTenant(registry.url, 'full');
    await registry.database.pool.query(
      `insert into webhook_key (webhook_id, tenant_id, key_id, wrapped) select 'filler-' || n, 'full', 'k', 'w' from generate_series(1, $1) n`,
      [limits.webhooksPerTenant - 2],
    );
    const create = () => admin.post('/v1/webhooks', webhookBody());
    const answers = await Promise.all(Array.from({ length: 6 }, create));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 201, 409, 409, 409, 409]);
    expect(answers.find((answer) => answer.status === 409)!.body.code).toBe('webhook_limit');
    const { id } = answers.find((answer) => answer.status === 201)!.body;
    await admin.delete(`/v1/webhooks/${id}`);
    expect((await create()).status).toBe(201);
    expect((await create()).status).toBe(409);
    const refused = (await admin.get('/v1/audit/events')).body.data[0];
    expect(refused).toMatchObject({ outcome: 'refused', webhookId: null, refusal: { code: 'webhook_limit' } });
    await registry.database.pool.query(`delete from webhook_key where key_id = 'k'`);
  });
});

describe('an Idempotency-Key', () => {
  test('makes one webhook of a request that is sent twice, with the same answer', async () => {
    const { admin } = await newTenant(registry.url, 'twice');
    const headers = { 'idempotency-key': 'k-1' };
    const first = await admin.post('/v1/webhooks', webhookBody(), headers);
    const again = await admin.post('/v1/webhooks', webhookBody(), headers);
    expect(again).toMatchObject({
      status: 201,
      body: first.body,
      headers: { etag: '"1"', 'idempotent-replayed': 'true' },
    });
    expect(again.headers.location).toBe(first.headers.location);
    expect((await admin.get('/v1/webhooks')).body.data).toHaveLength(1);
    expect(await admin.post('/v1/webhooks', webhookBody({ name: 'Other' }), headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    });
  });

  test('is free again after a refusal', async () => {
    const { admin } = await newTenant(registry.url, 'freed');
    const headers = { 'idempotency-key': 'k-1' };
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    expect((await admin.post(`/v1/webhooks/${id}/resume`, {}, headers)).status).toBe(409);
    await admin.post(`/v1/webhooks/${id}/pause`);
    expect((await admin.post(`/v1/webhooks/${id}/resume`, {}, headers)).status).toBe(200);
  });
});
