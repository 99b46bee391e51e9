import type { TLSSocket } from 'node:tls';
import type { Failure } from '@arkan/dispatcher-domain';
import { Client } from 'undici';
import { Dial, type DialDependencies } from './dial';
import type { Exchange } from './exchange';
import type { Target } from './target';

export interface ConnectionOwner {
  /** It is free for another exchange. */
  released(connection: Connection): void;
  closed(connection: Connection): void;
  /** An exchange needs a new connection in place of this one, which is closed right after. */
  replaced(exchange: Exchange): void;
}

/** How long a connection stays open unused. */
const idleMs = 4_000;
/** Then it is made anew, so that a receiver that moves to other addresses is found there. */
const ageMaxMs = 120_000;
const responseHeaderBytesMax = 16_384;

/**
 * One connection to one origin, for one exchange at a time. Speaks HTTP/1.1 through an undici Client, which dials only by `Dial`; a
 * Client of its own tells which exchange a connection is made for, as undici's Pool does not.
 */
export class Connection {
  remoteAddress: string | null = null;
  private readonly client: Client;
  private exchange: Exchange | null = null;
  private dialing: Dial | null = null;
  private openedMs: number;
  private isClosed = false;

  constructor(
    private readonly target: Target,
    private readonly deps: DialDependencies,
    private readonly owner: ConnectionOwner,
  ) {
    this.openedMs = deps.clock.now();
    this.client = new Client(target.origin, {
      connect: (_, opened) => this.dial(opened),
      pipelining: 1,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      keepAliveTimeoutThreshold: 1_000,
      maxHeaderSize: responseHeaderBytesMax,
      // The deadline of the exchange covers both, and these only watch for silence.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.client.on('disconnect', () => {
      if (!this.exchange) this.close();
    });
  }

  start(exchange: Exchange): void {
    this.exchange = exchange;
    exchange.begin(this);
    const { headers, body } = exchange.request;
    this.client.dispatch({ path: exchange.target.path, method: 'POST', headers: headers as string[], body }, exchange);
  }

  /** The exchange is over, and left the connection in order. */
  release(): void {
    this.exchange = null;
    if (this.isClosed) return;
    if (this.deps.clock.now() - this.openedMs > ageMaxMs) this.close();
    else this.owner.released(this);
  }

  replace(exchange: Exchange): void {
    this.exchange = null;
    this.owner.replaced(exchange);
    this.close();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.exchange = null;
    this.dialing?.cancel();
    this.client.destroy(() => undefined);
    this.owner.closed(this);
  }

  /** Ends what is under way on it. */
  interrupt(failure: Failure): void {
    this.exchange?.fail(failure);
    this.close();
  }

  private dial(opened: (error: null, socket: TLSSocket) => void): void {
    const dial = new Dial(this.target, this.deps, (result) => {
      this.dialing = null;
      if ('kind' in result) {
        if (this.exchange) this.exchange.fail(result);
        else this.close();
        return;
      }
      this.remoteAddress = dial.remoteAddress;
      this.openedMs = this.deps.clock.now();
      opened(null, result);
    });
    this.dialing = dial;
    this.exchange?.dialled(dial);
  }
}
