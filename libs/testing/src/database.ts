import { randomUUID } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  url: string;
  pool: pg.Pool;
  /** Closes the pool and removes the database, whoever else is still connected. */
  drop(): Promise<void>;
}

/** A fresh, empty database on the server that the jest run has started, or that `admin` names: one for each suite. */
export async function createTestDatabase(admin = process.env.ARKAN_TEST_DATABASE_URL): Promise<TestDatabase> {
  if (!admin) throw new Error('ARKAN_TEST_DATABASE_URL is not set: tools/jest/global-setup.mjs did not run');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await execute(admin, `create database ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 10 });
  // An idle client that is cut off by `drop ... with (force)` or by a test must not end the process.
  pool.on('error', () => undefined);
  let dropped: Promise<void> | null = null;
  const drop = async () => {
    await pool.end();
    await execute(admin, `drop database if exists ${name} with (force)`);
  };
  return { url: url.href, pool, drop: () => (dropped ??= drop()) };
}

async function execute(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
