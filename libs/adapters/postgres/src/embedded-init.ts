import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries, RunAs } from './embedded-binaries';
import { EmbeddedPostgresError } from './embedded-error';
import { namedUser, type Location } from './embedded-location';
import { childEnvironment } from './embedded-process';

/** The superuser's password: made once, kept for its owner only. */
export async function loadPassword(dataDir: string, clusterExists: boolean): Promise<string> {
  const path = join(dataDir, 'postgres.password');
  const found = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (found !== '') return found;
  if (clusterExists) {
    throw new EmbeddedPostgresError(
      'data_dir_unusable',
      `the password of the embedded database, ${path}, is missing; restore the file, or choose another ARKAN_DATA_DIR`,
    );
  }
  const password = randomBytes(24).toString('base64url');
  await writeFile(path, `${password}\n`, { mode: 0o600 });
  return password;
}

/** Makes the cluster aside and moves it to its place complete: what a crash left half done is thrown away and begun anew. */
export async function initialise(location: Location, binaries: Binaries, password: string): Promise<void> {
  const draft = `${location.cluster}.new`;
  const passwordFile = `${location.cluster}.pwfile`;
  await rm(draft, { recursive: true, force: true });
  try {
    const user = location.runAs && (await namedUser());
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    for (const path of user ? [draft, passwordFile] : []) await chown(path, user?.uid ?? 0, user?.gid ?? 0);
    await runInitdb(binaries.initdb, draft, passwordFile, user);
    if (location.runAs) await giveTo(draft, location.runAs);
    await rename(draft, location.cluster);
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    throw new EmbeddedPostgresError(
      'init_failed',
      `the embedded database could not be made in ${location.cluster}: ${reasonOf(error)}; mend that, or set DATABASE_URL`,
      { cause: error },
    );
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

/** The built-in C.UTF-8 sorts the same on every system and for ever; the machine's own locales do neither. */
async function runInitdb(initdb: string, directory: string, passwordFile: string, user: RunAs): Promise<void> {
  const options = [
    `--pgdata=${directory}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ];
  await promisify(execFile)(initdb, options, { ...user, cwd: directory, env: childEnvironment, timeout: 120_000 });
}

async function giveTo(path: string, user: NonNullable<RunAs>): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await giveTo(inner, user);
    else await chown(inner, user.uid, user.gid);
  }
  await chown(path, user.uid, user.gid);
  await chmod(path, 0o700);
}

function reasonOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (
    stderr
      ?.trim()
      .split('\n')
      .find((line) => line.includes('error') || line.includes('could not')) ?? message
  ).trim();
}
