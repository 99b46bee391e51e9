import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@arkan/testing';
import { GroupStore } from './bus-group-store';
import { systemClock, systemRandom } from '@arkan/kernel';
import { translatedPool } from './bus-sql';
import { Topics } from './bus-topics';
import { makeTopic, recorder, startProcess, text, type BusProcess } from './bus.fixture';
import type { PostgresBusOptions } from './bus';

describe('groups in Postgres', () => {
  let database: TestDatabase;
  let processes: BusProcess[] = [];
  const start = async (options: Partial<PostgresBusOptions> = {}) => {
    const started = await startProcess(database, { pollMs: 60_000, ...options });
    processes.push(started);
    return started;
  };
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(processes.map((one) => one.bus.close()));
    processes = [];
  });
  afterAll(() => database.drop());

  test('a process that comes back under its name has its partitions at once, whatever the lease', async () => {
    const first = await start({ processId: 'standalone', leaseMs: 3_600_000 });
    const topic = await makeTopic(first.bus);
    const before = recorder();
    const consume = ({ bus }: BusProcess, into: typeof before) =>
      bus.consume({ group: 'named', topics: [topic], onBatch: async (messages) => into.add(messages) });
    await consume(first, before);
    await first.bus.publish([text(topic, 'before')]);
    await before.has('before');
    first.proxy.cut();
    const second = await start({ processId: 'standalone', leaseMs: 3_600_000 });
    const after = recorder();
    await consume(second, after);
    await second.bus.publish([text(topic, 'after')]);
    await after.has('after');
    // Back again before its end, so that the end of the test need not wait for its lease.
    first.proxy.restore();
  });

  test('a member that is out of reach past its lease is told, and what it finishes late is not committed', async () => {
    const [slow, quick] = [await start({ leaseMs: 600 }), await start({ leaseMs: 600 })];
    const topic = await makeTopic(slow.bus);
    const [entered, release] = [recorder(), recorder()];
    const signals: AbortSignal[] = [];
    await slow.bus.consume({
      group: 'late',
      topics: [topic],
      async onBatch(messages, signal) {
        signals.push(signal);
        entered.add(messages);
        await release.has('go');
      },
    });
    await quick.bus.publish([text(topic, 'slow')]);
    await entered.has('slow');
    slow.proxy.cut();
    const [taken, gate] = [recorder(), recorder()];
    const consumer = await quick.bus.consume({
      group: 'late',
      topics: [topic],
      async onBatch(messages) {
        taken.add(messages);
        await gate.has('go');
      },
    });
    await taken.has('slow');
    expect(signals[0]!.aborted).toBe(true);
    slow.proxy.restore();
    release.add([{ ...entered.messages[0]!, value: Buffer.from('go') }]);
    // It is through to the database again, and has nothing to say of the first message.
    await slow.bus.publish([text(topic, 'next')]);
    expect((await quick.bus.committedOffsets('late', [topic])).get(topic)!.get(0)).toBe(0n);
    gate.add([{ ...entered.messages[0]!, value: Buffer.from('go') }]);
    await taken.has('next');
    await consumer.stop();
    expect((await quick.bus.committedOffsets('late', [topic])).get(topic)!.get(0)).toBe(2n);
  });

  test('a commit of a former owner, or of a former epoch, changes nothing; others of the same statement stand', async () => {
    const own = await start();
    const name = await makeTopic(own.bus, 2);
    const context = {
      pool: own.pool,
      sql: translatedPool(own.pool),
      schema: 'bus',
      clock: systemClock,
      random: systemRandom,
      retryBaseMs: 20,
      report: () => undefined,
    };
    const [topic] = await new Topics(context).resolve([name]);
    const [a, b] = topic!.partitions;
    const store = new GroupStore(context, 'p', 60_000);
    const [one, two] = ['one', 'two'].map((id) => ({ id, groupName: 'fenced', topicIds: [topic!.id] }));
    const claimed = await store.claim(one!, [a!, b!]);
    expect(claimed.map(({ partition, epoch, committedOffset }) => [partition, epoch, committedOffset])).toEqual([
      [0, 0, 0],
      [1, 0, 0],
    ]);
    expect(await store.claim(two!, [a!, b!])).toEqual([]);
    await store.release('one', a!, 0);
    expect((await store.claim(two!, [a!, b!])).map(({ partition, epoch }) => [partition, epoch])).toEqual([[0, 1]]);
    const commit = (partition: typeof a, owner: string, epoch: number, nextOffset: number) => ({
      groupName: 'fenced',
      partition: partition!,
      owner,
      epoch,
      nextOffset,
    });
    expect(await store.commit([commit(a, 'one', 0, 7)])).toEqual([false]);
    expect(await store.commit([commit(a, 'two', 0, 8)])).toEqual([false]);
    expect(await store.commit([commit(a, 'one', 1, 8), commit(b, 'one', 0, 9)])).toEqual([false, true]);
    expect(await store.commit([commit(a, 'two', 1, 5)])).toEqual([true]);
    const offsets = await own.bus.committedOffsets('fenced', [name]);
    expect([...offsets.get(name)!]).toEqual([
      [0, 5n],
      [1, 9n],
    ]);
  });

  test('commits of many partitions go together', async () => {
    const own = await start();
    const topic = await makeTopic(own.bus, 12);
    const got = recorder();
    const sent = Array.from({ length: 600 }, (_, i) => text(topic, `v${i}`, `key-${i}`));
    await own.bus.publish(sent);
    const consumer = await own.bus.consume({
      group: 'together',
      topics: [topic],
      onBatch: async (messages) => got.add(messages),
    });
    await got.has(...sent.map((m) => String(m.value)));
    await consumer.stop();
    expect(await own.bus.committedOffsets('together', [topic])).toEqual(await own.bus.endOffsets([topic]));
  });
});
