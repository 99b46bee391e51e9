import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { topicContracts, topics } from '@arkan/contracts';
import { createSealer } from '@arkan/runtime';
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
let registry: RegistryProcess;

beforeAll(async () => {
  infrastructure = await createRegistryInfrastructure();
  registry = await startRegistry(infrastructure);
});
afterAll(async () => {
  await registry?.stop();
  await infrastructure?.close();
});

/** Every cell of every table of the database that holds the text, as `schema.table`. Bytes are looked into as they are and as text. */
async function tablesWith(text: string): Promise<string[]> {
  const { pool } = infrastructure.database;
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`select t::text as row from ${name} t`);
    const hex = Buffer.from(text).toString('hex');
    if (rows.some(({ row }) => row.includes(text) || row.includes(hex))) found.push(name);
  }
  return found;
}

describe('a secret', () => {
  test('is in clear in no table, no message and no answer but the two that give it', async () => {
    const seen: string[] = [];
    const { admin, developer, auditor } = await newTenant(registry.url, 'clear', seen);
    const [first, second, third] = ['first-secret-0123456789', 'second-secret-0123456789', 'third-secret-0123456789'];
    const values = { 'X-Api-Key': 'header-key-value-1', Authorization: 'Bearer header-token-2' };
    const changed = { 'X-Api-Key': 'header-key-value-3', Authorization: '***' };
    const idempotent = { 'idempotency-key': 'create-once' };
    const body = webhookBody({ secret: first, customHeaders: values });
    const created = await admin.post('/v1/webhooks', body, idempotent);
    const { id } = created.body;
    expect(created.body.customHeaders).toEqual({ 'X-Api-Key': '***', Authorization: '***' });
    await admin.patch(`/v1/webhooks/${id}`, { customHeaders: changed, name: 'Other' });
    await admin.patch(`/v1/webhooks/${id}`, { customHeaders: { Cookie: '***', 'X-Token': 'refused-value-4' } });
    const rotated = await admin.post(`/v1/webhooks/${id}/rotate-secret`, { secret: second }, idempotent);
    await admin.post(`/v1/webhooks/${id}/rotate-secret`, { secret: 'short-refused-5' });
    const told = await admin.get(`/v1/webhooks/${id}/secret`);
    await admin.post(`/v1/webhooks/${id}/rotate-secret`, { secret: third });
    for (const [reader, paths] of [
      [admin, ['', '?asOf=2026-01-01T00:00:00.000Z', '/history']],
      [developer, ['', '/history', '/secret']],
      [auditor, ['', '/history', '/secret']],
    ] as const)
      for (const path of paths) await reader.get(`/v1/webhooks/${id}${path}`);
    await admin.get('/v1/webhooks');
    await auditor.get('/v1/audit/events');
    await admin.post(`/v1/webhooks/${id}/test`);
    await registry.metrics();

    const clear = [
      first,
      second,
      third,
      ...Object.values(values),
      'header-key-value-3',
      'refused-value-4',
      'short-refused-5',
    ];
    const giving = new Set([created.text, rotated.text, told.text, seen.find((text) => text.includes(third))]);
    for (const text of clear) {
      expect({ text, tables: await tablesWith(text) }).toEqual({ text, tables: [] });
      expect(seen.filter((answer) => answer.includes(text) && !giving.has(answer))).toEqual([]);
    }
    for (const { name } of topicContracts) {
      const topic = await follow(infrastructure.bus, name);
      const all = (await topic.upToNow()).map(
        (message) => `${message.value?.toString()} ${JSON.stringify(message.headers)}`,
      );
      expect(all.filter((message) => clear.some((text) => message.includes(text)))).toEqual([]);
      await topic.stop();
    }
    // The same is found where it is, or this test could not fail.
    expect(await tablesWith('Tenant clear')).toContain('registry.tenant');
  });

  test('is erased by deletion: its key is nowhere, and what was sealed can not be opened', async () => {
    const { admin } = await newTenant(registry.url, 'erased');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    const { rows } = await registry.database.pool.query<{ wrapped: string }>(
      'select wrapped from webhook_key where webhook_id = $1',
      [id],
    );
    expect(rows).toHaveLength(1);
    await admin.delete(`/v1/webhooks/${id}`);
    // The bus holds it until its topic is compacted, which is the bus's own affair; every table of ours is rid of it.
    expect((await tablesWith(rows[0]!.wrapped)).filter((table) => !table.startsWith('bus.'))).toEqual([]);
  });

  test('can be read by an admin only, and each read is in the history before the answer', async () => {
    const { admin, developer, auditor } = await newTenant(registry.url, 'audited');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    for (const other of [developer, auditor]) expect((await other.get(`/v1/webhooks/${id}/secret`)).status).toBe(403);
    expect((await admin.get(`/v1/webhooks/${id}/secret`)).status).toBe(200);
    const [latest] = (await admin.get(`/v1/webhooks/${id}/history`)).body.data.filter(
      (entry: { outcome: string }) => entry.outcome === 'applied',
    );
    expect(latest).toMatchObject({ type: 'SecretRead', actor: { kind: 'api_key', role: 'tenant_admin' }, changes: [] });
    expect(latest.requestId).toMatch(/^req_/);
    expect(latest.sourceIp).toBe('127.0.0.1');
  });

  test('is not given where the read could not be recorded', async () => {
    const { admin } = await newTenant(registry.url, 'unrecorded');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    const { append } = registry.deps.eventStore;
    registry.deps.eventStore.append = () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
    try {
      const answer = await admin.get(`/v1/webhooks/${id}/secret`);
      expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect(answer.text).not.toMatch(/whsec_/);
    } finally {
      registry.deps.eventStore.append = append;
    }
  });

  test('is opened under the present master key after a change of it, by us and by those whom we tell', async () => {
    const { admin } = await newTenant(registry.url, 'rewrapped');
    const { id, secret } = (await admin.post('/v1/webhooks', webhookBody())).body;
    const [before, after] = [registry.deps.sealer, Buffer.alloc(32, 9)];
    expect(before.fingerprint).not.toBe(createSealer(after).fingerprint);
    await registry.stop();
    registry = await startRegistry(infrastructure, { sealer: createSealer(after, Buffer.alloc(32, 7)) });
    await registry.stop();
    const alone = createSealer(after);
    registry = await startRegistry(infrastructure, { sealer: alone });
    const published = await follow(infrastructure.bus, topics.webhooks);
    const message = webhooksOf(await published.upToNow(), id).at(-1)!;
    await published.stop();
    expect(alone.open(message.dataKey!, message.secret!)).toBe(secret);
    const { rows } = await registry.database.pool.query('select wrapped from webhook_key where webhook_id = $1', [id]);
    expect(rows).toEqual([{ wrapped: message.dataKey!.wrapped }]);
  });
});
