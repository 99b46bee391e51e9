import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  catalogOperations,
  dispatcherOperations,
  notifierOperations,
  registryOperations,
  type Operation,
} from '@arkan/contracts';
import { eventually } from '@arkan/testing';
import { commandMissing, whereThere } from '../jest/where';
import { serviceOf } from './routes.mjs';

const operations = [registryOperations, catalogOperations, dispatcherOperations, notifierOperations].flatMap(
  (all): Operation[] => Object.values(all),
);
const wanted: [string, string | null][] = [
  ...operations.map(({ path, service }): [string, string] => [path.replaceAll(/\{\w+\}/g, 'x'), service]),
  ['/console', 'registry'],
  ['/console/webhooks/wh_1', 'registry'],
  ['/v1/none-such', 'registry'],
  ['/metrics', null],
  ['/health/ready', null],
  ['/openapi.json', null],
  ['/', null],
  ['/v10', null],
];

test.each(wanted)('%s belongs to %s', (path, service) => expect(serviceOf(path)).toBe(service));

whereThere(
  'the gateway of docker-compose.yml',
  commandMissing('caddy', ['version'], 'Debian: apt-get install caddy'),
  () => {
    describe('the gateway of docker-compose.yml', () => {
      const services = ['registry', 'catalog', 'dispatcher', 'notifier'];
      const upstreams: Server[] = [];
      let caddy: ChildProcess;
      let directory: string;
      let url: string;
      const listen = async (server: Server) => {
        await once(server.listen(0, '127.0.0.1'), 'listening');
        return (server.address() as AddressInfo).port;
      };
      beforeAll(async () => {
        directory = await mkdtemp(join(tmpdir(), 'arkan-caddy-'));
        const env: Record<string, string> = { PATH: process.env.PATH!, HOME: directory, XDG_DATA_HOME: directory };
        for (const service of services) {
          const server = createServer((_, answer) => answer.end(service));
          upstreams.push(server);
          env[`ARKAN_${service.toUpperCase()}`] = `127.0.0.1:${await listen(server)}`;
        }
        const free = createServer();
        const port = await listen(free);
        await new Promise((done) => free.close(done));
        url = `http://127.0.0.1:${port}`;
        const config = resolve(import.meta.dirname, '../../deploy/Caddyfile');
        caddy = spawn('caddy', ['run', '--config', config, '--adapter', 'caddyfile'], {
          env: { ...env, ARKAN_SITE: url },
          stdio: 'ignore',
        });
        await eventually(async () => (await fetch(`${url}/v1/webhooks`)).status === 200);
      });
      afterAll(async () => {
        const ended = once(caddy, 'exit');
        caddy.kill('SIGTERM');
        await ended;
        for (const server of upstreams) {
          server.closeAllConnections();
          server.close();
        }
        await rm(directory, { recursive: true, force: true });
      });

      test.each(wanted)('sends %s to %s', async (path, service) => {
        const answer = await fetch(url + path);
        expect([answer.status, await answer.text()]).toEqual(service ? [200, service] : [404, '']);
      });
    });
  },
);
