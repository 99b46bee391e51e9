import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestDatabase, startMailServer, type MailServer } from '@arkan/testing';
import { takeOutcomes } from '../consuming';
import {
  exhaustedOf,
  FakeTransport,
  inboxOf,
  openTestNotifier,
  outcomeOf,
  outcomes,
  webhookIdOf,
  type TestNotifier,
} from '../notifier.fixture';
import { tellDueNotices } from '../telling';
import { sendDue } from './sender';
import { createSmtpTransport } from './smtp';
import { type MailTransport } from './transport';

const from = 'ArkanPM <webhooks@arkanpm.example>';
const closers: (() => unknown)[] = [];
let notifier: TestNotifier;
beforeEach(async () => {
  notifier = await openTestNotifier();
  notifier.know({});
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await notifier.close();
});

async function open(options: Parameters<typeof startMailServer>[0] = {}): Promise<MailServer> {
  const server = await startMailServer(options);
  closers.push(() => server.close());
  return server;
}
function smtp(url: string): MailTransport {
  const transport = createSmtpTransport({ url, from });
  closers.push(() => transport.close());
  return transport;
}
const never = () => false;
const send = (transport: MailTransport, from = notifier) => sendDue(from.parts, transport, never);

/** An exhausted delivery of each of these webhooks, told. */
async function tell(...webhooks: number[]): Promise<void> {
  const list = webhooks.map((n) => outcomeOf({ webhookId: webhookIdOf(n), failures: [exhaustedOf()] }));
  notifier.know(...webhooks.map((n) => ({ webhookId: webhookIdOf(n), ownerEmail: `owner${n}@acme.example` })));
  await takeOutcomes(notifier.parts, outcomes(offset, ...list));
  offset += webhooks.length;
  notifier.clock.advance(2_000);
  await tellDueNotices(notifier.parts);
}
let offset = 1;

const queue = async () =>
  (
    await notifier.deps.database.pool.query<{ state: string; tries: number; last_error: string | null; waits: number }>(
      `select state, tries, last_error, round(extract(epoch from next_try_at) * 1000 - $1)::float8 as waits from mail order by id`,
      [notifier.clock.now()],
    )
  ).rows;
const log = async () =>
  (
    await notifier.deps.database.pool.query<{
      level: string;
      source: string;
      cause_key: string;
      message: string;
      webhook_id: string;
    }>('select * from log_entry where source = $1', ['notifier'])
  ).rows;

