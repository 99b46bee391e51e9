import { createSecureContext, rootCertificates } from 'node:tls';
import { judgeFailure, type Failure } from '@arkan/dispatcher-domain';
import { systemClock, type Cidr, type Clock } from '@arkan/kernel';
import { Deadlines } from './deadlines';
import { Exchange, type SendRequest, type SendResult } from './exchange';
import { defaultPoolLimits, Pools, type PoolLimits } from './pools';
import { cachedResolver, systemResolver, type Resolve } from './resolver';
import { Targets } from './target';
import { TlsSessions } from './tls-sessions';

export interface SenderOptions {
  /** Networks that may be dialled although private; see `parseCidrs`. */
  allowedCidrs: readonly Cidr[];
  /** PEM certificates trusted beside those that come with Node. */
  ca?: readonly string[];
  /** The system's unless told. */
  resolve?: Resolve;
  /** Only differences of `now()` are used, so it may be monotonic; that is what it is unless told. */
  clock?: Clock;
  limits?: Partial<PoolLimits>;
}

export interface Sender {
  /**
   * POSTs, and resolves with what came of it; never rejects. The caller bounds how many are under way at once. Redirects are not
   * followed, and nothing is unpacked. A request is sent a second time only where a kept connection proved closed under it.
   */
  send(request: SendRequest): Promise<SendResult>;
  stats(): { inFlight: number; pools: number; open: number; idle: number; waiting: number };
  /** Takes nothing more, waits up to `graceMs` for what is under way, then cuts it off (`unknown`), and closes all connections. */
  close(graceMs?: number): Promise<void>;
}

const monotonicClock: Clock = { now: () => performance.now(), schedule: systemClock.schedule };

export function createSender(options: SenderOptions): Sender {
  const { allowedCidrs, clock = monotonicClock } = options;
  const deadlines = new Deadlines(clock);
  const targets = new Targets(allowedCidrs);
  const pools = new Pools(
    {
      resolve: cachedResolver(options.resolve ?? systemResolver({ clock }), clock),
      allowedCidrs,
      // Made once: reading the authorities costs more than a handshake.
      secureContext: createSecureContext({
        minVersion: 'TLSv1.2',
        ...(options.ca?.length ? { ca: [...rootCertificates, ...options.ca] } : {}),
      }),
      sessions: new TlsSessions(clock),
      clock,
    },
    { ...defaultPoolLimits, ...options.limits },
  );
  let inFlight = 0;
  let isClosing = false;
  let drained = () => {};

  return {
    send(request) {
      if (isClosing) return Promise.resolve(notSent({ kind: 'interrupted' }));
      const target = targets.get(request.url);
      if ('kind' in target) return Promise.resolve(notSent(target));
      if (framesItself(request.headers)) return Promise.resolve(notSent(invalidRequest(target.hostname)));
      inFlight += 1;
      return new Promise((resolve) => {
        const settled = (result: SendResult) => {
          inFlight -= 1;
          if (inFlight === 0 && isClosing) drained();
          resolve(result);
        };
        pools.submit(new Exchange(request, target, { clock, deadlines }, settled));
      });
    },
    stats: () => ({ inFlight, ...pools.stats() }),
    async close(graceMs = 0) {
      isClosing = true;
      if (inFlight > 0 && graceMs > 0) {
        await new Promise<void>((resolve) => {
          const stopWaiting = clock.schedule(graceMs, resolve);
          drained = () => {
            stopWaiting();
            resolve();
          };
        });
      }
      pools.interrupt();
    },
  };
}

/** undici would take these from the caller, and with them the host or the end of the message. */
const framing = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);
const framingLengths = new Set([...framing].map((name) => name.length));

function framesItself(headers: readonly string[]): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? '';
    if (framingLengths.has(name.length) && framing.has(name.toLowerCase())) return true;
  }
  return false;
}

function invalidRequest(host: string): Failure {
  return { kind: 'error', phase: 'headers', code: 'UND_ERR_INVALID_ARG', host };
}

function notSent(failure: Failure): SendResult {
  return {
    ...judgeFailure(failure),
    httpStatus: null,
    responseHeaders: null,
    responseBody: Buffer.alloc(0),
    bodyTruncated: false,
    retryAfter: null,
    durationMs: 0,
    timing: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 0 },
    remoteAddress: null,
  };
}
