import { afterEach, describe, expect, test } from '@jest/globals';
import { newUuid } from '@arkan/kernel';
import { startMailServer, type MailServer } from '@arkan/testing';
import { createSmtpTransport } from './smtp';
import { MailRefusedError, type MailTransport } from './transport';

const from = 'ArkanPM <webhooks@arkanpm.example>';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(options: Parameters<typeof startMailServer>[0] = {}): Promise<MailServer> {
  const server = await startMailServer(options);
  closers.push(() => server.close());
  return server;
}
function smtp(url: string, deadlineMs?: number): MailTransport {
  const transport = createSmtpTransport({ url, from, deadlineMs });
  closers.push(() => transport.close());
  return transport;
}

const good = {
  messageId: `<${newUuid()}@a.example>`,
  to: 'owner@acme.example',
  subject: 's',
  text: 't',
  html: '<p>t</p>',
};
describe('a mail that would reach others than it is for', () => {
  test.each([
    ['two addresses', { to: 'a@acme.example, b@acme.example' }],
    ['a line end in the address', { to: 'a@acme.example\r\nRCPT TO:<b@acme.example>' }],
    ['a name with the address', { to: '"x" <a@acme.example>' }],
    ['a list', { to: 'all:a@acme.example;' }],
    ['no address', { to: 'nobody' }],
    ['a line end in the subject', { subject: 'a\r\nBcc: b@acme.example' }],
    ['a line end in the message id', { messageId: '<a@b>\r\nBcc: b@acme.example' }],
  ])('is refused by the transport: %s', async (_, changes) => {
    const server = await open();
    const transport = smtp(server.url);
    await expect(transport.send({ ...good, ...changes })).rejects.toThrow(MailRefusedError);
    await transport.send(good);
    expect(await server.waitFor(1)).toHaveLength(1);
  });
});

describe('the mail server’s address', () => {
  test.each(['starttls', 'implicit'] as const)(
    'may be %s with a login, and its certificate is checked',
    async (tls) => {
      const server = await open({ tls, login: { user: 'platform@x', password: 'p/w?#' } });
      await expect(smtp(server.url).send(good)).rejects.toThrow(/certificate/);
      await smtp(`${server.url}?tls.rejectUnauthorized=false`).send(good);
      expect(await server.waitFor(1)).toMatchObject([{ secure: true, user: 'platform@x' }]);
    },
  );

  test('with a password is not used in clear, but on this machine or where the operator says so', async () => {
    const server = await open({ login: { user: 'u', password: 'secret-word' } });
    const failure = await smtp(`${server.url}?requireTLS=true`)
      .send(good)
      .catch((error: Error) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(String((failure as Error).message)).not.toContain('secret-word');
    await smtp(server.url).send(good);
    expect(await server.waitFor(1)).toHaveLength(1);
  });

  test.each([
    ['smtp://user:pa%ss@mail.example', /percent-encoded/],
    ['smtp://mail.example?logger=true', /of options it may have name, requireTLS/],
    ['smtp://mail.example?requireTLS=maybe', /true or false/],
    ['smtp:///x', /name a host/],
  ])('%s is refused at the start, without being shown', (url, words) => {
    expect(() => createSmtpTransport({ url, from })).toThrow(words);
    expect(() => createSmtpTransport({ url, from })).not.toThrow(/pa%ss/);
  });

  test('of a server that never answers costs a mail its deadline', async () => {
    const server = await open({ behaviour: 'stall' });
    await expect(smtp(server.url, 200).send(good)).rejects.toThrow(/abort|timeout/i);
  });
});
