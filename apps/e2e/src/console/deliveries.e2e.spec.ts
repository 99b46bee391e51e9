import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
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

const type = 'maintenance.work_order.created';
/** What a page would run if it took it for HTML. */
const hostile = '"><img src=x onerror=alert(1)><script>alert(2)</script>';

/** Rows of deliveries, without what is open below one of them. */
const rowOf = (page: Page, text: string | RegExp) => page.locator('[role=row][aria-rowindex]', { hasText: text });
/** The bell looks every 15 s. */
const bellMs = 30_000;

whereChromiumRuns('the console: deliveries', () => {
  let app: ConsoleUnderTest;
  let tenant: Tenant;
  let data: Record<string, unknown>;
  const visits: Visit[] = [];
  const visit = async (path: string, options: VisitOptions = {}) => {
    const made = await app.visitAs(tenant, 'tenant_admin', options);
    visits.push(made);
    await made.open(`/t/${tenant.id}${path}`);
    return made;
  };
  const emit = (attributes: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
    tenant.producer.emit(type, { ...data, ...more }, attributes);

  beforeAll(async () => {
    app = await startConsole();
    data = await exampleOf((await app.target.tenant()).developer);
  });
  afterAll(() => app?.stop());
  beforeEach(async () => {
    tenant = await app.target.tenant();
  });
  afterEach(async () => {
    const seen = visits.splice(0);
    await Promise.all(seen.map(({ page }) => page.context().close()));
    expect(seen.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  test('a receiver breaks, its delivery is retried and fails, it is mended, and a resend brings both back', async () => {
    const receiver = await app.target.receiver();
    const webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver, { retryCount: 1 }));
    const { page, open } = await visit('/deliveries');
    await page.getByText('No deliveries in this time').waitFor();
    await emit({ id: 'evt-good' });
    // By itself: the list is live.
    await rowOf(page, /evt-good.*Success.*200/).waitFor();

    // A wait that is far longer than the test: what comes next is by hand.
    receiver.answer({ status: 503, headers: { 'retry-after': '600' }, body: 'down for repairs' });
    await emit({ id: 'evt-bad' });
    const row = rowOf(page, /evt-bad/);
    await row.getByText('Retrying').waitFor();
    await row.getByRole('gridcell').nth(2).click();
    await page.getByRole('heading', { name: 'The receiver is not available' }).waitFor();
    await page.getByText('Wait until it is back').waitFor();
    await page.getByText('down for repairs').waitFor();
    await page.getByText(/Attempt 2 is due/).waitFor();

    receiver.answer({ status: 500, body: 'still broken' });
    await page.getByRole('button', { name: 'Resend', exact: true }).click();
    await page.getByRole('button', { name: /Attempt 2/ }).waitFor();
    await page.getByText('still broken').waitFor();
    await row.getByText('Failed').waitFor();
    await page.getByRole('link', { name: /Notifications [1-9]/ }).waitFor({ timeout: bellMs });

    await open(`/t/${tenant.id}/webhooks/${webhook.id as string}`);
    await page.getByText('Failing', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Open it' }).click();

    receiver.answer({ status: 204 });
    await page.getByRole('button', { name: 'Resend', exact: true }).click();
    await page.getByRole('button', { name: /Attempt 3.*204/ }).waitFor();
    await page.getByText('Success', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Ledger' }).click();
    await page.getByText('Active', { exact: true }).waitFor();
  });

  test('what waits for a retry is cancelled, and nothing more is sent of it', async () => {
    const receiver = await app.target.receiver({ answer: { status: 503, headers: { 'retry-after': '600' } } });
    await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
    await emit({ id: 'evt-1' });
    const { page } = await visit('/deliveries');
    await rowOf(page, 'evt-1').getByText('Retrying').click();
    await page.getByRole('button', { name: 'Cancel it' }).click();
    await page.getByRole('alertdialog', { name: 'Cancel this delivery?' }).getByText('evt-1').waitFor();
    await page.getByRole('button', { name: 'Cancel the delivery' }).click();
    await rowOf(page, 'evt-1').getByText('Cancelled').waitFor();
    await page.getByText('nothing more is sent of it').waitFor();
    const [row] = (await tenant.admin.must('GET', '/v1/deliveries')).data as { status: string; attemptCount: number }[];
    expect(row).toMatchObject({ status: 'cancelled', attemptCount: 1 });
  });

  test('what is new waits while a row is read, and comes when it is asked for', async () => {
    const receiver = await app.target.receiver();
    await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
    await emit({ id: 'evt-first' });
    const { page } = await visit('/deliveries');
    const rows = rowOf(page, /evt-/);
    await rowOf(page, /evt-first/)
      .getByRole('gridcell')
      .nth(2)
      .click();
    await page.getByRole('button', { name: /Attempt 1/ }).waitFor();
    await emit({ id: 'evt-second' });
    await emit({ id: 'evt-third' });
    const news = page.getByRole('button', { name: '2 new' });
    await news.waitFor();
    expect(await rows.count()).toBe(1);
    await news.click();
    await rowOf(page, /evt-second/).waitFor();
    expect(await rows.first().innerText()).toContain('evt-third');
    // What was open still is.
    await page.getByRole('button', { name: /Attempt 1/ }).waitFor();
  });

  test('every filter is in the address, and the link brings the same rows', async () => {
    const good = await app.target.receiver();
    const bad = await app.target.receiver({ answer: { status: 502 } });
    const works = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(good, { name: 'Works' }));
    await tenant.admin.must('POST', '/v1/webhooks', webhookOf(bad, { name: 'Breaks', retryCount: 0 }));
    await emit({ id: 'evt-1' }, { remark: 'a leaking tap' });
    await emit({ id: 'evt-2' }, { remark: 'a broken window' });
    const { page, open } = await visit('/deliveries?status=failed');
    const rows = rowOf(page, /evt-/);
    await rowOf(page, /evt-2.*Breaks/).waitFor();
    await rowOf(page, /evt-1.*Breaks/).waitFor();
    expect(await rows.count()).toBe(2);

    await page.getByRole('searchbox', { name: 'Text in the payload' }).fill('leaking');
    await page.waitForURL('**/deliveries?status=failed&text=leaking');
    await rowOf(page, /evt-2/).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await rowOf(page, /evt-2.*Works/).waitFor();
    await page.goBack();
    await rowOf(page, /evt-2/).first().waitFor({ state: 'detached' });
    expect(await page.getByRole('searchbox', { name: 'Text in the payload' }).inputValue()).toBe('leaking');

    const link = `webhookId=${works.id as string}&httpStatus=2xx&eventId=evt-1&eventType=${type}`;
    await open(`/t/${tenant.id}/deliveries?${link}`);
    await rowOf(page, /evt-1.*Works/).waitFor();
    expect(await rows.count()).toBe(1);
    await page.getByRole('button', { name: /2xx/ }).click();
    await page.getByRole('option', { name: /^5xx/ }).click();
    await page.getByText('No delivery fits').waitFor();
  });

  test('keys choose the time from the chart, and walk, open and resend rows', async () => {
    const receiver = await app.target.receiver();
    await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
    await emit({ id: 'evt-1' });
    await emit({ id: 'evt-2' });
    await receiver.waitFor(2);
    const { page } = await visit('/deliveries?range=1h');
    await rowOf(page, /evt-2/).waitFor();
    const chart = page.getByRole('slider', { name: /Attempts over time/ });
    await chart.focus();
    // From the first bar to the last, which has the two.
    for (let step = 0; step < 20; step++) await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=.*to=/);
    await rowOf(page, /evt-1/).waitFor();

    await page.evaluate('document.activeElement.blur()');
    for (const key of ['j', 'j', 'k', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('button', { name: /Attempt 1/ }).waitFor();
    await page.waitForURL(/open=dlv_/);
    await page.keyboard.press('r');
    await page.getByRole('alertdialog', { name: 'Resend this delivery?' }).waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Resend', exact: true }).click();
    await page.getByRole('button', { name: /Attempt 2.*by a resend by hand/ }).waitFor();
    expect((await receiver.waitFor(3)).at(-1)!.headers['x-delivery-attempt']).toBe('2');
  });

  test('payloads and headers are shown as text, and a secret header is in neither page nor command', async () => {
    const receiver = await app.target.receiver({
      answer: { status: 400, body: hostile, headers: { 'x-evil': hostile, 'content-type': 'text/html' } },
    });
    const customHeaders = { 'X-Api-Key': 'k-very-secret', 'X-Team': "<b>it's $HOME</b>" };
    await tenant.admin.must(
      'POST',
      '/v1/webhooks',
      webhookOf(receiver, { name: hostile, customHeaders, retryCount: 1 }),
    );
    await emit({ id: hostile.slice(0, 60) }, { remark: hostile });
    await receiver.waitFor(2);
    const { page } = await visit('/deliveries');
    page.on('dialog', (dialog) => visits[0]!.complaints.push(`a dialog: ${dialog.message()}`));
    await rowOf(page, /onerror/)
      .getByRole('gridcell')
      .nth(2)
      .click();
    const response = page.getByRole('region', { name: 'Response headers' });
    await response.getByText(hostile).waitFor();
    await page.getByLabel('Response body').first().getByText(hostile).waitFor();
    await page.getByRole('region', { name: 'Request headers' }).getByText("<b>it's $HOME</b>").waitFor();
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect(await page.content()).not.toContain('k-very-secret');

    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByText('Copied').first().waitFor({ state: 'attached' });
    const command = (await page.evaluate('navigator.clipboard.readText()')) as string;
    expect(command).toContain('# left out, being secret: X-Api-Key');
    expect(command).toContain(`-H 'X-Team: <b>it'\\''s $HOME</b>'`);

    await page.getByRole('button', { name: /Compare with/ }).click();
    await page.getByRole('option', { name: 'from attempt 1' }).click();
    // The same answer twice: only what is new by itself may differ.
    await page
      .getByText('Nothing but what is new on every attempt')
      .or(page.getByRole('region', { name: 'Differences' }))
      .first()
      .waitFor();
    await page.getByRole('link', { name: type }).first().click();
    await page.getByRole('heading', { name: type, level: 1 }).waitFor();
    await page.getByLabel('Response body').first().getByText(hostile).waitFor();
  });

  test('an auditor reads all of it, and the button says why it does nothing', async () => {
    const receiver = await app.target.receiver();
    await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
    await emit({ id: 'evt-1' });
    const window = await app.visitAs(tenant, 'auditor');
    visits.push(window);
    await window.open(`/t/${tenant.id}/deliveries`);
    const { page } = window;
    await rowOf(page, /evt-1/).getByRole('gridcell').nth(2).click();
    const resend = page.getByRole('button', { name: 'Resend', exact: true });
    await resend.focus();
    await page.getByRole('tooltip', { name: /Your role is Auditor/ }).waitFor();
    await resend.click({ force: true });
    await page.getByRole('button', { name: /Attempt 1/ }).waitFor();
    expect(receiver.received()).toBe(1);
  });

  test.each(themes)('axe finds nothing: %s', async (theme) => {
    const receiver = await app.target.receiver({ answer: (_, index) => ({ status: index === 0 ? 200 : 500 }) });
    await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver, { retryCount: 1 }));
    await emit({ id: 'evt-good' });
    await receiver.waitFor(1);
    await emit({ id: 'evt-bad' });
    for (const width of [1440, 390]) {
      const { page, expectAccessible } = await visit('/deliveries', { theme, width });
      const row = rowOf(page, /evt-bad/);
      await row.getByText('Failed').waitFor();
      await expectAccessible();
      await row.getByText('Failed').click();
      await page.getByRole('heading', { name: 'The receiver broke on it' }).waitFor();
      await expectAccessible();
      await row.getByRole('link', { name: type }).click();
      await page.getByRole('heading', { name: type, level: 1 }).waitFor();
      await page.getByRole('heading', { name: 'The receiver broke on it' }).waitFor();
      await expectAccessible();
    }
  });
});
