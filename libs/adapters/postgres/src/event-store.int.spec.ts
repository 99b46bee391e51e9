import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ManualClock, newUuid } from '@arkan/kernel';
import type { EventStore } from '@arkan/ports';
import { appendAll, eventStoreContract, SeenEvents, type SlowAppend } from '@arkan/ports-contract';
import { createTestDatabase, eventually, startTcpProxy, type TcpProxy, type TestDatabase } from '@arkan/testing';
import pg from 'pg';
import { createPostgresEventStore } from './event-store';
import { eventStoreNames } from './event-store-schema';
import { appendStatement, type AppendRow } from './event-store-statements';

let database: TestDatabase;
let proxy: TcpProxy;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startTcpProxy({ port: Number(new URL(database.url).port) });
});
afterAll(async () => {
  await database.drop();
  await proxy.close();
});

const waitingForLock = `select 1 from pg_locks l join pg_database d on d.oid = l.database
                         where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`;

const freshSchema = () => `store_${++count}`;

async function openSlowAppend(
  schema: string,
  streamId: string,
  events: Parameters<EventStore['append']>[1],
): Promise<SlowAppend> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('begin');
  const statement = appendStatement(eventStoreNames(schema), streamId, events, 'no_stream', null);
  const [row] = (await client.query<AppendRow>(statement)).rows;
  const finish = async (how: 'commit' | 'rollback') => {
    await client.query(how);
    await client.end();
  };
  return {
    // The database tells nobody that someone waits; it has to be asked.
    // The database tells nobody that someone waits; it has to be asked.
    othersWait: async () => {
      await eventually(async () => (await database.pool.query(waitingForLock)).rowCount !== 0);
    },
    commit: async () => {
      await finish('commit');
      return { revision: row?.last_revision ?? -1, position: BigInt(row?.last_position ?? 0) };
    },
    rollback: () => finish('rollback'),
  };
}

eventStoreContract('postgres', {
  async create() {
    const schema = freshSchema();
    const pool = new pg.Pool({ connectionString: proxy.through(database.url), max: 5 });
    pool.on('error', () => undefined);
    return {
      store: await createPostgresEventStore({ pool, schema }),
      reopen: () => createPostgresEventStore({ pool: database.pool, schema }),
      openSlowAppend: (streamId, events) => openSlowAppend(schema, streamId, events),
      outage: { begin: async () => proxy.cut(), end: async () => proxy.restore() },
      dispose: () => pool.end(),
    };
  },
});

async function subscribed(store: EventStore): Promise<SeenEvents> {
  const seen = new SeenEvents(10_000);
  await store.subscribe(seen.recording({}));
  await seen.catchesUp();
  return seen;
}

describe('the Postgres event store', () => {
  test('is made once where several processes start at the same time', async () => {
    const schema = freshSchema();
    const starting = Array.from({ length: 6 }, () => createPostgresEventStore({ pool: database.pool, schema }));
    const stores = await Promise.all(starting);
    await Promise.all(stores.map((store, i) => appendAll(store, `s-${i}`, 'a')));
    expect(await stores[0]?.readAll({ after: null, limit: 10 })).toHaveLength(6);
    expect((await database.pool.query(`select version from ${schema}.migration`)).rows).toEqual([{ version: 1 }]);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('works for a role that may not create schemas, in one made for it', async () => {
    const schema = freshSchema();
    const role = `limited_${newUuid().replaceAll('-', '')}`;
    await database.pool.query(`create role ${role}; create schema ${schema} authorization ${role}`);
    const pool = new pg.Pool({ connectionString: database.url, options: `-c role=${role}` });
    const store = await createPostgresEventStore({ pool, schema });
    await appendAll(store, 's-1', 'a');
    expect(await store.readStream('s-1')).toHaveLength(1);
    await store.close();
    await pool.end();
    await database.pool.query(`drop schema ${schema} cascade; drop role ${role}`);
  });

  test.each(['', 'Upper', 'has space', 'x'.repeat(41), 'a"b'])('refuses the schema name %p', async (schema) => {
    await expect(createPostgresEventStore({ pool: database.pool, schema })).rejects.toBeInstanceOf(RangeError);
  });

  test('hears of another process by notification, also after that connection was lost', async () => {
    const options = { pool: database.pool, schema: freshSchema(), pollMs: 1_000_000 };
    const [one, other] = [await createPostgresEventStore(options), await createPostgresEventStore(options)];
    const seen = await subscribed(one);
    await appendAll(other, 's-1', 'a');
    await seen.last('a');

    const listening = `from pg_stat_activity where query like 'listen "${options.schema}%'`;
    const ended = await database.pool.query(`select pid, pg_terminate_backend(pid) ${listening}`);
    expect(ended.rowCount).toBe(1);
    const others = `select 1 ${listening} and pid <> ${ended.rows[0].pid}`;
    await eventually(async () => (await database.pool.query(others)).rowCount === 1);
    await appendAll(other, 's-1', 'b');
    await seen.last('b');
    await Promise.all([one.close(), other.close()]);
  });

  test('finds by polling what no notification tells of', async () => {
    const clock = new ManualClock();
    const options = { pool: database.pool, schema: freshSchema(), clock, listen: false };
    const [one, other] = [await createPostgresEventStore(options), await createPostgresEventStore(options)];
    const seen = await subscribed(one);
    await appendAll(other, 's-1', 'a');
    await eventually(() => (clock.advance(1_000), seen.types.length > 0));
    expect(seen.types).toEqual(['a']);
    await Promise.all([one.close(), other.close()]);
  });

  test('is not live while the network swallows everything, and gives up a statement in time', async () => {
    const pool = new pg.Pool({ connectionString: proxy.through(database.url), max: 3 });
    pool.on('error', () => undefined);
    const store = await createPostgresEventStore({ pool, schema: freshSchema(), pollMs: 20, timeoutMs: 1_000 });
    const seen = new SeenEvents(10_000);
    const subscription = await store.subscribe(seen.recording({}));
    await appendAll(store, 's-1', 'before');
    await seen.last('before');
    proxy.stall();
    await expect(appendAll(store, 's-1', 'unsure')).rejects.toThrow(/event store/);
    await eventually(() => !subscription.isLive());
    proxy.restore();
    await appendAll(store, 's-2', 'after');
    await seen.until('what came after', ({ types }) => types.includes('after'));
    expect(seen.types.filter((type) => type !== 'unsure')).toEqual(['before', 'after']);
    expect(subscription.isLive()).toBe(true);
    await store.close();
    await pool.end();
  });

  test('keeps the time of its clock to the millisecond, and the time of the database without one', async () => {
    const clock = new ManualClock(Date.UTC(2031, 1, 2, 3, 4, 5, 678));
    const options = { pool: database.pool, schema: freshSchema() };
    const [timed, untimed] = [
      await createPostgresEventStore({ ...options, clock }),
      await createPostgresEventStore(options),
    ];
    await appendAll(timed, 's-1', 'a');
    await appendAll(untimed, 's-1', 'b');
    const [a, b] = await timed.readStream('s-1');
    expect(a?.recordedAt.toISOString()).toBe('2031-02-02T03:04:05.678Z');
    expect(Math.abs((b?.recordedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    await Promise.all([timed.close(), untimed.close()]);
  });
});
