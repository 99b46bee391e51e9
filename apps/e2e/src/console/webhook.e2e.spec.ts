import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Receiver } from '@arkan/testing';
import { exampleOf } from '../events';
import { webhookOf, type Tenant } from '../target';
import {
  startConsole,
  themes,
  whereChromiumRuns,
  type ConsoleUnderTest,
  type Visit,
  type VisitOptions,
} from './browser';

/** The figures are looked at every 10 s. */
const statsMs = 30_000;
const type = 'maintenance.work_order.created';

whereChromiumRuns('the console: one webhook', () => {
  let app: ConsoleUnderTest;
  let tenant: Tenant;
  let data: Record<string, unknown>;
  let receiver: Receiver;
  let id: string;
  const visits: Visit[] = [];
  const visit = async (query: string, options: VisitOptions = {}) => {
    const made = await app.visitAs(tenant, 'tenant_admin', options);
    visits.push(made);
    await made.open(`/t/${tenant.id}/webhooks/${id}${query}`);
    return made;
  };

  beforeAll(async () => {
    app = await startConsole();
    data = await exampleOf((await app.target.tenant()).developer);
  });
  afterAll(() => app?.stop());
  beforeEach(async () => {
    tenant = await app.target.tenant();
    receiver = await app.target.receiver();
    id = (await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver))).id as string;
  });
  afterEach(async () => {
    const seen = visits.splice(0);
    await Promise.all(seen.map(({ page }) => page.context().close()));
    expect(seen.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  test('pausing holds, the held queue says what resuming sends, and resuming sends it', async () => {
    const { page } = await visit('');
    await page.getByText('Nothing was sent to it yet').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByLabel('Reason').fill('moving house');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Pause' }).click();
    await page
      .getByText(/moving house/)
      .first()
      .waitFor();
    await tenant.producer.emit(type, data, { id: 'evt-held' });
    await page.getByText(/Resuming sends 1,/).waitFor();
    expect(receiver.received()).toBe(0);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('1 delivery was held meanwhile').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Resume' }).click();
    const [request] = await receiver.waitFor(1);
    expect(request!.headers['x-event-id']).toBe('evt-held');
    await page.getByText('Active', { exact: true }).waitFor();
    await page.getByText('Nothing is held.').waitFor();
    await page.getByText('100%').waitFor({ timeout: statsMs });
  });

  test('the history tells who changed what, why and from where, and what it was at each moment', async () => {
    await tenant.admin.must('PATCH', `/v1/webhooks/${id}`, { retryCount: 9, reason: 'slow at month ends' });
    await tenant.admin.must('PATCH', `/v1/webhooks/${id}`, { name: 'Ledger of the north' });
    const { page, open } = await visit('?tab=configuration');
    const entry = page.getByRole('listitem').filter({ hasText: 'slow at month ends' });
    await entry.getByRole('row', { name: 'Retries 5 9' }).waitFor();
    await entry.getByText(/Tenant admin key_.*127\.0\.0\.1.*req_/).waitFor();
    await entry.getByRole('button', { name: 'As of this' }).click();
    await page.waitForURL(/asOf=\d+/);
    const then = page.getByRole('region', { name: 'Configuration' });
    await then.getByText('now: Ledger of the north').waitFor();

    const slider = page.getByRole('slider', { name: 'As of which change' });
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await then.getByText('now: 9').waitFor();
    await page.keyboard.press('End');
    await then.getByText('as it is now').waitFor();
    await then.getByText('now: 9').waitFor({ state: 'detached' });

    // Any time, as a link has it.
    const [, , created] = (await tenant.admin.must('GET', `/v1/webhooks/${id}/history`)).data as { at: string }[];
    await open(`/t/${tenant.id}/webhooks/${id}?tab=configuration&asOf=${created!.at}`);
    await then.getByText('now: 9').waitFor();
    await open(`/t/${tenant.id}/webhooks/${id}?tab=configuration&asOf=2020-01-01T00:00:00.000Z`);
    await page.getByText('It was not there then').waitFor();
  });

  test('a rotation with a secret of one’s own: the overlap runs, the new one is read, and the checker tells right from wrong', async () => {
    const own = 'a-secret-of-our-own-1';
    const { page } = await visit('?tab=security');
    await page.getByRole('button', { name: 'Rotate…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rotate the secret' });
    await dialog.getByText('My own').click();
    await dialog.getByRole('textbox', { name: 'Secret' }).fill('short');
    await dialog.getByRole('button', { name: 'Rotate' }).click();
    await dialog.getByText('must have at least 16 characters').waitFor();
    await dialog.getByRole('textbox', { name: 'Secret' }).fill(own);
    await dialog.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('dialog', { name: 'The new secret' }).getByText(own).waitFor();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText(/The previous secret also signs for 23:59:\d\d/).waitFor();
    expect(await page.content()).not.toContain(own);

    await page.getByRole('button', { name: 'Reveal' }).click();
    await page.getByRole('alertdialog').getByText('kept in the history').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Reveal' }).click();
    await page.getByText(own).waitFor();
    await page.getByRole('button', { name: 'Hide' }).click();
    const types = (await tenant.admin.must('GET', `/v1/webhooks/${id}/history`)).data as { type: string }[];
    expect(types.map((entry) => entry.type)).toContain('SecretRead');

    await tenant.producer.emit(type, data);
    const [request] = await receiver.waitFor(1);
    const checker = page.getByRole('region', { name: 'Signature checker' });
    const fill = async (body: string, secret: string) => {
      await checker.getByLabel('Body').fill(body);
      const headers = request!.rawHeaders.map(([name, value]) => `${name}: ${value}`).join('\n');
      await checker.getByLabel('Headers').fill(headers);
      await checker.getByLabel('Secret').fill(secret);
      await checker.getByRole('button', { name: 'Check' }).click();
    };
    const sent: string[] = [];
    page.on('request', (each) => each.method() !== 'GET' && sent.push(each.url()));
    await fill(request!.body.toString('utf8'), own);
    await checker.getByRole('heading', { name: 'The signature is right' }).waitFor();
    await fill(JSON.stringify(JSON.parse(request!.body.toString('utf8')), null, 2), own);
    await checker.getByText('the JSON was formatted or written again').waitFor();
    await fill(request!.body.toString('utf8'), 'another-secret-than-that');
    await checker.getByText('The secret is of another webhook').waitFor();
    expect(sent).toEqual([]);
  });

  test('receivers in eight languages are shown as they are tested', async () => {
    const { page } = await visit('?tab=security&language=python');
    await page.getByText('hmac.compare_digest').first().waitFor();
    for (const [language, text] of [
      ['Node', 'timingSafeEqual'],
      ['Go', 'hmac.Equal'],
      ['Java', 'MessageDigest.isEqual'],
      ['C#', 'FixedTimeEquals'],
      ['PHP', 'hash_equals'],
      ['Ruby', 'secure_compare'],
      ['Shell', 'openssl'],
    ] as const) {
      await page.getByRole('radio', { name: language, exact: true }).click();
      await page.getByLabel(`Receiver in ${language}`).first().getByText(text).first().waitFor();
    }
  });

  test('a test event with edited data: refused by its schema, then sent, shown and verified in place', async () => {
    const { page } = await visit(`?tab=test&type=${type}`);
    const field = page.getByRole('textbox', { name: 'Data' });
    await field.fill('{"workOrderId":');
    await page.getByText('This is not JSON').waitFor();
    await field.fill('{"workOrderId": 7}');
    await page.getByText(/workOrderId: /).waitFor();
    await page.getByRole('button', { name: 'Back to the example' }).click();
    const example = JSON.parse(await field.inputValue()) as Record<string, unknown>;
    await field.fill(JSON.stringify({ ...example, title: 'A test of the north wing' }));
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const [request] = await receiver.waitFor(1);
    expect(JSON.parse(request!.body.toString('utf8')).data.title).toBe('A test of the north wing');
    await page.getByRole('button', { name: /Attempt 1.*by a test event/ }).waitFor();
    await page.getByRole('button', { name: 'Verify its signature' }).click();
    await page.getByRole('heading', { name: 'The signature is right' }).waitFor();
    const { secret } = (await tenant.admin.must('GET', `/v1/webhooks/${id}/secret`)) as { secret: string };
    const expected = createHmac('sha256', secret).update(request!.body).digest('hex');
    await page.getByRole('region', { name: 'Request headers' }).getByText(expected).waitFor();
  });

  test('deleting wants its name, and what was delivered stays to be found', async () => {
    const { page } = await visit('');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Delete Ledger?' });
    await dialog.getByLabel('Type Ledger to confirm').fill('ledger');
    expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Type Ledger to confirm').fill('Ledger');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL(`**/t/${tenant.id}/webhooks`);
    expect((await tenant.admin.get(`/v1/webhooks/${id}`)).status).toBe(404);
    await page.goBack();
    await page.getByText('There is no such webhook').waitFor();
    await page.getByRole('button', { name: 'Its deliveries' }).click();
    await page.getByRole('heading', { name: 'Deliveries', level: 1 }).waitFor();
  });

  test('what a developer may not do says why', async () => {
    const window = await app.visitAs(tenant, 'developer');
    visits.push(window);
    await window.open(`/t/${tenant.id}/webhooks/${id}?tab=security`);
    const { page } = window;
    for (const name of ['Reveal', 'Rotate…']) {
      await page.getByRole('button', { name }).hover();
      await page.getByRole('tooltip', { name: /Your role is Developer/ }).waitFor();
      await page.getByRole('button', { name }).click({ force: true });
    }
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  const screens = [
    ['', 'Attempts over time'],
    ['?tab=deliveries', 'Its deliveries'],
    ['?tab=configuration', 'Created'],
    ['?tab=security', 'Signature checker'],
    [`?tab=test&type=${type}`, 'Data'],
  ] as const;
  test.each(themes)('axe finds nothing: %s', async (theme) => {
    await tenant.admin.must('POST', `/v1/webhooks/${id}/rotate-secret`, {});
    await tenant.producer.emit(type, data, { id: 'evt-1' });
    await receiver.waitFor(1);
    for (const width of [1440, 390]) {
      const { page, open, expectAccessible } = await visit('', { theme, width });
      for (const [query, text] of screens) {
        await open(`/t/${tenant.id}/webhooks/${id}${query}`);
        await page.getByText(text, { exact: true }).first().waitFor({ state: 'attached' });
        if (query === '?tab=security') await page.getByText('timingSafeEqual').first().waitFor();
        await expectAccessible();
      }
    }
  });
});
