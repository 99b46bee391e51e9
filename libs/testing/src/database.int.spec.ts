import { describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase } from './database';

describe('a test database', () => {
  test('is empty, and apart from the next one', async () => {
    const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await first.pool.query('create table only_here (id int)');
    const found = await second.pool.query(`select to_regclass('only_here') as found`);
    expect(found.rows).toEqual([{ found: null }]);
    await Promise.all([first.drop(), second.drop()]);
  });

  test('is gone after drop, also with clients still on it, and drop twice is safe', async () => {
    const database = await createTestDatabase();
    const other = await createTestDatabase();
    const straggler = new pg.Client({ connectionString: database.url });
    straggler.on('error', () => undefined);
    await straggler.connect();
    await Promise.all([database.drop(), database.drop()]);
    const name = new URL(database.url).pathname.slice(1);
    const found = await other.pool.query('select 1 from pg_database where datname = $1', [name]);
    expect(found.rowCount).toBe(0);
    await other.drop();
  });
});
