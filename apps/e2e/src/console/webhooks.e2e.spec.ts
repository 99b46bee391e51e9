import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { webhookOf, type Tenant } from '../target';
import { keyFor, startConsole, themes, whereChromiumRuns, type ConsoleUnderTest, type Visit } from './browser';

whereChromiumRuns('the console: signing in, webhooks, the catalog', () => {
  let app: ConsoleUnderTest;
  let tenant: Tenant;
  const visits: Visit[] = [];
  const kept = (visit: Visit) => {
    visits.push(visit);
    return visit;
  };
  const asAdmin = async (options = {}) => kept(await app.visitAs(tenant, 'tenant_admin', options));

  beforeAll(async () => {
    app = await startConsole();
  });
  afterAll(() => app?.stop());
  afterEach(async () => {
    const seen = visits.splice(0);
    await Promise.all(seen.map(({ page }) => page.context().close()));
    // Of every test: no script failed, the policy refused nothing, nothing was loaded from elsewhere.
    expect(seen.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  describe('signing in', () => {
    beforeAll(async () => {
      tenant = await app.target.tenant();
    });

    test('a wrong key is refused in words, at the field', async () => {
      const { page, open } = kept(await app.visit());
      await open('/');
      const field = page.getByLabel('API key');
      await field.fill('a password');
      await page.keyboard.press('Enter');
      await page.getByText('An API key begins with "ak_"').waitFor();
      await field.fill(`ak_${'x'.repeat(43)}`);
      await page.keyboard.press('Enter');
      await page.getByText('This key is not valid').waitFor();
      expect(await field.getAttribute('aria-invalid')).toBe('true');
    });

    test('leads to the address that was asked for, and leaves nothing of the key in the browser', async () => {
      const { page, open, signIn } = kept(await app.visit());
      const key = await keyFor(tenant, 'tenant_admin');
      await open(`/t/${tenant.id}/catalog`);
      await signIn(key);
      await page.getByRole('heading', { name: 'Event catalog' }).waitFor();
      const storage = await page.evaluate(
        'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
      );
      expect(storage).toBe('[{},{},""]');
    });

    test('a session whose key was revoked ends where one is, and goes on there', async () => {
      const { page, open, signIn } = kept(await app.visit());
      const { id, key } = (await tenant.admin.must('POST', '/v1/api-keys', { name: 'short', role: 'developer' })) as {
        id: string;
        key: string;
      };
      await open(`/t/${tenant.id}/webhooks`);
      await signIn(key);
      await tenant.admin.must('DELETE', `/v1/api-keys/${id}`);
      // The list looks again by itself.
      await page.getByText('Your session has ended').waitFor();
      await signIn(await keyFor(tenant, 'developer'));
      await page.getByRole('heading', { name: 'Webhooks', exact: true }).waitFor();
      expect(new URL(page.url()).pathname).toBe(`/console/t/${tenant.id}/webhooks`);
    });

    test('another tenant’s address is refused without asking the API for it', async () => {
      const other = await app.target.tenant();
      const { page, open } = await asAdmin();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await open(`/t/${other.id}/webhooks`);
      await page.getByText('This address belongs to another tenant').waitFor();
      expect(asked).not.toContain('/v1/webhooks');
    });

    test('an operator chooses a tenant, which then is in the address', async () => {
      const made = await app.target.operator.must('POST', '/v1/api-keys', { name: 'operator', role: 'operator' });
      const { page, open, signIn } = kept(await app.visit());
      await open('/');
      await signIn(made.key as string);
      await page.getByLabel('Search tenants').fill(tenant.id);
      await page.getByRole('link', { name: new RegExp(tenant.id) }).click();
      await page.getByText('Send your first event').waitFor();
      expect(new URL(page.url()).pathname).toBe(`/console/t/${tenant.id}/webhooks`);
    });
  });

  describe('adding a webhook', () => {
    beforeAll(async () => {
      tenant = await app.target.tenant();
    });

    test('from the empty page to the first delivery; the secret shown once is the one that signs', async () => {
      const receiver = await app.target.receiver();
      const { page } = await asAdmin();
      await page.getByText('Send your first event').waitFor();
      await page.getByRole('button', { name: 'Add webhook' }).click();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Ledger sync');
      await page.getByRole('textbox', { name: 'URL' }).fill(`${receiver.url}/hook`);
      await page.getByRole('textbox', { name: 'Integration owner' }).fill('owner@acme.example');
      await page.getByRole('button', { name: 'Types of maintenance' }).click();
      await page.getByRole('checkbox', { name: /maintenance\.work_order\.created/ }).focus();
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Add and activate' }).click();

      await page.getByRole('heading', { name: 'Ledger sync is active' }).waitFor();
      const secret = await page.locator('code', { hasText: 'whsec_' }).innerText();
      const [webhook] = (await tenant.admin.must('GET', '/v1/webhooks')).data as { id: string; eventTypes: string[] }[];
      expect(webhook!.eventTypes).toEqual(['maintenance.work_order.created']);
      expect(await tenant.admin.must('GET', `/v1/webhooks/${webhook!.id}/secret`)).toEqual({ secret });

      await page.getByRole('button', { name: 'Send a test event' }).click();
      const [request] = await receiver.waitFor(1);
      await page.waitForURL(`**/deliveries/${request!.headers['x-delivery-id'] as string}`);
      await page.getByRole('link', { name: 'Webhooks', exact: true }).click();
      const row = page.getByRole('row', { name: /Ledger sync/ });
      await row.getByText('Active', { exact: true }).waitFor();
      await row.getByRole('link', { name: 'Delivered 200' }).waitFor();
      expect(await page.content()).not.toContain(secret);
    });

    test('what is wrong stands at its field, what is forbidden as a header at once', async () => {
      const { page, open } = await asAdmin();
      await open(`/t/${tenant.id}/webhooks/new`);
      await page.getByRole('textbox', { name: 'URL' }).fill('http://example.com/hook');
      await page.getByRole('button', { name: 'Add header' }).click();
      await page.getByLabel('Name of header 1').fill('Host');
      await page.getByText('Host is set by the platform or by the connection').waitFor();
      await page.getByRole('button', { name: 'Add webhook' }).click();
      await page.getByText('Name must not be empty').waitFor();
      await page.getByText('URL must start with https://').waitFor();
      await page.getByText('Event types must name at least one event type').waitFor();
      await page.getByText('Integration owner must be an e-mail address').waitFor();
      // The first of them has the focus.
      expect(await page.locator(':focus').getAttribute('placeholder')).toBe('Ledger sync');
    });

    test('a refusal that only the server knows stands at its field too', async () => {
      const { page, open } = await asAdmin();
      await open(`/t/${tenant.id}/webhooks/new`);
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Inside');
      await page.getByRole('textbox', { name: 'URL' }).fill('https://10.1.2.3/hook');
      await page.getByText('This host is in a private network').waitFor();
      await page.getByRole('textbox', { name: 'Integration owner' }).fill('owner@acme.example');
      await page.getByText('leasing', { exact: true }).click();
      await page.getByRole('button', { name: 'Add and activate' }).click();
      await page.getByText(/URL .*10\.1\.2\.3/).waitFor();
    });

    test('the preview tells the whole request and when the retries come', async () => {
      const { page, open } = await asAdmin();
      await open(`/t/${tenant.id}/webhooks/new`);
      await page.getByRole('textbox', { name: 'URL' }).fill('https://hooks.example.com/in?x=1');
      await page.getByText('POST /in?x=1 HTTP/1.1').waitFor();
      const attempts = page.getByRole('region', { name: 'Attempts if it fails' }).getByRole('listitem');
      expect(await attempts.count()).toBe(6);
      for (let press = 0; press < 3; press++) await page.getByRole('button', { name: 'Decrease Retries' }).click();
      expect(await attempts.count()).toBe(3);
    });

    test('nothing that was typed is lost without being asked', async () => {
      const { page, open } = await asAdmin();
      await open(`/t/${tenant.id}/webhooks/new`);
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Half');
      await page.getByRole('link', { name: 'Event catalog' }).click();
      await page.getByRole('alertdialog', { name: 'Leave without saving?' }).waitFor();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
      expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('Half');
    });
  });

  describe('the list and the form of what is there', () => {
    let id: string;
    const hostile = '<img src=x onerror=alert(1)> & Sons';
    beforeAll(async () => {
      tenant = await app.target.tenant();
      const receiver = await app.target.receiver();
      const made = await tenant.admin.must(
        'POST',
        '/v1/webhooks',
        webhookOf(receiver, { name: hostile, customHeaders: { 'X-Api-Key': 'k-123456', 'X-Team': 'north' } }),
      );
      id = made.id as string;
      await tenant.admin.must(
        'POST',
        '/v1/webhooks',
        webhookOf(receiver, { name: 'Data lake', eventTypes: ['leasing.*'] }),
      );
    });

    test('search, status and sort are in the address, and a link brings the same view', async () => {
      const { page, open } = await asAdmin();
      await page.getByRole('searchbox', { name: 'Search' }).fill('leasing');
      await page.getByRole('row', { name: /Data lake/ }).waitFor();
      await page.getByText(hostile).waitFor({ state: 'detached' });
      await page.waitForURL('**/webhooks?q=leasing');
      await open(`/t/${tenant.id}/webhooks?sort=-name`);
      const names = page.getByRole('row').getByRole('link', { name: /Data lake|Sons/ });
      await names.first().waitFor();
      expect(await names.allInnerTexts()).toEqual(['Data lake', hostile]);
      await page.getByRole('button', { name: 'Webhook', exact: true }).click();
      await page.getByRole('button', { name: 'Webhook', exact: true }).click();
      await page.waitForURL('**/webhooks?sort=name');
      expect(await names.allInnerTexts()).toEqual([hostile, 'Data lake']);
    });

    test('j, k and Enter walk the rows', async () => {
      const { page } = await asAdmin();
      await page.getByRole('row', { name: /Data lake/ }).waitFor();
      await page.evaluate('document.activeElement.blur()');
      for (const key of ['j', 'j', 'k', 'j', 'Enter']) await page.keyboard.press(key);
      await page.waitForURL(`**/webhooks/${id}`);
    });

    test('pause with a reason, and resume, from the row', async () => {
      const { page } = await asAdmin();
      const row = page.getByRole('row', { name: /Data lake/ });
      await row.getByRole('button', { name: /^Actions/ }).click();
      await page.getByRole('menuitem', { name: 'Pause…' }).click();
      await page.getByRole('alertdialog', { name: 'Pause Data lake?' }).getByLabel('Reason').fill('moving house');
      await page.getByRole('button', { name: 'Pause', exact: true }).click();
      await row.getByText('Paused', { exact: true }).waitFor();
      await row.getByText(/moving house/).waitFor();
      await row.getByRole('button', { name: /^Actions/ }).click();
      await page.getByRole('menuitem', { name: 'Resume…' }).click();
      await page.getByText('Nothing was held meanwhile').waitFor();
      await page.getByRole('button', { name: 'Resume', exact: true }).click();
      await row.getByText('Active', { exact: true }).waitFor();
    });

    test('editing sends only what was changed, keeps hidden headers, and tells of a change meanwhile', async () => {
      const { page, open } = await asAdmin();
      await open(`/t/${tenant.id}/webhooks/${id}/edit`);
      await page.getByText('Kept as it is. Type a value to replace it.').waitFor();
      await page.getByLabel('Description').fill('Changed here');
      await page.getByLabel('Reason for the change').fill('to see it in the history');
      await tenant.admin.must('PATCH', `/v1/webhooks/${id}`, { retryCount: 7 });
      await page.getByRole('button', { name: 'Save changes' }).click();
      await page.getByRole('button', { name: 'Load the newest and begin anew' }).click();
      await page.getByRole('textbox', { name: 'Retries' }).and(page.locator('[value="7"]')).waitFor();
      await page.getByLabel('Description').fill('Changed here');
      await page.getByRole('button', { name: 'Save changes' }).click();
      await page.waitForURL(`**/webhooks/${id}`);
      const [entry] = (await tenant.admin.must('GET', `/v1/webhooks/${id}/history`)).data as { changes: object[] }[];
      expect(entry!.changes).toEqual([{ field: 'description', before: '', after: 'Changed here' }]);
    });

    test('an auditor sees it all, and each button says why it does nothing', async () => {
      const { page } = kept(await app.visitAs(tenant, 'auditor'));
      const add = page.getByRole('button', { name: 'Add webhook' });
      await add.focus();
      await page.getByRole('tooltip', { name: /Your role is Auditor/ }).waitFor();
      await page.keyboard.press('Enter');
      await page
        .getByRole('row', { name: /Data lake/ })
        .getByRole('button', { name: /^Actions/ })
        .click();
      expect(await page.getByRole('menuitem', { name: 'Pause…' }).getAttribute('aria-disabled')).toBe('true');
    });

    test('the catalog shows the schema, an example and who takes a type', async () => {
      const { page } = await asAdmin();
      await page.getByRole('link', { name: 'Event catalog' }).click();
      await page.getByLabel('Search event types').fill('lease expiring');
      await page.getByRole('link', { name: /leasing\.lease\.expiring/ }).click();
      await page.getByRole('cell', { name: 'leaseId', exact: true }).waitFor();
      await page.getByText('by leasing.*').waitFor();
      await page.getByRole('tab', { name: 'JSON Schema' }).click();
      await page.getByText('"$schema"').or(page.getByText('"type"').first()).first().waitFor();
      await page.waitForURL(/lease\.expiring\?.*tab=schema/);
    });

    describe.each(themes)('%s theme, axe finds nothing', (theme) => {
      test.each([
        ['the list', (to: string) => `${to}/webhooks`, 'Data lake'],
        ['the form', (to: string) => `${to}/webhooks/new`, 'If an attempt fails'],
        ['the form of what is there', (to: string) => `${to}/webhooks/${id}/edit`, 'Save changes'],
        ['the catalog', (to: string) => `${to}/catalog/maintenance.work_order.created`, 'Webhooks that take it'],
        ['no such page', (to: string) => `${to}/nothing`, 'There is no such page'],
      ] as const)('in %s, wide and on a phone', async (_name, path, landmark) => {
        for (const width of [1440, 390]) {
          const visit = await asAdmin({ theme, width });
          await visit.open(path(`/t/${tenant.id}`));
          await visit.page.getByText(landmark).first().waitFor();
          await visit.expectAccessible();
        }
      });

      test('at the sign-in and in an open menu and dialog', async () => {
        const outside = kept(await app.visit({ theme }));
        await outside.open('/');
        await outside.page.getByLabel('API key').waitFor();
        await outside.expectAccessible();
        const { page, expectAccessible } = await asAdmin({ theme });
        await page
          .getByRole('row', { name: /Data lake/ })
          .getByRole('button', { name: /^Actions/ })
          .click();
        await page.getByRole('menuitem', { name: 'Pause…' }).waitFor();
        await expectAccessible();
        await page.getByRole('menuitem', { name: 'Pause…' }).click();
        await page.getByRole('alertdialog').waitFor();
        await expectAccessible();
      });
    });
  });
});
