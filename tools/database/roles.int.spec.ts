import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@arkan/testing';
import pg from 'pg';
import { prepareDatabase, services, type Service } from './roles.mjs';

const secret = () => randomBytes(24).toString('hex');

describe('the roles of the services', () => {
  let database: TestDatabase;
  const rolePrefix = `roles_${process.pid}_`;
  const passwords = Object.fromEntries(services.map((service) => [service, secret()])) as Record<Service, string>;
  beforeAll(async () => {
    database = await createTestDatabase();
    // As a service that ran as the owner of the database has left it.
    await database.pool.query(
      `create schema registry; create type registry.mood as enum ('good');
       create table registry.secret (id int generated always as identity, mood registry.mood); insert into registry.secret default values`,
    );
    await prepareDatabase({ url: database.url, passwords, rolePrefix });
  });
  afterAll(async () => {
    const url = new URL(database.url);
    url.pathname = '/postgres';
    await database.drop();
    const admin = new pg.Client({ connectionString: url.href });
    await admin.connect();
    for (const service of services) await admin.query(`drop role ${rolePrefix}${service}`);
    await admin.end();
  });

  /** What the server says to a statement of this service. */
  async function say(service: Service, statement: string, password = passwords[service]): Promise<string> {
    const url = new URL(database.url);
    [url.username, url.password] = [`${rolePrefix}${service}`, password];
    const client = new pg.Client({ connectionString: url.href });
    try {
      await client.connect();
      const result = await client.query(statement);
      return `${result.rowCount ?? 0} rows`;
    } catch (error) {
      return (error as Error).message;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  test.each(services)('%s can make tables in its own schema, and temporary ones', async (service) => {
    expect(await say(service, `create table ${service}.own (id int)`)).toBe('0 rows');
    expect(await say(service, 'create temp table aside (id int)')).toBe('0 rows');
    expect(await say(service, `select * from ${service}.own`)).toBe('0 rows');
  });

  test('what was there before belongs to the service now', async () => {
    expect(await say('registry', `alter table registry.secret add column note text`)).toBe('0 rows');
    expect(await say('registry', `alter type registry.mood add value 'bad'`)).toBe('0 rows');
    expect(await say('registry', 'select * from registry.secret')).toBe('1 rows');
  });

  test.each(
    services.flatMap((service) => services.map((other) => [service, other] as const)).filter(([a, b]) => a !== b),
  )('%s reaches nothing of %s', async (service, other) => {
    for (const statement of [
      `select * from ${other}.own`,
      `create table ${other}.intruder (id int)`,
      `drop schema ${other} cascade`,
      `set role ${rolePrefix}${other}`,
    ])
      expect([statement, await say(service, statement)]).toEqual([
        statement,
        expect.stringMatching(/permission denied|must be owner/),
      ]);
  });

  test('none may make a schema or use public', async () => {
    expect(await say('catalog', 'create schema elsewhere')).toMatch(/permission denied/);
    expect(await say('catalog', 'create table public.anything (id int)')).toMatch(/permission denied/);
  });

  test('a second run changes a password that is given and keeps the others', async () => {
    const changed = secret();
    await prepareDatabase({ url: database.url, passwords: { catalog: changed }, rolePrefix });
    expect(await say('catalog', 'select 1')).toMatch(/authentication failed/);
    expect(await say('catalog', 'select 1', changed)).toBe('1 rows');
    expect(await say('notifier', 'select 1')).toBe('1 rows');
  });

  test('a role that is new wants a password, and a good one', async () => {
    await expect(prepareDatabase({ url: database.url, rolePrefix: 'unheard_' })).rejects.toThrow(
      'REGISTRY_DATABASE_PASSWORD is missing',
    );
    await expect(prepareDatabase({ url: database.url, passwords: { registry: 'short' }, rolePrefix })).rejects.toThrow(
      'REGISTRY_DATABASE_PASSWORD can not be used',
    );
  });
});
