import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestPostgres {
  /** Of a superuser, to `postgres`. Stays the same over a restart. */
  url: string;
  /** Ends the server as a crash would, all its processes. */
  kill(): Promise<void>;
  /** After `kill`: on the same port and data. */
  restart(): Promise<void>;
  /** Removes the data, too. */
  stop(): Promise<void>;
}

interface Server {
  url(): string;
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/** What is used of @arkan/adapter-postgres. */
interface PostgresAdapter {
  startEmbeddedPostgres(options: { dataDir: string; port?: number; onExit?(): void }): Promise<Server>;
}

/** A server of the test's own, for tests that break it; the others share that of the run. */
export async function startTestPostgres(): Promise<TestPostgres> {
  // Named at run time, see infrastructure.ts.
  const name = '@arkan/adapter-postgres';
  const adapter = (await import(name)) as PostgresAdapter;
  const dataDir = await mkdtemp(join(tmpdir(), 'arkan-postgres-'));
  // Where root starts it, the server runs as another user.
  await chmod(dataDir, 0o711);
  let ended = Promise.resolve();
  const start = async (port?: number) => {
    let onExit = () => {};
    ended = new Promise((resolve) => (onExit = resolve));
    return adapter.startEmbeddedPostgres({ dataDir, ...(port ? { port } : {}), onExit: () => onExit() });
  };
  let server = await start();
  const { port } = server;
  return {
    url: server.url(),
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await ended;
    },
    async restart() {
      server = await start(port);
    },
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
