import type { TLSSocket } from 'node:tls';
import type { Clock } from '@arkan/kernel';

const sessionsMax = 2_000;
/** A resumed session is not checked against its certificate again, so an expired one must not live on by it. */
const sessionMaxAgeMs = 600_000;

/**
 * TLS sessions by `host:port`, to be resumed: sparing the certificate saves both sides most of a handshake. Only sessions of connections
 * whose certificate was checked are kept.
 */
export class TlsSessions {
  private readonly sessions = new Map<string, { session: Buffer; atMs: number }>();

  constructor(private readonly clock: Clock) {}

  get(peer: string): Buffer | undefined {
    const entry = this.sessions.get(peer);
    return entry && this.clock.now() - entry.atMs < sessionMaxAgeMs ? entry.session : undefined;
  }

  /** Listens on a connection that is being made. */
  learn(peer: string, socket: TLSSocket): void {
    let early: Buffer | null = null;
    let isChecked = false;
    socket.on('session', (session: Buffer) => {
      if (isChecked) this.set(peer, session);
      else early = session;
    });
    socket.once('secureConnect', () => {
      // Comes only after the certificate was found good.
      isChecked = true;
      if (early) this.set(peer, early);
    });
  }

  private set(peer: string, session: Buffer): void {
    const atMs = this.get(peer) ? (this.sessions.get(peer)?.atMs ?? 0) : this.clock.now();
    this.sessions.delete(peer);
    this.sessions.set(peer, { session, atMs });
    const oldest = this.sessions.size > sessionsMax ? this.sessions.keys().next().value : undefined;
    if (oldest !== undefined) this.sessions.delete(oldest);
  }
}
