import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startReceiver, type Answer, type Receiver, type ReceiverOptions } from './receiver';

let receiver: Receiver;
afterEach(() => receiver.close());

async function open(options: ReceiverOptions = {}): Promise<Receiver> {
  return (receiver = await startReceiver(options));
}

interface Reply {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

async function post(path: string, body: string): Promise<Reply> {
  const send = receiver.url.startsWith('https') ? https.request : http.request;
  const request = send(`${receiver.url}${path}`, {
    method: 'POST',
    headers: { 'X-Mixed-Case': 'kept' },
    ca: receiver.caPem,
    agent: false,
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode ?? 0, headers: response.headers, body: text };
}

describe('the test receiver', () => {
  test.each(['https', 'http'] as const)('records what comes over %s, byte for byte', async (protocol) => {
    await open({ protocol });
    expect((await post('/hook?x=1', '{"ä":1}')).status).toBe(200);
    const [request] = await receiver.waitFor(1);
    expect(request).toMatchObject({ method: 'POST', path: '/hook?x=1', headers: { 'x-mixed-case': 'kept' } });
    expect(request?.rawHeaders).toContainEqual(['X-Mixed-Case', 'kept']);
    expect(request?.body).toEqual(Buffer.from('{"ä":1}'));
    expect(Math.abs(Date.now() - (request?.at ?? 0))).toBeLessThan(5_000);
    expect(receiver.connections()).toBe(1);
  });

  test('is not trusted without its authority', async () => {
    await open();
    const request = https.request(receiver.url, { agent: false });
    request.end();
    await expect(once(request, 'response')).rejects.toThrow(/unable to verify|self-signed|unable to get local issuer/);
  });

  test('answers each request as the script says', async () => {
    await open({
      answer: (_, index) => ({ status: index === 0 ? 503 : 202, headers: { 'Retry-After': '7' }, body: `no ${index}` }),
    });
    expect(await post('/', '')).toMatchObject({ status: 503, body: 'no 0', headers: { 'retry-after': '7' } });
    expect(await post('/', '')).toMatchObject({ status: 202, body: 'no 1' });
    receiver.answer({ status: 418 });
    expect(await post('/', '')).toMatchObject({ status: 418 });
  });

  test.each([
    ['drop', 'drop' as Answer],
    ['cut', { headers: { 'content-length': '100' }, body: 'part', cut: true } as Answer],
  ])('can break the connection: %s', async (_, answer) => {
    await open({ answer });
    await expect(post('/', '')).rejects.toThrow(/hang up|aborted|ECONNRESET/);
  });

  test('can drip, and wait for a promise', async () => {
    let release = () => {};
    const after = new Promise<void>((resolve) => (release = resolve));
    await open({ answer: { body: 'slowly', drip: { bytes: 2, everyMs: 1 }, after } });
    const reply = post('/', '');
    await receiver.waitFor(1);
    release();
    expect(await reply).toMatchObject({ status: 200, body: 'slowly' });
  });

  test('that hangs is closed all the same, and the waiting client sees it', async () => {
    await open({ answer: 'hang' });
    const reply = post('/', '').catch((error: Error) => error.message);
    await receiver.waitFor((requests) => requests.some(({ path }) => path === '/'));
    await receiver.close();
    expect(await reply).toMatch(/hang up|ECONNRESET/);
  });

  test('says what it got where less comes than was waited for', async () => {
    await open();
    await post('/', '');
    await expect(receiver.waitFor(2, 20)).rejects.toThrow('within 20 ms: the receiver got 1 requests, not 2');
    receiver.clear();
    expect([receiver.received(), receiver.requests]).toEqual([0, []]);
  });
});
