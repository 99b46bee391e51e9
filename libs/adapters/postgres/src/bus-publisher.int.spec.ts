import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BusUnavailableError } from '@arkan/ports';
import { createTestDatabase, type TestDatabase } from '@arkan/testing';
import { makeTopic, recorder, startProcess, text, type BusProcess } from './bus.fixture';

describe('publishing to Postgres', () => {
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

  const rowsOf = async (topic: string) => {
    const { rows } = await database.pool.query(
      `select base_offset::int, record_count from bus.record_batch b join bus.topic t on t.id = b.topic_id
       where t.name = $1 order by base_offset`,
      [topic],
    );
    return rows.map((row) => [row.base_offset, row.record_count]);
  };

  test('single messages that come together share rows and commits', async () => {
    const topic = await makeTopic(own.bus);
    await Promise.all(Array.from({ length: 300 }, (_, i) => own.bus.publish([text(topic, `v${i}`)])));
    const rows = await rowsOf(topic);
    expect(rows.reduce((sum, [, count]) => sum + count, 0)).toBe(300);
    expect(rows.length).toBeLessThanOrEqual(3);
  });

  test('calls take effect in their order, also unawaited', async () => {
    const topic = await makeTopic(own.bus);
    const got = recorder();
    await own.bus.tail({ topics: [topic], onMessages: (messages) => got.add(messages) });
    const values = Array.from({ length: 40 }, (_, i) => `v${i}`);
    await Promise.all(values.map((value, i) => own.bus.publish([text(topic, value, `key-${i}`)])));
    await got.has(...values);
    expect(got.values).toEqual(values);
  });

  test('a call of many MiB goes in parts, and all of it arrives in order', async () => {
    const topic = await makeTopic(own.bus);
    const got = recorder();
    await own.bus.tail({ topics: [topic], onMessages: (messages) => got.add(messages) });
    const sent = Array.from({ length: 20 }, (_, i) => ({ ...text(topic, ''), value: Buffer.alloc(900_000, `${i}|`) }));
    await own.bus.publish(sent);
    await got.until('all', ({ messages }) => messages.length === 20);
    expect(got.messages.map((m, i) => m.value!.equals(sent[i]!.value))).toEqual(sent.map(() => true));
  });

  test('what waits is bounded: beyond it publishers are refused, and the others are served', async () => {
    const topic = await makeTopic(own.bus);
    const blocker = await database.pool.connect();
    await blocker.query('begin');
    await blocker.query('select from bus.topic_partition for update');
    const mebibyte = { ...text(topic, ''), value: Buffer.alloc(1_000_000) };
    const waiting = Array.from({ length: 10 }, () => own.bus.publish(Array.from({ length: 8 }, () => mebibyte)));
    // Those calls have been checked and stand in line when one that was made after them is.
    await expect(own.bus.publish([mebibyte])).rejects.toThrow(BusUnavailableError);
    await blocker.query('rollback');
    blocker.release();
    const results = await Promise.allSettled(waiting);
    const taken = results.filter((result) => result.status === 'fulfilled').length;
    expect(taken).toBeGreaterThanOrEqual(8);
    const ends = await own.bus.endOffsets([topic]);
    expect(ends.get(topic)!.get(0)).toBe(BigInt(taken * 8));
  });

  test('a deadlock with a transaction that enqueues twice is survived', async () => {
    const [first, second] = [await makeTopic(own.bus), await makeTopic(own.bus)];
    const tx = await database.pool.connect();
    await tx.query('begin');
    await own.bus.append(tx, [text(second, 'tx')]);
    const both = own.bus.publish([text(first, 'publish'), text(second, 'publish')]);
    // It holds the first partition by now, and waits for the second.
    await lockHeld(first);
    await own.bus.append(tx, [text(first, 'tx')]);
    await tx.query('commit');
    tx.release();
    await both;
    expect([await rowsOf(first), await rowsOf(second)]).toEqual([
      [
        [0, 1],
        [1, 1],
      ],
      [
        [0, 1],
        [1, 1],
      ],
    ]);
  });

  /** Looks until the partition's row can not be had. */
  async function lockHeld(topic: string): Promise<void> {
    const free = `select from bus.topic_partition p join bus.topic t on t.id = p.topic_id
      where t.name = $1 for update of p skip locked`;
    while ((await database.pool.query(free, [topic])).rowCount !== 0);
  }

  test('a closed bus refuses', async () => {
    const other = await startProcess(database);
    const topic = await makeTopic(other.bus);
    await other.bus.close();
    await expect(other.bus.publish([text(topic, 'v')])).rejects.toThrow(BusUnavailableError);
    await expect(other.bus.endOffsets([topic])).rejects.toThrow(BusUnavailableError);
    await other.bus.close();
  });
});
