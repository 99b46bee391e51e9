import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem-filter';

export const consolePath = '/console/';

/** Nothing from elsewhere, nothing inline, in no frame. `connect-src 'self'`: the API has the console's own origin. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Files whose names carry the hash of what is in them. */
const hashed = /[/\\]assets[/\\]/;

/**
 * The console's static files under /console/, and its page for each address within it that is no file. Only files that are there at
 * the start are served, each by a route of its own: no path from outside ever reaches the file system.
 */
export function serveConsole(adapter: FastifyAdapter, directory: string): void {
  // Nest brings a Fastify of its own, a patch apart, and TypeScript takes the two for different things.
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  const isBuilt = existsSync(join(directory, 'index.html'));
  fastify.get('/', (_request, reply) => reply.redirect(consolePath));
  fastify.get('/console', (_request, reply) => reply.redirect(consolePath));
  void fastify.register(async (scope) => {
    scope.addHook('onRequest', async (_request, reply) => void reply.headers(headers));
    if (isBuilt) await scope.register(fastifyStatic, staticOptions(directory));
    scope.get(`${consolePath}*`, (request, reply) => {
      if (!isBuilt)
        return sendProblem(
          reply,
          request,
          'not_found',
          'the console is not built; run "npm run build" and start again',
        );
      // A file that is not there is not the page: a script that got HTML in its place would fail without a reason.
      return isFile(request) ? sendProblem(reply, request, 'not_found') : reply.sendFile('index.html');
    });
  });
}

function staticOptions(root: string): FastifyStaticOptions {
  return {
    root,
    prefix: consolePath,
    wildcard: false,
    preCompressed: true,
    globIgnore: ['**/*.br', '**/*.gz'],
    cacheControl: false,
    setHeaders: (reply: FastifyReply, path: string) =>
      void reply.header(
        'cache-control',
        hashed.test(path.slice(root.length)) ? 'public, max-age=31536000, immutable' : 'no-cache',
      ),
  };
}

/** Names of event types have dots and are in addresses of the page; files are in assets or at the top. Dot segments are neither. */
const isFile = (request: FastifyRequest) =>
  /^assets\/|^[^/]*\.[^/]*$|(^|[/\\])\.\.?([/\\]|$)/.test((request.params as { '*': string })['*']);
