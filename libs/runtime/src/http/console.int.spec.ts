import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { contentSecurityPolicy, serveConsole } from './console';

const page = '<!doctype html><title>Console</title>';
const script = 'export {};';
const apps: FastifyAdapter[] = [];
let directory: string;
let port: number;

async function serve(from: string): Promise<number> {
  const adapter = new FastifyAdapter();
  serveConsole(adapter, from);
  await adapter.getInstance().listen({ port: 0, host: '127.0.0.1' });
  apps.push(adapter);
  return (adapter.getHttpServer().address() as AddressInfo).port;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'arkan-console-'));
  const root = join(directory, 'console');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(join(directory, 'secret.txt'), 'outside');
  await writeFile(join(root, 'index.html'), page);
  await writeFile(join(root, 'favicon.svg'), '<svg/>');
  await writeFile(join(root, 'assets', 'index-1a2b.js'), script);
  await writeFile(join(root, 'assets', 'index-1a2b.js.gz'), gzipSync(script));
  port = await serve(root);
});
afterAll(async () => {
  for (const adapter of apps) await adapter.getInstance().close();
  await rm(directory, { recursive: true, force: true });
});

/** The path goes out as it is written here. */
function get(path: string, headers: Record<string, string> = {}, at = port) {
  return new Promise<{ status: number; headers: Record<string, string>; body: string }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: at, path, headers }, (response) => {
      let body = '';
      response.setEncoding('latin1').on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers as Record<string, string>, body }),
      );
    });
    sent.on('error', reject).end();
  });
}

describe('the console', () => {
  test.each(['/', '/console'])('is where %s leads', async (path) => {
    expect(await get(path)).toMatchObject({ status: 302, headers: { location: '/console/' } });
  });

  test.each(['/console/', '/console/webhooks', '/console/event-types/leasing.lease.renewed?tab=schema'])(
    'answers %s with its page, never from a cache unasked, under its policy',
    async (path) => {
      expect(await get(path)).toMatchObject({
        status: 200,
        body: page,
        headers: {
          'content-type': expect.stringContaining('text/html'),
          'cache-control': 'no-cache',
          'content-security-policy': contentSecurityPolicy,
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'permissions-policy': expect.stringContaining('camera=()'),
        },
      });
    },
  );

  test('lets nothing inline, nothing foreign and no frame through', () => {
    expect(contentSecurityPolicy).not.toMatch(/unsafe|https?:|\*/);
    expect(contentSecurityPolicy).toContain("default-src 'none'");
    expect(contentSecurityPolicy).toContain("frame-ancestors 'none'");
  });

  test('gives its hashed files for a year, compressed for who takes that', async () => {
    const plain = await get('/console/assets/index-1a2b.js');
    expect(plain).toMatchObject({ status: 200, body: script });
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const zipped = await get('/console/assets/index-1a2b.js', { 'accept-encoding': 'gzip' });
    expect(zipped.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': expect.stringContaining('javascript'),
      vary: 'accept-encoding',
    });
    expect((await get('/console/favicon.svg')).headers['cache-control']).toBe('no-cache');
  });

  test.each([
    '/console/assets/gone-1a2b.js',
    '/console/gone.js',
    '/console/../secret.txt',
    '/console/..%2fsecret.txt',
    '/console/%2e%2e/secret.txt',
    '/console/%2e%2e%2fsecret.txt',
    '/console/..%5csecret.txt',
    '/console/assets/../../secret.txt',
    '/console/x/..%2f..%2f..%2fsecret.txt',
  ])('has nothing at %s', async (path) => {
    const reply = await get(path);
    expect([reply.status, JSON.parse(reply.body).code]).toEqual([404, 'not_found']);
  });

  test.each([
    '/console/%00',
    '/console//etc/passwd',
    '/console/%252e%252e%252fsecret.txt',
    '/console/....//secret.txt',
  ])('never leaves its folder by %s', async (path) => {
    const reply = await get(path);
    expect(reply.status === 200 ? reply.body : page).toBe(page);
    expect(reply.body).not.toContain('outside');
  });

  test('that was not built says how to', async () => {
    const reply = await get('/console/', {}, await serve(join(directory, 'nothing')));
    expect([reply.status, JSON.parse(reply.body).detail]).toEqual([404, expect.stringContaining('npm run build')]);
  });
});
