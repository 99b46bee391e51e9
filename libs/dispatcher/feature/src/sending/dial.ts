import { connect as connectTcp, isIPv6, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { Failure, Phase } from '@arkan/dispatcher-domain';
import { addressLiteral, checkAddress, isLoopbackName, withoutRootDot, type Cidr, type Clock } from '@arkan/kernel';
import type { TlsSessions } from './tls-sessions';

export interface DialTarget {
  /** As in the URL, IPv6 in brackets. */
  hostname: string;
  port: number;
}

export interface DialDependencies {
  resolve(hostname: string): Promise<readonly string[]>;
  allowedCidrs: readonly Cidr[];
  secureContext: SecureContext;
  sessions: TlsSessions;
  clock: Clock;
}

/** How long each step took; null where it was not reached, or where there is nothing to do (DNS for an address). */
export interface DialTiming {
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
}

/** Addresses of one name that are tried. */
const candidatesMax = 4;
/** How long one address may take before the next is tried beside it (RFC 8305, 5). */
const nextCandidateMs = 250;

/**
 * One way to an open TLS connection: look the name up, vet every address, connect to a vetted one, check that the socket ends
 * there, agree on TLS and check the certificate against the name. The name is looked up once and the address that was vetted is
 * the one dialled, so a name that changes its address in between gains nothing. Calls `done` once, unless cancelled.
 */
export class Dial {
  phase: Phase = 'dns';
  readonly timing: DialTiming = { dnsMs: null, connectMs: null, tlsMs: null };
  remoteAddress: string | null = null;
  private readonly sockets = new Set<Socket>();
  private stopStagger = () => {};
  private phaseStartedMs: number;
  private isOver = false;
  /** The address where the host is one. */
  private readonly literal: string | null;
  private readonly host: string;

  constructor(
    private readonly target: DialTarget,
    private readonly deps: DialDependencies,
    private readonly done: (result: TLSSocket | Failure) => void,
  ) {
    this.phaseStartedMs = deps.clock.now();
    this.literal = addressLiteral(target.hostname);
    this.host = withoutRootDot(target.hostname);
    const addresses = this.literal === null ? deps.resolve(this.host) : Promise.resolve([this.literal]);
    addresses.then(
      (found) => this.resolved(found),
      (error: unknown) => this.fail(error),
    );
  }

  /** Closes what is open. */
  cancel(): void {
    this.isOver = true;
    this.stopStagger();
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  private resolved(found: readonly string[]): void {
    if (this.isOver) return;
    const dnsMs = this.endPhase('connect');
    if (this.literal === null) this.timing.dnsMs = dnsMs;
    // `localhost` always has both families, and an operator may have allowed one.
    const allowed = found.filter((address) => checkAddress(address, this.deps.allowedCidrs) === null);
    const addresses = isLoopbackName(this.host) && allowed.length > 0 ? allowed : found;
    for (const address of addresses) if (!this.vet(address)) return;
    this.connect(inTurns(addresses).slice(0, candidatesMax));
  }

  /** One forbidden address refuses the name: who mixes them with others is up to something. */
  private vet(address: string): boolean {
    const refusal = checkAddress(address, this.deps.allowedCidrs);
    if (!refusal) return true;
    const message = this.literal === null ? `${this.host} resolves to it: ${refusal.message}` : refusal.message;
    this.end({ kind: 'blocked', code: refusal.code, message });
    return false;
  }

  private connect([first, ...rest]: string[]): void {
    if (first === undefined) return this.fail({ code: 'ENODATA' });
    this.stopStagger();
    const next = () => this.connect(rest);
    if (rest.length > 0) this.stopStagger = this.deps.clock.schedule(nextCandidateMs, next);
    const socket = connectTcp({ host: first, port: this.target.port, noDelay: true });
    this.sockets.add(socket);
    socket.on('error', (error) => {
      this.sockets.delete(socket);
      socket.destroy();
      if (this.isOver || this.phase !== 'connect') return;
      if (rest.length > 0) next();
      else if (this.sockets.size === 0) this.fail(error);
    });
    socket.once('connect', () => this.connected(socket));
  }

  private connected(socket: Socket): void {
    this.stopStagger();
    for (const other of this.sockets) if (other !== socket) other.destroy();
    this.sockets.clear();
    this.sockets.add(socket);
    this.timing.connectMs = this.endPhase('tls');
    const remote = socket.remoteAddress ?? '';
    if (!this.vet(remote)) return;
    this.remoteAddress = remote;
    this.secure(socket);
  }

  private secure(socket: Socket): void {
    const { secureContext, sessions } = this.deps;
    const peer = `${this.host}:${this.target.port}`;
    const secured = connectTls({
      socket,
      secureContext,
      // An address has no place in SNI (RFC 6066, 3), but the certificate must name it.
      host: this.literal ?? this.host,
      servername: this.literal === null ? this.host : '',
      session: sessions.get(peer),
      ALPNProtocols: ['http/1.1'],
    });
    const failed = (error: Error) => this.fail(error);
    secured.on('error', failed);
    sessions.learn(peer, secured);
    secured.once('secureConnect', () => {
      if (this.isOver) return;
      this.timing.tlsMs = this.endPhase('headers');
      this.sockets.clear();
      this.end(secured);
      // Whoever took it listens now.
      secured.removeListener('error', failed);
    });
  }

  private endPhase(next: Phase): number {
    const now = this.deps.clock.now();
    const tookMs = now - this.phaseStartedMs;
    this.phaseStartedMs = now;
    this.phase = next;
    return tookMs;
  }

  private fail(error: unknown): void {
    const { code } = error as NodeJS.ErrnoException;
    this.end({ kind: 'error', phase: this.phase, code: code ?? 'UNKNOWN', host: this.host });
  }

  private end(result: TLSSocket | Failure): void {
    if (this.isOver) return;
    this.cancel();
    this.done(result);
  }
}

/** IPv4 first, since receivers list the senders that they let in by it, then the families in turn. */
function inTurns(addresses: readonly string[]): string[] {
  const four = addresses.filter((address) => !isIPv6(address));
  const six = addresses.filter((address) => isIPv6(address));
  return Array.from({ length: Math.max(four.length, six.length) }, (_, i) => [four[i], six[i]])
    .flat()
    .filter((address) => address !== undefined);
}
