import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/** No child lives longer, whatever becomes of the test. */
const childMaxMs = 180_000;
const readyMaxMs = 60_000;
const stderrMaxChars = 4_000;

export interface Program {
  language: string;
  /** Commands that it needs on the PATH. */
  commands: string[];
  /** Debian packages that have them. */
  packages: string;
  /** Run once, with a folder of its own; null where nothing is to be built. */
  build: ((folder: string) => string[]) | null;
  run(folder: string): string[];
  /** The shell's is no server: one run of it a delivery. */
  perDelivery?: true;
}

const source = (name: string) => join(import.meta.dirname, name);

export const programs: Program[] = [
  {
    language: 'Node',
    commands: ['node'],
    packages: 'nodejs',
    build: null,
    run: () => [process.execPath, source('receiver.mjs')],
  },
  {
    language: 'Python',
    commands: ['python3'],
    packages: 'python3',
    build: null,
    run: () => ['python3', source('receiver.py')],
  },
  {
    language: 'Go',
    commands: ['go'],
    packages: 'golang-go, 1.22 or newer',
    // Not `go run`: that starts a child of its own, which would outlive it.
    build: (folder) => ['go', 'build', '-o', join(folder, 'receiver'), source('receiver.go')],
    run: (folder) => [join(folder, 'receiver')],
  },
  {
    language: 'Java',
    commands: ['java'],
    packages: 'openjdk-17-jdk-headless',
    build: null,
    run: () => ['java', '-XX:TieredStopAtLevel=1', source('Receiver.java')],
  },
  {
    language: 'C#',
    commands: ['mcs', 'mono'],
    packages: 'mono-mcs mono-runtime',
    build: (folder) => ['mcs', `-out:${join(folder, 'Receiver.exe')}`, source('Receiver.cs')],
    run: (folder) => ['mono', join(folder, 'Receiver.exe')],
  },
  {
    language: 'PHP',
    commands: ['php'],
    packages: 'php-cli',
    build: null,
    run: () => ['php', '-S', '127.0.0.1:0', source('receiver.php')],
  },
  {
    language: 'Ruby',
    commands: ['ruby'],
    packages: 'ruby',
    build: null,
    run: () => ['ruby', source('receiver.rb')],
  },
  {
    language: 'shell',
    commands: ['sh', 'openssl', 'od'],
    packages: 'openssl',
    build: null,
    run: () => ['sh', source('verify.sh')],
    perDelivery: true,
  },
];

/** Those of the commands that are not on the PATH. */
export function missingCommands(commands: string[]): string[] {
  return commands.filter(
    (command) =>
      !(process.env.PATH ?? '').split(delimiter).some((folder) => {
        try {
          accessSync(join(folder, command), constants.X_OK);
          return true;
        } catch {
          return false;
        }
      }),
  );
}

/** A folder for what the program is built to, empty where nothing is. Throws with the compiler's words. */
export async function buildProgram(program: Program): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'arkan-receiving-'));
  const [command, ...args] = program.build?.(folder) ?? [];
  if (command === undefined) return folder;
  const built = spawnSync(command, args, { encoding: 'utf8', timeout: childMaxMs, cwd: folder });
  if (built.status !== 0) throw new Error(`${program.language}: ${built.error ?? built.stderr + built.stdout}`);
  return folder;
}

export interface Delivery {
  /** Flat: name, value, name, value. */
  headers: readonly string[];
  body: Buffer;
}

