import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { serverCertificate } from './certificates';
import { readMail, type MailContent } from './mail-content';
import { Watch } from './waiting';

export interface ReceivedMail extends MailContent {
  /** Of the envelope, as are the recipients. */
  from: string;
  to: string[];
  /** As it came. */
  raw: string;
  /** The connection was encrypted. */
  secure: boolean;
  user: string | null;
}

/**
 * `refuse`: 550 to each recipient, for good. `fail`: 451 after the mail, to be tried again. `stall`: takes the mail and
 * never answers. `close`: 421 to whoever connects.
 */
export type MailBehaviour = 'accept' | 'refuse' | 'fail' | 'stall' | 'close';

export interface MailServerOptions {
  behaviour?: MailBehaviour;
  /** `none` unless told; `starttls` offers it, `implicit` is for `smtps://`. */
  tls?: 'none' | 'starttls' | 'implicit';
  /** Mail is taken only after a login with these. */
  login?: { user: string; password: string };
}

export interface MailServer {
  /** `smtp://` or `smtps://` 127.0.0.1 and port, with the login where there is one. */
  url: string;
  port: number;
  caPem: string;
  /** Only what was accepted, in order. */
  mails: ReceivedMail[];
  /** Mails and connections that were turned away or left hanging. */
  turnedAway(): number;
  behave(behaviour: MailBehaviour): void;
  /** Resolves with all mails so far when there are `count` of them, or when `predicate` holds for them; 10 s unless told. */
  waitFor(countOrPredicate: number | ((mails: ReceivedMail[]) => boolean), timeoutMs?: number): Promise<ReceivedMail[]>;
  /** Resolves when so many were turned away. */
  waitForTurnedAway(count: number, timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

const mailBytesMax = 1024 * 1024;
const mailMax = 10_000;

/** A real SMTP server on 127.0.0.1 that keeps what it is sent, and misbehaves as the test says. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { tls = 'none', login } = options;
  const { key, cert, caPem } = await serverCertificate();
  const mails: ReceivedMail[] = [];
  const watch = new Watch();
  let behaviour = options.behaviour ?? 'accept';
  let turnedAway = 0;
  const turn = () => {
    turnedAway++;
    watch.changed();
  };

  const server = new SMTPServer({
    key,
    cert,
    secure: tls === 'implicit',
    hideSTARTTLS: tls !== 'starttls',
    authOptional: login === undefined,
    allowInsecureAuth: true,
    size: mailBytesMax,
    closeTimeout: 100,
    onAuth: ({ username, password }, _session, done) =>
      username === login?.user && password === login?.password
        ? done(null, { user: username })
        : done(replyOf(535, 'wrong user or password')),
    onConnect: (_session, done) => done(behaviour === 'close' ? (turn(), replyOf(421, 'not now')) : null),
    onRcptTo: (_address, _session, done) =>
      done(behaviour === 'refuse' ? (turn(), replyOf(550, 'no such mailbox')) : null),
    onData: (stream, session, done) =>
      void collect(stream).then((raw) => {
        if (behaviour === 'stall') return turn();
        if (behaviour === 'fail' || mails.length >= mailMax) return (turn(), done(replyOf(451, 'try again later')));
        mails.push({ ...readMail(raw), ...envelopeOf(session), raw });
        done();
        watch.changed();
      }, done),
  });
  // A client that breaks off is part of what is tested.
  server.on('error', () => undefined);
  await new Promise<void>((done, fail) => server.server.once('error', fail).listen(0, '127.0.0.1', done));
  const { port } = server.server.address() as AddressInfo;
  const account = login ? `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@` : '';

  return {
    url: `${tls === 'implicit' ? 'smtps' : 'smtp'}://${account}127.0.0.1:${port}`,
    port,
    caPem,
    mails,
    turnedAway: () => turnedAway,
    behave: (next) => void (behaviour = next),
    async waitFor(wanted, timeoutMs) {
      const holds = () => (typeof wanted === 'number' ? mails.length >= wanted : wanted(mails));
      const what = () =>
        `the mail server got ${mails.length} mails, not ${typeof wanted === 'number' ? wanted : 'what was waited for'}`;
      await watch.until(holds, what, timeoutMs);
      return [...mails];
    },
    waitForTurnedAway: (count, timeoutMs) =>
      watch.until(
        () => turnedAway >= count,
        () => `the mail server turned ${turnedAway} away, not ${count}`,
        timeoutMs,
      ),
    close: () => new Promise<void>((done) => server.close(() => done())),
  };
}

function replyOf(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

function envelopeOf(session: SMTPServerSession) {
  const { mailFrom, rcptTo } = session.envelope;
  return {
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    secure: session.secure,
    user: session.user ?? null,
  };
}

async function collect(stream: SMTPServerDataStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  if (stream.sizeExceeded) throw replyOf(552, 'mail too large');
  return Buffer.concat(chunks).toString('latin1');
}
