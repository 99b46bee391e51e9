import {
  judgeFailure,
  judgeStatus,
  type Failure,
  type Outcome,
  type Phase,
  type Verdict,
} from '@arkan/dispatcher-domain';
import type { Clock } from '@arkan/kernel';
import type { Dispatcher } from 'undici';
import type { Connection } from './connection';
import type { Bucket, Deadlines, Expiring } from './deadlines';
import type { Dial } from './dial';
import type { Target } from './target';

export interface SendRequest {
  url: string;
  /** Flat: name, value, name, value, …. Host, Connection and Content-Length are set by the sender. */
  headers: readonly string[];
  body: Buffer;
  /** For the whole exchange, from looking the name up to the last byte of the answer. */
  timeoutMs: number;
  /** Requests of one group to one origin share connections; the webhook id, so that no webhook waits for another's. */
  group?: string;
}

export interface SendTiming {
  /** null where it was not needed: a connection was open, or the host is an address. */
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
  /** From sending the request to the first byte of the answer. */
  firstByteMs: number | null;
  totalMs: number;
}

/** Times are ms, to a tenth. */
export interface SendResult {
  outcome: Outcome;
  /** See `Verdict`. */
  causeKey: string;
  error: string | null;
  /** null where no answer came. There may be one although the exchange failed: the connection broke in its body. */
  httpStatus: number | null;
  /** Names in lower case, repeated ones joined by ", "; null where no answer came. At most 100 of them and 16 KiB. */
  responseHeaders: Record<string, string> | null;
  /** As it came, packed or not; cut at `responseBodyMax`. */
  responseBody: Buffer;
  bodyTruncated: boolean;
  /** The header of that name, where the answer is no success. */
  retryAfter: string | null;
  durationMs: number;
  timing: SendTiming;
  /** null where nothing was connected to. */
  remoteAddress: string | null;
}

/** Bytes of an answer that are kept. */
export const responseBodyMax = 16_384;
/** Bytes of an answer that are read to the end of, so as to keep the connection; a longer one is cut off. */
const drainMax = 65_536;
const responseHeadersMax = 100;
/** A server that closes an idle connection just as it is used does so at once. */
const staleWithinMs = 1_000;
const noBytes = Buffer.alloc(0);

export interface ExchangeDependencies {
  clock: Clock;
  deadlines: Deadlines;
}

/** A request and its answer, as undici tells of it. Settles once, with a result in every case. */
export class Exchange implements Dispatcher.DispatchHandler, Expiring {
  private startedMs = 0;
  private sentMs: number | null = null;
  private firstByteMs: number | null = null;
  private deadline: Bucket | null = null;
  private connection: Connection | null = null;
  private dial: Dial | null = null;
  private status: number | null = null;
  private headers: Record<string, string> | null = null;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private isSettled = false;

  constructor(
    readonly request: SendRequest,
    readonly target: Target,
    private readonly deps: ExchangeDependencies,
    private readonly settled: (result: SendResult) => void,
  ) {}

  /** A connection takes it; called again where the first one proved closed. */
  begin(connection: Connection): void {
    this.connection = connection;
    if (this.deadline) return;
    this.startedMs = this.deps.clock.now();
    this.deadline = this.deps.deadlines.add(this, this.request.timeoutMs);
  }

  /** The connection is not open yet, so it is made on this request's account. */
  dialled(dial: Dial): void {
    this.dial = dial;
  }

  onConnect(): void {
    this.sentMs = this.deps.clock.now();
  }

  onResponseStarted(): void {
    this.firstByteMs ??= this.deps.clock.now();
  }

  onHeaders(status: number, raw: Buffer[]): boolean {
    // An informational answer; the real one follows (RFC 9110, 15.2).
    if (status < 200) return true;
    this.status = status;
    this.headers = readHeaders(raw);
    return true;
  }