export interface Receiver {
  /** The HTTP status; 0 where the connection ended without one. */
  send(delivery: Delivery): Promise<number>;
  /** Sends half of the body and breaks off. */
  breakOff(delivery: Delivery): Promise<void>;
  /** What it printed about this id so far, in order. */
  printed(id: string): string[];
  /** Resolves once it has printed this line; rejects if it ends before. */
  untilPrinted(line: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the program with this secret. Rejects if it ends before it is ready. */
export async function startReceiver(program: Program, folder: string, secret: string): Promise<Receiver> {
  const seen = await mkdtemp(join(tmpdir(), 'arkan-receiving-seen-'));
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, WEBHOOK_SECRET: secret, SEEN_DIR: seen, PORT: '0' };
  const output = printedLines();
  const [command = '', ...args] = program.run(folder);
  const start = (extra: string[]) =>
    spawn(command, [...args, ...extra], { env, timeout: childMaxMs, killSignal: 'SIGKILL' });
  const removeSeen = () => rm(seen, { recursive: true, force: true });
  if (program.perDelivery) {
    const send = (delivery: Delivery) => runOnce(start(shellArguments(delivery)), delivery.body, output);
    const breakOff = async ({ headers, body }: Delivery) => void (await send({ headers, body: firstHalf(body) }));
    return { send, breakOff, ...output, stop: removeSeen };
  }
  const child = start([]);
  try {
    const port = await readyPort(program, child, output);
    return {
      send: (delivery) => post(port, delivery),
      breakOff: (delivery) => postHalf(port, delivery),
      ...output,
      stop: async () => {
        await endChild(child);
        await removeSeen();
      },
    };
  } catch (error) {
    await endChild(child);
    await removeSeen();
    throw error;
  }
}

function printedLines() {
  const lines: string[] = [];
  const waiting = new Set<{ line: string; resolve(): void; reject(reason: Error): void }>();
  return {
    add(line: string) {
      lines.push(line);
      for (const wait of waiting) {
        if (wait.line !== line) continue;
        waiting.delete(wait);
        wait.resolve();
      }
    },
    end() {
      for (const wait of waiting) wait.reject(new Error(`the receiver ended before it printed ${wait.line}`));
      waiting.clear();
    },
    printed: (id: string) => lines.filter((line) => line.split(' ')[1] === id),
    untilPrinted: (line: string) =>
      new Promise<void>((resolve, reject) => {
        if (lines.includes(line)) resolve();
        else waiting.add({ line, resolve, reject });
      }),
  };
}
type Output = ReturnType<typeof printedLines>;

/** Every program says where it listens; PHP's own server does so on stderr, among its log. */
function readyPort(program: Program, child: ChildProcess, output: Output): Promise<number> {
  let stderr = '';
  return new Promise<number>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${program.language}: ${why}: ${stderr}`));
    const timer = setTimeout(() => fail(`not ready within ${readyMaxMs} ms`), readyMaxMs);
    const onLine = (line: string) => {
      const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port) resolve(Number(port));
    };
    createInterface(child.stdout!).on('line', (line) => (onLine(line), output.add(line)));
    createInterface(child.stderr!).on('line', (line) => {
      onLine(line);
      stderr = `${stderr}\n${line}`.slice(-stderrMaxChars);
    });
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code, signal) => (clearTimeout(timer), output.end(), fail(`ended with ${code ?? signal}`)));
  });
}

/** By its id, and waits until it is gone. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function post(port: number, { headers, body }: Delivery): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port,
      method: 'POST',
      agent: false,
      headers: ['Host', `127.0.0.1:${port}`, ...headers, 'Content-Length', String(body.length)],
      timeout: 30_000,
    });
    sent.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 30 s')));
    // A receiver that refuses a body without reading it may close before its answer is read.
    sent.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(0) : reject(error),
    );
    sent.end(body);
  });
}

const firstHalf = (body: Buffer) => body.subarray(0, Math.floor(body.length / 2));

async function postHalf(port: number, { headers, body }: Delivery): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}); // It is broken anyway.
  const fields = headers.map((text, i) => text + (i % 2 === 0 ? ': ' : '\r\n')).join('');
  socket.write(`POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${fields}Content-Length: ${body.length}\r\n\r\n`);
  socket.write(firstHalf(body), () => socket.resetAndDestroy());
  await once(socket, 'close');
}

const shellHeaders = ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-signature', 'x-signature-previous'];
const statusOfExit: Record<number, number> = { 0: 204, 1: 401, 2: 400, 3: 413, 4: 500 };

/** Absent is given as empty. */
function shellArguments({ headers }: Delivery): string[] {
  return shellHeaders.map((name) => {
    const at = headers.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === name);
    return at === -1 ? '' : (headers[at + 1] ?? '');
  });
}

async function runOnce(child: ChildProcess, body: Buffer, output: Output): Promise<number> {
  createInterface(child.stdout!).on('line', (line) => output.add(line));
  child.stderr!.resume();
  child.stdin!.on('error', () => {}); // It may end before it has read all.
  child.stdin!.end(body);
  const [code] = (await once(child, 'close')) as [number | null];
  return statusOfExit[code ?? -1] ?? 0;
}
