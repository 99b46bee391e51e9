import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

const prefix = 'arkan-jest-';

/** One server for the whole run, in a folder of its own; every suite makes its own database on it (createTestDatabase). */
export default async function setup() {
  // Once for all projects of the run.
  if (globalThis.arkanTestServer) return;
  const embedded = await import(pathToFileURL(await bundle('libs/adapters/postgres/src/embedded.ts')).href);
  await sweep(embedded);
  const dataDir = await mkdtemp(join(tmpdir(), prefix));
  await chmod(dataDir, 0o711);
  const server = await embedded.startEmbeddedPostgres({
    dataDir,
    // What tests write is thrown away: it need not survive a power cut. Only here; the product keeps fsync on.
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  process.env.ARKAN_TEST_DATABASE_URL = server.url();
  globalThis.arkanTestServer = {
    async stop() {
      globalThis.arkanTestServer = undefined;
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** What killed runs have left: a folder with a lock that nobody alive holds. One without a lock may just be starting. */
async function sweep(embedded) {
  for (const name of await readdir(tmpdir())) {
    const path = join(tmpdir(), name);
    if (!name.startsWith(prefix) || !existsSync(join(path, 'postgres.lock'))) continue;
    await embedded
      .removeEmbeddedPostgres(path)
      .then(() => rm(path, { recursive: true, force: true }))
      .catch(() => undefined);
  }
}
