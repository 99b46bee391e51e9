import { createTransport, type NodemailerError, type SMTPPoolOptions } from 'nodemailer';
import { errorMessage } from '@arkan/kernel';
import { oneLine } from '@arkan/notifier-domain';
import { ConfigError } from '@arkan/runtime';
import { MailRefusedError, type MailTransport, type OutgoingMail } from './transport';

export interface SmtpOptions {
  /** `smtp://` or `smtps://`, with `user:password@` where the server wants a login. Never logged. */
  url: string;
  /** An address, or `Name <address>`. */
  from: string;
  /** For one mail, from connecting to the server's last word: a server that drips its answers is cut off, too. 60,000 unless told. */
  deadlineMs?: number;
}

/** Connections at once; the sender has no more mails under way than that. */
export const smtpConnectionsMax = 4;
export const smtpDeadlineMs = 60_000;

/** One plain address: a list, a name, a route or a line end in it would reach people who were not meant. */
const addressPattern = /^[^\s@,;:<>()[\]\\"\p{Cc}]{1,64}@[^\s@,;:<>()[\]\\"\p{Cc}]{1,253}$/u;

/** SMTP by pooled connections. Throws ConfigError where the URL can't be used. */
export function createSmtpTransport({ url, from, deadlineMs = smtpDeadlineMs }: SmtpOptions): MailTransport {
  const options = smtpOptions(url);
  const mailer = createTransport({
    ...options,
    pool: true,
    maxConnections: smtpConnectionsMax,
    // Our own queue tries again, and knows how often; the pool would do it unseen.
    maxRequeues: 0,
    idleTimeout: 30_000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    dnsTimeout: 10_000,
    socketCloseTimeout: 1_000,
    logger: false,
    debug: false,
  });
  // A pool that loses an idle connection says so by an event, which without a listener would end the process.
  mailer.on('error', () => undefined);
  const secrets = [options.auth?.pass, url].filter((secret): secret is string => Boolean(secret));

  return {
    async send(mail) {
      checkMail(mail);
      try {
        await mailer.sendMail({
          from,
          to: { name: '', address: mail.to },
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          messageId: mail.messageId,
          // RFC 3834: no out-of-office answers to a machine.
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
          signal: AbortSignal.timeout(deadlineMs),
        });
      } catch (error) {
        const message = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), errorMessage(error));
        if (isRefusal(error)) throw new MailRefusedError(message, { cause: error });
        throw new Error(message, { cause: error });
      }
    },
    close: () => mailer.close({ force: true }),
  };
}

/** What stands in headers is made safe where it is worded; here it is made sure, whoever calls. */
function checkMail(mail: OutgoingMail): void {
  if (!addressPattern.test(mail.to)) throw new MailRefusedError('the address is not one plain e-mail address');
  if (mail.subject !== oneLine(mail.subject, 500)) throw new MailRefusedError('the subject is not one line');
  if (!/^<[\w.-]+@[\w.:[\]-]+>$/.test(mail.messageId)) throw new MailRefusedError('the message id is malformed');
}

/** For good is only what the server says of this recipient or this content; a refused login or sender is put right and tried again. */
function isRefusal(error: unknown): boolean {
  const { permanent, command, code } = error as NodemailerError;
  return permanent === true && code !== 'EAUTH' && (command === 'RCPT TO' || command === 'DATA');
}

/** Options that the URL may have; anything else in it is refused, so that no logging or proxy is switched on by it. */
const known = ['name', 'requireTLS', 'ignoreTLS', 'tls.rejectUnauthorized', 'tls.servername'] as const;

function smtpOptions(text: string): SMTPPoolOptions & { auth?: { user: string; pass: string } } {
  const url = new URL(text);
  const secure = url.protocol === 'smtps:';
  const refuse = (what: string): never => {
    throw new ConfigError([`ARKAN_SMTP_URL can not be what it has (not shown, it is a secret); ${what}`]);
  };
  for (const name of url.searchParams.keys())
    if (!(known as readonly string[]).includes(name)) refuse(`of options it may have ${known.join(', ')}`);
  const flag = (name: (typeof known)[number]): boolean | undefined => {
    const value = url.searchParams.get(name);
    if (value !== null && value !== 'true' && value !== 'false') refuse(`${name} may be true or false`);
    return value === null ? undefined : value === 'true';
  };
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '') refuse('it must name a host');
  const decode = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      return refuse('user and password must be percent-encoded');
    }
  };
  const auth = url.username ? { user: decode(url.username), pass: decode(url.password) } : undefined;
  const isLocal = host === 'localhost' || host === '::1' || host.startsWith('127.');
  const rejectUnauthorized = flag('tls.rejectUnauthorized');
  const servername = url.searchParams.get('tls.servername');
  return {
    host,
    port: url.port ? Number(url.port) : secure ? 465 : 587,
    secure,
    ignoreTLS: flag('ignoreTLS'),
    // A password does not cross a network in clear unless the operator says so.
    requireTLS: flag('requireTLS') ?? (auth !== undefined && !secure && !isLocal),
    name: url.searchParams.get('name') ?? undefined,
    tls: {
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
      ...(servername === null ? {} : { servername }),
    },
    ...(auth ? { auth } : {}),
  };
}
