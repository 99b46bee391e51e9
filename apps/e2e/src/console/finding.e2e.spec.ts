import { spawn, type ChildProcess } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, testCaPem, withTimeout } from '@arkan/testing';
import { exampleOf } from '../events';
import { webhookOf, type Tenant } from '../target';
import { keyFor, startConsole, themes, whereChromiumRuns, type ConsoleUnderTest, type Visit } from './browser';
import { keepVisits } from './visits';

whereChromiumRuns('the console: finding things, the keyboard, the first steps', () => {
  let app: ConsoleUnderTest;
  let directory: string;
  let caFile: string;
  const keep = keepVisits();
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'arkan-console-'));
    caFile = join(directory, 'trusted.pem');
    await writeFile(caFile, await testCaPem());
    app = await startConsole({ ARKAN_TARGET_CA_FILE: caFile });
  });
  afterAll(async () => {
    await app?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  describe('what there is', () => {
    let tenant: Tenant;
    let deliveryId: string;
    beforeAll(async () => {
      tenant = await app.target.tenant();
      const receiver = await app.target.receiver();
      await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver, { name: 'Night ledger' }));
      const other = webhookOf(receiver, { name: 'Leases only', eventTypes: ['leasing.*'] });
      await tenant.admin.must('POST', '/v1/webhooks', other);
      const data = await exampleOf(tenant.developer);
      await tenant.producer.emit('maintenance.work_order.created', data, { id: 'order-7781' });
      await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver, { name: 'Came later' }));
      deliveryId = await eventually(
        async () => (await tenant.admin.must('GET', '/v1/deliveries')).data[0]?.id ?? false,
      );
    });

    const palette = async () => {
      const visit = keep(await app.visitAs(tenant, 'developer'));
      await visit.page.keyboard.press('Control+k');
      return { ...visit, input: visit.page.getByPlaceholder('A screen, a webhook, or any id') };
    };

    test.each([
      ['a screen', () => 'integra', () => 'Integration log', () => '/integration-log'],
      ['a webhook by its name', () => 'night', () => 'Night ledger', () => '/webhooks/wh_'],
      ['a delivery by its id', () => deliveryId, () => deliveryId, () => `/deliveries/${deliveryId}`],
      [
        'a delivery by the beginning of its id',
        () => deliveryId.slice(0, 20),
        () => deliveryId,
        () => `/deliveries/${deliveryId}`,
      ],
      ['an event by the beginning of its id', () => 'order-7', () => 'order-7781', () => '/events/order-7781'],
      [
        'an event type',
        () => 'lease.expiring',
        () => 'leasing.lease.expiring',
        () => '/catalog/leasing.lease.expiring',
      ],
    ])('the palette finds %s', async (_name, typed, shown, path) => {
      const { page, input } = await palette();
      await input.fill(typed());
      await page.getByRole('option', { name: shown() }).first().waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(`**${path()}*`);
    });

    test('what is not there is said to be not there', async () => {
      const { page, input } = await palette();
      await input.fill('dlv_00000000000000000000000000000000');
      await page.getByText('Nothing has this id.').waitFor();
    });

    test('"?" shows the keys, but not to somebody who types it', async () => {
      const { page } = keep(await app.visitAs(tenant, 'developer'));
      await page.getByRole('searchbox', { name: 'Search' }).fill('a');
      await page.getByRole('searchbox', { name: 'Search' }).press('?');
      expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('a?');
      await page.evaluate('document.activeElement.blur()');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      expect(await page.getByRole('dialog').count()).toBe(1);
    });

    test('an event tells where it went, and why not elsewhere', async () => {
      const { page, open } = keep(await app.visitAs(tenant, 'developer'));
      await open(`/t/${tenant.id}/events`);
      await page.getByRole('searchbox', { name: 'Event id' }).fill('order-7781');
      await page.keyboard.press('Enter');
      const recipients = page.getByRole('region', { name: 'Where it went, and why not' });
      await recipients.getByText('One delivery, of 3 webhooks.').waitFor();
      const told = recipients.getByRole('listitem');
      await told.filter({ hasText: 'Night ledger' }).getByText('Success').waitFor();
      await told.filter({ hasText: 'Leases only' }).getByText('It was not subscribed to').waitFor();
      await told.filter({ hasText: 'Came later' }).getByText('It was added after the event').waitFor();
      await recipients.getByText('Judged by the configuration of the moment').waitFor();
      await open(`/t/${tenant.id}/events/never-emitted`);
      await page.getByText('No such event was accepted').waitFor();
    });

    test.each(themes)('%s theme: axe finds nothing in the palette and the keys', async (theme) => {
      const visit = keep(await app.visitAs(tenant, 'developer', { theme }));
      await visit.page.keyboard.press('Control+k');
      await visit.page.getByRole('option', { name: 'Deliveries' }).waitFor();
      await visit.expectAccessible();
      await visit.page.keyboard.press('Escape');
      await visit.page.getByRole('dialog').waitFor({ state: 'detached' });
      await visit.page.keyboard.press('?');
      await visit.page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await visit.expectAccessible();
    });
  });

  test('the main path by keyboard alone: sign in, add a webhook, test it', async () => {
    const tenant = await app.target.tenant();
    const receiver = await app.target.receiver();
    const visit = keep(await app.visit());
    const { page, open } = visit;
    await open('/');
    await tabTo(visit, /^API key/);
    await page.keyboard.type(await keyFor(tenant, 'developer'));
    await page.keyboard.press('Enter');
    await page.getByText('Send your first event').waitFor();
    await tabTo(visit, /^Add webhook/);
    await page.keyboard.press('Enter');
    for (const [field, text] of [
      [/^Name/, 'By keyboard'],
      [/^URL|^Target URL/, `${receiver.url}/hook`],
    ] as const) {
      await tabTo(visit, field);
      await page.keyboard.type(text);
    }
    await tabTo(visit, /^Search event types|^maintenance/);
    await tabTo(visit, /^maintenance/);
    await page.keyboard.press('Space');
    await tabTo(visit, /^Integration owner/);
    await page.keyboard.type('owner@acme.example');
    await tabTo(visit, /^Add and activate/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'By keyboard is active' }).waitFor();
    await tabTo(visit, /^Send a test event/);
    await page.keyboard.press('Enter');
    const [request] = await receiver.waitFor(1);
    expect(request!.headers['x-event-type']).toBe('webhook.test');
    await page.waitForURL(`**/deliveries/${request!.headers['x-delivery-id'] as string}`);
  });

  test('an empty tenant is led to its first delivery, with the receiver that the page gives', async () => {
    const tenant = await app.target.tenant();
    let receiver: ChildProcess | undefined;
    try {
      const first = keep(await app.visitAs(tenant, 'developer'));
      const steps = (visit: Visit) => visit.page.getByRole('region', { name: /First steps|It works/ });
      await steps(first).getByText('No receiver yet?').click();
      const command = await steps(first).locator('pre').textContent();
      await first.page.close();
      const started = await startReceiver(command!, directory);
      receiver = started.child;
      // The operator's part: to trust that receiver's certificate, which takes a start.
      await appendFile(caFile, await readFile(join(directory, 'cert.pem')));
      await app.target.halt();
      await app.target.restart();

      const visit = keep(await app.visitAs(tenant, 'developer'));
      await steps(visit).getByText('Add a webhook, to do').waitFor();
      const fields = { name: 'First', url: started.url, eventTypes: ['leasing.*'], ownerEmail: 'owner@acme.example' };
      await tenant.admin.must('POST', '/v1/webhooks', fields);
      await steps(visit).getByText('Add a webhook, done').waitFor();
      await visit.expectAccessible();
      await steps(visit).getByRole('button', { name: 'Send one to First' }).click();
      await steps(visit).getByRole('heading', { name: 'It works' }).waitFor();
      await steps(visit).getByText('See the first delivery arrive, done').waitFor();
      expect(started.output()).toContain('webhook.test {"id":');
      await visit.page.reload();
      await visit.page.getByRole('row', { name: /First/ }).waitFor();
      await visit.page.waitForLoadState('networkidle');
      expect(await steps(visit).count()).toBe(0);
    } finally {
      if (receiver?.pid !== undefined) process.kill(-receiver.pid, 'SIGKILL');
    }
  });
});