describe('a mail', () => {
  test('is handed over once, and the inbox then says to whom', async () => {
    const server = await open();
    await tell(1);
    const transport = smtp(server.url);
    await send(transport);
    await send(transport);
    const [mail] = await server.waitFor(1);
    expect(server.mails).toHaveLength(1);
    expect(mail).toMatchObject({
      from: 'webhooks@arkanpm.example',
      to: ['owner1@acme.example'],
      subject: 'A delivery to webhook "Ledger" given up',
    });
    expect(mail?.headers).toMatchObject({
      from: 'ArkanPM <webhooks@arkanpm.example>',
      'auto-submitted': 'auto-generated',
      'message-id': expect.stringMatching(/^<[0-9a-f-]{36}@arkanpm\.example>$/),
    });
    expect(mail?.text).toContain('Host: hooks.acme.example');
    expect(mail?.raw).not.toContain('hidden');
    expect(mail?.raw).toContain('text/html');
    expect((await inboxOf(notifier)).map((row) => row.emailed_to)).toEqual(['owner1@acme.example']);
    expect((await queue()).map(({ state, tries }) => [state, tries])).toEqual([['sent', 1]]);
    const metrics = await notifier.deps.metrics.metrics();
    expect(metrics).toContain('arkan_mails_total{outcome="sent"} 1');
    expect(metrics).toContain('arkan_mail_queue 0');
    expect(metrics).toContain('arkan_notifications_total{kind="delivery_exhausted"} 1');
  });

  test('waits while the server is down or says not now, and then arrives once', async () => {
    const server = await open({ behaviour: 'fail' });
    const { port } = server;
    await tell(1);
    await send(smtp('smtp://127.0.0.1:1'));
    expect(await queue()).toEqual([
      { state: 'pending', tries: 1, last_error: expect.stringMatching(/ECONNREFUSED/), waits: expect.any(Number) },
    ]);
    const transport = smtp(`smtp://127.0.0.1:${port}`);
    await send(transport);
    expect((await queue())[0]?.tries).toBe(1);
    notifier.clock.advance(18_000);
    await send(transport);
    expect((await queue())[0]).toMatchObject({ state: 'pending', tries: 2, last_error: expect.stringMatching(/451/) });
    expect(await inboxOf(notifier)).toEqual([expect.objectContaining({ emailed_to: null })]);
    expect(await notifier.deps.metrics.metrics()).toContain('arkan_mail_queue 1');
    server.behave('accept');
    notifier.clock.advance(54_000);
    await send(transport);
    await send(transport);
    expect(await server.waitFor(1)).toHaveLength(1);
    expect((await queue())[0]).toMatchObject({ state: 'sent', tries: 3, last_error: null });
  });

  test('is given up after ten tries, and the integration log says so', async () => {
    const transport = new FakeTransport();
    transport.failure = new Error('connect ECONNREFUSED');
    await tell(1);
    const waits: number[] = [];
    for (let n = 0; n < 10; n++) {
      await send(transport);
      const [mail] = await queue();
      if (mail?.state !== 'pending') break;
      waits.push(mail.waits);
      notifier.clock.advance(mail.waits);
    }
    expect(waits).toHaveLength(9);
    expect(waits[0]).toBeGreaterThanOrEqual(12_000);
    expect(waits[8]).toBeGreaterThan(waits[0]! * 100);
    expect((await queue())[0]).toMatchObject({ state: 'given_up', tries: 10 });
    expect(await log()).toEqual([
      expect.objectContaining({
        level: 'error',
        source: 'notifier',
        cause_key: 'mail_given_up',
        webhook_id: webhookIdOf(1),
        message:
          'The mail to owner1@acme.example ("A delivery to webhook "Ledger" given up") could not be handed over and is given up after 10 tries: connect ECONNREFUSED',
      }),
    ]);
    notifier.clock.advance(86_400_000);
    transport.failure = null;
    await send(transport);
    expect(transport.mails).toEqual([]);
  });

  test('whose recipient the server refuses is given up at once; a refused login is not the mail’s fault', async () => {
    const server = await open({ behaviour: 'refuse' });
    await tell(1);
    await send(smtp(server.url));
    expect((await queue())[0]).toMatchObject({ state: 'given_up', tries: 1, last_error: expect.stringMatching(/550/) });

    const guarded = await open({ login: { user: 'platform', password: 'p/w' } });
    await tell(2);
    await send(smtp(guarded.url.replace('p%2Fw', 'wr%2Fng')));
    const failed = (await queue())[1];
    expect(failed).toMatchObject({ state: 'pending', tries: 1, last_error: expect.stringMatching(/535/) });
    expect(failed?.last_error).not.toContain('wr/ng');
    notifier.clock.advance(18_000);
    await send(smtp(guarded.url));
    expect(await guarded.waitFor(1)).toMatchObject([{ user: 'platform' }]);
  });

  test('goes again under the same Message-ID where its sender died after the server had taken it', async () => {
    const server = await open();
    await tell(1);
    const transport = smtp(server.url);
    const lost: MailTransport = {
      async send(mail) {
        await transport.send(mail);
        throw Object.assign(new Error('the process died here'), { died: true });
      },
      close: () => undefined,
    };
    // What a death leaves: the claim, and nothing after it.
    const { pool } = notifier.deps.database;
    await send(lost);
    await pool.query(`update mail set last_error = null, next_try_at = to_timestamp($1::float8 / 1000)`, [
      notifier.clock.now() + 120_000,
    ]);
    await send(transport);
    expect(server.mails).toHaveLength(1);
    notifier.clock.advance(120_000);
    await send(transport);
    const mails = await server.waitFor(2);
    expect(mails[0]?.headers['message-id']).toBe(mails[1]?.headers['message-id']);
    expect((await queue())[0]?.state).toBe('sent');
  });

  test('that two notifiers may send is sent by one', async () => {
    const server = await open();
    const shared = await createTestDatabase();
    const both = await Promise.all([openTestNotifier({ shared }), openTestNotifier({ shared })]);
    closers.push(async () => {
      for (const { close } of both) await close();
      await shared.drop();
    });
    const own = notifier;
    notifier = both[0]!;
    try {
      await tell(...Array.from({ length: 30 }, (_, n) => n + 1));
    } finally {
      notifier = own;
    }
    for (const { clock } of both) clock.advance(2_000);
    const transports = both.map(() => smtp(server.url));
    await Promise.all(both.flatMap((one, n) => [send(transports[n]!, one), send(transports[n]!, one)]));
    const mails = await server.waitFor(30);
    expect(mails).toHaveLength(30);
    expect(new Set(mails.map(({ to }) => to[0])).size).toBe(30);
    expect((await inboxOf(both[0]!)).every((row) => row.emailed_to !== null)).toBe(true);
  });

  test('is not begun when the notifier stops', async () => {
    const transport = new FakeTransport();
    await tell(1, 2, 3, 4, 5, 6);
    let asked = 0;
    await sendDue(notifier.parts, transport, () => asked++ > 0);
    expect(transport.mails).toHaveLength(4);
  });
});

describe('a hostile name or address', () => {
  const names = ['Ledger\r\nBcc: all@acme.example', 'Büro «Süd» 😀', '"; <all@acme.example>,', '=?utf-8?Q?Bcc:?='];
  test.each(names)('as a webhook’s name, %j, adds neither header nor recipient', async (name) => {
    const server = await open();
    await tell(1);
    await notifier.deps.database.pool.query('truncate mail, notification, notice_state');
    notifier.know({ name });
    await takeOutcomes(
      notifier.parts,
      outcomes(offset++, outcomeOf({ failures: [exhaustedOf({ error: `${name}\r\n.\r\nMAIL FROM:<x@y>` })] })),
    );
    notifier.clock.advance(2_000);
    await tellDueNotices(notifier.parts);
    await send(smtp(server.url));
    const [mail] = await server.waitFor(1);
    expect(mail?.to).toEqual(['owner@acme.example']);
    expect(Object.keys(mail!.headers).sort()).toEqual(
      ['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'].sort(),
    );
    expect(mail?.subject).toBe(`A delivery to webhook "${name.replaceAll(/\s+/g, ' ')}" given up`);
    expect(server.mails).toHaveLength(1);
  });

  test('is given up as a recipient, at once', async () => {
    const server = await open();
    await tell(1);
    await notifier.deps.database.pool.query('update mail set recipient = $1', ['a@acme.example,b@acme.example']);
    await send(smtp(server.url));
    expect(await log()).toHaveLength(1);
    expect(server.mails).toEqual([]);
  });
});
