/** The bench's receiver, in a process of its own: answers 204 at once, or never under /hang; tells its parent what arrived and when. */
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { serverCertificate } from '@arkan/testing';

export type Told = { url: string; caPem: string } | { arrived: [eventId: string, atMs: number][] };

const certificate = await serverCertificate();
let arrived: [string, number][] = [];
const tell = (told: Told) => process.send?.(told);

const server = https.createServer(certificate, (request, response) => {
  if (request.url === '/hang') {
    request.resume();
    return;
  }
  const atMs = performance.timeOrigin + performance.now();
  request.resume();
  request.on('end', () => {
    response.writeHead(204).end();
    arrived.push([String(request.headers['x-event-id']), atMs]);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () =>
  tell({ url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, caPem: certificate.caPem }),
);
setInterval(() => {
  if (arrived.length === 0) return;
  tell({ arrived });
  arrived = [];
}, 20);
process.on('disconnect', () => process.exit(0));
