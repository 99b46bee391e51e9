import { createHash } from 'node:crypto';
import { readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { canEnter, openFolder, rootHome, type RunAs } from './embedded-binaries';
import { EmbeddedPostgresError } from './embedded-error';

export interface Location {
  /** The folder that holds the cluster: the data directory itself, or one outside that an unprivileged user may enter. */
  home: string;
  cluster: string;
  exists: boolean;
  /** Postgres refuses to run as root: then another user runs it. */
  runAs: RunAs;
}

const clusterName = 'postgres';
const pointerName = 'postgres.location';

/** Where the cluster of this data directory is, or is to be. The same on every start. */
export async function locateCluster(dataDir: string): Promise<Location> {
  const pointed = await readPointer(dataDir);
  if (pointed !== null) return existing(pointed);
  const inside = join(dataDir, clusterName);
  if (await isCluster(inside)) return existing(dataDir);
  if (process.getuid?.() !== 0) return { home: dataDir, cluster: inside, exists: false, runAs: null };

  const runAs = await freeUser();
  if (await canEnter(dataDir, runAs)) return { home: dataDir, cluster: inside, exists: false, runAs };
  const home = await homeOutside(dataDir, runAs);
  const cluster = join(home, clusterName);
  // Without the pointer the making was cut short after the cluster was complete.
  if (await isCluster(cluster)) return existing(home);
  return { home, cluster, exists: false, runAs };
}

/** To be called when a new cluster is complete: says in the data directory where it is, if it is not there itself. */
export async function recordLocation(dataDir: string, { home }: Location): Promise<void> {
  if (home !== dataDir) await writeFile(join(dataDir, pointerName), `${home}\n`, { mode: 0o644 });
}

async function existing(home: string): Promise<Location> {
  const cluster = join(home, clusterName);
  const { uid, gid } = await stat(cluster);
  const me = process.getuid?.();
  if (me === 0) return { home, cluster, exists: true, runAs: { uid, gid } };
  if (me !== undefined && me !== uid) {
    throw new EmbeddedPostgresError(
      'data_dir_unusable',
      `the embedded database in ${cluster} belongs to uid ${uid} and this is uid ${me}; start as the user who made it, or choose another ARKAN_DATA_DIR`,
    );
  }
  return { home, cluster, exists: true, runAs: null };
}

async function readPointer(dataDir: string): Promise<string | null> {
  const path = join(dataDir, pointerName);
  const home = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (home === '') return null;
  if (isAbsolute(home) && (await isCluster(join(home, clusterName)))) return home;
  throw new EmbeddedPostgresError(
    'data_dir_unusable',
    `${path} says that the embedded database is in ${home}, where there is none; restore that folder, or remove the file to begin with an empty database`,
  );
}

export async function isCluster(directory: string): Promise<boolean> {
  const found = await stat(join(directory, 'PG_VERSION')).catch(() => null);
  return found !== null;
}

/** Outside the data directory, for good, and found again from its real path. */
async function homeOutside(dataDir: string, runAs: NonNullable<RunAs>): Promise<string> {
  const hash = createHash('sha256')
    .update(await realpath(dataDir))
    .digest('hex')
    .slice(0, 16);
  const home = join(rootHome, hash);
  try {
    await openFolder(home);
    if (await canEnter(home, runAs)) return home;
    throw new Error(`uid ${runAs.uid} can't enter ${home}`);
  } catch (error) {
    throw new EmbeddedPostgresError(
      'data_dir_unusable',
      `Postgres does not run as root, and the user it would run as can enter neither ${dataDir} nor ${home}; start as an ordinary user, choose an ARKAN_DATA_DIR that others may enter, or set DATABASE_URL`,
      { cause: error },
    );
  }
}

/**
 * A uid that nobody has, so that no other process can read the data or signal the server. Below 65,536, which is all that
 * many containers have; 64,000 and on are given by Debian's policy to no one without asking.
 */
async function freeUser(): Promise<NonNullable<RunAs>> {
  const taken = new Set([...(await idsOf('/etc/passwd')), ...(await idsOf('/etc/group'))].map(({ id }) => id));
  let uid = 64_300;
  while (taken.has(uid)) uid++;
  return { uid, gid: uid };
}

/** initdb, other than the server, insists on a user that has a name. */
export async function namedUser(): Promise<NonNullable<RunAs>> {
  const users = (await idsOf('/etc/passwd')).filter(({ id }) => id > 0);
  const user = users.find(({ name }) => name === 'nobody') ?? users[0];
  if (user) return { uid: user.id, gid: user.id };
  throw new EmbeddedPostgresError(
    'init_failed',
    'Postgres does not run as root, and /etc/passwd has no other user; start as an ordinary user or set DATABASE_URL',
  );
}

async function idsOf(path: string): Promise<{ name: string; id: number }[]> {
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  return lines
    .map((line) => ({ name: line.split(':')[0] ?? '', id: Number(line.split(':')[2]) }))
    .filter(({ id }) => id >= 0);
}
