import { createTestDatabase, type TestDatabase } from '@arkan/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countStatements, makeTopic, startProcess, text, type BusProcess } from './bus.fixture';

let database: TestDatabase;
let sole: BusProcess;
let counts: Map<string, number>;

beforeAll(async () => {
  database = await createTestDatabase();
  sole = await startProcess(database, { isSoleWriter: true, pollMs: 3_600_000 });
  counts = countStatements(sole.pool);
});
afterAll(async () => {
  await sole.bus.close();
  await database.drop();
});

const asked = () => counts.get('ends') ?? 0;
const endOf = async (topic: string) => (await sole.bus.endOffsets([topic])).get(topic)!.get(0);

describe('ends, of a process that alone writes', () => {
  test('are read once, and known from then on', async () => {
    const topic = await makeTopic(sole.bus);
    expect(await endOf(topic)).toBe(0n);
    const before = asked();
    await sole.bus.publish([text(topic, 'a'), text(topic, 'b')]);
    expect(await endOf(topic)).toBe(2n);
    expect(asked()).toBe(before);
  });

  test('are asked for while a transaction may have been committed without its being heard', async () => {
    const topic = await makeTopic(sole.bus);
    await endOf(topic);
    const client = await sole.pool.connect();
    await client.query('begin');
    const receipt = await sole.bus.append(client, [text(topic, 'a')]);
    expect(await endOf(topic)).toBe(0n);
    await client.query('commit');
    client.release();
    // Its end was not told.
    expect(await endOf(topic)).toBe(1n);
    const before = asked();
    sole.bus.appended([receipt]);
    expect(await endOf(topic)).toBe(1n);
    expect(asked()).toBe(before);
  });

  test('a transaction that was rolled back is forgotten after a minute', async () => {
    let nowMs = 0;
    const clock = { now: () => nowMs, schedule: () => () => undefined };
    const { bus, pool } = await startProcess(database, { isSoleWriter: true, listen: false, clock });
    const own = countStatements(pool);
    const topic = await makeTopic(bus);
    await bus.endOffsets([topic]);
    const client = await pool.connect();
    await client.query('begin');
    await bus.append(client, [text(topic, 'a')]);
    await client.query('rollback');
    client.release();
    const before = own.get('ends') ?? 0;
    await bus.endOffsets([topic]);
    expect(own.get('ends')).toBe(before + 1);
    nowMs = 60_000;
    expect((await bus.endOffsets([topic])).get(topic)!.get(0)).toBe(0n);
    expect(own.get('ends')).toBe(before + 1);
    await bus.close();
  });
});
