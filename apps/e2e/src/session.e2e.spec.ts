import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startApp } from './process';
import { startTarget, webhookOf, type Target, type Tenant } from './target';

/** One path of each service. */
const paths = ['/v1/webhooks', '/v1/deliveries', '/v1/event-types', '/v1/notifications'];
let target: Target;
let tenant: Tenant;
beforeAll(async () => {
  target = await startTarget();
  tenant = await target.tenant();
});
afterAll(() => target?.stop());

/** Signs in, and answers what a browser then has. */
async function signIn(credential: object) {
  const nobody = target.operator.as(null);
  const reply = await nobody.post('/v1/session', credential);
  expect(reply.status).toBe(201);
  const cookie = reply.headers.get('set-cookie')!;
  const session = { cookie: cookie.split(';')[0]!, 'x-csrf-token': reply.body.csrfToken as string };
  return { reply, cookie, browser: nobody.as(null, session), reader: nobody.as(null, { cookie: session.cookie }) };
}

async function newKey(role: string): Promise<{ id: string; key: string }> {
  return (await tenant.admin.must('POST', '/v1/api-keys', { name: role, role })) as { id: string; key: string };
}

describe('a session of the console', () => {
  test('has a cookie that no script and no other site gets', async () => {
    const { cookie } = await signIn({ apiKey: (await newKey('developer')).key });
    const flags = cookie.split('; ').slice(1);
    expect(flags).toEqual(['HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=43200']);
    const overTls = await target.operator
      .as(null)
      .post('/v1/session', { apiKey: (await newKey('developer')).key }, { 'x-forwarded-proto': 'https' });
    expect(overTls.headers.get('set-cookie')).toMatch(/; Secure$/);
  });

  test('is taken by every service, and changes nothing without its CSRF token', async () => {
    const { browser, reader } = await signIn({ apiKey: (await newKey('developer')).key });
    for (const path of paths) expect([path, (await reader.get(path)).status]).toEqual([path, 200]);
    const body = webhookOf(await target.receiver());
    const refused = await reader.post('/v1/webhooks', body);
    expect(refused).toMatchObject({ status: 403, body: { code: 'csrf_token_invalid' } });
    expect((await reader.get('/v1/webhooks')).body.data).toEqual([]);
    expect((await browser.post('/v1/webhooks', body)).status).toBe(201);
    const foreign = await browser.get('/v1/webhooks', { 'sec-fetch-site': 'cross-site' });
    expect(foreign).toMatchObject({ status: 403, body: { code: 'cross_site_request' } });
  });

  test('ends in every service with the answer that revokes its key', async () => {
    const { id, key } = await newKey('developer');
    const { reader } = await signIn({ apiKey: key });
    for (const path of paths) expect((await reader.get(path)).status).toBe(200);
    expect((await tenant.admin.delete(`/v1/api-keys/${id}`)).status).toBe(204);
    for (const path of [...paths, '/v1/session']) expect([path, (await reader.get(path)).status]).toEqual([path, 401]);
  });

  test('lasts over a restart, since nothing of it is kept', async () => {
    const { reader } = await signIn({ apiKey: (await newKey('auditor')).key });
    await target.halt();
    await target.restart();
    expect((await reader.get('/v1/session')).status).toBe(200);
  });
});

describe('the console', () => {
  test('is under a policy that lets nothing foreign and nothing inline through', async () => {
    const nobody = target.operator.as(null);
    expect(await nobody.get('/')).toMatchObject({ status: 302 });
    const { headers } = await nobody.get('/console/');
    const policy = headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });
});

test('the first start prints a link that signs in once; a later one prints none', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'arkan-link-'));
  await chmod(directory, 0o711);
  const env = { ARKAN_PORT: '0', LOG_LEVEL: 'warn', ARKAN_DATA_DIR: join(directory, 'data') };
  const link = /Console: (http:\/\/\S+\/console\/)#once=(\S+)\n/;
  const post = (url: string, onceToken: string) =>
    fetch(`${url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ onceToken }),
    });
  try {
    const first = await startApp('standalone', env);
    // Printed after the line that says that it is ready.
    const [, address, token] = await first.printed(link);
    expect(address).toBe(`${first.url}/console/`);
    const signedIn = await post(first.url, token!);
    expect(signedIn.status).toBe(201);
    expect(await signedIn.json()).toMatchObject({ principal: { role: 'operator' }, tenantId: null });
    expect((await post(first.url, token!)).status).toBe(401);
    await first.stop();

    const second = await startApp('standalone', env);
    await second.printed(/Console: \S+\/console\/\n/);
    expect(second.output()).not.toContain('#once');
    expect((await post(second.url, token!)).status).toBe(401);
    await second.stop();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 120_000);
