import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { shippedEventTypes } from '@arkan/catalog-domain';
import { ManualClock } from '@arkan/kernel';
import { grant, refusals, startCatalog, type Catalog } from '../catalog.fixture';

interface Page {
  data: { id: string; type: string; tenantId: string; acceptedAt: string }[];
  nextCursor: string | null;
}

const start = Date.UTC(2026, 2, 10, 23, 59, 50);
const [drafted, activated] = shippedEventTypes.filter(({ type }) => type.startsWith('leasing.'));

describe('reading events', () => {
  const clock = new ManualClock(start);
  let catalog: Catalog;
  const list = (query = '', as = 'acme/auditor') => catalog.call<Page>('GET', `/v1/events${query}`, { as });
  const ids = async (query = '', as?: string) => (await list(query, as)).body.data.map(({ id }) => id);

  beforeAll(async () => {
    catalog = await startCatalog({ clock });
    await grant(
      catalog.infrastructure,
      ...['acme', 'other'].flatMap((tenant) => [`${tenant}/producer`, `${tenant}/auditor`]),
    );
    // Ten events 2 s apart, over midnight, of two types in turn; another tenant's in between, under the same ids.
    for (let i = 0; i < 10; i++) {
      const { type, example } = (i % 2 === 0 ? drafted : activated)!;
      for (const as of ['acme/producer', 'other/producer']) {
        const body = { specversion: '1.0', id: `e${i}`, source: `/${as}`, type, data: example };
        expect((await catalog.call('POST', '/v1/events', { as, body })).status).toBe(202);
      }
      clock.advance(2_000);
    }
  });
  afterAll(() => catalog.stop());

  const at = (i: number) => encodeURIComponent(new Date(start + i * 2_000).toISOString());
  const down = (from: number, to: number, step = 1) =>
    Array.from({ length: Math.floor((from - to) / step) + 1 }, (_, i) => `e${from - i * step}`);

  test.each<[string, string, string[]]>([
    ['all, newest first', '', down(9, 0)],
    ['of a type', `?eventType=${'leasing.lease.drafted'}`, down(8, 0, 2)],
    ['from a time on', `?from=${at(4)}`, down(9, 4)],
    ['before a time', `?to=${at(4)}`, down(3, 0)],
    ['between times, of a type', `?from=${at(2)}&to=${at(7)}&eventType=leasing.lease.activated`, ['e5', 'e3']],
    ['of a type that nobody emits', '?eventType=no.such.type', []],
    ['of a time to come', `?from=${at(1_000)}`, []],
    [
      'with a time of another zone',
      `?from=${encodeURIComponent(new Date(start + 28_800_000).toISOString().replace('Z', '+08:00'))}&limit=1`,
      ['e9'],
    ],
  ])('%s', async (_, query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  test('page by page, in order, each once, also where more come meanwhile', async () => {
    const seen: string[] = [];
    let query = '?limit=3';
    for (let pages = 0; ; pages++) {
      const { body } = await list(query);
      seen.push(...body.data.map(({ id }) => id));
      if (pages === 0) {
        const body = { specversion: '1.0', id: 'later', source: '/x', type: drafted!.type, data: drafted!.example };
        await catalog.call('POST', '/v1/events', { body });
      }
      if (body.nextCursor === null) break;
      query = `?limit=3&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual(down(9, 0));
  });

  test('a tenant sees its own only, under whatever name it asks', async () => {
    const own = (await list('?limit=250', 'other/auditor')).body.data;
    expect(new Set(own.map(({ tenantId }) => tenantId))).toEqual(new Set(['other']));
    expect(await catalog.call('GET', '/v1/events/e1', { as: 'other/auditor' })).toMatchObject({
      status: 200,
      body: { tenantId: 'other', source: '/other/producer' },
    });
    expect((await catalog.call('GET', '/v1/events/later', { as: 'other/auditor' })).status).toBe(404);
    const named = await catalog.call('GET', '/v1/events', { as: 'acme/auditor', headers: { 'x-tenant-id': 'other' } });
    expect(refusals(named)).toEqual([403, 'forbidden']);
    const operator = await catalog.call('GET', '/v1/events/e1', {
      as: 'operator',
      headers: { 'x-tenant-id': 'other' },
    });
    expect(operator.body).toMatchObject({ tenantId: 'other' });
    expect(refusals(await catalog.call('GET', '/v1/events', { as: 'operator' }))).toEqual([
      422,
      'invalid',
      'header/X-Tenant-Id invalid_header',
    ]);
  });

  test("a cursor that was changed, is another tenant's, or of another list is refused", async () => {
    const { nextCursor } = (await list('?limit=2')).body;
    const refused = [422, 'invalid', 'query/cursor invalid_cursor'];
    expect(refusals(await list(`?limit=2&cursor=${nextCursor!.slice(0, -4)}AAAA`))).toEqual(refused);
    expect(refusals(await list(`?limit=2&cursor=A${nextCursor!.slice(1)}`))).toEqual(refused);
    expect(refusals(await list(`?limit=2&cursor=${nextCursor}`, 'other/auditor'))).toEqual(refused);
    expect(refusals(await list(`?limit=2&cursor=${nextCursor}&eventType=leasing.lease.drafted`))).toEqual(refused);
    expect((await list(`?limit=2&cursor=${nextCursor}`)).status).toBe(200);
  });

  test.each<[string, unknown[]]>([
    ['/v1/events?limit=251', [422, 'invalid', 'query/limit too_big']],
    ['/v1/events?limit=0', [422, 'invalid', 'query/limit too_small']],
    ['/v1/events?from=yesterday', [422, 'invalid', 'query/from invalid_format']],
    ['/v1/events?type=x', [422, 'invalid', 'query/type unknown_field']],
    ['/v1/events?eventType=a%00b', [422, 'invalid', 'query/eventType invalid_format']],
    ['/v1/events/none', [404, 'not_found']],
    ['/v1/events/a%00b', [404, 'not_found']],
    ["/v1/events/'%20or%201=1", [404, 'not_found']],
    [`/v1/events/${'x'.repeat(257)}`, [422, 'invalid', 'path/id too_big']],
  ])('GET %s', async (path, expected) => {
    expect(refusals(await catalog.call('GET', path, { as: 'acme/auditor' }))).toEqual(expected);
  });

  test('a producer may not read', async () => {
    expect(refusals(await list('', 'acme/producer'))).toEqual([403, 'forbidden']);
  });

  test('when the days that were made ahead are used up, the next one is made', async () => {
    clock.advance(20 * 86_400_000);
    const body = { specversion: '1.0', id: 'much-later', source: '/x', type: drafted!.type, data: drafted!.example };
    expect((await catalog.call('POST', '/v1/events', { body })).status).toBe(202);
    expect(await ids('?limit=1')).toEqual(['much-later']);
  });
});
