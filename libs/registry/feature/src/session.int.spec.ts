import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock } from '@arkan/kernel';
import { hashKey } from '@arkan/runtime';
import type { TestInfrastructure } from '@arkan/testing';
import {
  clientOf,
  createRegistryInfrastructure,
  newTenant,
  operatorKey,
  startRegistry,
  webhookBody,
  type RegistryProcess,
} from './testing/harness';

// As a browser has them: a cookie and no Authorization header.

const clock = new ManualClock(Date.UTC(2026, 0, 1));
let infrastructure: TestInfrastructure;
let registry: RegistryProcess;
let tenant: Awaited<ReturnType<typeof newTenant>>;
beforeAll(async () => {
  infrastructure = await createRegistryInfrastructure();
  registry = await startRegistry(infrastructure, { clock });
  tenant = await newTenant(registry.url, 'acme');
});
afterAll(async () => {
  await registry?.stop();
  await infrastructure?.close();
});
/** Failed sign-ins are counted for a minute. */
beforeEach(() => clock.advance(60_000));

async function call(method: string, path: string, headers: Record<string, string> = {}, body?: unknown) {
  const response = await fetch(`${registry.url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test reads what it expects
  return { status: response.status, headers: response.headers, body: (text === '' ? null : JSON.parse(text)) as any };
}

const signIn = (body: unknown, headers?: Record<string, string>) => call('POST', '/v1/session', headers, body);

async function sessionOf(apiKey: string) {
  const reply = await signIn({ apiKey });
  expect(reply.status).toBe(201);
  const cookie = reply.headers.get('set-cookie')!.split(';')[0]!;
  return { cookie, csrf: reply.body.csrfToken as string, body: reply.body };
}

async function newKey(role: string, expiresAt?: string): Promise<{ id: string; key: string }> {
  return (await tenant.operator.post('/v1/api-keys', { name: role, role, tenantId: 'acme', expiresAt })).body;
}

describe('signing in', () => {
  test('by a key answers who it is, and sets a cookie that no script can read', async () => {
    const { id, key } = await newKey('developer');
    const reply = await signIn({ apiKey: key });
    expect(reply).toMatchObject({
      status: 201,
      body: {
        principal: { id, kind: 'api_key', role: 'developer' },
        tenantId: 'acme',
        csrfToken: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
        expiresAt: new Date(clock.now() + 12 * 3_600_000).toISOString(),
      },
    });
    expect(reply.headers.get('set-cookie')).toMatch(
      /^arkan_session=[A-Za-z0-9_-]+; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/,
    );
    const [cookie] = reply.headers.get('set-cookie')!.split(';');
    expect(await call('GET', '/v1/session', { cookie: cookie! })).toMatchObject({ status: 200, body: reply.body });
  });

  test.each([
    [{ 'x-forwarded-proto': 'https' }, true],
    [{ 'x-forwarded-proto': 'https, http' }, true],
    [{ origin: 'https://console.example' }, true],
    [{ origin: 'http://console.example' }, false],
    [{ 'x-forwarded-proto': 'http' }, false],
  ])('with %j the cookie is Secure: %s', async (headers, secure) => {
    const reply = await signIn({ apiKey: operatorKey }, headers as unknown as Record<string, string>);
    expect(reply.headers.get('set-cookie')!.includes('; Secure')).toBe(secure);
  });

  test('by a one-time token works once, for ten minutes', async () => {
    const token = registry.onceTokens.issue(hashKey(operatorKey));
    expect(await signIn({ onceToken: token })).toMatchObject({
      status: 201,
      body: { principal: { id: 'key_operator', role: 'operator' }, tenantId: null },
    });
    expect((await signIn({ onceToken: token })).status).toBe(401);
    const late = registry.onceTokens.issue(hashKey(operatorKey));
    clock.advance(600_000);
    expect((await signIn({ onceToken: late })).status).toBe(401);
  });

  test.each([
    [{}],
    [{ apiKey: operatorKey, onceToken: 'once_x' }],
    [{ apiKey: 7 }],
    [{ key: 'x' }],
    [{ apiKey: 'x'.repeat(257) }],
  ])('with %j is refused, and the key is not in the answer', async (body) => {
    const reply = await signIn(body);
    expect(reply).toMatchObject({ status: 422, body: { code: 'invalid' } });
    expect(JSON.stringify(reply.body)).not.toContain(operatorKey);
  });

  test('fails 20 times a minute from an address, then is refused even with a valid key', async () => {
    const wrong = `ak_${'w'.repeat(43)}`;
    const replies = await Promise.all(Array.from({ length: 30 }, () => signIn({ apiKey: wrong })));
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(20);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(10);
    const refused = await signIn({ apiKey: operatorKey });
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(refused.headers.get('retry-after')).toBe('60');
    clock.advance(60_000);
    expect((await signIn({ apiKey: operatorKey })).status).toBe(201);
  });

  test.each(['cross-site', 'same-site'])('from a page of another origin (%s) is refused', async (site) => {
    expect(await signIn({ apiKey: operatorKey }, { 'sec-fetch-site': site })).toMatchObject({
      status: 403,
      body: { code: 'cross_site_request' },
    });
  });

  test('as a form, which any page may send, is refused', async () => {
    const response = await fetch(`${registry.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `apiKey=${operatorKey}`,
    });
    expect([response.status, response.headers.get('set-cookie')]).toEqual([415, null]);
  });
});

