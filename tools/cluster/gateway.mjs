/** One address for the four services, for development: what Caddy is in docker-compose.yml. Plain HTTP, on 127.0.0.1. */
import { Agent, createServer, request } from 'node:http';
import { serviceOf } from './routes.mjs';

/** A service answers in less, or not at all. */
const answerMs = 60_000;

/**
 * `upstreams(service)` are the addresses of its copies, asked in turn. Resolves when it listens; port 0 takes a free one.
 * @param {{ port?: number, upstreams(service: string): string[] }} options
 */
export async function startGateway({ port = 0, upstreams }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const { pathname } = new URL(incoming.url ?? '/', 'http://gateway');
    const service = serviceOf(pathname);
    const copies = service ? upstreams(service) : [];
    if (!service) return refuse(outgoing, 404, 'not_found', `no service has the path ${pathname}`);
    if (copies.length === 0) return refuse(outgoing, 503, 'unavailable', `no ${service} is running`);
    const target = new URL(copies[turn++ % copies.length]);
    const forward = request(
      {
        agent,
        host: target.hostname,
        port: target.port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, 'x-forwarded-for': incoming.socket.remoteAddress },
        timeout: answerMs,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forward.on('timeout', () => forward.destroy(new Error(`no answer within ${answerMs} ms`)));
    forward.on('error', (error) => {
      if (outgoing.headersSent) return outgoing.destroy();
      refuse(outgoing, 502, 'unavailable', `the ${service} did not answer: ${error.message}`);
    });
    outgoing.on('close', () => forward.destroy());
    incoming.pipe(forward);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

function refuse(outgoing, status, code, detail) {
  outgoing.writeHead(status, { 'content-type': 'application/problem+json' });
  outgoing.end(JSON.stringify({ type: 'about:blank', title: code, status, code, detail, errors: [] }));
}
