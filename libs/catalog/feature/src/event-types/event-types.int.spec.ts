import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { shippedEventTypes } from '@arkan/catalog-domain';
import { eventTypeMessage, moduleTopic, topics, type EventTypeMessage } from '@arkan/contracts';
import { rebuildEventTypes } from '..';
import {
  deliveriesOf,
  grant,
  putWebhook,
  refusals,
  startCatalog,
  watchTopics,
  type CallOptions,
  type Catalog,
  type TopicWatch,
} from '../catalog.fixture';

interface Answer {
  type: string;
  revision: number;
  deprecatedAt: string | null;
  nextCursor: string | null;
  data: { type: string; module: string }[];
}

const definition = {
  title: 'Key lost',
  description: 'A key is gone.',
  schema: { type: 'object', properties: { keyId: { type: 'string' } }, required: ['keyId'] },
  example: { keyId: 'k1' },
};
const shipped = shippedEventTypes[0]!;
const shippedBody = {
  title: shipped.title,
  description: shipped.description,
  schema: shipped.schema,
  example: shipped.example,
};

describe('event types', () => {
  let catalog: Catalog;
  let watch: TopicWatch;
  const get = <T = Answer>(path: string, as = 'acme/auditor') => catalog.call<T>('GET', path, { as });
  const put = (type: string, body: unknown, more: CallOptions = {}) =>
    catalog.call<Answer>('PUT', `/v1/event-types/${type}`, { as: 'operator', body, ...more });
  const published = async (type: string): Promise<EventTypeMessage[]> =>
    (await watch.soFar(topics.eventTypes))
      .map(({ value }) => eventTypeMessage.decode(value))
      .filter((one) => one.type === type);

  beforeAll(async () => {
    catalog = await startCatalog();
    await grant(
      catalog.infrastructure,
      ...['producer', 'developer', 'auditor', 'tenant_admin'].map((role) => `acme/${role}`),
    );
    watch = await watchTopics(catalog.infrastructure, [topics.eventTypes, topics.deliveries]);
  });
  afterAll(async () => {
    await watch.stop();
    await catalog.stop();
  });

  describe('the shipped catalog', () => {
    test('is there and published before the start is over', async () => {
      const { body } = await get('/v1/event-types?limit=250');
      expect(body.data).toEqual(
        shippedEventTypes
          .map((type) => ({ ...type, module: type.type.split('.')[0], deprecatedAt: null, revision: 1 }))
          .sort((a, b) => (a.type < b.type ? -1 : 1)),
      );
      expect(body.nextCursor).toBeNull();
      for (const { type, schema } of shippedEventTypes)
        expect(await published(type)).toEqual([expect.objectContaining({ v: 1, type, schema, revision: 1 })]);
    });

    test('can be read page by page, and by module', async () => {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: Answer = (await get(`/v1/event-types?limit=10${cursor && `&cursor=${cursor}`}`)).body;
        seen.push(...page.data.map(({ type }) => type));
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(shippedEventTypes.map(({ type }) => type).sort());
      const module = (await get('/v1/event-types?module=warranty')).body.data.map(({ type }) => type);
      expect(module).toEqual(['warranty.claim.approved', 'warranty.claim.resolved', 'warranty.claim.submitted']);
    });

    test('has one history entry each, by the platform', async () => {
      const { body } = await get<{ data: unknown[] }>(`/v1/event-types/${shipped.type}/history`);
      expect(body.data).toEqual([
        expect.objectContaining({
          revision: 1,
          type: 'EventTypeAdded',
          actor: { id: 'platform', kind: 'system', role: null },
          reason: 'shipped with the product',
          outcome: 'applied',
        }),
      ]);
    });
  });

  describe('a change by an operator', () => {
    test('adds, changes, deprecates and brings back, each with its revision, message and history', async () => {
      const type = 'keys.key.lost';
      const added = await put(type, { ...definition, reason: 'asked for' });
      expect([added.status, added.headers.etag, added.body]).toEqual([
        200,
        '"1"',
        { type, module: 'keys', ...definition, deprecatedAt: null, revision: 1 },
      ]);
      expect((await put(type, definition)).body.revision).toBe(1);
      expect(
        (await put(type, { ...definition, title: 'Key missing' }, { headers: { 'if-match': '"1"' } })).body.revision,
      ).toBe(2);
      const deprecated = await put(type, { ...definition, title: 'Key missing', deprecated: true });
      expect(deprecated.body).toMatchObject({ revision: 3, deprecatedAt: expect.stringMatching(/Z$/) });
      expect((await put(type, definition)).body).toMatchObject({ revision: 5, deprecatedAt: null, title: 'Key lost' });
      expect((await get(`/v1/event-types/${type}`)).body).toMatchObject({ revision: 5 });

      const messages = await published(type);
      expect(messages.at(-1)).toMatchObject({ revision: 5, deprecatedAt: null });
      expect(messages.map(({ revision }) => revision)).toEqual([...messages].map(({ revision }) => revision).sort());

      const history = await get<{ data: { type: string; changes: { field: string }[] }[] }>(
        `/v1/event-types/${type}/history`,
        'operator',
      );
      expect(history.body.data.map((entry) => [entry.type, entry.changes.map(({ field }) => field)])).toEqual([
        ['EventTypeReinstated', ['deprecatedAt']],
        ['EventTypeChanged', ['title']],
        ['EventTypeDeprecated', ['deprecatedAt']],
        ['EventTypeChanged', ['title']],
        ['EventTypeAdded', ['title', 'description', 'schema', 'example']],
      ]);
      expect(history.body.data.at(-1)).toMatchObject({
        actor: { id: 'key_operator', kind: 'api_key', role: 'operator' },
        reason: 'asked for',
        sourceIp: '127.0.0.1',
        requestId: expect.stringMatching(/^req_/),
      });
    });

    test('is known to tenants without where it came from, and page by page', async () => {
      await put('keys.key.found', definition);
      await put('keys.key.found', { ...definition, deprecated: true });
      const path = '/v1/event-types/keys.key.found/history';
      const first = await get<{ data: object[]; nextCursor: string }>(`${path}?limit=1`);
      expect(first.body.data).toEqual([expect.objectContaining({ revision: 2, sourceIp: null, requestId: null })]);
      const second = await get<{ data: object[]; nextCursor: null }>(`${path}?limit=1&cursor=${first.body.nextCursor}`);
      expect([second.body.data, second.body.nextCursor]).toEqual([[expect.objectContaining({ revision: 1 })], null]);
      const elsewhere = await get(`/v1/event-types/keys.key.lost/history?cursor=${first.body.nextCursor}`);
      expect(refusals(elsewhere)).toEqual([422, 'invalid', 'query/cursor invalid_cursor']);
    });

    test('to a revision that it no longer has, or to a type that is not there, is refused', async () => {
      await put('keys.key.cut', definition);
      for (const [type, revision] of [
        ['keys.key.cut', 7],
        ['keys.key.never', 1],
      ] as const) {
        const reply = await put(type, { ...definition, title: 'x' }, { headers: { 'if-match': `"${revision}"` } });
        expect(refusals(reply)).toEqual([412, 'revision_mismatch']);
      }
    });

    test('by several at once takes effect one after the other', async () => {
      const replies = await Promise.all(
        Array.from({ length: 4 }, (_, i) => put('keys.key.raced', { ...definition, title: `title ${i}` })),
      );
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      const { body } = await get<{ data: { revision: number }[] }>('/v1/event-types/keys.key.raced/history');
      expect(body.data.map(({ revision }) => revision)).toEqual([4, 3, 2, 1]);
    });

    test('holds for the events after its answer', async () => {
      const type = 'keys.key.copied';
      await putWebhook(catalog.infrastructure, { eventTypes: ['keys.*'] });
      const emit = (data: object) =>
        catalog.call<{ deliveries: number }>('POST', '/v1/events', {
          body: { specversion: '1.0', id: `copied-${Math.random()}`, source: '/keys', type, data },
        });
      expect(refusals(await emit({ keyId: 'k' }))).toEqual([422, 'invalid', '/type unknown_event_type']);
      await put(type, definition);
      expect((await emit({ keyId: 'k' })).body).toMatchObject({ deliveries: 1 });
      expect(refusals(await emit({ keyId: 7 }))).toEqual([422, 'invalid', '/data/keyId type']);
      await put(type, { ...definition, schema: { properties: { keyId: { type: 'integer' } } }, example: { keyId: 1 } });
      expect((await emit({ keyId: 7 })).status).toBe(202);
      await put(type, { ...definition, deprecated: true });
      expect((await emit({ keyId: 'k' })).body).toMatchObject({ deliveries: 1 });
    });

    test('that adds a module makes its topic, which is consumed', async () => {
      const type = 'utilities.meter.read';
      await put(type, definition);
      await putWebhook(catalog.infrastructure, { eventTypes: ['utilities.*'] });
      const event = { specversion: '1.0', id: 'meter-1', source: '/utilities', type, data: { keyId: 'k' } };
      await catalog.infrastructure.bus.publish([
        { topic: moduleTopic('utilities'), key: 'acme', value: Buffer.from(JSON.stringify(event)) },
      ]);
      for (let count = 1; (await deliveriesOf(watch, 'meter-1')).length === 0; count++)
        await watch.until(topics.deliveries, count);
      expect(await deliveriesOf(watch, 'meter-1')).toHaveLength(1);
    });
  });

  describe('what is refused', () => {
    test.each<[string, string, unknown, unknown[]]>([
      ['a name of two parts', 'keys.lost', definition, [422, 'invalid', 'path/type invalid_format']],
      ['a name in capitals', 'Keys.key.lost', definition, [422, 'invalid', 'path/type invalid_format']],
      ['a wildcard', 'keys.*', definition, [422, 'invalid', 'path/type invalid_format']],
      ['a name with NUL', 'keys.key.lost%00', definition, [422, 'invalid', 'path/type invalid_format']],
      ['the module of the dead letters', 'dead.letter.sent', definition, [422, 'invalid', 'path/type reserved']],
      ['an unknown field', 'keys.key.x', { ...definition, owner: 'me' }, [422, 'invalid', '/owner unknown_field']],
      [
        'nothing',
        'keys.key.x',
        {},
        [422, 'invalid', '/title missing', '/description missing', '/schema missing', '/example missing'],
      ],
      [
        'a schema that is text',
        'keys.key.x',
        { ...definition, schema: 'object' },
        [422, 'invalid', '/schema invalid_type'],
      ],
      [
        'a schema that is none',
        'keys.key.x',
        { ...definition, schema: { type: 'thing' } },
        [422, 'invalid', expect.stringMatching(/^\/schema\/type /), expect.anything(), expect.anything()],
      ],
      [
        'a remote reference',
        'keys.key.x',
        { ...definition, schema: { $ref: 'https://x.example/' } },
        [422, 'invalid', '/schema/$ref not_allowed'],
      ],
      [
        'a pattern that backtracks',
        'keys.key.x',
        { ...definition, schema: { properties: { a: { pattern: '^(a+)+$' } } } },
        [422, 'invalid', '/schema/properties/a/pattern too_costly'],
      ],
      [
        'a large schema',
        'keys.key.x',
        { ...definition, schema: { description: 'x'.repeat(65_536) } },
        [422, 'invalid', '/schema too_big'],
      ],
      [
        'an example that the schema refuses',
        'keys.key.x',
        { ...definition, example: { keyId: 1 } },
        [422, 'invalid', '/example/keyId type'],
      ],
      [
        'an example without a required field',
        'keys.key.x',
        { ...definition, example: {} },
        [422, 'invalid', '/example/keyId missing'],
      ],
      [
        'a large example',
        'keys.key.x',
        { ...definition, example: { keyId: 'x'.repeat(262_144) } },
        [422, 'invalid', '/example too_big'],
      ],
      [
        'NUL in an example',
        'keys.key.x',
        { ...definition, example: { keyId: 'a\u0000' } },
        [422, 'invalid', '/example/keyId invalid_text'],
      ],
      ['NUL in a title', 'keys.key.x', { ...definition, title: '\u0000' }, [422, 'invalid', '/title invalid_format']],
      [
        'nesting 100 deep',
        'keys.key.x',
        `{"schema":${'{"not":'.repeat(99)}{}${'}'.repeat(99)}}`,
        [422, 'invalid', ' too_deep'],
      ],
      ['no JSON', 'keys.key.x', '{', [400, 'malformed_json']],
    ])('%s', async (_, type, body, expected) => {
      expect(refusals(await put(type, body))).toEqual(expected);
    });

    test.each<[string, string, CallOptions, unknown[]]>([
      ['a change by a tenant', 'PUT', { as: 'acme/tenant_admin', body: definition }, [403, 'forbidden']],
      ['a change by nobody', 'PUT', { as: null, body: definition }, [401, 'unauthenticated']],
      ['a read by nobody', 'GET', { as: null }, [401, 'unauthenticated']],
    ])('%s', async (_, method, call, expected) => {
      expect(refusals(await catalog.call(method, `/v1/event-types/${shipped.type}`, call))).toEqual(expected);
    });

    test.each([
      ['/v1/event-types/keys.key.none', 404, 'not_found'],
      ['/v1/event-types/..%2f..', 404, 'not_found'],
      ['/v1/event-types/a%00b', 404, 'not_found'],
      ['/v1/event-types/keys.key.none/history', 404, 'not_found'],
      ['/v1/event-types?limit=251', 422, 'invalid', 'query/limit too_big'],
      ['/v1/event-types?limit=x', 422, 'invalid', 'query/limit invalid_type'],
      ['/v1/event-types?other=1', 422, 'invalid', 'query/other unknown_field'],
      ['/v1/event-types?cursor=AAAA', 422, 'invalid', 'query/cursor invalid_cursor'],
    ])('GET %s: %d', async (path, ...expected) => {
      expect(refusals(await get(path))).toEqual(expected);
    });
  });

  describe('the documents', () => {
    test('have what is in the catalog now', async () => {
      await put('keys.key.documented', { ...definition, deprecated: true });
      const openApi = await get<{ openapi: string; webhooks: Record<string, { post: { deprecated?: boolean } }> }>(
        '/v1/catalog/openapi.json',
        'acme/developer',
      );
      expect(openApi.body.openapi).toBe('3.1.0');
      expect(openApi.body.webhooks['keys.key.documented']!.post.deprecated).toBe(true);
      expect(Object.keys(openApi.body.webhooks)).toEqual(
        expect.arrayContaining(shippedEventTypes.map(({ type }) => type)),
      );
      const asyncApi = await get<{ asyncapi: string; channels: Record<string, { address: string }> }>(
        '/v1/catalog/asyncapi.json',
        'acme/producer',
      );
      expect(asyncApi.body.asyncapi).toBe('3.0.0');
      expect(asyncApi.body.channels.keys!.address).toBe('arkan.events.keys');
      expect((await catalog.call('GET', '/v1/catalog/openapi.json', { as: null })).status).toBe(401);
    });
  });

  describe('the read model', () => {
    test('made anew from the events is the live one; what differs is told and mended', async () => {
      const { pool } = catalog.deps.database;
      expect((await rebuildEventTypes(catalog.deps)).differing).toEqual([]);
      await pool.query(`update event_type set title = 'tampered' where type = $1`, [shipped.type]);
      await pool.query(`delete from event_type where type = 'leasing.lease.renewed'`);
      const rebuilt = await rebuildEventTypes(catalog.deps);
      expect(rebuilt.differing).toEqual(['leasing.lease.renewed', shipped.type]);
      expect((await get(`/v1/event-types/${shipped.type}`)).body).toMatchObject(shippedBody);
      expect((await rebuildEventTypes(catalog.deps)).differing).toEqual([]);
    });
  });
});
