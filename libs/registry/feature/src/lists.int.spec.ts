import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ManualClock } from '@arkan/kernel';
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

/** Page by page, until there is none. */
async function walk(client: Client, path: string, limit: number): Promise<{ pages: number; ids: string[] }> {
  const ids: string[] = [];
  for (let pages = 1, cursor = ''; ; pages++) {
    const { body } = await client.get(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor}`);
    ids.push(...body.data.map((item: { id: string }) => item.id));
    if (body.nextCursor === null) return { pages, ids };
    cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
  }
}

describe('a list', () => {
  test('of webhooks comes newest first, each once, also where many were made in one ms', async () => {
    const { admin } = await newTenant(registry.url, 'pages');
    const made: string[] = [];
    for (let n = 0; n < 7; n++) {
      if (n === 4) clock.advance(1);
      made.unshift((await admin.post('/v1/webhooks', webhookBody({ name: `No. ${n}` }))).body.id);
    }
    for (const path of ['/v1/webhooks', `/v1/webhooks?asOf=${new Date(clock.now()).toISOString()}`]) {
      expect(await walk(admin, path, 3)).toEqual({ pages: 3, ids: made });
      expect(await walk(admin, path, 7)).toEqual({ pages: 1, ids: made });
    }
  });

  test('of webhooks is filtered by status and by text of name or URL, taken literally', async () => {
    const { admin } = await newTenant(registry.url, 'filters');
    const make = async (name: string, url: string) =>
      (await admin.post('/v1/webhooks', webhookBody({ name, url }))).body.id;
    const plain = await make('Plain', 'https://plain.example/hook');
    const percent = await make('100% Books', 'https://percent.example/a_b');
    await admin.post(`/v1/webhooks/${plain}/pause`);
    const ids = async (query: string) => (await walk(admin, `/v1/webhooks?${query}`, 50)).ids;
    expect(await ids('status=paused')).toEqual([plain]);
    expect(await ids('status=active')).toEqual([percent]);
    expect(await ids('status=failing')).toEqual([]);
    expect(await ids('text=BOOKS')).toEqual([percent]);
    expect(await ids('text=plain.example')).toEqual([plain]);
    expect(await ids('text=%25')).toEqual([percent]);
    expect(await ids('text=a_b')).toEqual([percent]);
    expect(await ids('text=hoo_')).toEqual([]);
    expect(await ids('text=Plain&status=active')).toEqual([]);
  });

  test('of tenants and of keys has pages, too', async () => {
    const operator = clientOf(registry.url, operatorKey);
    for (let n = 0; n < 3; n++) await newTenant(registry.url, `listed-${n}`);
    for (const path of ['/v1/tenants', '/v1/api-keys']) {
      const [some, all] = [await walk(operator, path, 2), await walk(operator, path, 250)];
      expect(some.ids).toEqual(all.ids);
      expect(new Set(all.ids).size).toBe(all.ids.length);
      expect(some.pages).toBeGreaterThan(1);
    }
    expect(
      (await clientOf(registry.url, operatorKey, { 'x-tenant-id': 'listed-1' }).get('/v1/api-keys')).body.data,
    ).toHaveLength(3);
  });

  test.each(['limit=251', 'limit=0', 'limit=x', 'cursor=AAAA', 'status=melted', 'colour=red', 'text=%00'])(
    'asked for with %s is refused, naming it',
    async (query) => {
      const operator = clientOf(registry.url, operatorKey, { 'x-tenant-id': 'anyone' });
      const answer = await operator.get(`/v1/webhooks?${query}`);
      expect(answer.status).toBe(422);
      expect(answer.body.errors[0].pointer).toBe(`query/${query.split('=')[0]}`);
    },
  );

  test('is not paged on with the cursor of another filter', async () => {
    const { admin } = await newTenant(registry.url, 'cursors');
    for (let n = 0; n < 2; n++) await admin.post('/v1/webhooks', webhookBody());
    const { nextCursor } = (await admin.get('/v1/webhooks?limit=1&status=active')).body;
    expect((await admin.get(`/v1/webhooks?limit=1&status=active&cursor=${nextCursor}`)).status).toBe(200);
    expect((await admin.get(`/v1/webhooks?limit=1&cursor=${nextCursor}`)).status).toBe(422);
  });
});
