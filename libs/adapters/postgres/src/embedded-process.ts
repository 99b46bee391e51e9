import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunAs } from './embedded-binaries';
import { EmbeddedPostgresError } from './embedded-error';
import { processesIn, processStart } from './embedded-lock';

export interface Server {
  pid: number;
  /** Resolves when the process is gone. */
  exited: Promise<void>;
}

export interface ServerOptions {
  postgres: string;
  cluster: string;
  runAs: RunAs;
  settings: Record<string, string>;
  onLine(line: string): void;
}

/** Recovery after a crash replays at most `max_wal_size`, some ten seconds on a slow disk. */
const readyTimeoutMs = 300_000;
const fastShutdownMs = 60_000;
const immediateShutdownMs = 10_000;

/** Neither our environment, which has secrets, nor PG* variables of the user. */
export const childEnvironment: NodeJS.ProcessEnv =
  process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot } : { LC_ALL: 'C' };

/** Resolves when it takes connections. */
export async function launch(options: ServerOptions): Promise<Server> {
  const settings = Object.entries(options.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(options.postgres, ['-D', options.cluster, ...settings], {
    ...options.runAs,
    cwd: options.cluster,
    env: childEnvironment,
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its own process group: Ctrl-C in a terminal is for us, who stop it last.
    detached: true,
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  const lines: string[] = [];
  await ready(child, options, lines);
  child.unref();
  return { pid: child.pid ?? 0, exited };
}

async function ready(child: ChildProcess, options: ServerOptions, lines: string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGQUIT');
      reject(startFailure([`not ready after ${readyTimeoutMs / 1000} s`], options.settings));
    }, readyTimeoutMs);
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      outcome();
    };
    child.once('error', (error) => settle(() => reject(startFailure([error.message], options.settings))));
    // 'close', not 'exit': the last lines, which say why, have then been read.
    child.once('close', () => settle(() => reject(startFailure(lines, options.settings))));
    if (!child.stderr) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      options.onLine(line);
      if (lines.length < 200) lines.push(line);
      if (line.includes('database system is ready to accept connections')) settle(resolve);
    });
  });
  const stderr = child.stderr as (NodeJS.ReadableStream & { unref?(): void }) | null;
  stderr?.unref?.();
}

function startFailure(lines: readonly string[], settings: Record<string, string>): EmbeddedPostgresError {
  const text = lines.join('\n');
  if (/could not bind|Address already in use/.test(text)) {
    return new EmbeddedPostgresError(
      'port_in_use',
      `port ${settings.port} of 127.0.0.1 is in use; choose another port for the embedded database, or none, which takes a free one`,
    );
  }
  const reason = lines.findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  return new EmbeddedPostgresError('start_failed', `the embedded database did not start: ${reason.trim()}`, {
    cause: new Error(text),
  });
}

/** Ends whatever server a killed process left behind on this cluster; data that it had committed is kept. */
export async function stopLeftover(cluster: string): Promise<void> {
  const left = await serverProcesses(cluster);
  if (left.length > 0) {
    const postmaster = await postmasterPid(cluster);
    // Without its postmaster a backend goes by itself as soon as it notices.
    if (postmaster !== null && left.includes(postmaster)) await stopProcess(postmaster);
    await allGone(cluster, 5_000);
    for (const pid of await serverProcesses(cluster)) signal(pid, 'SIGKILL');
    await allGone(cluster, 5_000);
  }
  // Its pid may by now be another's, or that of a dead process nobody has waited for; both would keep a server from starting.
  if ((await serverProcesses(cluster)).length === 0) await rm(join(cluster, 'postmaster.pid'), { force: true });
}

/** Fast shutdown; where that takes too long, immediate, which the next start repairs from the log. */
export async function stopProcess(pid: number): Promise<void> {
  const startedAt = await processStart(pid);
  if (startedAt === null) return;
  const gone = async (withinMs: number) => {
    const deadline = Date.now() + withinMs;
    while ((await processStart(pid)) === startedAt) {
      if (Date.now() > deadline) return false;
      await pause(10);
    }
    return true;
  };
  for (const [name, withinMs] of [
    ['SIGINT', fastShutdownMs],
    ['SIGQUIT', immediateShutdownMs],
    ['SIGKILL', 5_000],
  ] as const) {
    signal(pid, name);
    if (await gone(withinMs)) return;
  }
  throw new EmbeddedPostgresError('start_failed', `the embedded database (pid ${pid}) does not stop; end that process`);
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone by itself.
  }
}

async function allGone(cluster: string, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while ((await serverProcesses(cluster)).length > 0 && Date.now() < deadline) await pause(10);
}

async function serverProcesses(cluster: string): Promise<number[]> {
  if (process.platform === 'linux') {
    const inside = await processesIn(cluster);
    const alive = await Promise.all(inside.map(async (pid) => (await processStart(pid)) !== null));
    return inside.filter((_, index) => alive[index]);
  }
  const pid = await postmasterPid(cluster);
  return pid !== null && (await processStart(pid)) !== null ? [pid] : [];
}

/** First line of the postmaster's own lock file. */
async function postmasterPid(cluster: string): Promise<number | null> {
  const content = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(content.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}
