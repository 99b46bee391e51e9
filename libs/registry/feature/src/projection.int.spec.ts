import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { topics } from '@arkan/contracts';
import { BusUnavailableError, type MessageBus } from '@arkan/ports';
import { readCheckpoint } from '@arkan/registry-persistence';
import { eventually, type TestInfrastructure } from '@arkan/testing';
import {
  clientOf,
  createRegistryInfrastructure,
  follow,
  newTenant,
  operatorKey,
  startRegistry,
  webhookBody,
  webhooksOf,
  type RegistryProcess,
} from './testing/harness';

let infrastructure: TestInfrastructure;
let published: Awaited<ReturnType<typeof follow>>;
const running = new Set<RegistryProcess>();

beforeAll(async () => {
  infrastructure = await createRegistryInfrastructure();
  published = await follow(infrastructure.bus, topics.webhooks);
});
afterAll(async () => {
  await published?.stop();
  for (const registry of running) await registry.stop();
  await infrastructure?.close();
});

async function start(options: Parameters<typeof startRegistry>[1] = {}): Promise<RegistryProcess> {
  const registry = await startRegistry(infrastructure, options);
  running.add(registry);
  return registry;
}

/** Whose every publish to the topic fails while `broken` is set. */
function breakableBus(bus: MessageBus, topic: string) {
  const state = { broken: false, refused: 0 };
  const breakable: MessageBus = {
    ...bus,
    ensureTopics: (topics) => bus.ensureTopics(topics),
    endOffsets: (topics) => bus.endOffsets(topics),
    consume: (options) => bus.consume(options),
    tail: (options) => bus.tail(options),
    committedOffsets: (group, topics) => bus.committedOffsets(group, topics),
    close: () => bus.close(),
    publish: async (messages) => {
      if (state.broken && messages.some((message) => message.topic === topic)) {
        state.refused++;
        throw new BusUnavailableError('the bus is cut off');
      }
      await bus.publish(messages);
    },
  };
  return { bus: breakable, state };
}

describe('a change that is in the tables and not on the bus', () => {
  test('is answered when the bus has it, and not before', async () => {
    const { bus, state } = breakableBus(infrastructure.bus, topics.webhooks);
    const registry = await start({ bus });
    const { admin } = await newTenant(registry.url, 'cut');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    state.broken = true;
    const patching = admin.patch(`/v1/webhooks/${id}`, { name: 'After the cut' });
    await eventually(() => state.refused > 0);
    expect((await admin.get(`/v1/webhooks/${id}`)).body.name).toBe('After the cut');
    expect(webhooksOf(await published.upToNow(), id).at(-1)).toMatchObject({ revision: 1 });
    const pool = registry.database.pool;
    expect((await readCheckpoint(pool, 'read_models')).position).not.toEqual(
      (await readCheckpoint(pool, 'published')).position,
    );
    state.broken = false;
    expect(await patching).toMatchObject({ status: 200, body: { name: 'After the cut', revision: 2 } });
    expect(webhooksOf(await published.upToNow(), id).at(-1)).toMatchObject({ revision: 2, name: 'After the cut' });
    await registry.stop();
  });

  test('is told when the next process starts, as it stands then, with keys in the order of their events', async () => {
    const { bus, state } = breakableBus(infrastructure.bus, topics.webhooks);
    const dying = await start({ bus, spreadMaxMs: 100 });
    const { admin, id: tenantId } = await newTenant(dying.url, 'crash');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    state.broken = true;
    const saved = await admin.patch(`/v1/webhooks/${id}`, { name: 'Saved' });
    expect(saved).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(saved.body.detail).toMatch(/saved, but not yet known/);
    await admin.post(`/v1/webhooks/${id}/pause`);
    await dying.stop();

    const next = await start();
    const told = webhooksOf(await published.upToNow(), id);
    expect(told.at(-1)).toMatchObject({ name: 'Saved', status: 'paused', revision: 3, tenantId });
    expect(told.map((message) => message.revision)).toEqual([1, 3]);
    const { rows } = await next.database.pool.query(
      'select type from history where webhook_id = $1 order by position',
      [id],
    );
    expect(rows.map((row: { type: string }) => row.type)).toEqual([
      'WebhookCreated',
      'WebhookChanged',
      'WebhookPaused',
    ]);
    await next.stop();
  });
});

