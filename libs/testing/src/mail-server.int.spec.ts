import { afterEach, describe, expect, test } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { startMailServer, type MailServer, type MailServerOptions } from './mail-server';

let server: MailServer;
afterEach(() => server.close());

async function open(options: MailServerOptions = {}): Promise<MailServer> {
  return (server = await startMailServer(options));
}

const mail = {
  from: '"Platform" <platform@example.test>',
  to: ['owner@example.test', 'second@example.test'],
  subject: 'Zustellung fehlgeschlagen – «Büro» und ein ziemlich langer Betreff, der umgebrochen werden muss',
  text: 'First line\nZweite Zeile: äöü = €\n\n' + 'long '.repeat(60).trim(),
};

async function send(extra: object = {}, url = server.url): Promise<unknown> {
  const transport = createTransport({ url, tls: { ca: server.caPem } } as object);
  return transport.sendMail({ ...mail, ...extra }).finally(() => transport.close());
}

describe('the test mail server', () => {
  test.each([
    ['plain text', {}],
    ['text and HTML', { html: '<p>x</p>' }],
    ['base64', { textEncoding: 'base64' }],
    ['quoted-printable', { textEncoding: 'quoted-printable' }],
    ['an attachment too', { html: '<p>x</p>', attachments: [{ filename: 'a.txt', content: 'no' }] }],
  ])('keeps a mail of %s as it was meant', async (_, extra) => {
    await open();
    await send(extra);
    const [received] = await server.waitFor(1);
    expect(received).toMatchObject({
      from: 'platform@example.test',
      to: mail.to,
      subject: mail.subject,
      text: mail.text,
    });
    expect(received?.headers.from).toBe('Platform <platform@example.test>');
  });

  test.each(['none', 'starttls', 'implicit'] as const)('takes a login and mail with TLS %s', async (tls) => {
    await open({ tls, login: { user: 'sender@x', password: 'p/w' } });
    await send();
    expect(await server.waitFor(1)).toMatchObject([{ secure: tls !== 'none', user: 'sender@x' }]);
    await expect(send({}, server.url.replace('p%2Fw', 'wrong'))).rejects.toThrow(/535/);
    await expect(send({}, server.url.replace(/\/\/.*@/, '//'))).rejects.toThrow(/530/);
  });

  test.each([
    ['refuse', /550 no such mailbox/],
    ['fail', /451 try again later/],
    ['close', /421 not now/],
  ] as const)('can %s, and accept again', async (behaviour, error) => {
    await open({ behaviour });
    await expect(send()).rejects.toThrow(error);
    await server.waitForTurnedAway(1);
    expect(server.mails).toEqual([]);
    server.behave('accept');
    await send();
    expect(await server.waitFor((mails) => mails.length > 0)).toHaveLength(1);
  });

  test('can stall, and is closed all the same', async () => {
    await open({ behaviour: 'stall' });
    const sending = send().catch((error: Error) => error);
    await server.waitForTurnedAway(1);
    await server.close();
    expect(await sending).toBeInstanceOf(Error);
  });
});
