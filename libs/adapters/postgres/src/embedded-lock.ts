import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { link, readFile, readdir, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-error';

/**
 * When the process with this pid began, as an opaque text, or null where none runs. Together with the pid it names a
 * process for good: a pid alone is given to another one sooner or later, in a container almost at once.
 */
export async function processStart(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return linuxProcessStart(pid);
  if (process.platform !== 'win32') {
    const answer = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => null);
    return answer?.stdout.trim() || null;
  }
  try {
    process.kill(pid, 0);
    return 'unknown';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'unknown' : null;
  }
}

/** proc(5): after the name in brackets come the state (field 3) and, as field 22, the start in ticks since boot. */
async function linuxProcessStart(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A dead process that nobody has waited for still has its pid, and holds nothing.
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${boot.trim()}/${fields[19]}`;
}

/** Live processes that work inside this folder: a postmaster and its children stay in their cluster. Linux only; empty elsewhere. */
export async function processesIn(directory: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const inside = await Promise.all(
    pids.map(async (pid) => (await readlink(`/proc/${pid}/cwd`).catch(() => null)) === directory),
  );
  return pids.filter((_, index) => inside[index]);
}

const attemptMax = 400;
const attemptPauseMs = 5;
/** A second one is needed only where a crash hit the moment of a takeover. */
const takeoverDepthMax = 3;

/**
 * Takes the folder for this process, or throws `data_dir_in_use` naming who has it. A lock whose holder is gone is taken
 * over. The returned function gives it back.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'postgres.lock');
  const mine = JSON.stringify({ pid: process.pid, startedAt: await processStart(process.pid), token: randomUUID() });
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, mine, { mode: 0o644 });
  try {
    await acquire(path, draft, async (holder) => {
      throw inUse(holder);
    });
  } finally {
    await rm(draft, { force: true });
  }
  return async () => releaseIfMine(path, mine);
}

/**
 * Whoever replaces a stale lock holds `<lock>.takeover` meanwhile, taken in the same way, and looks again whether it is
 * still the stale one that he replaces. Removing a stale lock and then making one's own won't do: what is removed may by
 * then be the lock of another starter.
 */
async function acquire(
  path: string,
  draft: string,
  onHeld: (holder: number) => Promise<void>,
  depth = 0,
): Promise<void> {
  for (let attempt = 0; attempt < attemptMax && depth < takeoverDepthMax; attempt++) {
    if (await linked(draft, path)) return;
    const found = await readFile(path, 'utf8').catch(() => null);
    if (found === null) continue;
    const holder = await liveHolder(found);
    if (holder !== null) {
      await onHeld(holder);
      continue;
    }
    const takeover = `${path}.takeover`;
    await acquire(takeover, draft, () => pause(attemptPauseMs), depth + 1);
    try {
      if ((await readFile(path, 'utf8').catch(() => null)) !== found) continue;
      const replacement = `${path}.${randomUUID()}`;
      await link(draft, replacement);
      await rename(replacement, path);
      return;
    } finally {
      await rm(takeover, { force: true });
    }
  }
  throw new EmbeddedPostgresError('data_dir_in_use', `the lock ${path} is stuck; remove it and start again`);
}

function inUse(pid: number): EmbeddedPostgresError {
  const who = pid === process.pid ? 'this process' : `another process (pid ${pid})`;
  return new EmbeddedPostgresError(
    'data_dir_in_use',
    `${who} uses this data directory; stop it or choose another ARKAN_DATA_DIR`,
  );
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function liveHolder(content: string): Promise<number | null> {
  try {
    const { pid, startedAt } = JSON.parse(content) as { pid: number; startedAt: string };
    return (await processStart(pid)) === startedAt ? pid : null;
  } catch {
    // Written by no one of us, or cut by a crash of the machine: nobody can hold it.
    return null;
  }
}

async function releaseIfMine(path: string, mine: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => null)) === mine) await rm(path, { force: true });
}