describe('several processes', () => {
  test('answer only what all of them know, and one takes over when the one that leads ends', async () => {
    const [first, second] = [await start(), await start()];
    const { admin } = await newTenant(second.url, 'both');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    for (let n = 2; n < 12; n++) {
      const { url } = n % 2 ? first : second;
      const other = n % 2 ? second : first;
      const key = (await admin.post('/v1/api-keys', { name: `k${n}`, role: 'tenant_admin' })).body.key;
      await clientOf(url, key).patch(`/v1/webhooks/${id}`, { name: `Name ${n}` }, { 'if-match': `"${n - 1}"` });
      expect((await clientOf(other.url, key).get(`/v1/webhooks/${id}`)).body).toMatchObject({ revision: n });
      expect(webhooksOf(await published.upToNow(), id).at(-1)).toMatchObject({ revision: n });
    }
    await first.stop();
    expect((await admin.patch(`/v1/webhooks/${id}`, { name: 'Taken over' })).status).toBe(200);
    expect(webhooksOf(await published.upToNow(), id).at(-1)).toMatchObject({ name: 'Taken over' });
    const told = webhooksOf(await published.upToNow(), id).map((message) => BigInt(message.position));
    expect(told).toEqual([...told].sort((a, b) => (a < b ? -1 : 1)));
    await second.stop();
  });

  test('go on when the connection of the one that leads is cut', async () => {
    const registry = await start();
    const { admin } = await newTenant(registry.url, 'severed');
    const cut = await infrastructure.database.pool.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objsubid = 2
         and database = (select oid from pg_database where datname = current_database())
         and classid::bigint = (hashtext('arkan registry projection')::bigint & 4294967295)`,
    );
    expect(cut.rowCount).toBe(1);
    const created = await admin.post('/v1/webhooks', webhookBody());
    expect(created.status).toBe(201);
    const ready = await eventually(async () => {
      const answer = await clientOf(registry.url, operatorKey).get('/health/ready');
      expect(answer.status).toBe(200);
      return answer.body;
    });
    expect(ready.checks).toMatchObject({
      'registry projection': 'ok',
      'registry event store': 'ok',
      'registry database': 'ok',
    });
    await registry.stop();
  });
});

describe('a rebuild of the read models', () => {
  test('equals the live ones, finds a row that was tampered with, and puts it right', async () => {
    const registry = await start();
    const { admin, developer } = await newTenant(registry.url, 'rebuild');
    const gone = (await admin.post('/v1/webhooks', webhookBody({ customHeaders: { 'X-Api-Key': 'v' } }))).body.id;
    const kept = (await admin.post('/v1/webhooks', webhookBody())).body.id;
    await admin.patch(`/v1/webhooks/${kept}`, { name: 'Changed', customHeaders: { 'X-Token': 'w' } });
    await admin.post(`/v1/webhooks/${kept}/rotate-secret`);
    await admin.get(`/v1/webhooks/${kept}/secret`);
    await developer.post(`/v1/webhooks/${kept}/resume`);
    await admin.post(`/v1/webhooks/${kept}/pause`);
    await admin.post(`/v1/webhooks/${kept}/resume`);
    await admin.delete(`/v1/webhooks/${gone}`);
    const { id: keyId } = (await admin.post('/v1/api-keys', { name: 'x', role: 'auditor' })).body;
    await admin.delete(`/v1/api-keys/${keyId}`);

    const whole = await registry.feature.rebuildReadModels({ batchMax: 3 });
    expect(whole.differences).toEqual([]);
    expect(whole.events).toBeGreaterThan(15);

    const { pool } = registry.database;
    await pool.query(`update webhook set name = 'Forged' where id = $1`, [kept]);
    await pool.query(`delete from history where webhook_id = $1 and type = 'SecretRead'`, [kept]);
    await pool.query(`update api_key set revoked_at = null where id = $1`, [keyId]);
    const { differences } = await registry.feature.rebuildReadModels();
    expect(differences.map(({ table, id }) => [table, id])).toEqual([
      ['api_key', keyId],
      ['webhook', kept],
      ['history', expect.any(String)],
    ]);
    expect(differences[1]).toMatchObject({ live: { name: 'Forged' }, rebuilt: { name: 'Changed' } });
    expect(differences[2]).toMatchObject({ live: null, rebuilt: { type: 'SecretRead' } });

    const during = admin.patch(`/v1/webhooks/${kept}`, { name: 'Meanwhile' });
    await registry.feature.rebuildReadModels({ swap: true });
    expect((await during).status).toBe(200);
    expect((await registry.feature.rebuildReadModels()).differences).toEqual([]);
    expect((await admin.get(`/v1/webhooks/${kept}`)).body).toMatchObject({ name: 'Meanwhile', status: 'active' });
    expect((await admin.get(`/v1/webhooks/${kept}/secret`)).status).toBe(200);
    await registry.stop();
  });

  test('is made by itself where the tables are of another version of the projection', async () => {
    const before = await start();
    const { admin } = await newTenant(before.url, 'outdated');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    await before.stop();
    await infrastructure.database.pool.query('update registry.projection_checkpoint set version = 0');
    await infrastructure.database.pool.query(`update registry.webhook set name = 'of another shape' where id = $1`, [
      id,
    ]);
    const after = await start();
    expect(
      (await clientOf(after.url, operatorKey, { 'x-tenant-id': 'outdated' }).get(`/v1/webhooks/${id}`)).body.name,
    ).toBe('Ledger');
    await after.stop();
  });
});