  onData(chunk: Buffer): boolean {
    const room = responseBodyMax - this.size;
    this.size += chunk.length;
    // A copy, since the slice would keep the whole read buffer alive.
    if (room > 0) this.chunks.push(Buffer.from(chunk.length > room ? chunk.subarray(0, room) : chunk));
    if (this.size > responseBodyMax) this.settle(judgeStatus(this.status ?? 0));
    if (this.size > drainMax) this.leave('closed');
    return true;
  }

  onComplete(): void {
    this.settle(judgeStatus(this.status ?? 0));
    this.leave('reusable');
  }

  onError(error: Error): void {
    if (!this.isSettled && this.isStale(error)) {
      this.connection?.replace(this);
      return;
    }
    this.fail({ kind: 'error', phase: this.phase, code: codeOf(error), host: this.target.hostname });
  }

  /** Ends it without a complete answer. */
  fail(failure: Failure): void {
    this.settle(judgeFailure(failure));
    this.leave('closed');
  }

  expire(): void {
    this.fail({ kind: 'timeout', phase: this.phase, timeoutMs: this.request.timeoutMs });
  }

  /**
   * The connection had been open from before, and broke before anything came back: the server had closed it meanwhile. Happens
   * once at most, since the connection in its place is dialled for this exchange.
   */
  private isStale(error: Error): boolean {
    const code = codeOf(error);
    const isClosed = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
    const now = this.deps.clock.now();
    return isClosed && this.dial === null && this.firstByteMs === null && now - (this.sentMs ?? now) < staleWithinMs;
  }

  private get phase(): Phase {
    if (this.status !== null) return 'body';
    return this.dial?.phase ?? 'headers';
  }

  private leave(how: 'reusable' | 'closed'): void {
    if (this.deadline) this.deps.deadlines.cancel(this, this.deadline);
    const { connection } = this;
    this.connection = null;
    if (how === 'closed') connection?.close();
    else connection?.release();
  }

  private settle(verdict: Verdict): void {
    if (this.isSettled) return;
    this.isSettled = true;
    const { chunks, headers } = this;
    const totalMs = this.startedMs === 0 ? 0 : tenths(this.deps.clock.now() - this.startedMs);
    const timing = this.dial?.timing;
    this.settled({
      outcome: verdict.outcome,
      causeKey: verdict.causeKey,
      error: verdict.error,
      httpStatus: this.status,
      responseHeaders: headers,
      responseBody: chunks.length > 1 ? Buffer.concat(chunks) : (chunks[0] ?? noBytes),
      bodyTruncated: this.size > responseBodyMax,
      retryAfter: verdict.outcome === 'success' ? null : (headers?.['retry-after'] ?? null),
      durationMs: totalMs,
      timing: {
        dnsMs: tenths(timing?.dnsMs),
        connectMs: tenths(timing?.connectMs),
        tlsMs: tenths(timing?.tlsMs),
        firstByteMs: this.sentMs === null || this.firstByteMs === null ? null : tenths(this.firstByteMs - this.sentMs),
        totalMs,
      },
      remoteAddress: this.connection?.remoteAddress ?? this.dial?.remoteAddress ?? null,
    });
  }
}

/** undici gives no code of its own to an answer that is not HTTP, and that of a lost connection to a 101 or 100 unasked for. */
function codeOf(error: Error): string {
  const isNotHttp =
    error.name === 'HTTPParserError' || error.message === 'bad response' || error.message === 'bad upgrade';
  return isNotHttp ? 'HPE_INVALID' : ((error as NodeJS.ErrnoException).code ?? 'UNKNOWN');
}

function readHeaders(raw: Buffer[]): Record<string, string> {
  const headers: Record<string, string> = {};
  const end = Math.min(raw.length, 2 * responseHeadersMax);
  for (let i = 0; i < end; i += 2) {
    const name = raw[i]!.toString('latin1').toLowerCase();
    const value = raw[i + 1]!.toString('latin1');
    // Setting this one would set a prototype. An object without a prototype is no way out: it costs 5 % of a send.
    if (name === '__proto__') continue;
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}

function tenths(ms: number): number;
function tenths(ms: number | null | undefined): number | null;
function tenths(ms: number | null | undefined): number | null {
  return ms == null ? null : Math.round(ms * 10) / 10;
}
