import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createEventStoreDb } from '@arkan/adapter-eventstoredb';
// Test code that no lib exports.

import { startEventStoreStandIn } from '../libs/adapters/eventstoredb/src/stand-in/server';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'arkan-certificates-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const make = (...names: string[]) => {
  const tool = resolve(import.meta.dirname, 'certificates.mjs');
  const directories = [join(directory, 'node'), join(directory, 'authority')];
  return spawnSync(process.execPath, [tool, ...directories, ...names], { encoding: 'utf8' });
};
const read = (...path: string[]) => readFile(join(directory, ...path), 'utf8');

test('certificates for the event store are trusted by the client, stay while they hold, and are made anew for another name', async () => {
  expect(make('localhost').status).toBe(0);
  expect((await stat(join(directory, 'node', 'node.key'))).mode & 0o777).toBe(0o600);
  const cert = await read('node', 'node.crt');
  const server = await startEventStoreStandIn({ tls: { key: await read('node', 'node.key'), cert } });
  const caFile = encodeURIComponent(join(directory, 'authority', 'ca.crt'));
  const store = await createEventStoreDb({
    connectionString: `esdb://localhost:${server.port}?tls=true&tlsCAFile=${caFile}`,
  });
  expect(await store.readAll({ after: null, limit: 1 })).toEqual([]);
  await store.close();
  await server.close();

  expect(make('localhost').stdout).toContain('hold');
  expect(await read('node', 'node.crt')).toBe(cert);
  expect(make('eventstore', 'localhost').status).toBe(0);
  expect(await read('node', 'node.crt')).not.toBe(cert);
});

test('without names it says what it wants', () => {
  const { status, stderr } = make();
  expect([status, stderr]).toEqual([2, expect.stringContaining('usage')]);
});
