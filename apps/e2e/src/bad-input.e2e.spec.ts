import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Reply } from './api';
import { exampleOf } from './events';
import { startTarget, webhookOf, type Target, type Tenant } from './target';

const type = 'maintenance.work_order.created';
let target: Target;
let tenant: Tenant;
let data: Record<string, unknown>;
let valid: Record<string, unknown>;
beforeAll(async () => {
  target = await startTarget();
  tenant = await target.tenant();
  data = await exampleOf(tenant.developer);
  valid = webhookOf(await target.receiver());
});
afterAll(() => target?.stop());

/** A refusal as product.md section 9 has it, that gives nothing away. */
function expectProblem(reply: Reply, status: number, ...pointers: string[]): void {
  expect({ status: reply.status, body: reply.body }).toMatchObject({
    status,
    body: { status, code: expect.any(String), title: expect.any(String), instance: expect.any(String) },
  });
  expect(reply.headers.get('content-type')).toContain('application/problem+json');
  const named = reply.body.errors.map((error: { pointer: string }) => error.pointer);
  for (const pointer of pointers) expect(named).toContain(pointer);
  for (const error of reply.body.errors)
    expect(error).toEqual({
      pointer: expect.any(String),
      code: expect.any(String),
      message: expect.any(String),
      limit: error.limit,
    });
  expect(JSON.stringify(reply.body)).not.toMatch(/\bat .+:\d+:\d+|select .+ from|node_modules|libs\//i);
}

describe('a webhook', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    [
      'several wrong fields at once',
      { name: '', url: 'http://example.com', retryCount: 16, timeoutMs: 999, ownerEmail: 'x', bogus: 1 },
      ['/name', '/url', '/retryCount', '/timeoutMs', '/ownerEmail', '/bogus'],
    ],
    ['an unknown event type', { eventTypes: ['maintenance.*', 'no.such.type'] }, ['/eventTypes/1']],
    ['no event type', { eventTypes: [] }, ['/eventTypes']],
    ['a short secret', { secret: 'too short' }, ['/secret']],
    [
      'headers that are ours, hop-by-hop, or broken',
      {
        customHeaders: {
          'X-Signature': 'x',
          Host: 'x',
          Connection: 'x',
          'Content-Length': '1',
          'X-Line': 'a\r\nb',
          'X-Nul': 'a\0b',
          'bad name': 'x',
          'X-Long': 'x'.repeat(5_000),
        },
      },
      [
        '/customHeaders/X-Signature',
        '/customHeaders/Host',
        '/customHeaders/Connection',
        '/customHeaders/Content-Length',
        '/customHeaders/X-Line',
        '/customHeaders/X-Nul',
        '/customHeaders/bad name',
        '/customHeaders/X-Long',
      ],
    ],
    [
      '21 headers',
      { customHeaders: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`X-${i}`, 'x'])) },
      ['/customHeaders'],
    ],
    ['a NUL in its name', { name: 'a\0b' }, ['/name']],
  ])('with %s is answered 422, each field named', async (_, change, pointers) => {
    expectProblem(await tenant.admin.post('/v1/webhooks', { ...valid, ...change }), 422, ...pointers);
  });

  test.each([
    'https://user:password@example.com/',
    'ftp://example.com/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://0x0a000001/',
    'https://167772161/',
    'https://0300.0250.1/',
    'https://[::ffff:10.0.0.1]/',
    'https://[fd00::1]/',
    'https://[64:ff9b::a00:1]/',
    'https://[fe80::1]/',
    'https://100.64.0.1/',
    'https://224.0.0.1/',
    'https://0.0.0.0/',
    'https://168.63.129.16/',
    'https://192.0.2.1/',
    'not a url',
    'https://',
    `https://example.com/${'x'.repeat(3_000)}`,
  ])('to %p is refused', async (url) => {
    expectProblem(await tenant.admin.post('/v1/webhooks', { ...valid, url }), 422, '/url');
  });

  test.each(["wh_' or 1=1 --", 'wh_%00', `wh_${'9'.repeat(200)}`, '%2e%2e%2f', 'wh_' + '0'.repeat(32)])(
    'id %p is answered 404',
    async (id) => {
      expectProblem(await tenant.admin.get(`/v1/webhooks/${encodeURIComponent(id)}`), 404);
      expectProblem(await tenant.admin.get(`/v1/deliveries/${encodeURIComponent(id)}`), 404);
    },
  );
});

