import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestDatabase } from '@arkan/testing';
import { runToEnd, startApp } from '../process';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'arkan-start-'));
  await chmod(directory, 0o711);
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const quiet = { ARKAN_PORT: '0', LOG_LEVEL: 'warn' };
/** One sentence, or a line a setting, and no stack. */
const expectPlain = ({ code, output }: { code: number | null; output: string }, ...parts: string[]) => {
  expect(code).toBe(1);
  for (const part of parts) expect(output).toContain(part);
  expect(output).not.toMatch(/\n\s+at /);
};

describe('a start', () => {
  test('of a new data directory makes keys of mode 0600, shows the operator key once, and keeps all over a restart and a kill -9', async () => {
    const env = { ...quiet, ARKAN_DATA_DIR: join(directory, 'data') };
    const first = await startApp('standalone', env);
    // Printed after the line that says that it is ready.
    const [key] = await first.printed(/ak_[A-Za-z0-9_-]{43}/);
    expect((await readFile(join(directory, 'data', 'operator.key'), 'utf8')).trim()).toBe(key);
    for (const file of ['operator.key', 'master.key'])
      expect((await stat(join(directory, 'data', file))).mode & 0o777).toBe(0o600);
    const call = (url: string, path: string, init: RequestInit = {}) =>
      fetch(`${url}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      });
    expect((await call(first.url, '/v1/tenants', { method: 'POST', body: '{"id":"kept","name":"Kept"}' })).status).toBe(
      201,
    );
    for (const path of ['/health/live', '/health/ready', '/metrics', '/openapi.json'])
      expect([path, (await call(first.url, path)).status]).toEqual([path, 200]);
    expect(await first.stop()).toBe(0);

    const second = await startApp('standalone', env);
    expect(second.output()).not.toContain(key);
    expect(await (await call(second.url, '/v1/tenants')).text()).toContain('"kept"');
    expectPlain(await runToEnd('standalone', env), 'another process', 'ARKAN_DATA_DIR');
    await second.kill();

    const third = await startApp('standalone', env);
    expect(await (await call(third.url, '/v1/tenants')).text()).toContain('"kept"');
    expect(await third.stop()).toBe(0);
  }, 120_000);

  test('on a taken port says so', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const database = await createTestDatabase();
    const env = {
      ...quiet,
      ARKAN_DATA_DIR: directory,
      DATABASE_URL: database.url,
      ARKAN_MASTER_KEY: randomBytes(32).toString('base64'),
    };
    expectPlain(
      await runToEnd('standalone', { ...env, ARKAN_PORT: String(port) }),
      `port ${port}`,
      'is taken',
      'ARKAN_PORT',
    );
    server.close();
    await database.drop();
  });

  test('with another master key than the data was sealed with says so', async () => {
    const database = await createTestDatabase();
    const env = { ...quiet, ARKAN_DATA_DIR: directory, DATABASE_URL: database.url };
    const first = await startApp('standalone', { ...env, ARKAN_MASTER_KEY: randomBytes(32).toString('base64') });
    await first.stop();
    expectPlain(
      await runToEnd('standalone', { ...env, ARKAN_MASTER_KEY: randomBytes(32).toString('base64') }),
      'master key',
      'ARKAN_MASTER_KEY_PREVIOUS',
    );
    await database.drop();
  });

  test('without a database says what to check', async () => {
    expectPlain(
      await runToEnd('standalone', {
        ...quiet,
        ARKAN_DATA_DIR: directory,
        DATABASE_URL: 'postgres://127.0.0.1:1/none',
        ARKAN_MASTER_KEY: randomBytes(32).toString('base64'),
      }),
      'database',
      'DATABASE_URL',
    );
  });

  test('of a service by itself wants what it can not make up', async () => {
    const env = { ...quiet, ARKAN_DATA_DIR: directory };
    expectPlain(await runToEnd('catalog', env), 'catalog can not start', 'DATABASE_URL');
    const database = {
      DATABASE_URL: 'postgres://127.0.0.1:1/none',
      ARKAN_MASTER_KEY: randomBytes(32).toString('base64'),
    };
    expectPlain(await runToEnd('catalog', { ...env, ...database }), 'ARKAN_OPERATOR_KEY');
  }, 120_000);

  test('without the brokers, or the event store, that the settings name says so', async () => {
    const database = await createTestDatabase();
    const env = {
      ...quiet,
      ARKAN_DATA_DIR: directory,
      DATABASE_URL: database.url,
      ARKAN_MASTER_KEY: randomBytes(32).toString('base64'),
      ARKAN_OPERATOR_KEY: `ak_${randomBytes(32).toString('hex')}`,
    };
    const away = { KAFKA_BROKERS: '127.0.0.1:1', EVENTSTORE_URL: 'esdb://ops:hunter2@127.0.0.1:1?tls=false' };
    expectPlain(await runToEnd('dispatcher', { ...env, ...away }), 'Kafka at 127.0.0.1:1', 'KAFKA_BROKERS');
    const refused = await runToEnd('registry', { ...env, EVENTSTORE_URL: away.EVENTSTORE_URL });
    expectPlain(refused, 'the event store', 'EVENTSTORE_URL');
    expect(refused.output).not.toContain('hunter2');
    await database.drop();
  }, 120_000);

  test('with bad settings names each of them', async () => {
    expectPlain(
      await runToEnd('standalone', { ...quiet, ARKAN_PORT: '99999', LOG_LEVEL: 'loud' }),
      'ARKAN_PORT',
      'LOG_LEVEL',
    );
  });

  test('in a directory that can not be written says so', async () => {
    await mkdir(join(directory, 'file-parent'));
    // A path below a file can be made by nobody, root included.
    expectPlain(
      await runToEnd('standalone', { ...quiet, ARKAN_DATA_DIR: '/dev/null/data' }),
      '/dev/null/data',
      'ARKAN_DATA_DIR',
    );
  });
});

test('the demonstration comes true', async () => {
  const { code, output } = await runToEnd('demo', {}, ['--once']);
  expect(output).toContain('All of it came true');
  expect(code).toBe(0);
}, 180_000);
