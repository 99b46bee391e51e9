import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@arkan/testing';
import { createPostgresBus } from './bus';
import { migrate } from './bus-schema';

describe('the schema', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('is made once by several processes that start together, and found by the next', async () => {
    const start = () => createPostgresBus({ pool: database.pool, schema: 'together', listen: false });
    const buses = await Promise.all([start(), start(), start(), start()]);
    await buses[0]!.ensureTopics([{ name: 't', partitions: 1, cleanup: 'delete' }]);
    await buses[3]!.publish([{ topic: 't', key: 'k', value: Buffer.from('v') }]);
    await Promise.all(buses.map((bus) => bus.close()));
    const again = await start();
    expect(await again.endOffsets(['t'])).toEqual(new Map([['t', new Map([[0, 1n]])]]));
    await again.close();
    const { rows } = await database.pool.query('select version from together.bus_migration');
    expect(rows).toEqual([{ version: 1 }]);
  });

  test('of a newer program is refused', async () => {
    const two = [() => 'select 1', () => 'select 2'];
    await migrate(database.pool, 'newer', 'part', two);
    await expect(migrate(database.pool, 'newer', 'part', two.slice(0, 1))).rejects.toThrow(/at version 2.*knows 1/);
  });

  test('goes on from where it was, and a failed step leaves nothing behind', async () => {
    const good = (schema: string) => `create table ${schema}.first (id int)`;
    const bad = (schema: string) => `create table ${schema}.second (id int); select no_such_function()`;
    await migrate(database.pool, 'stepwise', 'part', [good]);
    await expect(migrate(database.pool, 'stepwise', 'part', [good, bad])).rejects.toThrow(/no_such_function/);
    await migrate(database.pool, 'stepwise', 'part', [good, (schema) => `create table ${schema}.second (id text)`]);
    const { rows } = await database.pool.query(
      `select data_type from information_schema.columns where table_schema = 'stepwise' and table_name = 'second'`,
    );
    expect(rows).toEqual([{ data_type: 'text' }]);
  });

  test.each(['x; drop schema public', 'Upper', '', 'a'.repeat(32)])('is not made under the name %j', async (schema) => {
    await expect(createPostgresBus({ pool: database.pool, schema })).rejects.toThrow(/not a schema name/);
  });
});
