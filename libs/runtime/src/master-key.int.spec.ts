import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@arkan/testing';
import { checkMasterKey } from './database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

test('processes that start together, on data that know no master key yet, all start', async () => {
  for (let round = 0; round < 20; round++) {
    await database.pool.query('drop table if exists master_key');
    await Promise.all(Array.from({ length: 8 }, () => checkMasterKey(database.pool, 'fingerprint', null)));
  }
  await expect(checkMasterKey(database.pool, 'another', null)).rejects.toThrow('ARKAN_MASTER_KEY_PREVIOUS');
  await checkMasterKey(database.pool, 'another', 'fingerprint');
});
