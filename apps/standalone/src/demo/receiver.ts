import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

export interface Received {
  path: string;
  type: string;
  deliveryId: string;
  attempt: number;
  /** Both signatures were right. */
  signed: boolean;
  answered: number;
}

export interface SampleReceiver {
  url: string;
  caPem: string;
  received: Received[];
  /** The secret that requests to this path are signed with. */
  expect(path: string, secret: string): void;
  close(): Promise<void>;
}

const bodyMaxBytes = 1_048_576;

/**
 * A receiving system as docs/receiving.md tells to write one: reads the raw body, checks both signatures and the age, answers at
 * once. `answer` says with which status.
 */
export async function startSampleReceiver(answer: (path: string, attempt: number) => number): Promise<SampleReceiver> {
  const certificate = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const secrets = new Map<string, string>();
  const received: Received[] = [];
  const server: Server = createServer({ key: certificate.private, cert: certificate.cert }, (request, response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > bodyMaxBytes) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      const path = request.url ?? '/';
      const header = (name: string) => String(request.headers[name] ?? '');
      const attempt = Number(header('x-delivery-attempt'));
      const signed = verify(Buffer.concat(chunks), secrets.get(path) ?? '', header);
      const status = signed ? answer(path, attempt) : 401;
      received.push({
        path,
        type: header('x-event-type'),
        deliveryId: header('x-delivery-id'),
        attempt,
        signed,
        answered: status,
      });
      response.writeHead(status, { 'content-type': 'text/plain' }).end(status < 300 ? 'thank you' : 'not today');
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caPem: certificate.cert,
    received,
    expect: (path, secret) => secrets.set(path, secret),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function verify(body: Buffer, secret: string, header: (name: string) => string): boolean {
  const simple = createHmac('sha256', secret).update(body).digest('hex');
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  const signedContent = Buffer.concat([Buffer.from(`${header('webhook-id')}.${header('webhook-timestamp')}.`), body]);
  const standard = `v1,${createHmac('sha256', key).update(signedContent).digest('base64')}`;
  const fresh = Math.abs(Date.now() / 1_000 - Number(header('webhook-timestamp'))) <= 300;
  return (
    fresh &&
    equal(simple, header('x-signature')) &&
    header('webhook-signature')
      .split(' ')
      .some((given) => equal(standard, given))
  );
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
