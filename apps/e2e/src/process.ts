import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface AppProcess {
  /** `standalone`, or the service. */
  name: string;
  child: ChildProcess;
  /** From the line that it prints when it is ready. */
  url: string;
  output(): string;
  /** Waits until it has printed this. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Asks it to stop and waits; the exit code. */
  stop(): Promise<number | null>;
  /** kill -9, and waits. */
  kill(): Promise<void>;
}

/** Eight services may start at once, on two cores that do other things too. */
const readyMs = 120_000;
const outputMax = 1_000_000;

/** Runs a built app to its end. */
export async function runToEnd(
  app: string,
  env: Record<string, string>,
  args: string[] = [],
): Promise<{ code: number | null; output: string }> {
  const { child, output } = launch(app, env, args);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output: output() };
}

/** Starts a built app and waits until it says that it is ready. Rejects with what it printed where it ends before. */
export async function startApp(app: string, env: Record<string, string>): Promise<AppProcess> {
  const { child, output } = launch(app, env, []);
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const printed = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`${app} did not print ${pattern} within ${readyMs} ms:\n${output()}`));
      }, readyMs);
      const look = () => {
        const found = pattern.exec(output());
        if (!found) return;
        clearTimeout(timer);
        child.stdout!.off('data', look);
        resolve(found);
      };
      child.stdout!.on('data', look);
      look();
      void closed.then((code) => {
        clearTimeout(timer);
        reject(new Error(`${app} ended with ${code} and has not printed ${pattern}:\n${output()}`));
      });
    });
  const url = (await printed(/is ready at (http:\/\/\S+)/))[1]!;
  return {
    name: app,
    child,
    url,
    output,
    printed,
    async stop() {
      child.kill('SIGTERM');
      return closed;
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

function launch(app: string, env: Record<string, string>, args: string[]): { child: ChildProcess; output(): string } {
  const file = `${root}dist/apps/${app}/main.js`;
  if (!existsSync(file)) throw new Error(`${app} is not built; run "npm run build" (npm test does)`);
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(ARKAN_|DATABASE_URL|KAFKA_|EVENTSTORE_|OIDC_|LOG_LEVEL|NODE_OPTIONS)/.test(name),
    ),
  );
  const child = spawn(process.execPath, ['--enable-source-maps', file, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-outputMax);
  };
  child.stdout!.on('data', keep);
  child.stderr!.on('data', keep);
  return { child, output: () => text };
}
