import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deliveryBody, topics, type Problem } from '@arkan/contracts';
import { uuidTimeMs } from '@arkan/kernel';
import { shippedEventTypes } from '@arkan/catalog-domain';
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
import type { Accepted } from './acceptance';

const drafted = shippedEventTypes.find(({ type }) => type === 'leasing.lease.drafted')!;
let made = 0;
const newEvent = (over: object = {}) => ({
  specversion: '1.0',
  id: `evt-${made++}`,
  source: '/leasing',
  type: drafted.type,
  time: '2026-03-01T10:00:00.000Z',
  data: drafted.example,
  ...over,
});
const batchOf = (events: unknown): CallOptions => ({
  headers: { 'content-type': 'application/cloudevents-batch+json' },
  body: events,
});
/** As text: JSON.stringify would itself give up on it. */
const nested = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;

describe('POST /v1/events', () => {
  let catalog: Catalog;
  let watch: TopicWatch;
  const publish = (call: CallOptions) => catalog.call<Accepted>('POST', '/v1/events', call);

  beforeAll(async () => {
    catalog = await startCatalog();
    await grant(
      catalog.infrastructure,
      ...['producer', 'tenant_admin', 'developer', 'auditor'].map((role) => `acme/${role}`),
    );
    await grant(catalog.infrastructure, 'other/producer', 'other/auditor');
    watch = await watchTopics(catalog.infrastructure, [topics.deliveries]);
  });
  afterAll(async () => {
    await watch.stop();
    await catalog.stop();
  });

  describe('what is accepted', () => {
    test('goes to the webhooks that take it, with the body that is told and kept', async () => {
      const [exact, whole, paused] = await Promise.all([
        putWebhook(catalog.infrastructure, { eventTypes: [drafted.type] }),
        putWebhook(catalog.infrastructure, { eventTypes: ['leasing.*', drafted.type] }),
        putWebhook(catalog.infrastructure, { eventTypes: ['leasing.*'], status: 'paused' }),
        putWebhook(catalog.infrastructure, { eventTypes: ['leasing.*'], status: 'deleted' }),
        putWebhook(catalog.infrastructure, { eventTypes: ['leasing.lease.renewed', 'warranty.*'] }),
        putWebhook(catalog.infrastructure, { eventTypes: ['leasing.*'], tenantId: 'other' }),
      ]);
      const event = newEvent({ ignoredextension: 'x' });
      const reply = await publish({
        body: event,
        headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
      });
      expect([reply.status, reply.body]).toEqual([202, { id: event.id, duplicate: false, deliveries: 3 }]);

      const deliveries = await deliveriesOf(watch, event.id);
      expect(deliveries.map(({ webhookId }) => webhookId).sort()).toEqual([exact, whole, paused].sort());
      const [{ meta, body, deliveries: pairs }] = deliveries as [(typeof deliveries)[0]];
      const timeMs = Date.parse(event.time);
      expect(meta).toMatchObject({ eventId: event.id, tenantId: 'acme', type: event.type, timeMs, isTest: false });
      expect(uuidTimeMs(meta.eventKey)).toBe(meta.acceptedAtMs);
      expect(uuidTimeMs(pairs[0]![0])).toBe(meta.acceptedAtMs);
      expect(body).toEqual(deliveryBody({ ...event, timeMs, tenantId: 'acme' }));

      const read = await catalog.call('GET', `/v1/events/${event.id}`, { as: 'acme/auditor' });
      expect([read.status, read.body]).toEqual([
        200,
        {
          id: event.id,
          tenantId: 'acme',
          type: event.type,
          source: event.source,
          time: event.time,
          data: event.data,
          acceptedAt: new Date(meta.acceptedAtMs).toISOString(),
        },
      ]);
    });

    test.each<[string, (id: string) => CallOptions]>([
      ['application/json', (id) => ({ body: newEvent({ id }) })],
      ['with its tenant named', (id) => ({ body: newEvent({ id, tenantid: 'acme' }) })],
      [
        'by an operator who names the tenant in a header',
        (id) => ({ as: 'operator', headers: { 'x-tenant-id': 'acme' }, body: newEvent({ id }) }),
      ],
      ['by an operator whose event names it', (id) => ({ as: 'operator', body: newEvent({ id, tenantid: 'acme' }) })],
      ['by a tenant admin', (id) => ({ as: 'acme/tenant_admin', body: newEvent({ id }) })],
      [
        'with nesting 64 deep',
        (id) => ({
          body: `{"specversion":"1.0","id":"${id}","source":"/s","type":"${drafted.type}","data":${JSON.stringify(drafted.example).slice(0, -1)},"deep":${nested(63)}}}`,
        }),
      ],
      ['in binary mode', (id) => ({ headers: binary({ 'ce-id': id }), body: drafted.example })],
      [
        'in binary mode with another JSON attribute',
        (id) => ({
          headers: { ...binary({ 'ce-id': id }), 'ce-tenantid': 'acme', 'ce-custom': '"a \\" b"' },
          body: drafted.example,
        }),
      ],
    ])('%s', async (_, call) => {
      const id = `accepted-${made++}`;
      const reply = await publish(call(id));
      expect([reply.status, reply.body.id, reply.body.duplicate]).toEqual([202, id, false]);
      expect((await catalog.call('GET', `/v1/events/${id}`, { as: 'acme/auditor' })).status).toBe(200);
    });

    const binary = (over: Record<string, string> = {}) => ({
      'ce-specversion': '1.0',
      'ce-id': `evt-${made++}`,
      'ce-source': '/leasing',
      'ce-type': drafted.type,
      ...over,
    });

    test('binary attributes are unquoted and percent-decoded once', async () => {
      await publish({
        headers: binary({ 'ce-id': 'bin%20%C3%A9%2520', 'ce-source': '"/a \\"b\\""' }),
        body: drafted.example,
      });
      const { body } = await catalog.call<{ source: string }>('GET', `/v1/events/${encodeURIComponent('bin é%20')}`, {
        as: 'acme/auditor',
      });
      expect(body.source).toBe('/a "b"');
    });

    test.each([
      'quote \' " ; drop table event --',
      'slash/../%2e%2e',
      'é\u{1F600}漢',
      '__proto__',
      'constructor',
      '\\',
      '$1',
    ])('an id like %s is taken as it is', async (id) => {
      expect((await publish({ body: newEvent({ id }) })).body).toMatchObject({ id, duplicate: false });
      expect((await publish({ body: newEvent({ id }) })).body).toMatchObject({ id, duplicate: true });
      const read = await catalog.call('GET', `/v1/events/${encodeURIComponent(id)}`, { as: 'acme/auditor' });
      expect(read.body).toMatchObject({ id });
    });

    test('data keeps what JSON can say, NUL and halves of pairs included', async () => {
      const id = `odd-${made++}`;
      const odd = '{"nul":"a\\u0000b","half":"\\ud800","big":1e300,"empty":"","é":[null,true,{"":0}]}';
      const body = `{"specversion":"1.0","id":"${id}","source":"/s","type":"${drafted.type}","data":${JSON.stringify(drafted.example).slice(0, -1)},"odd":${odd}}}`;
      expect((await publish({ body })).status).toBe(202);
      const read = await catalog.call<{ data: { odd: unknown } }>('GET', `/v1/events/${id}`, { as: 'acme/auditor' });
      expect(read.body.data.odd).toEqual(JSON.parse(odd));
    });

    test('without a time, the time is that of its coming', async () => {
      const before = Date.now();
      const { id } = (await publish({ body: newEvent({ time: undefined }) })).body;
      const { body } = await catalog.call<{ time: string }>('GET', `/v1/events/${id}`, { as: 'acme/auditor' });
      expect(Date.parse(body.time)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(body.time)).toBeLessThanOrEqual(Date.now());
    });

    test('data may have exactly 256 KiB', async () => {
      const room = 262_144 - Buffer.byteLength(JSON.stringify({ ...drafted.example, pad: '' }));
      const ok = await publish({ body: newEvent({ data: { ...drafted.example, pad: 'x'.repeat(room) } }) });
      const over = await publish({ body: newEvent({ data: { ...drafted.example, pad: 'x'.repeat(room + 1) } }) });
      const inBytes = await publish({
        body: newEvent({ data: { ...drafted.example, pad: 'é'.repeat(room / 2 + 1) } }),
      });
      expect([ok.status, over.status, inBytes.status]).toEqual([202, 413, 413]);
      expect(refusals(over)).toEqual([413, 'data_too_large', '/data too_big']);
    });

    test('a batch is answered in its order, repetitions within it too', async () => {
      const [a, b] = [newEvent(), newEvent({ tenantid: 'acme' })];
      const reply = await catalog.call<{ data: Accepted[] }>('POST', '/v1/events', batchOf([a, b, a]));
      expect(reply.status).toBe(202);
      expect(reply.body.data.map(({ id, duplicate }) => [id, duplicate])).toEqual([
        [a.id, false],
        [b.id, false],
        [a.id, true],
      ]);
    });

    test('a batch of 1,000 is taken, one of 1,001 not', async () => {
      const events = Array.from({ length: 1_001 }, () => newEvent());
      const over = await publish(batchOf(events));
      expect(refusals(over)).toEqual([422, 'invalid', ' batch_size']);
      const reply = await catalog.call<{ data: Accepted[] }>('POST', '/v1/events', batchOf(events.slice(1)));
      expect(reply.body.data.filter(({ duplicate }) => !duplicate)).toHaveLength(1_000);
    });

    test('an event for more webhooks than a message holds goes out in several', async () => {
      await Promise.all(
        Array.from({ length: 250 }, () =>
          putWebhook(catalog.infrastructure, { tenantId: 'other', eventTypes: ['documents.*'] }),
        ),
      );
      const uploaded = shippedEventTypes.find(({ type }) => type === 'documents.document.uploaded')!;
      const event = newEvent({ type: uploaded.type, data: uploaded.example });
      expect((await publish({ as: 'other/producer', body: event })).body.deliveries).toBe(250);
      const deliveries = await deliveriesOf(watch, event.id);
      expect(new Set(deliveries.map(({ webhookId }) => webhookId)).size).toBe(250);
      expect(new Set(deliveries.map(({ deliveries: pairs }) => pairs.length))).toEqual(new Set([200, 50]));
    });
  });

  describe('duplicates', () => {
    test('the second of (tenant, id) delivers nothing, whatever else it says; another tenant may have the id', async () => {
      await putWebhook(catalog.infrastructure, { eventTypes: ['leasing.*'] });
      const event = newEvent();
      const first = await publish({ body: event });
      expect(first.body.duplicate).toBe(false);
      expect(first.body.deliveries).toBeGreaterThan(0);
      const again = await publish({
        body: { ...event, source: '/elsewhere', data: { ...event.data, rent: { amountMinor: 1, currency: 'EUR' } } },
      });
      expect([again.status, again.body]).toEqual([202, { id: event.id, duplicate: true, deliveries: 0 }]);
      expect((await publish({ as: 'other/producer', body: event })).body.duplicate).toBe(false);
      const own = (await deliveriesOf(watch, event.id)).filter(({ meta }) => meta.tenantId === 'acme');
      expect(own).toHaveLength(first.body.deliveries);
    });

    test('of 50 at once exactly one wins', async () => {
      const event = newEvent();
      const replies = await Promise.all(Array.from({ length: 50 }, () => publish({ body: event })));
      expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 202));
      const won = replies.filter(({ body }) => !body.duplicate);
      expect(won).toHaveLength(1);
      expect(await deliveriesOf(watch, event.id)).toHaveLength(won[0]!.body.deliveries);
    });

    test('batches that overlap, at once and in opposite order, take each event once', async () => {
      const events = Array.from({ length: 100 }, () => newEvent());
      const replies = await Promise.all(
        [events, [...events].reverse(), events.slice(50)].map((part) =>
          catalog.call<{ data: Accepted[] }>('POST', '/v1/events', batchOf(part)),
        ),
      );
      const won = replies.flatMap(({ body }) => body.data.filter(({ duplicate }) => !duplicate).map(({ id }) => id));
      expect(won.sort()).toEqual(events.map(({ id }) => id).sort());
    });
  });

  describe('what is refused', () => {
    const { leaseId: _, ...withoutLease } = drafted.example;
    test.each<[string, CallOptions, unknown[]]>([
      ['no credential', { as: null, body: newEvent() }, [401, 'unauthenticated']],
      ['an unknown key', { as: 'nobody/producer', body: newEvent() }, [401, 'unauthenticated']],
      ['a role that may not emit', { as: 'acme/developer', body: newEvent() }, [403, 'forbidden']],
      ['a role that only reads', { as: 'acme/auditor', body: newEvent() }, [403, 'forbidden']],
      [
        'another tenant in the event',
        { body: newEvent({ tenantid: 'other' }) },
        [403, 'forbidden', '/tenantid other_tenant'],
      ],
      ['another tenant in the header', { headers: { 'x-tenant-id': 'other' }, body: newEvent() }, [403, 'forbidden']],
      ['an operator who names no tenant', { as: 'operator', body: newEvent() }, [422, 'invalid', '/tenantid missing']],
      ['not JSON', { body: '{"specversion":' }, [400, 'malformed_json']],
      ['nothing', { body: '' }, [400, 'malformed_json']],
      ['a poisoned prototype', { body: '{"__proto__":{"x":1}}' }, [400, 'malformed_json']],
      [
        'another content type',
        { headers: { 'content-type': 'text/plain' }, body: 'hello' },
        [415, 'unsupported_media_type'],
      ],
      [
        'a form',
        { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=1' },
        [415, 'unsupported_media_type'],
      ],
      ['no content type', { headers: { 'content-type': '' }, body: '{}' }, [415, 'unsupported_media_type']],
      ['an array that is not declared a batch', { body: [newEvent()] }, [422, 'invalid', ' invalid_type']],
      ['null', { body: 'null' }, [422, 'invalid', ' invalid_type']],
      [
        'an empty object',
        { body: {} },
        [
          422,
          'invalid',
          '/specversion invalid_value',
          '/id missing',
          '/source missing',
          '/type missing',
          '/data missing',
        ],
      ],
      ['another version', { body: newEvent({ specversion: '0.3' }) }, [422, 'invalid', '/specversion invalid_value']],
      ['an empty id', { body: newEvent({ id: '' }) }, [422, 'invalid', '/id too_small']],
      ['an id of 201 characters', { body: newEvent({ id: 'x'.repeat(201) }) }, [422, 'invalid', '/id too_big']],
      ['an id of 10 KB', { body: newEvent({ id: 'x'.repeat(10_240) }) }, [422, 'invalid', '/id too_big']],
      ['an id with NUL', { body: newEvent({ id: 'a\u0000b' }) }, [422, 'invalid', '/id invalid_format']],
      ['an id with a line end', { body: newEvent({ id: 'a\r\nx-evil: 1' }) }, [422, 'invalid', '/id invalid_format']],
      ['an id with half a pair', { body: newEvent({ id: '\ud800' }) }, [422, 'invalid', '/id custom']],
      ['an id that is a number', { body: newEvent({ id: 7 }) }, [422, 'invalid', '/id invalid_type']],
      ['a source with NUL', { body: newEvent({ source: '\u0000' }) }, [422, 'invalid', '/source invalid_format']],
      ['a type that is no name', { body: newEvent({ type: 'leasing.*' }) }, [422, 'invalid', '/type invalid_format']],
      [
        'a type that the catalog does not have',
        { body: newEvent({ type: 'leasing.lease.burnt' }) },
        [422, 'invalid', '/type unknown_event_type'],
      ],
      [
        'a time before the first year',
        { body: newEvent({ time: '0000-01-01T00:00:00+10:00' }) },
        [422, 'invalid', '/time out_of_range'],
      ],
      [
        'a time after the last year',
        { body: newEvent({ time: '9999-12-31T23:59:59-10:00' }) },
        [422, 'invalid', '/time out_of_range'],
      ],
      ['a time that is none', { body: newEvent({ time: 'yesterday' }) }, [422, 'invalid', '/time invalid_format']],
      [
        'a tenant that is none',
        { body: newEvent({ tenantid: '../other' }) },
        [422, 'invalid', '/tenantid invalid_format'],
      ],
      ['data that is text', { body: newEvent({ data: 'x' }) }, [422, 'invalid', '/data invalid_type']],
      ['data that is an array', { body: newEvent({ data: [] }) }, [422, 'invalid', '/data invalid_type']],
      [
        'data in base64',
        { body: newEvent({ data: undefined, data_base64: 'e30=' }) },
        [422, 'invalid', '/data missing'],
      ],
      [
        'data that is declared XML',
        { body: newEvent({ datacontenttype: 'text/xml' }) },
        [422, 'invalid', '/datacontenttype invalid_format'],
      ],
      [
        'data without a required field',
        { body: newEvent({ data: withoutLease }) },
        [422, 'invalid', '/data/leaseId missing'],
      ],
      [
        'data with two wrong fields',
        { body: newEvent({ data: { ...drafted.example, startsOn: 'soon', rent: { amountMinor: -1 } } }) },
        [422, 'invalid', '/data/startsOn format', '/data/rent/currency missing', '/data/rent/amountMinor minimum'],
      ],
      [
        'nesting 65 deep',
        { body: `{"specversion":"1.0","id":"d","source":"/s","type":"${drafted.type}","data":${nested(65)}}` },
        [422, 'invalid', '/data too_deep'],
      ],
      [
        'nesting 100 deep',
        { body: `{"specversion":"1.0","id":"d","source":"/s","type":"${drafted.type}","data":${nested(100)}}` },
        [422, 'invalid', '/data too_deep'],
      ],
      [
        'nesting 100,000 deep',
        { body: `{"specversion":"1.0","id":"d","source":"/s","type":"${drafted.type}","data":${nested(100_000)}}` },
        [422, 'invalid', '/data too_deep'],
      ],
      [
        'nesting 100,000 deep, under an idempotency key',
        { headers: { 'idempotency-key': 'deep' }, body: `{"data":${nested(100_000)}}` },
        [422, 'invalid', ' too_deep'],
      ],
      [
        'data of 300 KB',
        { body: newEvent({ data: { ...drafted.example, pad: 'x'.repeat(300_000) } }) },
        [413, 'data_too_large', '/data too_big'],
      ],
      ['a body of 2 MB', { body: newEvent({ data: { pad: 'x'.repeat(2_000_000) } }) }, [413, 'body_too_large']],
      ['an empty batch', batchOf([]), [422, 'invalid', ' batch_size']],
      ['a batch that is none', batchOf({}), [422, 'invalid', ' batch_size']],
      [
        'binary without an id',
        { headers: { 'ce-specversion': '1.0', 'ce-source': '/s', 'ce-type': drafted.type }, body: drafted.example },
        [422, 'invalid', 'header/ce-id missing'],
      ],
      [
        'binary with a bad encoding',
        {
          headers: { 'ce-specversion': '1.0', 'ce-id': '%ff', 'ce-source': '/s', 'ce-type': drafted.type },
          body: drafted.example,
        },
        [422, 'invalid', 'header/ce-id encoding'],
      ],
      [
        'binary with an encoded NUL',
        {
          headers: { 'ce-specversion': '1.0', 'ce-id': '%00', 'ce-source': '/s', 'ce-type': drafted.type },
          body: drafted.example,
        },
        [422, 'invalid', 'header/ce-id invalid_format'],
      ],
      [
        'binary with wrong data',
        {
          headers: { 'ce-specversion': '1.0', 'ce-id': 'b', 'ce-source': '/s', 'ce-type': drafted.type },
          body: withoutLease,
        },
        [422, 'invalid', '/leaseId missing'],
      ],
      [
        'binary with an array',
        { headers: { 'ce-specversion': '1.0', 'ce-id': 'b', 'ce-source': '/s', 'ce-type': drafted.type }, body: [] },
        [422, 'invalid', ' invalid_type'],
      ],
    ])('%s', async (_, call, expected) => {
      const reply = await publish(call);
      expect(refusals(reply)).toEqual(expected);
      expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      const problem = reply.body as unknown as Problem;
      expect([problem.type, problem.status]).toEqual([`urn:arkanpm:problem:${problem.code}`, reply.status]);
      expect(problem.errors.every(({ message }) => message.length > 0)).toBe(true);
    });

    test('one wrong event refuses its batch as a whole, and each wrong field is named', async () => {
      const good = newEvent();
      const reply = await publish(
        batchOf([
          good,
          newEvent({ id: '' }),
          7,
          newEvent({ type: 'a.b.c', data: {} }),
          newEvent({ data: { ...drafted.example, residents: [{ id: 'r' }] } }),
        ]),
      );
      expect(refusals(reply)).toEqual([
        422,
        'invalid',
        '/1/id too_small',
        '/2 invalid_type',
        '/3/type unknown_event_type',
        '/4/data/residents/0/name missing',
      ]);
      expect((await catalog.call('GET', `/v1/events/${good.id}`, { as: 'acme/auditor' })).status).toBe(404);
    });

    test('a batch with an event of another tenant is forbidden, and says only that', async () => {
      const reply = await publish(batchOf([newEvent(), newEvent({ id: '' }), newEvent({ tenantid: 'other' })]));
      expect(refusals(reply)).toEqual([403, 'forbidden', '/2/tenantid other_tenant']);
    });

    test('a batch with too much data in one event is too large', async () => {
      const reply = await publish(
        batchOf([newEvent(), newEvent({ data: { ...drafted.example, pad: 'x'.repeat(262_144) } })]),
      );
      expect(refusals(reply)).toEqual([413, 'data_too_large', '/1/data too_big']);
    });

    test('a batch that is all wrong names 100 fields at most', async () => {
      const reply = await publish(batchOf(Array.from({ length: 1_000 }, () => ({}))));
      expect([(reply.body as unknown as Problem).code, (reply.body as unknown as Problem).errors.length]).toEqual([
        'invalid',
        100,
      ]);
    });
  });

  describe('saved is active', () => {
    test('an event after the answer to a creation, change, or deletion is treated by it', async () => {
      const take = async (type: string) => {
        const example = shippedEventTypes.find((one) => one.type === type)!.example;
        return (await publish({ as: 'other/producer', body: newEvent({ type, data: example }) })).body.deliveries;
      };
      for (let round = 0; round < 20; round++) {
        const webhookId = await putWebhook(catalog.infrastructure, {
          tenantId: 'other',
          eventTypes: ['warranty.claim.submitted'],
        });
        expect(await take('warranty.claim.submitted')).toBe(1);
        await putWebhook(catalog.infrastructure, {
          webhookId,
          tenantId: 'other',
          eventTypes: ['warranty.claim.approved'],
        });
        expect([await take('warranty.claim.submitted'), await take('warranty.claim.approved')]).toEqual([0, 1]);
        await putWebhook(catalog.infrastructure, { webhookId, tenantId: 'other', eventTypes: [], status: 'deleted' });
        expect(await take('warranty.claim.approved')).toBe(0);
      }
    });
  });

  describe('an Idempotency-Key', () => {
    test('gives the first answer again, and refuses another event under it', async () => {
      const headers = { 'idempotency-key': 'key-1' };
      const event = newEvent();
      const first = await publish({ headers, body: event });
      const again = await publish({ headers, body: event });
      expect(again.body).toEqual(first.body);
      expect(again.headers['idempotent-replayed']).toBe('true');
      expect(refusals(await publish({ headers, body: newEvent() }))).toEqual([409, 'idempotency_conflict']);
    });

    test('knows binary events by their headers too', async () => {
      const headers = {
        'idempotency-key': 'key-2',
        'ce-specversion': '1.0',
        'ce-source': '/s',
        'ce-type': drafted.type,
      };
      const first = await publish({ headers: { ...headers, 'ce-id': 'bin-1' }, body: drafted.example });
      expect(first.body.id).toBe('bin-1');
      const other = await publish({ headers: { ...headers, 'ce-id': 'bin-2' }, body: drafted.example });
      expect(refusals(other)).toEqual([409, 'idempotency_conflict']);
    });
  });

  test('is counted', async () => {
    const before = await Promise.all(
      ['accepted', 'duplicate', 'invalid'].map((name) => catalog.metric(`arkan_events_${name}_total`)),
    );
    const event = newEvent();
    await publish({ body: event });
    await publish({ body: event });
    await publish({ body: newEvent({ type: 'no.such.type' }) });
    const after = await Promise.all(
      ['accepted', 'duplicate', 'invalid'].map((name) => catalog.metric(`arkan_events_${name}_total`)),
    );
    expect(after.map((value, index) => value - before[index]!)).toEqual([1, 1, 1]);
    expect(await catalog.metric('arkan_events_invalid_total', { code: 'invalid' })).toBeGreaterThan(0);
  });
});
