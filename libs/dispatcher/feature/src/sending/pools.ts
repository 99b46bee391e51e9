import { Fifo } from '@arkan/dispatcher-domain';
import { Connection } from './connection';
import type { DialDependencies } from './dial';
import type { Exchange } from './exchange';

export interface PoolLimits {
  /** Open connections of one group to one origin. Further exchanges wait; their time runs once they have a connection. */
  connectionsPerGroup: number;
  /** Of all that are open and unused; the longest unused is closed first. */
  idleConnections: number;
}

export const defaultPoolLimits: PoolLimits = { connectionsPerGroup: 64, idleConnections: 1_024 };

interface Pool {
  key: string;
  open: Set<Connection>;
  /** The last one used is taken first, so that the others can grow old. */
  idle: Connection[];
  waiting: Fifo<Exchange>;
}

/** Connections by group and origin. A pool lives as long as it has one, and connections as long as they are used. */
export class Pools {
  private readonly pools = new Map<string, Pool>();
  /** In order of becoming idle, over all pools. */
  private readonly idle = new Map<Connection, Pool>();

  constructor(
    private readonly deps: DialDependencies,
    private readonly limits: PoolLimits,
  ) {}

  submit(exchange: Exchange): void {
    const key = `${exchange.request.group ?? ''} ${exchange.target.origin}`;
    let pool = this.pools.get(key);
    if (!pool) {
      pool = { key, open: new Set(), idle: [], waiting: new Fifo() };
      this.pools.set(key, pool);
    }
    const connection = this.takeIdle(pool);
    if (connection) connection.start(exchange);
    else if (pool.open.size < this.limits.connectionsPerGroup) this.open(pool, exchange).start(exchange);
    else pool.waiting.push(exchange);
  }

  /** Closes all, ending what is under way. */
  interrupt(): void {
    for (const pool of [...this.pools.values()]) {
      for (const exchange of pool.waiting.drain()) exchange.fail({ kind: 'interrupted' });
      for (const connection of [...pool.open]) connection.interrupt({ kind: 'interrupted' });
    }
  }

  stats(): { pools: number; open: number; idle: number; waiting: number } {
    let open = 0;
    let waiting = 0;
    for (const pool of this.pools.values()) {
      open += pool.open.size;
      waiting += pool.waiting.size;
    }
    return { pools: this.pools.size, open, idle: this.idle.size, waiting };
  }

  private takeIdle(pool: Pool): Connection | null {
    for (let connection = pool.idle.pop(); connection; connection = pool.idle.pop()) {
      // One that was closed meanwhile is still in the list.
      if (this.idle.delete(connection)) return connection;
    }
    return null;
  }

  private open(pool: Pool, { target }: Exchange): Connection {
    const connection = new Connection(target, this.deps, {
      released: (free) => this.released(pool, free),
      closed: (closed) => this.closed(pool, closed),
      replaced: (exchange) => this.open(pool, exchange).start(exchange),
    });
    pool.open.add(connection);
    return connection;
  }

  private released(pool: Pool, connection: Connection): void {
    const next = pool.waiting.shift();
    if (next) return connection.start(next);
    pool.idle.push(connection);
    this.idle.set(connection, pool);
    const oldest = this.idle.size > this.limits.idleConnections ? this.idle.keys().next().value : undefined;
    oldest?.close();
  }

  private closed(pool: Pool, connection: Connection): void {
    pool.open.delete(connection);
    this.idle.delete(connection);
    const next = pool.open.size < this.limits.connectionsPerGroup ? pool.waiting.shift() : undefined;
    if (next) this.open(pool, next).start(next);
    else if (pool.open.size === 0) this.pools.delete(pool.key);
  }
}
