import { fork, spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Told } from './receiver';

const tickMs = 10;

interface Stat {
  ppid: number;
  /** Own user and system time, in ms. */
  ownMs: number;
  /** Of children that have ended. */
  endedMs: number;
}

function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = (index: number) => Number(fields[index - 3]) * tickMs;
    return { ppid: Number(fields[1]), ownMs: ticks(14) + ticks(15), endedMs: ticks(16) + ticks(17) };
  } catch {
    return null;
  }
}

export const cpuMsOf = (pid: number): number => statOf(pid)?.ownMs ?? 0;

/** The postmaster, the backends there are, and those that have gone. */
export function cpuMsOfTree(pid: number): number {
  const own = statOf(pid);
  if (!own) return 0;
  let sum = own.ownMs + own.endedMs;
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    if (stat?.ppid === pid) sum += stat.ownMs;
  }
  return sum;
}

/** Peak resident memory, MB. */
export function peakRssMb(pid: number): number {
  const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(found ?? 0) / 1_024;
}

export interface BenchReceiver {
  url: string;
  caPem: string;
  pid: number;
  /** When each event first arrived, by its id. */
  arrivals: Map<string, number>;
  /** All that arrived, an event that came twice counted twice. */
  posts(): number;
  /** Resolves when so many different events have arrived; rejects after `timeoutMs`. */
  reached(count: number, timeoutMs: number): Promise<void>;
  clear(): void;
  close(): void;
}

export async function startBenchReceiver(): Promise<BenchReceiver> {
  const child = fork('tools/jest/run-ts.mjs', ['tools/bench/platform/receiver.ts'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const arrivals = new Map<string, number>();
  let posts = 0;
  let look = () => {};
  const ready = await new Promise<{ url: string; caPem: string }>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the receiver ended with ${code}`)));
    child.on('message', (told: Told) => {
      if ('url' in told) return resolve(told);
      posts += told.arrived.length;
      for (const [id, at] of told.arrived) if (!arrivals.has(id)) arrivals.set(id, at);
      look();
    });
  });
  return {
    ...ready,
    pid: child.pid!,
    arrivals,
    posts: () => posts,
    reached: (count, timeoutMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`${arrivals.size} of ${count} arrived within ${timeoutMs} ms`)),
          timeoutMs,
        );
        look = () => {
          if (arrivals.size < count) return;
          clearTimeout(timer);
          look = () => {};
          resolve();
        };
        look();
      }),
    clear() {
      arrivals.clear();
      posts = 0;
    },
    close: () => child.disconnect(),
  };
}

export interface BenchApp {
  url: string;
  pid: number;
  readyMs: number;
  stop(): Promise<void>;
}

/** A built app, as `npm start` and the services' own scripts run it. */
export async function startBenchApp(
  app: string,
  env: Record<string, string>,
  nodeArguments: string[] = [],
): Promise<BenchApp> {
  const startedAt = performance.now();
  const child: ChildProcess = spawn(
    process.execPath,
    [...nodeArguments, '--enable-source-maps', `dist/apps/${app}/main.js`],
    {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
      const found = /is ready at (http:\/\/\S+)/.exec(output)?.[1];
      if (found) resolve(found);
    });
    void ended.then(() => reject(new Error(`${app} ended:\n${output}`)));
  });
  return {
    url,
    pid: child.pid!,
    readyMs: performance.now() - startedAt,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The Postgres that a platform keeps in its data directory: see docs/operations.md for the files. */
export async function embeddedServer(dataDir: string): Promise<{ pid: number; url: string }> {
  const text = (path: string) => readFile(path, 'utf8').then((found) => found.trim());
  const home = await text(join(dataDir, 'postgres.location')).catch(() => dataDir);
  const [pid, , , port] = (await text(join(home, 'postgres/postmaster.pid'))).split('\n');
  const password = await text(join(dataDir, 'postgres.password'));
  return { pid: Number(pid), url: `postgres://postgres:${password}@127.0.0.1:${port}/arkan` };
}
