import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { startReceiver, testCaPem, Watch } from '@arkan/testing';
import { whereKafkaRuns } from '../kafka/fixture';

const run = resolve(import.meta.dirname, 'run.mjs');

test('npm run cluster refuses arguments that it does not know, with what they may be', async () => {
  const child = spawn(process.execPath, [run, '--dispatchers', '99']);
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  expect(await new Promise((done) => child.on('close', done))).toBe(2);
  expect(said).toContain('--dispatchers can not be 99; it may be a whole number from 1 to 8');
});

await whereKafkaRuns('npm run cluster', () => {
  test('npm run cluster delivers a webhook through its gateway, and ends in order', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'arkan-cluster-test-'));
    await writeFile(join(directory, 'ca.pem'), await testCaPem());
    const receiver = await startReceiver();
    const child = spawn(process.execPath, [run, '--port', '0', '--dispatchers', '2'], {
      env: {
        ...process.env,
        ARKAN_ALLOWED_TARGETS: '127.0.0.0/8',
        ARKAN_TARGET_CA_FILE: join(directory, 'ca.pem'),
      },
    });
    let said = '';
    const watch = new Watch();
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => {
        said += data.toString();
        watch.changed();
      });
    const ended = new Promise<number | null>((done) => child.on('close', done)).finally(() => (said += '\n(ended)'));
    try {
      await watch.until(
        () => /Ctrl-C ends it/.test(said) || said.includes('(ended)'),
        () => said,
        90_000,
      );
      const url = /The cluster is ready at (\S+)/.exec(said)![1]!;
      const key = /ak_\S+/.exec(said)![0];
      expect(said.match(/^ {2}dispatcher \d/gm)).toHaveLength(2);
      const call = async (method: string, path: string, body?: unknown) => {
        const response = await fetch(url + path, {
          method,
          headers: {
            authorization: `Bearer ${key}`,
            'content-type': 'application/json',
            'x-tenant-id': 'acme',
            'x-forwarded-for': '203.0.113.9',
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        return { status: response.status, body: text === '' ? null : JSON.parse(text) };
      };
      expect((await call('POST', '/v1/tenants', { id: 'acme', name: 'Acme' })).status).toBe(201);
      const webhook = await call('POST', '/v1/webhooks', {
        name: 'Ledger',
        url: `${receiver.url}/hook`,
        eventTypes: ['documents.*'],
        ownerEmail: 'owner@acme.example',
      });
      expect(webhook.status).toBe(201);
      const type = 'documents.document.uploaded';
      const { example } = (await call('GET', `/v1/event-types/${type}`)).body;
      const event = { specversion: '1.0', id: 'evt_1', source: '/documents', type, data: example };
      expect((await call('POST', '/v1/events', event)).status).toBe(202);
      const [request] = await receiver.waitFor(1);
      expect(request!.headers['x-event-id']).toBe('evt_1');
      // The gateway says from where a call comes, and not the caller.
      const { body: history } = await call('GET', `/v1/webhooks/${webhook.body.id}/history`);
      expect(history.data[0].sourceIp).toBe('127.0.0.1');
      for (const path of ['/metrics', '/health/ready', '/openapi.json', '/elsewhere'])
        expect([path, (await call('GET', path)).status]).toEqual([path, 404]);
    } finally {
      child.kill('SIGINT');
      const code = await ended;
      await receiver.close();
      await rm(directory, { recursive: true, force: true });
      expect([code, said]).toEqual([0, expect.stringContaining('Stopping')]);
    }
    expect(said).not.toMatch(/"level":(50|60)|ended with/);
  }, 180_000);
});
