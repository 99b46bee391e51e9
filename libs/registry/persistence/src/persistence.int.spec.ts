import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SqlExecutor } from '@arkan/ports';
import { systemMeta, type WebhookEvent } from '@arkan/registry-domain';
import { createLogger, openDatabase, type Database } from '@arkan/runtime';
import { createTestDatabase, type TestDatabase } from '@arkan/testing';
import {
  ensureCheckpoints,
  findWebhook,
  listHistory,
  loadKeys,
  LostLeadershipError,
  moveCheckpoint,
  projectBatch,
  readCheckpoint,
  registryEntities,
  registryMigrations,
  reserveKey,
  webhookMessageOf,
  type ProjectedEvent,
} from './index';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await createTestDatabase();
  database = await openDatabase({
    url: server.url,
    schema: 'registry',
    entities: registryEntities,
    migrations: registryMigrations,
    poolMax: 8,
    log: createLogger('silent'),
  });
});
afterAll(async () => {
  await database?.close();
  await server?.drop();
});

const sealed = { keyId: 'dk', nonce: 'n', ciphertext: 'c', aad: 'a' };
let position = 0n;

function at(webhookId: string, event: Omit<WebhookEvent, 'meta'>, tenantId = 'acme'): ProjectedEvent {
  const meta = systemMeta(tenantId, new Date(Date.UTC(2026, 0, 1) + Number(++position)).toISOString(), null);
  return { subject: 'webhook', id: webhookId, position, event: { ...event, meta } as WebhookEvent };
}

function created(webhookId: string): ProjectedEvent {
  const config = {
    name: webhookId,
    description: '',
    url: 'https://a.example/',
    eventTypes: ['leasing.*'],
    customHeaders: [{ name: 'X-Key', value: null, sealed }],
    retryCount: 5,
    timeoutMs: 10_000,
    ownerEmail: 'o@a.example',
  };
  return at(webhookId, { type: 'WebhookCreated', data: { webhookId, config, secret: sealed, revision: 1 } });
}

const changed = (webhookId: string, name: string, revision: number) =>
  at(webhookId, { type: 'WebhookChanged', data: { set: { name }, revision } });
const deleted = (webhookId: string, revision: number) => at(webhookId, { type: 'WebhookDeleted', data: { revision } });

const project = (events: ProjectedEvent[]) => database.transaction((tx) => projectBatch(tx, events));
const dump = async () => {
  const { rows } = await database.pool.query(
    `select to_jsonb(w) as row from webhook w union all select to_jsonb(h) from history h order by 1`,
  );
  return rows;
};

describe('a batch of events', () => {
  test('gives the same tables however it is cut, and however often it comes', async () => {
    const events = [created('w1'), created('w2'), changed('w1', 'One', 2), changed('w1', 'Two', 3), deleted('w2', 2)];
    await project(events);
    const once = await dump();
    await project(events);
    expect(await dump()).toEqual(once);
    await database.pool.query('truncate webhook, history, webhook_health');
    for (const event of events) {
      await project([event]);
      await project([event]);
    }
    expect(await dump()).toEqual(once);
    expect(once).toHaveLength(7);
  });

  test('takes as many statements for a hundred webhooks as for one', async () => {
    const countOf = async (events: ProjectedEvent[]) => {
      let count = 0;
      await database.transaction((tx) => {
        const counting: SqlExecutor = {
          query: (query, values) => {
            count++;
            return tx.query(query as never, values) as never;
          },
        };
        return projectBatch(counting, events);
      });
      return count;
    };
    const one = await countOf([created('s0')]);
    expect(await countOf(Array.from({ length: 100 }, (_, n) => created(`s${n + 1}`)))).toBe(one);
  });

  test('leaves of a deleted webhook its history, and neither key nor anything sealed', async () => {
    await reserveKey(database, 'acme', 'w3', { keyId: 'dk', wrapped: 'w' }, 10);
    const events = [created('w3')];
    await project(events);
    expect((await loadKeys(database.pool, ['w3'])).size).toBe(1);
    const after = (await project([deleted('w3', 2)])).get('w3')!;
    expect((await loadKeys(database.pool, ['w3'])).size).toBe(0);
    expect(await findWebhook(database.pool, 'acme', 'w3', 0)).toBeNull();
    const { rows } = await listHistory(database.pool, 'acme', { webhookId: 'w3' }, null, 10);
    expect(rows.map((row) => row.type)).toEqual(['WebhookDeleted', 'WebhookCreated']);
    const row = await database.pool.query(`select state::text as text from webhook where id = 'w3'`);
    expect(JSON.stringify(row.rows)).not.toMatch(/ciphertext/);
    if (after.state.kind !== 'deleted') throw new Error('it is not deleted');
    expect(webhookMessageOf(after.state, after.position, { keyId: 'dk', wrapped: 'w' })).toMatchObject({
      status: 'deleted',
      secret: null,
      dataKey: null,
      customHeaders: [],
    });
  });
});

describe('a webhook without its key', () => {
  test('is told without anything that is sealed', async () => {
    const { state, position: place } = (await project([created('w4')])).get('w4')!;
    if (state.kind !== 'live') throw new Error('it is not live');
    const message = webhookMessageOf(state, place, null);
    expect(message).toMatchObject({ status: 'active', secret: null, dataKey: null, customHeaders: [] });
  });
});

describe('a checkpoint', () => {
  test('is moved only by the one who left it where it is', async () => {
    await ensureCheckpoints(database.pool);
    await ensureCheckpoints(database.pool);
    await moveCheckpoint(database.pool, 'published', null, 5n);
    await expect(moveCheckpoint(database.pool, 'published', null, 6n)).rejects.toThrow(LostLeadershipError);
    await expect(moveCheckpoint(database.pool, 'published', 4n, 6n)).rejects.toThrow(LostLeadershipError);
    await moveCheckpoint(database.pool, 'published', 5n, 6n);
    expect((await readCheckpoint(database.pool, 'published')).position).toBe(6n);
    expect((await readCheckpoint(database.pool, 'read_models')).position).toBeNull();
  });
});

describe('the places of a tenant', () => {
  test('are not exceeded by reservations made at once', async () => {
    const key = { keyId: 'dk', wrapped: 'w' };
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => reserveKey(database, 'crowd', `c${n}`, key, 5)),
    );
    expect(answers.filter(Boolean)).toHaveLength(5);
    expect(await reserveKey(database, 'other', 'c99', key, 5)).toBe(true);
  });
});
