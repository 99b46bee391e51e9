import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startTcpProxy, type TcpProxy } from './tcp-proxy';

const echo = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.pipe(socket);
});
let proxy: TcpProxy;

async function open(): Promise<Socket> {
  if (!echo.listening) await once(echo.listen(0, '127.0.0.1'), 'listening');
  proxy = await startTcpProxy({ port: (echo.address() as AddressInfo).port });
  return connectToProxy();
}

async function connectToProxy(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Whether by a reset or in good order. */
async function closed(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
}

async function echoed(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}

afterEach(async () => {
  await proxy.close();
  await new Promise((done) => echo.close(done));
});

describe('a proxy between client and server', () => {
  test('passes on, cuts what is open and what comes, and passes on again', async () => {
    const first = await open();
    first.write('one');
    expect(await echoed(first)).toBe('one');
    const ended = closed(first);
    proxy.cut();
    await ended;
    await closed(connect(proxy.port, '127.0.0.1'));
    proxy.restore();
    const second = await connectToProxy();
    second.write('two');
    expect(await echoed(second)).toBe('two');
    expect(proxy.open()).toBe(1);
    expect(proxy.through('postgres://u:p@db.example:5432/x')).toBe(`postgres://u:p@127.0.0.1:${proxy.port}/x`);
  });

  test('holds back while it stalls, and loses nothing', async () => {
    const stalled = await open();
    stalled.write('a');
    expect(await echoed(stalled)).toBe('a');
    proxy.stall();
    let heard = '';
    stalled.on('data', (chunk: Buffer) => (heard += chunk));
    stalled.write('b');
    // A connection that goes around the proxy has been answered by then.
    const direct = connect((echo.address() as AddressInfo).port, '127.0.0.1');
    direct.write('c');
    expect(await echoed(direct)).toBe('c');
    direct.destroy();
    expect(heard).toBe('');
    const data = once(stalled, 'data');
    proxy.restore();
    await data;
    expect(heard).toBe('b');
  });
});