const stopsMax = 120;

/** Presses Tab until what has the focus is called so; fails where it can't be reached. */
async function tabTo({ page }: Visit, name: RegExp): Promise<void> {
  const called = `(() => {
    const at = document.activeElement;
    const by = (at.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '');
    return (at.getAttribute('aria-label') ?? '') || by.join(' ').trim() || [...(at.labels ?? [])].map((l) => l.textContent).join(' ') || at.textContent;
  })()`;
  const seen: string[] = [];
  for (let stop = 0; stop < stopsMax; stop++) {
    const at = String(await page.evaluate(called)).trim();
    if (name.test(at)) return;
    seen.push(at.slice(0, 40));
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${String(name)}; it stopped at: ${seen.join(' | ')}`);
}

/** Runs what the page says, on a free port. */
async function startReceiver(command: string, directory: string) {
  const child = spawn('bash', ['-c', command], {
    cwd: directory,
    env: { ...process.env, PORT: '0' },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = await withTimeout(
    new Promise<string>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8');
        const found = /https:\/\/127\.0\.0\.1:\d+\//.exec(output)?.[0];
        if (found) resolve(found);
      });
      child.on('exit', () => reject(new Error(`the receiver ended: ${output}`)));
    }),
    20_000,
    () => `the receiver did not start: ${output}`,
  );
  return { child, url, output: () => output };
}
