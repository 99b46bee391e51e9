import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { ManualClock, parseCidrs } from '@arkan/kernel';
import {
  eventually,
  serverCertificate,
  startReceiver,
  testCaPem,
  type Receiver,
  type ReceiverOptions,
} from '@arkan/testing';
import { afterEach, describe, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import { responseBodyMax, type SendRequest } from './exchange';
import { createSender, type Sender, type SenderOptions } from './sender';

const closers: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function receiverOf(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await startReceiver(options);
  closers.push(() => receiver.close());
  return receiver;
}

async function senderOf(options: Partial<SenderOptions> = {}): Promise<Sender> {
  const sender = createSender({ allowedCidrs: parseCidrs(['127.0.0.0/8']), ca: [await testCaPem()], ...options });
  closers.push(() => sender.close());
  return sender;
}

const request = (url: string, more: Partial<SendRequest> = {}): SendRequest => ({
  url,
  headers: ['Content-Type', 'application/json', 'X-Signature', 'abc'],
  body: Buffer.from('{"ä":1}'),
  timeoutMs: 10_000,
  ...more,
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A TLS server that leaves every byte to the test. `onRequest` is called at the end of each request's body. */
async function rawReceiver(
  onRequest: (socket: TLSSocket, nth: number) => void,
): Promise<{ url: string; requests(): number }> {
  let requests = 0;
  const server = createTlsServer(await serverCertificate(), (socket) => {
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const length = /content-length: (\d+)/i.exec(text)?.[1];
      if (!length || text.length < text.indexOf('\r\n\r\n') + 4 + Number(length)) return;
      text = '';
      onRequest(socket, ++requests);
    });
  });
  return { url: `https://127.0.0.1:${await listen(server)}/hook`, requests: () => requests };
}

describe('an answered request', () => {
  test('arrives byte for byte, and the result tells all of the answer', async () => {
    const receiver = await receiverOf({
      answer: { status: 201, headers: { 'X-Answer': 'yes', 'Set-Cookie': ['a=1', 'b=2'] }, body: 'taken' },
    });
    const sender = await senderOf();
    const result = await sender.send(request(`${receiver.url}/hook?a=%20b`));
    expect(result).toMatchObject({
      outcome: 'success',
      causeKey: 'success',
      error: null,
      httpStatus: 201,
      responseHeaders: { 'x-answer': 'yes', 'set-cookie': 'a=1, b=2' },
      bodyTruncated: false,
      retryAfter: null,
      remoteAddress: '127.0.0.1',
    });
    expect(result.responseBody.toString()).toBe('taken');
    const [received] = await receiver.waitFor(1);
    expect(received).toMatchObject({ method: 'POST', path: '/hook?a=%20b', body: Buffer.from('{"ä":1}') });
    expect(received?.headers).toMatchObject({
      'x-signature': 'abc',
      host: `127.0.0.1:${receiver.port}`,
      'content-length': '8',
    });
  });

  test('splits the time of a new connection, and has none to split on a kept one', async () => {
    const receiver = await receiverOf({ hosts: ['hooks.example.com'] });
    const sender = await senderOf({ resolve: () => Promise.resolve({ addresses: ['127.0.0.1'], ttlMs: 0 }) });
    const url = `https://hooks.example.com:${receiver.port}/`;
    const { timing: first, durationMs } = await sender.send(request(url));
    for (const ms of [first.dnsMs, first.connectMs, first.tlsMs, first.firstByteMs]) {
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThanOrEqual(durationMs);
    }
    expect(first.tlsMs).toBeGreaterThan(0);
    expect(first.totalMs).toBe(durationMs);
    const second = await sender.send(request(url));
    expect(second).toMatchObject({
      outcome: 'success',
      remoteAddress: '127.0.0.1',
      timing: { dnsMs: null, connectMs: null, tlsMs: null },
    });
    expect(receiver.connections()).toBe(1);
  });

  test.each([
    [204, 'success', 'success'],
    [302, 'http_error', 'http_302'],
    [404, 'http_error', 'http_404'],
    [410, 'http_error', 'http_410'],
    [503, 'http_error', 'http_503'],
  ])('%i is %s', async (status, outcome, causeKey) => {
    const receiver = await receiverOf({ answer: { status, headers: { 'Retry-After': '7', Location: '/elsewhere' } } });
    const sender = await senderOf();
    const result = await sender.send(request(receiver.url));
    expect(result).toMatchObject({
      outcome,
      causeKey,
      httpStatus: status,
      retryAfter: outcome === 'success' ? null : '7',
    });
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/']);
  });

  test('that is packed is kept packed', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const receiver = await receiverOf({ answer: { headers: { 'Content-Encoding': 'gzip' }, body: bomb } });
    const sender = await senderOf();
    const result = await sender.send(request(receiver.url));
    expect(result.responseBody).toEqual(bomb.subarray(0, responseBodyMax));
  });

  test.each([
    [0, false],
    [1, false],
    [responseBodyMax - 1, false],
    [responseBodyMax, false],
    [responseBodyMax + 1, true],
    [60_000, true],
  ])('with %i bytes is cut: %s', async (length, bodyTruncated) => {
    const body = Buffer.from(Array.from({ length }, (_, i) => i % 251));
    const receiver = await receiverOf({ answer: { body } });
    const sender = await senderOf();
    const result = await sender.send(request(receiver.url));
    expect(result).toMatchObject({ outcome: 'success', bodyTruncated });
    expect(result.responseBody).toEqual(body.subarray(0, responseBodyMax));
  });

  test('that never ends is cut, is a success all the same, and its connection is closed', async () => {
    let closed = () => {};
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const { url } = await rawReceiver((socket) => {
      socket.on('close', closed);
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const more = () => socket.write(`2000\r\n${'x'.repeat(0x2000)}\r\n`, () => !socket.destroyed && more());
      more();
    });
    const result = await (await senderOf()).send(request(url, { timeoutMs: 600_000 }));
    expect(result).toMatchObject({ outcome: 'success', httpStatus: 200, bodyTruncated: true });
    expect(result.responseBody.toString()).toBe('x'.repeat(responseBodyMax));
    await isClosed;
  });

  const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
  test.each([
    ['an early hint before it', `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${ok}`, 'success', 'success'],
    ['HTTP/1.0 and no length', 'HTTP/1.0 200 OK\r\n\r\nok', 'success', 'success'],
    ['no reason phrase', 'HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok', 'success', 'success'],
    ['a status of its own', 'HTTP/1.1 299 Fine\r\ncontent-length: 2\r\n\r\nok', 'success', 'success'],
    ['connection: close', `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok`, 'success', 'success'],
    ['an early hint in place of it', 'HTTP/1.1 103 Early Hints\r\n\r\n', 'connect_error', 'connection_reset'],
    ['less than its length', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok', 'connect_error', 'connection_reset'],
    [
      'an unfinished chunk',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nok',
      'connect_error',
      'connection_reset',
    ],
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n', 'connect_error', 'invalid_response'],
    ['an end of half a head', 'HTTP/1.1 200 OK\r\ncontent-', 'connect_error', 'connection_reset'],
    ['nothing', '', 'connect_error', 'connection_reset'],
    [
      'a change of protocol',
      'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      'connect_error',
      'invalid_response',
    ],
    // Allowed by RFC 9110, 10.1.1, though nobody asked for it; undici takes it for an error.
    ['100 Continue before it', `HTTP/1.1 100 Continue\r\n\r\n${ok}`, 'connect_error', 'invalid_response'],
    ['too many headers', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}\r\n`, 'connect_error', 'headers_too_large'],
  ])('with %s', async (_, bytes, outcome, causeKey) => {
    const { url, requests } = await rawReceiver((socket) => socket.end(bytes, 'latin1'));
    const sender = await senderOf();
    for (const group of ['a', 'b']) {
      const result = await sender.send(request(url, { group }));
      expect(result).toMatchObject({ outcome, causeKey });
      expect([null, 200, 299]).toContain(result.httpStatus);
    }
    expect(requests()).toBe(2);
  });

  test('names of headers have no power over the result', async () => {
    const { url } = await rawReceiver((socket) =>
      socket.end('HTTP/1.1 200 OK\r\n__proto__: a\r\nconstructor: b\r\nX-A: 1\r\nx-a: 2\r\ncontent-length: 0\r\n\r\n'),
    );
    const { responseHeaders } = await (await senderOf()).send(request(url));
    expect(responseHeaders).toEqual({ constructor: 'b', 'x-a': '1, 2', 'content-length': '0' });
  });

  test('may come before the request was sent in full', async () => {
    const early = createTlsServer(await serverCertificate(), (socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write('HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n'));
    });
    const sender = await senderOf();
    const url = `https://127.0.0.1:${await listen(early)}/`;
    const result = await sender.send(request(url, { body: Buffer.alloc(300_000) }));
    expect(result).toMatchObject({ outcome: 'http_error', httpStatus: 413 });
  });
});

describe('a request that fails', () => {
  test('where nothing listens: connection refused', async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const result = await (await senderOf()).send(request(`https://127.0.0.1:${port}/`));
    expect(result).toMatchObject({
      outcome: 'connect_error',
      causeKey: 'connection_refused',
      error: '127.0.0.1 refused the connection: nothing listens there (ECONNREFUSED).',
      httpStatus: null,
      responseHeaders: null,
      remoteAddress: null,
    });
  });

  test('on a certificate of an unknown authority', async () => {
    const receiver = await receiverOf();
    const sender = await senderOf({ ca: [] });
    expect(await sender.send(request(receiver.url))).toMatchObject({ outcome: 'tls_error', causeKey: 'tls_untrusted' });
    expect(receiver.received()).toBe(0);
  });

  test.each([
    ['tls_self_signed', {}],
    ['tls_expired', { notBeforeDate: new Date('2020-01-01'), notAfterDate: new Date('2020-02-01') }],
  ])('on a certificate that is %s', async (causeKey, dates) => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
      ...dates,
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    const port = await listen(createTlsServer({ key, cert }));
    const sender = await senderOf(causeKey === 'tls_expired' ? { ca: [cert] } : {});
    expect(await sender.send(request(`https://127.0.0.1:${port}/`))).toMatchObject({ outcome: 'tls_error', causeKey });
  });

  test('on a certificate for another name, also after the right name had a session', async () => {
    const receiver = await receiverOf({ hosts: ['right.example.com'] });
    const sender = await senderOf({ resolve: () => Promise.resolve({ addresses: ['127.0.0.1'], ttlMs: 0 }) });
    const at = (host: string) => sender.send(request(`https://${host}:${receiver.port}/`));
    expect(await at('right.example.com')).toMatchObject({ outcome: 'success' });
    expect(await at('wrong.example.com')).toMatchObject({
      outcome: 'tls_error',
      causeKey: 'tls_wrong_host',
      error: "The receiver's certificate is not for wrong.example.com (ERR_TLS_CERT_ALTNAME_INVALID).",
    });
    expect(receiver.received()).toBe(1);
  });

  test('on a server that speaks plain HTTP', async () => {
    const receiver = await receiverOf({ protocol: 'http' });
    const result = await (await senderOf()).send(request(receiver.url.replace('http:', 'https:')));
    expect(result).toMatchObject({ outcome: 'tls_error', causeKey: 'tls_not_spoken' });
  });

  test('on TLS older than 1.2', async () => {
    const server = createTlsServer({
      ...(await serverCertificate()),
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const result = await (await senderOf()).send(request(`https://127.0.0.1:${await listen(server)}/`));
    expect(result.outcome).toBe('tls_error');
  });

  test.each([
    ['ENOTFOUND', 'dns_not_found'],
    ['ESERVFAIL', 'dns_unavailable'],
  ])('on DNS: %s', async (code, causeKey) => {
    const sender = await senderOf({ resolve: () => Promise.reject(Object.assign(new Error('x'), { code })) });
    const result = await sender.send(request('https://hooks.example.com/'));
    expect(result).toMatchObject({ outcome: 'connect_error', causeKey });
    expect(result.error).toContain('hooks.example.com');
  });

  test('is told apart from a break within the answer, whose status is kept', async () => {
    const receiver = await receiverOf({ answer: { headers: { 'content-length': '100' }, body: 'part', cut: true } });
    const result = await (await senderOf()).send(request(receiver.url));
    expect(result).toMatchObject({ outcome: 'connect_error', causeKey: 'connection_reset', httpStatus: 200 });
    expect(result.responseBody.toString()).toBe('part');
  });

  test.each([
    [['X-A', 'b\r\nX-Evil: 1']],
    [['X-A\r\nX-Evil: 1', 'b']],
    [['X-A', 'b\u0000']],
    [['X-A', '\u0100']],
    [['Host', 'evil.example.com']],
    [['content-LENGTH', '1']],
    [['Transfer-Encoding', 'chunked']],
    [['Connection', 'close']],
    [['Upgrade', 'h2c']],
    [['Expect', '100-continue']],
  ])('before it is sent, on the headers %j', async (headers) => {
    const receiver = await receiverOf();
    const sender = await senderOf();
    expect(await sender.send(request(receiver.url, { headers }))).toMatchObject({
      causeKey: 'invalid_request',
      httpStatus: null,
    });
    await sender.send(request(receiver.url));
    expect(receiver.received()).toBe(1);
  });
});

describe('the deadline', () => {
  /** Time stands still until the request is where it is meant to hang. */
  async function expireAt(
    phase: string,
    hangs: Promise<unknown>,
    sending: (clock: ManualClock) => ReturnType<Sender['send']>,
  ) {
    const clock = new ManualClock();
    const result = sending(clock);
    await hangs;
    clock.advance(9_990);
    const early = await Promise.race([result, new Promise((resolve) => setImmediate(() => resolve('under way')))]);
    expect(early).toBe('under way');
    clock.advance(30);
    expect(await result).toMatchObject({ outcome: 'timeout', causeKey: `timeout_${phase}`, httpStatus: null });
  }

  test('covers DNS', async () => {
    let asked = () => {};
    const hangs = new Promise<void>((resolve) => (asked = resolve));
    await expireAt('dns', hangs, async (clock) => {
      const resolve = () => {
        asked();
        return new Promise<never>(() => undefined);
      };
      return (await senderOf({ clock, resolve })).send(request('https://hooks.example.com/'));
    });
  });

  test('covers the TLS handshake, and closes the connection', async () => {
    const silent = createTcpServer();
    const port = await listen(silent);
    let closed: Promise<unknown> = Promise.resolve();
    const hangs = once(silent, 'connection').then(([socket]: Socket[]) => {
      closed = once(socket!, 'close');
      return once(socket!, 'data');
    });
    await expireAt('tls', hangs, async (clock) =>
      (await senderOf({ clock })).send(request(`https://127.0.0.1:${port}/`)),
    );
    await closed;
  });

  test('covers the wait for the answer', async () => {
    const receiver = await receiverOf({ answer: 'hang' });
    await expireAt('headers', receiver.waitFor(1), async (clock) =>
      (await senderOf({ clock })).send(request(receiver.url)),
    );
  });

  test('covers a body that drips, each byte in time', async () => {
    const receiver = await receiverOf({ answer: { body: 'x'.repeat(1_000), drip: { bytes: 1, everyMs: 10 } } });
    const result = await (await senderOf()).send(request(receiver.url, { timeoutMs: 200 }));
    expect(result).toMatchObject({ outcome: 'timeout', causeKey: 'timeout_body', httpStatus: 200 });
    expect(result.durationMs).toBeGreaterThanOrEqual(199);
    expect(result.responseBody.length).toBeGreaterThan(0);
  });

  test('closes the connection, so that a late answer meets nobody', async () => {
    let release = () => {};
    const after = new Promise<void>((resolve) => (release = resolve));
    const receiver = await receiverOf({ answer: (_, n) => (n === 0 ? { body: 'late', after } : { body: 'in time' }) });
    const sender = await senderOf();
    expect(await sender.send(request(receiver.url, { timeoutMs: 50 }))).toMatchObject({ outcome: 'timeout' });
    const second = sender.send(request(receiver.url));
    await receiver.waitFor(2);
    release();
    expect((await second).responseBody.toString()).toBe('in time');
    expect(receiver.connections()).toBe(2);
  });
});

describe('the guard', () => {
  const noNetworks = { allowedCidrs: [] };

  test.each([
    ['https://127.0.0.1/', 'blocked_loopback'],
    ['https://2130706433/', 'blocked_loopback'],
    ['https://[::1]/', 'blocked_loopback'],
    ['https://[::ffff:127.0.0.1]/', 'blocked_ipv4_in_ipv6'],
    ['https://169.254.169.254/latest/', 'blocked_metadata'],
    ['https://localhost/', 'blocked_loopback'],
    ['http://example.com/', 'blocked_url_scheme'],
    ['nonsense', 'blocked_url_invalid'],
  ])('refuses %s', async (url, causeKey) => {
    const sender = await senderOf(noNetworks);
    expect(await sender.send(request(url))).toMatchObject({
      outcome: 'blocked_address',
      causeKey,
      remoteAddress: null,
    });
  });

  test.each([[['10.0.0.5']], [['8.8.8.8', '10.0.0.5']], [['2606:4700::1111', 'fd00::1']], [['::ffff:8.8.8.8']]])(
    'refuses a name that resolves to %j',
    async (addresses) => {
      const sender = await senderOf({ ...noNetworks, resolve: () => Promise.resolve({ addresses, ttlMs: 0 }) });
      const result = await sender.send(request('https://hooks.example.com/'));
      expect(result).toMatchObject({ outcome: 'blocked_address', timing: { connectMs: null } });
      expect(result.error).toContain(`hooks.example.com resolves to it: the address ${addresses.at(-1)}`);
    },
  );

  test('dials the very address that it vetted, whatever the name stands for a moment later', async () => {
    const receiver = await receiverOf({ hosts: ['rebind.example.com'] });
    let asked = 0;
    const resolve = () => Promise.resolve({ addresses: [asked++ === 0 ? '127.0.0.1' : '10.0.0.1'], ttlMs: 0 });
    const sender = await senderOf({ resolve });
    const url = `https://rebind.example.com:${receiver.port}/`;
    expect(await sender.send(request(url))).toMatchObject({ outcome: 'success', remoteAddress: '127.0.0.1' });
    expect(asked).toBe(1);
    expect(await sender.send(request(url, { group: 'other' }))).toMatchObject({ outcome: 'blocked_address' });
  });

  test('localhost is dialled on the family that is allowed', async () => {
    const receiver = await receiverOf();
    const sender = await senderOf();
    expect(await sender.send(request(`https://localhost:${receiver.port}/`))).toMatchObject({ outcome: 'success' });
  });
});

describe('connections', () => {
  test('an address that does not answer gives way to the next', async () => {
    const receiver = await receiverOf({ hosts: ['two.example.com'] });
    const addresses = ['127.0.0.2', '127.0.0.1'];
    const sender = await senderOf({ resolve: () => Promise.resolve({ addresses, ttlMs: 0 }) });
    const result = await sender.send(request(`https://two.example.com:${receiver.port}/`));
    expect(result).toMatchObject({ outcome: 'success', remoteAddress: '127.0.0.1' });
  });

  test('name the host in SNI', async () => {
    let servername: unknown = null;
    const server = createTlsServer(await serverCertificate(['sni.example.com']));
    server.on('secureConnection', (socket: TLSSocket & { servername?: string }) => {
      servername = socket.servername;
      socket.destroy();
    });
    const port = await listen(server);
    const sender = await senderOf({ resolve: () => Promise.resolve({ addresses: ['127.0.0.1'], ttlMs: 0 }) });
    await sender.send(request(`https://sni.example.com.:${port}/`));
    expect(servername).toBe('sni.example.com');
  });

  test('200 at once share at most as many connections as allowed', async () => {
    const receiver = await receiverOf({ answer: (_, n) => ({ body: String(n) }) });
    const sender = await senderOf({ limits: { connectionsPerGroup: 8 } });
    const results = await Promise.all(Array.from({ length: 200 }, () => sender.send(request(receiver.url))));
    expect(results.every(({ outcome }) => outcome === 'success')).toBe(true);
    expect(new Set(results.map(({ responseBody }) => responseBody.toString())).size).toBe(200);
    expect(receiver.connections()).toBe(8);
    expect(sender.stats()).toMatchObject({ inFlight: 0, pools: 1, waiting: 0 });
  });

  test('one group that hangs does not hold up another at the same origin', async () => {
    const receiver = await receiverOf({ answer: ({ path }) => (path === '/dead' ? 'hang' : {}) });
    const sender = await senderOf({ limits: { connectionsPerGroup: 2 } });
    const dead = Array.from({ length: 5 }, () => sender.send(request(`${receiver.url}/dead`, { group: 'dead' })));
    await receiver.waitFor(2);
    expect(await sender.send(request(`${receiver.url}/quick`, { group: 'quick' }))).toMatchObject({
      outcome: 'success',
    });
    expect(sender.stats()).toMatchObject({ inFlight: 5, waiting: 3 });
    await sender.close();
    const ended = await Promise.all(dead);
    expect(ended.map(({ outcome }) => outcome)).toEqual(Array(5).fill('unknown'));
  });

  test('unused ones are closed beyond the bound, the longest unused first', async () => {
    const receiver = await receiverOf();
    const sender = await senderOf({ limits: { idleConnections: 2 } });
    for (const group of ['a', 'b', 'c', 'd']) await sender.send(request(receiver.url, { group }));
    expect(sender.stats()).toMatchObject({ pools: 2, open: 2, idle: 2 });
    await sender.send(request(receiver.url, { group: 'd' }));
    expect(receiver.connections()).toBe(4);
    await sender.send(request(receiver.url, { group: 'a' }));
    expect(receiver.connections()).toBe(5);
  });

  test('one that was closed while unused makes room for another of its group', async () => {
    const receiver = await receiverOf();
    const sender = await senderOf({ limits: { connectionsPerGroup: 2, idleConnections: 1 } });
    const two = () => Promise.all([sender.send(request(receiver.url)), sender.send(request(receiver.url))]);
    for (let round = 1; round <= 3; round++) {
      expect((await two()).map(({ outcome }) => outcome)).toEqual(['success', 'success']);
      expect(receiver.connections()).toBe(round + 1);
      expect(sender.stats()).toMatchObject({ open: 1, idle: 1 });
    }
  });

  test('a kept one that the server closes under a request is replaced, and the attempt is one', async () => {
    const { url, requests } = await rawReceiver((socket, nth) => {
      if (nth === 2) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
    const sender = await senderOf();
    await sender.send(request(url));
    const result = await sender.send(request(url));
    expect(result).toMatchObject({ outcome: 'success' });
    expect(result.timing.tlsMs).not.toBeNull();
    expect(requests()).toBe(3);
  });

  test('but only once', async () => {
    const { url, requests } = await rawReceiver((socket, nth) => {
      if (nth > 1) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
    const sender = await senderOf();
    await sender.send(request(url));
    expect(await sender.send(request(url))).toMatchObject({ outcome: 'connect_error', causeKey: 'connection_reset' });
    expect(requests()).toBe(3);
  });

  test('one that the server closed while unused is not used', async () => {
    const { url, requests } = await rawReceiver((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
    const sender = await senderOf();
    for (let n = 1; n <= 5; n++) {
      expect(await sender.send(request(url))).toMatchObject({ outcome: 'success' });
      expect(requests()).toBe(n);
    }
    await eventually(() => sender.stats().pools === 0);
  });
});

describe('close', () => {
  test('waits for what is under way', async () => {
    let release = () => {};
    const after = new Promise<void>((resolve) => (release = resolve));
    const receiver = await receiverOf({ answer: { after } });
    const sender = await senderOf();
    const sending = sender.send(request(receiver.url));
    await receiver.waitFor(1);
    const closing = sender.close(60_000);
    expect(await sender.send(request(receiver.url))).toMatchObject({ outcome: 'unknown', causeKey: 'interrupted' });
    release();
    expect(await sending).toMatchObject({ outcome: 'success' });
    await closing;
    expect(sender.stats()).toEqual({ inFlight: 0, pools: 0, open: 0, idle: 0, waiting: 0 });
  });

  test('cuts off what takes longer than the grace', async () => {
    const clock = new ManualClock();
    const receiver = await receiverOf({ answer: 'hang' });
    const sender = await senderOf({ clock });
    const sending = sender.send(request(receiver.url));
    await receiver.waitFor(1);
    const closing = sender.close(5_000);
    clock.advance(5_000);
    await closing;
    expect(await sending).toMatchObject({ outcome: 'unknown', causeKey: 'interrupted' });
  });
});
