import http, {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { serverCertificate } from './certificates';
import { Watch } from './waiting';

export interface ReceivedRequest {
  method: string;
  /** With the query. */
  path: string;
  /** As Node gives them: lower-case names, repeated ones joined. */
  headers: IncomingHttpHeaders;
  /** Name and value as they came over the wire, in order. */
  rawHeaders: [name: string, value: string][];
  body: Buffer;
  /** Milliseconds since 1970, with fractions, when the whole request was there. */
  at: number;
}

/** What to do with one request. */
export type Answer =
  | {
      /** 200 unless told. */
      status?: number;
      headers?: OutgoingHttpHeaders;
      body?: string | Buffer;
      /** Nothing is sent before this settles. */
      after?: Promise<unknown>;
      /** Sends the body in pieces of `bytes`, one every `everyMs`; the head at once. */
      drip?: { bytes: number; everyMs: number };
      /** Cuts the connection after the body instead of ending the response. */
      cut?: boolean;
    }
  /** Takes the request and never answers. */
  | 'hang'
  /** Closes the connection without an answer. */
  | 'drop';

export type AnswerScript = Answer | ((request: ReceivedRequest, index: number) => Answer | Promise<Answer>);

export interface ReceiverOptions {
  /** `https` unless told. */
  protocol?: 'https' | 'http';
  /** 200 without a body unless told. */
  answer?: AnswerScript;
  /** Names, beside localhost, that the certificate is for. */
  hosts?: readonly string[];
  /** A free one unless told. */
  port?: number;
  /** Of requests kept in `requests`; later ones are only counted. 50,000 unless told. */
  recordMax?: number;
}

export interface Receiver {
  /** `https://127.0.0.1:<port>` without a path. */
  url: string;
  port: number;
  /** What a client has to trust for an https url. */
  caPem: string;
  /** In order of their arrival. */
  requests: ReceivedRequest[];
  /** All requests, also those not kept. */
  received(): number;
  /** TCP connections taken since the start. */
  connections(): number;
  /** For the requests from now on. */
  answer(script: AnswerScript): void;
  /** Resolves with all requests so far when there are `count` of them, or when `predicate` holds for them; 10 s unless told. */
  waitFor(
    countOrPredicate: number | ((requests: ReceivedRequest[]) => boolean),
    timeoutMs?: number,
  ): Promise<ReceivedRequest[]>;
  /** Forgets what was received. */
  clear(): void;
  /** Cuts all connections. */
  close(): Promise<void>;
}

const bodyBytesMax = 8 * 1024 * 1024;

/** A real web server on 127.0.0.1 that records what it is sent, and answers as the test says. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { protocol = 'https', recordMax = 50_000 } = options;
  const certificate = await serverCertificate(options.hosts);
  const requests: ReceivedRequest[] = [];
  const watch = new Watch();
  let script: AnswerScript = options.answer ?? {};
  let count = 0;
  let connections = 0;

  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const request = await readRequest(incoming);
    const index = count++;
    if (requests.length < recordMax) requests.push(request);
    watch.changed();
    await give(response, typeof script === 'function' ? await script(request, index) : script);
  };
  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    // A client that goes away midway is part of what is tested.
    void handle(incoming, response).catch(() => response.destroy());
  };
  const server = protocol === 'https' ? https.createServer(certificate, listener) : http.createServer(listener);
  server.keepAliveTimeout = 60_000;
  server.on('connection', () => connections++);
  await new Promise<void>((done, fail) => server.once('error', fail).listen(options.port ?? 0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;

  return {
    url: `${protocol}://127.0.0.1:${port}`,
    port,
    caPem: certificate.caPem,
    requests,
    received: () => count,
    connections: () => connections,
    answer: (next) => void (script = next),
    async waitFor(wanted, timeoutMs) {
      const holds = () => (typeof wanted === 'number' ? count >= wanted : wanted(requests));
      const what = () =>
        `the receiver got ${count} requests, not ${typeof wanted === 'number' ? wanted : 'what was waited for'}`;
      await watch.until(holds, what, timeoutMs);
      return [...requests];
    },
    clear() {
      requests.length = 0;
      count = 0;
    },
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new Error('request too large for the test receiver');
    chunks.push(chunk);
  }
  const raw = incoming.rawHeaders;
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    rawHeaders: Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i] ?? '', raw[2 * i + 1] ?? '']),
    body: Buffer.concat(chunks),
    at: performance.timeOrigin + performance.now(),
  };
}

async function give(response: ServerResponse, answer: Answer): Promise<void> {
  if (answer === 'hang') return;
  if (answer === 'drop') return void response.destroy();
  await answer.after;
  response.writeHead(answer.status ?? 200, answer.headers);
  const body = Buffer.from(answer.body ?? '');
  const step = answer.drip?.bytes ?? Math.max(1, body.length);
  if (answer.drip) response.flushHeaders();
  for (let from = 0; from < body.length; from += step) {
    if (answer.drip) await pause(answer.drip.everyMs, undefined, { ref: false });
    if (response.destroyed) return;
    if (answer.drip || answer.cut) await new Promise((sent) => response.write(body.subarray(from, from + step), sent));
  }
  if (answer.cut) return void response.destroy();
  response.end(answer.drip ? undefined : body);
}
