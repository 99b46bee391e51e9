import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@arkan/testing';
import { exampleOf } from '../events';
import { webhookOf, type Tenant } from '../target';
import { keyFor, startConsole, whereChromiumRuns, type ConsoleUnderTest, type Visit } from './browser';
import { keepVisits } from './visits';

const mark = (place: string) => `<img src=x onerror="window.pwned='${place}'"><script>window.pwned='${place}'</script>`;
/** What stands in the page as an element and should be text. */
const planted = `[...document.querySelectorAll('img, script, iframe, b')].filter((e) => /pwned/.test(e.outerHTML)).length`;

whereChromiumRuns('the console: hostile data, and the session', () => {
  let app: ConsoleUnderTest;
  let tenant: Tenant;
  let id: string;
  let deliveryId: string;
  let operatorKey: string;
  const keep = keepVisits();

  beforeAll(async () => {
    app = await startConsole();
    tenant = await app.target.tenant();
    await app.target.operator.must('POST', '/v1/tenants', { name: mark('tenant') });
    operatorKey = (await app.target.operator.must('POST', '/v1/api-keys', { name: 'operator', role: 'operator' }))
      .key as string;
    const receiver = await app.target.receiver({
      answer: { status: 500, body: mark('answer'), headers: { 'content-type': 'text/html', 'x-note': mark('header') } },
    });
    const webhook = webhookOf(receiver, {
      name: mark('name').slice(0, 100),
      description: mark('description'),
      url: `${receiver.url}/hook?${encodeURIComponent(mark('url'))}`,
      customHeaders: { 'X-Team': mark('custom') },
      retryCount: 0,
    });
    id = (await tenant.admin.must('POST', '/v1/webhooks', webhook)).id as string;
    await tenant.admin.must('PATCH', `/v1/webhooks/${id}`, { retryCount: 1, reason: mark('reason') });
    await tenant.admin.must('PATCH', `/v1/webhooks/${id}`, { retryCount: 0 });
    await tenant.admin.must('POST', '/v1/api-keys', { name: mark('key').slice(0, 100), role: 'auditor' });
    const data = { ...(await exampleOf(tenant.developer)), remark: mark('data') };
    await tenant.producer.emit('maintenance.work_order.created', data, { id: mark('event'), source: '/<b>pwned</b>' });
    deliveryId = await eventually(async () => {
      const { data: notices } = await tenant.admin.must('GET', '/v1/notifications');
      const { data: failed } = await tenant.admin.must('GET', '/v1/deliveries?status=failed');
      return notices.length > 0 && failed.length > 0 ? (failed[0].id as string) : false;
    });
  });
  afterAll(() => app?.stop());

  async function expectText({ page }: Visit): Promise<void> {
    await page.getByText('pwned').filter({ visible: true }).first().waitFor();
    expect(await page.evaluate(planted)).toBe(0);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
  }

  test.each([
    ['the webhooks', () => 'webhooks'],
    ['a webhook', () => `webhooks/${id}`],
    ['the form', () => `webhooks/${id}/edit`],
    ['the deliveries', () => 'deliveries'],
    ['a delivery', () => `deliveries/${deliveryId}`],
    ['the events', () => 'events'],
    ['an event', () => `events/${encodeURIComponent(mark('event'))}`],
    ['the integration log', () => 'integration-log'],
    ['the notifications', () => 'notifications'],
    ['the API keys', () => 'api-keys'],
    ['the audit', () => 'audit'],
  ])('markup is text in %s, whatever is opened there', async (_name, path) => {
    const visit = keep(await app.visitAs(tenant, 'tenant_admin'));
    const { page, open } = visit;
    await open(`/t/${tenant.id}/${path()}`);
    await expectText(visit);
    // Each row that opens, one after the other.
    const rows = page.locator('[role=row][aria-expanded]');
    for (let row = 0; row < (await rows.count()); row++) {
      await rows.nth(row).click({ position: { x: 6, y: 6 } });
      await page.locator('[role=row][aria-expanded=true]').first().waitFor();
      await expectText(visit);
    }
  });

  test('markup is text in the palette, and in the list of tenants', async () => {
    const visit = keep(await app.visitAs(tenant, 'tenant_admin'));
    await visit.page.keyboard.press('Control+k');
    await visit.page.getByPlaceholder('A screen, a webhook, or any id').fill('pwned');
    await visit.page.getByRole('option', { name: /pwned/ }).first().waitFor();
    await expectText(visit);
    const operator = keep(await app.visit());
    await operator.open('/');
    await operator.signIn(operatorKey);
    await expectText(operator);
  });

  describe('the session', () => {
    test('is a cookie that no script can read, and no other site is sent', async () => {
      const { page } = keep(await app.visitAs(tenant, 'developer'));
      expect(await page.evaluate('document.cookie')).toBe('');
      const [cookie, ...more] = await page.context().cookies();
      expect(more).toEqual([]);
      expect(cookie).toMatchObject({ name: 'arkan_session', httpOnly: true, sameSite: 'Strict' });
    });

    test('ends with signing out: the page shows nothing, and the API answers nothing', async () => {
      const { page, open } = keep(await app.visitAs(tenant, 'developer'));
      await open(`/t/${tenant.id}/events`);
      await page.getByRole('row', { name: /maintenance/ }).waitFor();
      await page.getByRole('button', { name: 'Account' }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByLabel('API key').waitFor();
      expect(await page.context().cookies()).toEqual([]);
      expect(await page.evaluate(`fetch('/v1/webhooks').then(({ status }) => status)`)).toBe(401);
      await page.goBack();
      await page.getByLabel('API key').waitFor();
      expect(await page.getByRole('row').count()).toBe(0);
    });

    test('of a revoked key leads to the sign-in with a message, on every screen that looks again', async () => {
      for (const path of ['events', 'integration-log', 'notifications']) {
        const { page, open, signIn } = keep(await app.visit());
        const made = await tenant.admin.must('POST', '/v1/api-keys', { name: 'short', role: 'developer' });
        await open(`/t/${tenant.id}/${path}`);
        await signIn(made.key as string);
        await page.getByRole('row').nth(1).waitFor();
        await tenant.admin.must('DELETE', `/v1/api-keys/${made.id as string}`);
        await page.getByText('Your session has ended').waitFor();
      }
    });

    test('takes no change from a page of another origin', async () => {
      const key = await keyFor(tenant, 'developer');
      const { page, open, signIn } = keep(await app.visit());
      await open('/');
      await signIn(key);
      const [cookie] = await page.context().cookies();
      const reply = await app.target.operator.as(null).post(
        `/v1/webhooks/${id}/pause`,
        {},
        {
          cookie: `${cookie!.name}=${cookie!.value}`,
          'sec-fetch-site': 'cross-site',
        },
      );
      expect(reply).toMatchObject({ status: 403, body: { code: 'cross_site_request' } });
    });
  });
});
