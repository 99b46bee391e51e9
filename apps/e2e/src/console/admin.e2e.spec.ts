import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@arkan/testing';
import { exampleOf } from '../events';
import { webhookOf, type Tenant } from '../target';
import { startConsole, themes, whereChromiumRuns, type ConsoleUnderTest } from './browser';
import { keepVisits } from './visits';

const type = 'maintenance.work_order.created';

whereChromiumRuns('the console: what goes wrong, notices, keys, audit, tenants', () => {
  let app: ConsoleUnderTest;
  let tenant: Tenant;
  let id: string;
  let deliveryId: string;
  const keep = keepVisits();
  const asAdmin = async (options = {}) => keep(await app.visitAs(tenant, 'tenant_admin', options));

  beforeAll(async () => {
    app = await startConsole();
    tenant = await app.target.tenant();
    const receiver = await app.target.receiver({ answer: { status: 500, body: 'no' } });
    const webhook = webhookOf(receiver, { name: 'Old ledger', retryCount: 0 });
    id = (await tenant.admin.must('POST', '/v1/webhooks', webhook)).id as string;
    const data = await exampleOf(tenant.developer);
    for (const eventId of ['one', 'two']) await tenant.producer.emit(type, data, { id: eventId });
    deliveryId = await eventually(async () => {
      const { data: notices } = await tenant.admin.must('GET', '/v1/notifications');
      const { data: causes } = await tenant.admin.must('GET', '/v1/integration-logs?groupBy=cause&level=error');
      return notices.length > 0 && causes[0]?.cause.count === 2 ? (causes[0].deliveryId as string) : false;
    });
  });
  afterAll(() => app?.stop());

  describe('the integration log', () => {
    test('groups what recurs, says whether it is still so, and leads to the deliveries', async () => {
      const { page, open } = await asAdmin();
      await open(`/t/${tenant.id}/integration-log`);
      const row = page.getByRole('row', { name: /The receiver answers 500/ });
      await row.getByText('Old ledger').waitFor();
      await row.getByText('Open', { exact: true }).waitFor();
      expect(await row.getByRole('gridcell').nth(3).innerText()).toContain('2');
      await row.click();
      await page.getByText('the delivery is given up').waitFor();
      await page.waitForURL(/open=/);
      expect(await page.getByRole('link', { name: 'Open the latest delivery' }).getAttribute('href')).toContain(
        deliveryId,
      );
      await row.getByRole('link', { name: /Show deliveries/ }).click();
      await page.waitForURL(`**/deliveries?webhookId=${id}&range=30d&httpStatus=500`);
    });

    test('has the plain entries too, and its filters in the address', async () => {
      const { page, open } = await asAdmin();
      await open(`/t/${tenant.id}/integration-log`);
      await page.getByRole('radio', { name: 'All entries' }).click();
      await page.waitForURL(/view=entries/);
      await page.getByRole('button', { name: /Level/ }).click();
      await page.getByRole('option', { name: 'Warnings', exact: true }).click();
      await page.waitForURL(/level=warning/);
      await page.getByText(/Nothing/).waitFor();
      await open(`/t/${tenant.id}/integration-log?view=entries&level=error&webhookId=${id}`);
      await page
        .getByText(/Attempt 1 to deliver/)
        .first()
        .waitFor();
      const webhook = page.getByRole('combobox', { name: 'Webhook' });
      await eventually(async () => (await webhook.inputValue()) === 'Old ledger');
    });
  });

  describe('notifications', () => {
    test('an unread one counts in the navigation until it is read', async () => {
      const { page } = await asAdmin();
      const link = page.getByRole('link', { name: /^Notifications/ });
      await link.getByText(/unread/).waitFor();
      await link.click();
      const notice = page.getByRole('row', { name: /Old ledger/ }).first();
      await notice.getByText('Unread').waitFor();
      await notice.click();
      await page.getByRole('link', { name: 'Open the webhook' }).waitFor();
      await notice.getByText('Read', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Mark all as read' }).click();
      await link.getByText(/unread/).waitFor({ state: 'detached' });
      const { data } = await tenant.admin.must('GET', '/v1/notifications?unread=true');
      expect(data).toEqual([]);
    });

    test('what is mailed is chosen by an administrator, and read by others', async () => {
      const { page, open } = await asAdmin();
      await open(`/t/${tenant.id}/notifications?view=settings`);
      await page.getByRole('checkbox', { name: 'Webhook recovered' }).focus();
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('It holds from the next notice on.').waitFor();
      const { kinds } = (await tenant.admin.must('GET', '/v1/notification-settings')) as { kinds: string[] };
      expect(kinds).not.toContain('webhook_recovered');
      const other = keep(await app.visitAs(tenant, 'developer'));
      await other.open(`/t/${tenant.id}/notifications?view=settings`);
      await other.page.getByText('Your role is Developer. This needs').first().waitFor();
      expect(await other.page.getByRole('checkbox', { name: 'Webhook recovered' }).isDisabled()).toBe(true);
    });
  });

  describe('API keys', () => {
    test('one is made, shown once, works, and is revoked by its name', async () => {
      const { page, open } = await asAdmin();
      await open(`/t/${tenant.id}/api-keys`);
      await page.getByRole('button', { name: 'New API key' }).click();
      await page.getByRole('button', { name: 'Make the key' }).click();
      await page.getByText('must not be empty').waitFor();
      await page.getByRole('textbox', { name: 'Name' }).fill('night job');
      await page.getByText('Auditor', { exact: true }).last().click();
      await page.getByRole('button', { name: 'Make the key' }).click();
      const key = await page.locator('code', { hasText: /^ak_/ }).innerText();
      const holder = app.target.operator.as(key);
      expect((await holder.get('/v1/webhooks')).status).toBe(200);
      expect((await holder.patch(`/v1/webhooks/${id}`, { name: 'x' })).status).toBe(403);
      await page.getByRole('button', { name: 'I have kept it' }).click();
      await page
        .getByRole('row', { name: /night job/ })
        .getByText('Auditor')
        .waitFor();
      expect(await page.content()).not.toContain(key);

      await page.getByRole('button', { name: 'Revoke night job' }).click();
      const dialog = page.getByRole('alertdialog', { name: 'Revoke "night job"?' });
      await dialog.getByRole('button', { name: 'Revoke night job' }).click();
      await page.getByRole('row', { name: /night job/ }).waitFor({ state: 'detached' });
      expect((await holder.get('/v1/webhooks')).status).toBe(401);
      await page.getByRole('radio', { name: 'All', exact: true }).click();
      await page
        .getByRole('row', { name: /night job/ })
        .getByText('Revoked', { exact: true })
        .waitFor();
    });
  });

  describe('audit', () => {
    test('shows fields before and after, what was refused, and who read a secret', async () => {
      await tenant.admin.must('PATCH', `/v1/webhooks/${id}`, { retryCount: 3, reason: 'the receiver is slow' });
      await tenant.admin.must('GET', `/v1/webhooks/${id}/secret`);
      expect((await tenant.auditor.patch(`/v1/webhooks/${id}`, { name: 'mine' })).status).toBe(403);
      const { page, open } = await asAdmin();
      await open(`/t/${tenant.id}/audit?webhookId=${id}`);
      const refused = page.getByRole('row', { name: /to change a webhook was refused/ }).first();
      await refused.getByText('Refused', { exact: true }).waitFor();
      await page
        .getByRole('row', { name: /Secret read/ })
        .getByText('Secret', { exact: true })
        .waitFor();
      const changed = page.getByRole('row', { name: /Webhook changed/ });
      await changed.getByText('the receiver is slow').waitFor();
      await changed.click();
      const field = page.getByRole('row', { name: /^Retries/ });
      const sides = await field.getByRole('cell').allInnerTexts();
      expect(sides.map((side) => side.replaceAll(/\s/g, ''))).toEqual(['-0', '+3']);
      await page.getByRole('link', { name: 'All by this one' }).click();
      await page.waitForURL(/audit\?actor=key_/);
      const who = page.getByRole('combobox', { name: 'Who' });
      await eventually(async () => (await who.inputValue()) === 'tenant_admin');
    });

    test('a time is chosen and stays in the address', async () => {
      const { page, open } = await asAdmin();
      await open(`/t/${tenant.id}/audit`);
      await page.getByRole('button', { name: /Time/ }).click();
      await page.getByRole('option', { name: 'From … to …' }).click();
      await page.getByRole('dialog').getByLabel(/^To/).fill('2020-01-01T00:00');
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.waitForURL(/audit\?to=20/);
      await page.getByText('Nothing fits').waitFor();
      await page.reload();
      await page.getByText('Nothing fits').waitFor();
    });
  });

  test('an operator adds a tenant, and changes from one to the other on the same screen', async () => {
    const made = await app.target.operator.must('POST', '/v1/api-keys', { name: 'operator', role: 'operator' });
    const visit = keep(await app.visit());
    const { page, open, signIn } = visit;
    await open('/');
    await signIn(made.key as string);
    await page.getByRole('button', { name: 'New tenant' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Globex Living');
    await page.getByRole('textbox', { name: 'Id' }).fill(tenant.id);
    await page.getByRole('button', { name: 'Add the tenant' }).click();
    await page.getByText('is taken').waitFor();
    await page.getByRole('textbox', { name: 'Id' }).fill(`${tenant.id}-globex`);
    await page.getByRole('button', { name: 'Add the tenant' }).click();
    await page.waitForURL(`**/t/${tenant.id}-globex/api-keys`);
    await page.getByRole('button', { name: /^Tenant: Globex Living/ }).click();
    await page.getByRole('menuitem', { name: new RegExp(`${tenant.id}$`) }).click();
    await page.waitForURL(`**/t/${tenant.id}/api-keys`);
  });

  test('an auditor reads all of it, and each button says why it does nothing', async () => {
    const { page, open } = keep(await app.visitAs(tenant, 'auditor'));
    for (const [path, button] of [
      ['api-keys', 'New API key'],
      ['notifications', 'Mark all as read'],
    ] as const) {
      await open(`/t/${tenant.id}/${path}`);
      const denied = page.getByRole('button', { name: button });
      await denied.focus();
      await page.getByRole('tooltip', { name: /Your role is Auditor. This needs Tenant admin/ }).waitFor();
      await denied.press('Enter');
      expect(await page.getByRole('dialog').count()).toBe(0);
    }
    await open(`/t/${tenant.id}/audit`);
    await page.getByRole('row', { name: /Webhook added/ }).waitFor();
  });

  test('a developer is told who sees the audit', async () => {
    const { page, open } = keep(await app.visitAs(tenant, 'developer'));
    await open(`/t/${tenant.id}/audit`);
    await page.getByText('Your role is Developer. This needs Tenant admin or Auditor or Operator.').waitFor();
  });

  describe.each(themes)('%s theme, axe finds nothing', (theme) => {
    test.each([
      ['integration-log', 'The receiver answers 500'],
      ['integration-log?view=entries', 'Attempt 1'],
      ['notifications', 'Old ledger'],
      ['notifications?view=settings', 'What is mailed'],
      ['api-keys', 'Tenant admin'],
      ['audit', 'API key made'],
      ['events', type],
      ['events/one', 'Where it went'],
    ])('in %s, wide and on a phone', async (path, landmark) => {
      for (const width of [1440, 390]) {
        const visit = await asAdmin({ theme, width });
        await visit.open(`/t/${tenant.id}/${path}`);
        await visit.page.getByText(landmark).filter({ visible: true }).first().waitFor();
        await visit.expectAccessible();
        const row = visit.page.getByRole('row').and(visit.page.locator('[aria-expanded]')).first();
        if ((await row.count()) === 0) continue;
        await row.press('Enter');
        await visit.page.locator('.ui-table-expanded').waitFor();
        await visit.expectAccessible();
      }
    });
  });
});
