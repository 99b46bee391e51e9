import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@arkan/testing';
import { makeTopic, recorder, startProcess, text, type BusProcess } from './bus.fixture';

describe('the janitor', () => {
  let database: TestDatabase;
  let own: BusProcess;
  beforeAll(async () => {
    database = await createTestDatabase();
    own = await startProcess(database, { listen: false });
  });
  afterAll(async () => {
    await own.bus.close();
    await database.drop();
  });

  const age = (interval: string) =>
    database.pool.query(`update bus.record_batch set created_at = created_at - $1::interval`, [interval]);

  async function contents(topic: string): Promise<string[]> {
    const got = recorder();
    const tail = await own.bus.tail({ topics: [topic], onMessages: (messages) => got.add(messages) });
    await tail.reached(await own.bus.endOffsets([topic]), 10_000);
    await tail.stop();
    return got.values;
  }

  async function consumeAll(group: string, topic: string): Promise<void> {
    const consumer = await own.bus.consume({ group, topics: [topic], onBatch: async (messages) => got.add(messages) });
    const got = recorder();
    await got.until('a batch', ({ messages }) => messages.length > 0);
    await consumer.stop();
  }

  test('drops what is past its retention, and only that', async () => {
    const day = 86_400_000;
    const [short, long, endless] = [
      await makeTopic(own.bus, 1, 'delete', day),
      await makeTopic(own.bus, 1, 'delete', 3 * day),
      await makeTopic(own.bus),
    ];
    for (const topic of [short, long, endless]) await own.bus.publish([text(topic, 'old')]);
    await age('2 days');
    for (const topic of [short, long, endless]) await own.bus.publish([text(topic, 'new')]);
    expect((await own.bus.janitor()).dropped).toBe(1);
    expect([await contents(short), await contents(long), await contents(endless)]).toEqual([
      ['new'],
      ['old', 'new'],
      ['old', 'new'],
    ]);
  });

  test('keeps what a group has still to read, unless the group was not seen for a week', async () => {
    const topic = await makeTopic(own.bus, 1, 'delete', 1_000);
    await own.bus.publish([text(topic, 'one')]);
    await consumeAll('slow', topic);
    await own.bus.publish([text(topic, 'two')]);
    await consumeAll('quick', topic);
    await age('1 hour');
    await own.bus.janitor();
    expect(await contents(topic)).toEqual(['two']);
    await database.pool.query(
      `update bus.group_offset set seen_at = seen_at - interval '8 days', lease_until = null where group_name = 'slow'`,
    );
    await own.bus.janitor();
    expect(await contents(topic)).toEqual([]);
  });

  test('drops more rows than one statement takes, from every partition', async () => {
    const topic = await makeTopic(own.bus, 2, 'delete', 1_000);
    await database.pool.query(
      `insert into bus.record_batch
       select t.id, n % 2, n / 2, 1, clock_timestamp() - interval '1 hour', null, false, '\\x01'
       from bus.topic t, generate_series(0, 1199) n where t.name = $1`,
      [topic],
    );
    await database.pool.query(
      `update bus.topic_partition p set next_offset = 600 from bus.topic t where t.id = p.topic_id and t.name = $1`,
      [topic],
    );
    expect((await own.bus.janitor()).dropped).toBe(1_200);
  });

  test('keeps a tombstone for a day, so that every reader hears of it, and drops what it ends at once', async () => {
    const topic = await makeTopic(own.bus, 1, 'compact');
    await own.bus.publish([text(topic, 'a1', 'a'), text(topic, 'b1', 'b')]);
    await own.bus.publish([{ topic, key: 'a', value: null }]);
    await own.bus.janitor();
    expect(await contents(topic)).toEqual(['b1', 'null']);
    await age('25 hours');
    expect((await own.bus.janitor()).tombstones).toBe(1);
    expect(await contents(topic)).toEqual(['b1']);
  });

  test('keeps live messages of compacted topics for ever', async () => {
    const topic = await makeTopic(own.bus, 1, 'compact');
    await own.bus.publish([text(topic, 'a1', 'a')]);
    await age('400 days');
    await own.bus.janitor();
    expect(await contents(topic)).toEqual(['a1']);
  });

  test('runs by itself', async () => {
    const topic = await makeTopic(own.bus, 1, 'compact');
    await own.bus.publish([text(topic, 'a1', 'a'), text(topic, 'a2', 'a')]);
    const keeper = await startProcess(database, { listen: false, janitorMs: 10 });
    let rows = 2;
    while (rows > 1) {
      const found = await database.pool.query(
        `select from bus.record_batch b join bus.topic t on t.id = b.topic_id where t.name = $1`,
        [topic],
      );
      rows = found.rowCount!;
    }
    await keeper.bus.close();
    expect(await contents(topic)).toEqual(['a2']);
  });
});
