import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { registryOperations, type Operation } from '@arkan/contracts';
import type { TestInfrastructure } from '@arkan/testing';
import {
  clientOf,
  createRegistryInfrastructure,
  newTenant,
  operatorKey,
  startRegistry,
  webhookBody,
  type Client,
  type RegistryProcess,
} from './testing/harness';

let infrastructure: TestInfrastructure;
let registry: RegistryProcess;
let ours: Awaited<ReturnType<typeof newTenant>>;
let theirs: Awaited<ReturnType<typeof newTenant>>;
let webhookId: string;
let keyId: string;
const unknownId = 'wh_0192f0c0000070008000000000000000';

beforeAll(async () => {
  infrastructure = await createRegistryInfrastructure();
  registry = await startRegistry(infrastructure);
  [ours, theirs] = [await newTenant(registry.url, 'ours'), await newTenant(registry.url, 'theirs')];
  webhookId = (await theirs.admin.post('/v1/webhooks', webhookBody({ name: 'Not yours' }))).body.id;
  keyId = (await theirs.admin.post('/v1/api-keys', { name: 'Not yours', role: 'developer' })).body.id;
});
afterAll(async () => {
  await registry?.stop();
  await infrastructure?.close();
});

const bodies: Record<string, unknown> = {
  createTenant: { name: 'x' },
  createApiKey: { name: 'x', role: 'developer' },
  createWebhook: webhookBody(),
  patchWebhook: { name: 'mine now' },
};
const operations: Operation[] = Object.values(registryOperations);

function send(client: Client, operation: Operation, id: string) {
  const path = operation.path.replace('{id}', id);
  if (operation.method === 'GET') return client.get(path);
  if (operation.method === 'DELETE') return client.delete(path);
  if (operation.method === 'PATCH') return client.patch(path, bodies[operation.id]);
  return client.post(path, bodies[operation.id]);
}

describe("another tenant's webhook", () => {
  const byId = operations.filter((operation) => operation.path.startsWith('/v1/webhooks/{id}'));

  test.each(byId)('is answered by $id like one that does not exist', async (operation) => {
    for (const client of [ours.admin, ours.operator]) {
      const [foreign, unknown] = [await send(client, operation, webhookId), await send(client, operation, unknownId)];
      expect(foreign.status).toBe(404);
      const { instance: _, ...problem } = foreign.body;
      expect({ ...unknown.body, instance: undefined }).toEqual({ ...problem, instance: undefined });
    }
  });

  test('was touched by none of that', async () => {
    expect((await theirs.admin.get(`/v1/webhooks/${webhookId}`)).body).toMatchObject({
      name: 'Not yours',
      revision: 1,
    });
    const { data } = (await theirs.admin.get(`/v1/webhooks/${webhookId}/history`)).body;
    expect(data.map((entry: { type: string }) => entry.type)).toEqual(['WebhookCreated']);
  });

  test('is in no list, now or as of any moment, nor is its history', async () => {
    for (const path of [
      '/v1/webhooks',
      '/v1/webhooks?asOf=2030-01-01T00:00:00Z',
      '/v1/webhooks?asOf=99999999999999999999',
      `/v1/audit/events?webhookId=${webhookId}`,
    ]) {
      expect({ path, data: (await ours.admin.get(path)).body.data }).toEqual({ path, data: [] });
    }
    expect((await ours.admin.get('/v1/audit/events')).text).not.toMatch(webhookId);
    expect((await ours.admin.get(`/v1/webhooks/${webhookId}?asOf=2030-01-01T00:00:00Z`)).status).toBe(404);
  });

  test("can not be reached by a cursor of another tenant's list", async () => {
    await theirs.admin.post('/v1/webhooks', webhookBody());
    const { nextCursor } = (await theirs.admin.get('/v1/webhooks?limit=1')).body;
    expect(await ours.admin.get(`/v1/webhooks?cursor=${nextCursor}`)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: 'query/cursor', code: 'invalid_cursor' }] },
    });
  });
});

describe('an API key of another tenant', () => {
  test('is neither listed nor revoked', async () => {
    expect((await ours.admin.get('/v1/api-keys')).text).not.toMatch(/Not yours/);
    expect((await ours.admin.delete(`/v1/api-keys/${keyId}`)).status).toBe(404);
    expect((await ours.operator.delete(`/v1/api-keys/${keyId}`)).status).toBe(404);
    const mine = (await theirs.admin.get('/v1/api-keys')).body.data.find((key: { id: string }) => key.id === keyId);
    expect(mine).toMatchObject({ revokedAt: null });
  });
});

describe('a role', () => {
  test.each(operations)('may call $id only where it is listed', async (operation) => {
    const clients = { tenant_admin: ours.admin, developer: ours.developer, auditor: ours.auditor };
    for (const [role, client] of Object.entries(clients)) {
      const { status } = await send(client, operation, unknownId);
      expect({ role, refused: status === 403 }).toEqual({
        role,
        refused: !operation.roles.includes(role as keyof typeof clients),
      });
    }
  });

  test.each(operations)('is asked for by $id: without a key it is 401', async (operation) => {
    for (const key of ['', 'ak_unknown', 'x'.repeat(300)])
      expect((await send(clientOf(registry.url, key), operation, unknownId)).status).toBe(401);
  });
});

describe('a tenant', () => {
  test('that does not exist can not be written to', async () => {
    const nobody = clientOf(registry.url, operatorKey, { 'x-tenant-id': 'nobody' });
    const created = await nobody.post('/v1/webhooks', webhookBody());
    expect(created).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(created.body.detail).toMatch(/no tenant nobody/);
    expect(await nobody.post('/v1/api-keys', { name: 'x', role: 'developer' })).toMatchObject({ status: 422 });
  });

  test('is made once, also where many ask at once, and its id is its own or generated', async () => {
    const operator = clientOf(registry.url, operatorKey);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => operator.post('/v1/tenants', { id: 'once', name: 'Once' })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(answers.find((answer) => answer.status === 409)!.body.code).toBe('tenant_exists');
    expect((await operator.post('/v1/tenants', { name: 'Named by us' })).body.id).toMatch(/^ten_[0-9a-f]{32}$/);
  });
});
