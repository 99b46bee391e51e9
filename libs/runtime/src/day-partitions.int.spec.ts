import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newUuid } from '@arkan/kernel';
import { createTestDatabase, eventually, type TestDatabase } from '@arkan/testing';
import { createDayPartitions, dayMs, dayOf, dayOfUuid, daySuffix } from './day-partitions';

const day = dayOf(Date.UTC(2026, 1, 28));
const tables = { options: { reading: 'fillfactor = 70', reading_note: '' }, lock: 'test partitions' };
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());
beforeEach(async () => {
  await database.pool.query('drop table if exists reading, reading_note');
  for (const table of Object.keys(tables.options))
    await database.pool.query(`create table ${table} (id uuid primary key, text text) partition by range (id)`);
});

const days = () => createDayPartitions(database.pool, tables);
const names = async () =>
  (
    await database.pool.query<{ name: string }>(
      `select relname as name from pg_class where relkind = 'r' and relname ~ '^reading.*_[0-9]{8}$' order by 1`,
    )
  ).rows.map(({ name }) => name);
const insertAt = (ms: number, text = '') =>
  database.pool.query('insert into reading values ($1, $2) returning tableoid::regclass::text as name', [
    newUuid(ms),
    text,
  ]);

describe('the days of partitioned tables', () => {
  test('hold what was made in them, from the first millisecond to the last', async () => {
    await days().ensure([day, day + 1]);
    expect(await names()).toEqual([
      'reading_20260228',
      'reading_20260301',
      'reading_note_20260228',
      'reading_note_20260301',
    ]);
    for (const [ms, suffix] of [
      [day * dayMs, '20260228'],
      [(day + 1) * dayMs - 1, '20260228'],
      [(day + 1) * dayMs, '20260301'],
    ] as const) {
      expect((await insertAt(ms)).rows).toEqual([{ name: `reading_${suffix}` }]);
      expect(daySuffix(dayOfUuid(newUuid(ms)))).toBe(suffix);
    }
    const { rows } = await database.pool.query(
      `select relname, reloptions from pg_class where relname in ('reading_20260228', 'reading_note_20260228') order by 1`,
    );
    expect(rows).toEqual([
      { relname: 'reading_20260228', reloptions: ['fillfactor=70'] },
      { relname: 'reading_note_20260228', reloptions: null },
    ]);
  });

  test('are made once by many at once, and not asked for again until they are forgotten', async () => {
    const all = [1, 2, 3, 4].map(days);
    await Promise.all(all.map((one) => one.ensure([day])));
    await database.pool.query('drop table reading_20260228');
    await all[0]!.ensure([day]);
    expect(await names()).toEqual(['reading_note_20260228']);
    all[0]!.forget();
    await all[0]!.ensure([day]);
    expect(await names()).toEqual(['reading_20260228', 'reading_note_20260228']);
  });

  test('go in order of days, those that may, after what was done to them; and others stay', async () => {
    const partitions = days();
    await partitions.ensure([day + 1, day, day - 1]);
    const asked: string[] = [];
    const dropped = await partitions.drop((partition) => {
      asked.push(partition.name);
      return partition.day < day || partition.table === 'reading_note';
    });
    expect(asked).toEqual(['20260227', '20260228', '20260301'].flatMap((s) => [`reading_${s}`, `reading_note_${s}`]));
    expect(dropped).toEqual([
      'reading_20260227',
      'reading_note_20260227',
      'reading_note_20260228',
      'reading_note_20260301',
    ]);
    expect(await names()).toEqual(['reading_20260228', 'reading_20260301']);
    await partitions.ensure([day]);
    expect(await names()).toContain('reading_note_20260228');
  });

  test('that stay are still known after others went', async () => {
    const partitions = days();
    await partitions.ensure([day, day + 1]);
    await partitions.drop((partition) => partition.day === day);
    await database.pool.query('drop table reading_20260301');
    await partitions.ensure([day, day + 1]);
    expect(await names()).toEqual(['reading_20260228', 'reading_note_20260228', 'reading_note_20260301']);
  });

  test('are left alone while another process drops', async () => {
    await days().ensure([day]);
    const first = await days().drop(async ({ name }) => {
      expect(await days().drop(() => true)).toEqual([]);
      return name === 'reading_20260228';
    });
    expect(first).toEqual(['reading_20260228']);
  });

  test('that go wait for a reader, and hold up nobody meanwhile; broken off, they are gone on with', async () => {
    await days().ensure([day, day + 1]);
    await insertAt(day * dayMs, 'old');
    const reader = await database.pool.connect();
    await reader.query('begin');
    await reader.query('select * from reading');
    const dropping = days().drop(({ name }) => name === 'reading_20260228');
    const broken = expect(dropping).rejects.toThrow(/terminating connection|canceling statement/);
    const waits = `select pid from pg_stat_activity where datname = current_database()
      and query like 'alter table reading detach%' and wait_event_type = 'Lock'`;
    let pid = 0;
    await eventually(async () => {
      pid = (await database.pool.query<{ pid: number }>(waits)).rows[0]?.pid ?? 0;
      return pid !== 0;
    });
    await insertAt((day + 1) * dayMs, 'new');
    expect((await database.pool.query('select text from reading')).rows).toEqual([{ text: 'new' }]);
    await database.pool.query('select pg_cancel_backend($1)', [pid]);
    await broken;
    await reader.query('commit');
    reader.release();
    const states: string[] = [];
    const rest = await days().drop(({ name, state }) => {
      if (name === 'reading_20260228') states.push(state);
      return name === 'reading_20260228';
    });
    expect([states, rest]).toEqual([['detaching'], ['reading_20260228']]);
  });

  test('are of tables with plain names only', () => {
    const options = { 'reading; drop table reading': '' };
    expect(() => createDayPartitions(database.pool, { options, lock: 'x' })).toThrow(/not names of tables/);
  });
});
