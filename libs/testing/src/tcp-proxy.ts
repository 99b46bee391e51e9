import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface TcpProxy {
  /** On 127.0.0.1. */
  port: number;
  /** `url` with this proxy's address in place of its own. */
  through(url: string): string;
  /** Ends every connection, and each new one at once. */
  cut(): void;
  /** Keeps connections and passes nothing on, like a network that loses all packets. */
  stall(): void;
  /** Passes everything on again, also what was held back. */
  restore(): void;
  /** Connections open now. */
  open(): number;
  close(): Promise<void>;
}

/** Stands between a client and a server, so that a test can take the network away from a real connection. */
export async function startTcpProxy(target: { port: number; host?: string }): Promise<TcpProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let mode: 'pass' | 'cut' | 'stall' = 'pass';

  const server = createServer((client) => {
    if (mode === 'cut') return void client.destroy();
    const upstream = connect(target.port, target.host ?? '127.0.0.1');
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.setNoDelay(true);
      from.on('error', () => undefined);
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
      from.on('end', () => to.end());
      from.on('data', (chunk: Buffer) => {
        if (!to.write(chunk)) from.pause();
      });
      to.on('drain', () => mode !== 'stall' && from.resume());
    }
    if (mode === 'stall') setFlow(pair, false);
  });
  const setFlow = (pair: [Socket, Socket], flowing: boolean) => {
    for (const socket of pair) {
      if (flowing) socket.resume();
      else socket.pause();
    }
  };
  const destroyAll = () => {
    for (const socket of [...pairs].flat()) socket.destroy();
  };
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;

  return {
    port,
    through(url) {
      const changed = new URL(url);
      changed.hostname = '127.0.0.1';
      changed.port = String(port);
      return changed.href;
    },
    cut() {
      mode = 'cut';
      destroyAll();
    },
    stall() {
      mode = 'stall';
      for (const pair of pairs) setFlow(pair, false);
    },
    restore() {
      mode = 'pass';
      for (const pair of pairs) setFlow(pair, true);
    },
    open: () => pairs.size,
    async close() {
      const closed = new Promise((done) => server.close(done));
      destroyAll();
      await closed;
    },
  };
}
