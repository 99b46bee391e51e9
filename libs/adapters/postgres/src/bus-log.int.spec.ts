import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@arkan/testing';
import { countStatements, makeTopic, recorder, startProcess, text, type BusProcess } from './bus.fixture';
import type { PostgresBusOptions } from './bus';

describe('reading from Postgres', () => {
  let database: TestDatabase;
  let processes: BusProcess[] = [];
  const start = async (options: Partial<PostgresBusOptions> = {}) => {
    const started = await startProcess(database, options);
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

  /** A tail and a group that both have read up to now. */
  async function readers({ bus }: BusProcess, topic: string) {
    const both = [recorder(), recorder()] as const;
    await bus.tail({ topics: [topic], onMessages: (messages) => both[0].add(messages) });
    await bus.consume({ group: randomUUID(), topics: [topic], onBatch: async (messages) => both[1].add(messages) });
    await bus.publish([text(topic, 'first')]);
    for (const reader of both) await reader.has('first');
    return both;
  }
  /** The server may take a moment to see that the listeners of the test before are gone. */
  async function nobodyListens(): Promise<void> {
    const held = `select from pg_locks where locktype = 'advisory' and mode = 'ShareLock'
      and database = (select oid from pg_database where datname = current_database())`;
    while ((await database.pool.query(held)).rowCount !== 0);
  }
  const allHave = (both: readonly ReturnType<typeof recorder>[], ...values: string[]) =>
    Promise.all(both.map((reader) => reader.has(...values)));

  test('what this process has published reaches its readers without being read back', async () => {
    const own = await start({ pollMs: 60_000 });
    const topic = await makeTopic(own.bus);
    const both = await readers(own, topic);
    const counts = countStatements(own.pool);
    for (let i = 0; i < 20; i++) await own.bus.publish([text(topic, `v${i}`)]);
    await allHave(both, 'v19');
    expect(both[0].values).toEqual(['first', ...Array.from({ length: 20 }, (_, i) => `v${i}`)]);
    expect(both[1].values).toEqual(both[0].values);
    expect(counts.get('append-one')).toBe(20);
    expect(counts.get('read')).toBeUndefined();
  });

  test('so does what it enqueued in a transaction, and nothing of one that was rolled back', async () => {
    const own = await start({ pollMs: 60_000 });
    const topic = await makeTopic(own.bus);
    const both = await readers(own, topic);
    const counts = countStatements(own.pool);
    const tx = await database.pool.connect();
    await tx.query('begin');
    await own.bus.append(tx, [text(topic, 'undone')]);
    await tx.query('rollback');
    await tx.query('begin');
    const receipt = await own.bus.append(tx, [text(topic, 'done')]);
    await tx.query('commit');
    tx.release();
    own.bus.appended([receipt]);
    await allHave(both, 'done');
    expect([both[0].values, both[1].values]).toEqual([
      ['first', 'done'],
      ['first', 'done'],
    ]);
    expect(counts.get('read')).toBeUndefined();
  });

  test('a cache too small for it all costs reads, not messages nor their order', async () => {
    const own = await start({ pollMs: 60_000, cacheBytesMax: 3_000 });
    const topic = await makeTopic(own.bus, 2);
    const both = await readers(own, topic);
    const sent = Array.from({ length: 100 }, (_, i) => text(topic, `v${i}`, `key-${i % 7}`));
    await Promise.all(sent.map((message) => own.bus.publish([message])));
    await own.bus.publish(sent.map((message) => ({ ...message, value: Buffer.from(`again ${message.value}`) })));
    const values = ['first', ...sent.map((m) => String(m.value)), ...sent.map((m) => `again ${m.value}`)];
    await allHave(both, ...values);
    for (const reader of both) {
      expect([...reader.values].sort()).toEqual([...values].sort());
      for (const partition of [0, 1]) {
        const offsets = reader.messages.filter((m) => m.partition === partition).map((m) => Number(m.offset));
        expect(offsets).toEqual(offsets.map((_, i) => i));
      }
    }
  });

  test('another process hears of messages at once where it listens', async () => {
    const [own, other] = [await start({ pollMs: 60_000 }), await start({ pollMs: 60_000 })];
    const topic = await makeTopic(own.bus);
    const both = await readers(other, topic);
    await own.bus.publish([text(topic, 'published')]);
    await allHave(both, 'published');
    const tx = await database.pool.connect();
    await tx.query('begin');
    const receipt = await own.bus.append(tx, [text(topic, 'enqueued')]);
    await tx.query('commit');
    tx.release();
    own.bus.appended([receipt]);
    await allHave(both, 'enqueued');
  });

  test('it listens again after its connection was lost, and looks for what it missed', async () => {
    const [own, other] = [await start({ pollMs: 60_000 }), await start({ pollMs: 60_000 })];
    const topic = await makeTopic(own.bus);
    const both = await readers(other, topic);
    other.proxy.cut();
    await own.bus.publish([text(topic, 'missed')]);
    other.proxy.restore();
    await allHave(both, 'missed');
    await own.bus.publish([text(topic, 'heard')]);
    await allHave(both, 'heard');
    expect(other.errors.length).toBeGreaterThan(0);
  });

  test('where nobody tells, polling finds them', async () => {
    const [own, other] = [await start({ listen: false }), await start({ listen: false, pollMs: 50 })];
    const topic = await makeTopic(own.bus);
    const both = await readers(other, topic);
    await own.bus.publish([text(topic, 'polled')]);
    await allHave(both, 'polled');
  });

  test('a process alone says nothing to the database about its messages', async () => {
    await nobodyListens();
    const own = await start({ pollMs: 60_000 });
    const topic = await makeTopic(own.bus);
    const both = await readers(own, topic);
    const counts = countStatements(own.pool);
    await own.bus.publish([text(topic, 'alone')]);
    await allHave(both, 'alone');
    expect(counts.get('notify')).toBeUndefined();
    const listener = await start({ pollMs: 60_000 });
    const others = await readers(listener, topic);
    await own.bus.publish([text(topic, 'in company')]);
    await allHave(others, 'in company');
    expect(counts.get('notify')).toBeGreaterThan(0);
  });

  test('a position within a row is read from there', async () => {
    const own = await start();
    const topic = await makeTopic(own.bus);
    const sent = Array.from({ length: 10 }, (_, i) => text(topic, `v${i}`));
    await own.bus.publish(sent);
    const first = recorder();
    const consumer = await own.bus.consume({
      group: 'within',
      topics: [topic],
      batchMax: 3,
      async onBatch(messages, signal) {
        first.add(messages);
        if (first.messages.length < 6) return;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    });
    await first.has('v5');
    await consumer.stop();
    const second = recorder();
    await own.bus.consume({ group: 'within', topics: [topic], onBatch: async (messages) => second.add(messages) });
    await second.has('v9');
    expect(second.values).toEqual(['v6', 'v7', 'v8', 'v9']);
  });
});
