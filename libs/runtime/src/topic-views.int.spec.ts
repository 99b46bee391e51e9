import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Refusal } from '@arkan/kernel';
import type { IncomingMessage, MessageBus } from '@arkan/ports';
import { createTestInfrastructure, type TestInfrastructure } from '@arkan/testing';
import { handleOnce, inboxTableSql } from './inbox';
import { createLogger } from './log';
import { createTopicViews } from './topic-views';

const topic = 'test.view';
const log = createLogger('silent');
let infrastructure: TestInfrastructure;
beforeAll(async () => {
  infrastructure = await createTestInfrastructure([{ name: topic, partitions: 1, cleanup: 'compact' }]);
  await infrastructure.database.pool.query(inboxTableSql);
});
afterAll(() => infrastructure?.close());

const publish = (key: string, value: string) => infrastructure.bus.publish([{ topic, key, value: Buffer.from(value) }]);

describe('views', () => {
  test('hold after a barrier all that was published before it, however many ask at once', async () => {
    const seen = new Map<string, string>();
    let asked = 0;
    const counting: MessageBus = new Proxy(infrastructure.bus, {
      get(bus, property) {
        if (property === 'endOffsets') asked++;
        const value = Reflect.get(bus, property) as unknown;
        return typeof value === 'function' ? (value.bind(bus) as unknown) : value;
      },
    });
    const views = createTopicViews({
      bus: counting,
      log,
      handlers: { [topic]: ({ key, value }) => seen.set(key, String(value)) },
    });
    await publish('before', 'start');
    await views.start();
    expect(seen.get('before')).toBe('start');
    asked = 0;
    for (let i = 0; i < 20; i++) {
      await publish('changing', String(i));
      await Promise.all(Array.from({ length: 10 }, () => views.barrier()));
      expect(seen.get('changing')).toBe(String(i));
    }
    // One under way and one that the others share, a round.
    expect(asked).toBeLessThanOrEqual(40);
    expect(views.isLive()).toBe(true);
    await views.stop();
  });

  test('pass over a message that they can not read, and go on', async () => {
    const seen: string[] = [];
    const views = createTopicViews({
      bus: infrastructure.bus,
      log,
      handlers: {
        [topic]({ key }) {
          if (key === 'poison') throw new Error('unreadable');
          seen.push(key);
        },
      },
    });
    await views.start();
    await publish('poison', 'x');
    await publish('next', 'x');
    await views.barrier();
    expect(seen).toContain('next');
    await views.stop();
  });

  test('refuse a barrier that they can not keep', async () => {
    const stuck: MessageBus = new Proxy(infrastructure.bus, {
      get: (bus, property) => {
        if (property === 'endOffsets') return async () => new Map([[topic, new Map([[0, 1_000_000n]])]]);
        const value = Reflect.get(bus, property) as unknown;
        return typeof value === 'function' ? (value.bind(bus) as unknown) : value;
      },
    });
    const views = createTopicViews({ bus: stuck, log, timeoutMs: 50, handlers: { [topic]: () => undefined } });
    await expect(views.start()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(views.barrier()).rejects.toBeInstanceOf(Refusal);
    await views.stop();
  });
});

describe('an inbox', () => {
  const message = (offset: bigint): IncomingMessage => ({
    topic: 'test.in',
    partition: 0,
    offset,
    key: 'k',
    value: Buffer.from('v'),
    headers: {},
    timestamp: 0,
  });
  const handled = async (offsets: bigint[], fail = false) => {
    const fresh: bigint[] = [];
    await handleOnce(infrastructure.database.pool, 'group', offsets.map(message), async (tx, messages) => {
      await tx.query('select 1');
      if (fail) throw new Error('not this time');
      fresh.push(...messages.map(({ offset }) => offset));
    });
    return fresh;
  };

  test('hands each message on once, also where a batch overlaps another, came twice, or failed the first time', async () => {
    expect(await handled([0n, 1n, 2n])).toEqual([0n, 1n, 2n]);
    expect(await handled([1n, 2n, 3n])).toEqual([3n]);
    await expect(handled([4n, 5n], true)).rejects.toThrow('not this time');
    expect(await handled([4n, 5n])).toEqual([4n, 5n]);
    expect(await handled([0n, 5n])).toEqual([]);
    expect(await handled([])).toEqual([]);
  });

  test('lets two that think they own a partition take turns', async () => {
    const both = await Promise.all([handled([6n, 7n]), handled([6n, 7n])]);
    expect(both.flat()).toEqual([6n, 7n]);
  });
});