describe('an event', () => {
  const event = (change: Record<string, unknown> = {}) => ({
    specversion: '1.0',
    id: 'x',
    source: '/e2e',
    type,
    data,
    ...change,
  });

  test.each<[string, Record<string, unknown>, number, string[]]>([
    ['of an unknown type', { type: 'no.such.type' }, 422, ['/type']],
    ['with data that does not fit its type', { data: {} }, 422, []],
    ['with data that is no object', { data: [1] }, 422, ['/data']],
    ['without attributes', { id: undefined, source: undefined }, 422, ['/id', '/source']],
    ['with a NUL in its id', { id: 'a\0b' }, 422, ['/id']],
    ['with an id of 10 KB', { id: 'x'.repeat(10_240) }, 422, ['/id']],
    ['with more than 256 KiB of data', { data: { pad: 'x'.repeat(262_200) } }, 413, []],
    ['with a wrong time', { time: 'yesterday' }, 422, ['/time']],
  ])('%s is refused', async (_, change, status, pointers) => {
    expectProblem(
      await tenant.producer.post('/v1/events', event(change), { 'content-type': 'application/cloudevents+json' }),
      status,
      ...pointers,
    );
  });

  test('whose data nests 100 deep is refused', async () => {
    const deep = `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`;
    const body = JSON.stringify(event({ data: 0 })).replace('"data":0', `"data":${deep}`);
    expectProblem(
      await tenant.producer.post('/v1/events', body, { 'content-type': 'application/cloudevents+json' }),
      422,
    );
  });

  test('that is not JSON is answered 400, of another content type 415, too large 413', async () => {
    expectProblem(
      await tenant.producer.post('/v1/events', '{"specversion":', { 'content-type': 'application/cloudevents+json' }),
      400,
    );
    expectProblem(await tenant.producer.post('/v1/events', '<x/>', { 'content-type': 'text/xml' }), 415);
    expectProblem(await tenant.producer.post('/v1/events', `"${'x'.repeat(2_000_000)}"`), 413);
  });

  test('with quotes and odd letters in its id is found by it again', async () => {
    const id = `it's "odd" ö%2F\u{1f600}`;
    expect((await tenant.producer.emit(type, data, { id })).status).toBe(202);
    expect((await tenant.developer.must('GET', `/v1/events/${encodeURIComponent(id)}`)).id).toBe(id);
  });
});

describe('a list', () => {
  test.each([
    'limit=251',
    'limit=0',
    'limit=x',
    'cursor=tampered',
    'bogus=1',
    'status=lost',
    'httpStatus=9xx',
    'from=yesterday',
  ])('with %s is answered 422', async (query) => {
    expectProblem(await tenant.developer.get(`/v1/deliveries?${query}`), 422, `query/${query.split('=')[0]}`);
  });

  test('with the cursor of another list is answered 422', async () => {
    for (let i = 0; i < 2; i++) await tenant.producer.emit(type, data);
    const { nextCursor } = await tenant.developer.must('GET', '/v1/events?limit=1');
    expect(nextCursor).toEqual(expect.any(String));
    expectProblem(
      await tenant.developer.get(`/v1/deliveries?cursor=${encodeURIComponent(nextCursor)}`),
      422,
      'query/cursor',
    );
  });
});

test('an idempotency key gives the same answer to the same request, and 409 to another', async () => {
  const headers = { 'idempotency-key': 'e2e-1' };
  const first = await tenant.admin.post('/v1/webhooks', valid, headers);
  const again = await tenant.admin.post('/v1/webhooks', valid, headers);
  expect(first.status).toBe(201);
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
  expectProblem(await tenant.admin.post('/v1/webhooks', { ...valid, name: 'other' }, headers), 409);
});

test('a path that is not there is a problem document too', async () =>
  expectProblem(await tenant.admin.get('/v1/nothing'), 404));

test('a body that does not come in full does not hold others up', async () => {
  const address = new URL(target.addresses.catalog);
  const slow = request({
    host: address.hostname,
    port: address.port,
    method: 'POST',
    path: '/v1/events',
    headers: { 'content-type': 'application/json', 'content-length': '1000' },
  });
  slow.on('error', () => undefined);
  slow.write('{');
  expect((await tenant.producer.emit(type, data)).status).toBe(202);
  slow.destroy();
});