describe('a session', () => {
  test('may do what its key may, and the history names the key', async () => {
    const { id, key } = await newKey('developer');
    const { cookie, csrf } = await sessionOf(key);
    const browser = { cookie, 'x-csrf-token': csrf, 'sec-fetch-site': 'same-origin' };
    const made = await call('POST', '/v1/webhooks', browser, webhookBody());
    expect(made.status).toBe(201);
    const history = await call('GET', `/v1/webhooks/${made.body.id}/history`, { cookie });
    expect(history.body.data[0].actor).toEqual({ id, kind: 'api_key', role: 'developer' });
    expect(await call('GET', `/v1/webhooks/${made.body.id}/secret`, { cookie })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
  });

  test('of an operator names the tenant by X-Tenant-Id; of a tenant it may name no other', async () => {
    const operator = await sessionOf(operatorKey);
    expect((await call('GET', '/v1/webhooks', { cookie: operator.cookie })).status).toBe(422);
    expect((await call('GET', '/v1/webhooks', { cookie: operator.cookie, 'x-tenant-id': 'acme' })).status).toBe(200);
    const { key } = await newKey('auditor');
    const { cookie } = await sessionOf(key);
    expect((await call('GET', '/v1/webhooks', { cookie, 'x-tenant-id': 'globex' })).status).toBe(403);
  });

  test('repeats a POST under its Idempotency-Key as a key does', async () => {
    const { cookie, csrf } = await sessionOf(operatorKey);
    const headers = { cookie, 'x-csrf-token': csrf, 'x-tenant-id': 'acme', 'idempotency-key': 'console-1' };
    const first = await call('POST', '/v1/webhooks', headers, webhookBody());
    const again = await call('POST', '/v1/webhooks', headers, webhookBody());
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  test.each([
    ['none', {}],
    ['an empty one', { 'x-csrf-token': '' }],
    ['a wrong one', { 'x-csrf-token': 'A'.repeat(43) }],
  ])('changes nothing with %s for a CSRF token', async (_, headers) => {
    const { cookie } = await sessionOf(operatorKey);
    const of = { cookie, ...headers } as Record<string, string>;
    for (const [method, path, body] of [
      ['POST', '/v1/tenants', { id: 'stolen', name: 'Stolen' }],
      ['DELETE', '/v1/session', undefined],
    ] as const)
      expect(await call(method, path, of, body)).toMatchObject({ status: 403, body: { code: 'csrf_token_invalid' } });
    const tenants = await clientOf(registry.url, operatorKey).get('/v1/tenants');
    expect(tenants.text).not.toContain('stolen');
  });

  test('takes no CSRF token of another session', async () => {
    const [one, other] = [await sessionOf(operatorKey), await sessionOf(operatorKey)];
    expect(
      await call('POST', '/v1/tenants', { cookie: one.cookie, 'x-csrf-token': other.csrf }, { name: 'x' }),
    ).toMatchObject({ status: 403, body: { code: 'csrf_token_invalid' } });
  });

  test.each(['cross-site', 'same-site'])('is not used by a page of another origin (%s)', async (site) => {
    const { cookie, csrf } = await sessionOf(operatorKey);
    const headers = { cookie, 'x-csrf-token': csrf, 'sec-fetch-site': site };
    for (const [method, path] of [
      ['GET', '/v1/tenants'],
      ['GET', '/v1/session'],
      ['DELETE', '/v1/session'],
    ] as const)
      expect(await call(method, path, headers)).toMatchObject({ status: 403, body: { code: 'cross_site_request' } });
  });

  test('ends at once with its key', async () => {
    const { id, key } = await newKey('developer');
    const { cookie } = await sessionOf(key);
    expect((await call('GET', '/v1/webhooks', { cookie })).status).toBe(200);
    expect((await tenant.operator.delete(`/v1/api-keys/${id}`)).status).toBe(204);
    expect((await call('GET', '/v1/webhooks', { cookie })).status).toBe(401);
    expect((await call('GET', '/v1/session', { cookie })).status).toBe(401);
    expect((await signIn({ apiKey: key })).status).toBe(401);
  });

  test('ends with the time of its key, where that is sooner', async () => {
    const expiresAt = new Date(clock.now() + 90_000).toISOString();
    const { key } = await newKey('developer', expiresAt);
    const { cookie, body } = await sessionOf(key);
    expect(body.expiresAt).toBe(expiresAt);
    clock.advance(90_000);
    expect((await call('GET', '/v1/webhooks', { cookie })).status).toBe(401);
  });

  test('ends after 12 hours', async () => {
    const { cookie } = await sessionOf(operatorKey);
    clock.advance(12 * 3_600_000 - 1);
    expect((await call('GET', '/v1/session', { cookie })).status).toBe(200);
    clock.advance(1);
    expect((await call('GET', '/v1/session', { cookie })).status).toBe(401);
  });

  test('is told by its cookie alone, unchanged and only one of it', async () => {
    const { cookie } = await sessionOf(operatorKey);
    const other = (await sessionOf(operatorKey)).cookie;
    // Not the last letter: some of its bits are of no byte.
    const changed = `${cookie.slice(0, -5)}${cookie.at(-5) === 'A' ? 'B' : 'A'}${cookie.slice(-4)}`;
    for (const wrong of [changed, 'arkan_session=', 'arkan_session=x', `x${cookie}`, `${cookie}; ${other}`])
      expect([wrong, (await call('GET', '/v1/session', { cookie: wrong })).status]).toEqual([wrong, 401]);
    expect((await call('GET', '/v1/session', { cookie: `theme=dark; ${cookie}; a=b` })).status).toBe(200);
    expect((await call('GET', '/v1/session', { authorization: `Bearer ${operatorKey}` })).status).toBe(401);
  });

  test('stands behind an Authorization header, also a wrong one', async () => {
    const { cookie } = await sessionOf(operatorKey);
    expect((await call('GET', '/v1/tenants', { cookie, authorization: 'Bearer nonsense' })).status).toBe(401);
  });

  test('is cleared by signing out, which can be done again', async () => {
    const { cookie, csrf } = await sessionOf(operatorKey);
    for (const headers of [{ cookie, 'x-csrf-token': csrf }, {}] as Record<string, string>[]) {
      const reply = await call('DELETE', '/v1/session', headers);
      expect([reply.status, reply.headers.get('set-cookie')]).toEqual([
        204,
        'arkan_session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0',
      ]);
    }
  });
});
