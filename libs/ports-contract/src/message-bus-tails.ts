import { describe, expect, test } from '@jest/globals';
import { BusTimeoutError, type IncomingMessage } from '@arkan/ports';
import { filled, spread, text, valuesOf, type Bench } from './message-bus-harness';

export function tailCases(bench: Bench): void {
  describe('a tail', () => {
    test('is given everything from the start, then what comes, and knows its position', async () => {
      const topic = await bench.topic({ partitions: 3 });
      const old = spread(topic, 'old', 120);
      await bench.bus.publish(old);
      const reader = await bench.tail(topic);
      await reader.tail.reached(await bench.bus.endOffsets([topic]), bench.waitMs);
      expect([...reader.values].sort()).toEqual(valuesOf(old).sort());
      await bench.bus.publish([text(topic, 'k', 'live')]);
      await reader.has('live');
      const ends = await bench.bus.endOffsets([topic]);
      await reader.tail.reached(ends, bench.waitMs);
      expect(filled(reader.tail.position())).toEqual(filled(ends));
    });

    test('reads alone: other tails and groups get the same', async () => {
      const topic = await bench.topic();
      const readers = [await bench.tail(topic), await bench.tail(topic), await bench.consume(topic)];
      await bench.bus.publish([text(topic, 'k', 'a'), text(topic, 'k', 'b')]);
      for (const reader of readers) await reader.has('a', 'b');
      expect(readers.map((reader) => reader.values)).toEqual([
        ['a', 'b'],
        ['a', 'b'],
        ['a', 'b'],
      ]);
    });

    test('that has reached the end offsets holds all that any process published before they were asked for', async () => {
      const topic = await bench.topic({ partitions: 2 });
      const other = await bench.connect();
      const reader = await bench.tail(topic);
      for (let round = 0; round < 20; round++) {
        await (round % 2 === 0 ? bench.bus : other).publish([text(topic, `key-${round}`, `v${round}`)]);
        await reader.tail.reached(await bench.bus.endOffsets([topic]), bench.waitMs);
        expect(reader.values).toContain(`v${round}`);
      }
    });

    test('has not reached what is handled no further than half', async () => {
      const topic = await bench.topic();
      const order: string[] = [];
      const tail = await bench.bus.tail({
        topics: [topic],
        async onMessages() {
          await bench.bus.committedOffsets('nobody', [topic]);
          order.push('handled');
        },
      });
      await bench.bus.publish([text(topic, 'k', 'v')]);
      await tail.reached(await bench.bus.endOffsets([topic]), bench.waitMs);
      order.push('reached');
      expect(order).toEqual(['handled', 'reached']);
    });

    test('that does not reach an offset in time says so; partitions it does not read do not matter', async () => {
      const [topic, other] = [await bench.topic(), await bench.topic()];
      const { tail } = await bench.tail(topic);
      await tail.reached(new Map([[other, new Map([[0, 5n]])]]), bench.waitMs);
      const beyond = tail.reached(new Map([[topic, new Map([[0, 5n]])]]), 50);
      await expect(beyond).rejects.toThrow(BusTimeoutError);
    });

    test('whose handler fails gets the same again', async () => {
      const topic = await bench.topic();
      const errors: unknown[] = [];
      const seen: string[] = [];
      const reader = bench.recorder();
      await bench.bus.tail({
        topics: [topic],
        onMessages(messages) {
          seen.push(...messages.map((m) => m.value!.toString()));
          if (seen.length === 1) throw new TypeError('not yet');
          reader.add(messages);
        },
        onError: (error) => errors.push(error),
      });
      await bench.bus.publish([text(topic, 'k', 'a')]);
      await reader.has('a');
      expect(seen).toEqual(['a', 'a']);
      expect(errors).toHaveLength(1);
    });

    test('gets nothing after its stop', async () => {
      const topic = await bench.topic();
      const [stopped, control] = [await bench.tail(topic), await bench.tail(topic)];
      await bench.bus.publish([text(topic, 'k', 'a')]);
      await Promise.all([stopped.has('a'), control.has('a')]);
      await stopped.tail.stop();
      await bench.bus.publish([text(topic, 'k', 'b')]);
      await control.has('b');
      expect(stopped.values).toEqual(['a']);
      await stopped.tail.stop();
    });
  });

  compactionCases(bench);
}

/** What a view would hold. */
function fold(messages: readonly IncomingMessage[]): Record<string, string> {
  const state: Record<string, string> = {};
  for (const { key, value } of messages) {
    if (value === null) delete state[key];
    else state[key] = value.toString();
  }
  return state;
}

function compactionCases(bench: Bench): void {
  describe('a compacted topic', () => {
    test('delivers tombstones as null, and folds to the last of each key', async () => {
      const topic = await bench.topic({ cleanup: 'compact' });
      const reader = await bench.tail(topic);
      await bench.bus.publish([text(topic, 'a', '1'), text(topic, 'b', '2'), text(topic, 'a', '3')]);
      await bench.bus.publish([{ topic, key: 'b', value: null }]);
      await reader.tail.reached(await bench.bus.endOffsets([topic]), bench.waitMs);
      expect(fold(reader.messages)).toEqual({ a: '3' });
      expect(reader.messages.at(-1)).toMatchObject({ key: 'b', value: null });
    });

    bench.whereIt('compact', 'keeps the last of each key and drops those that ended', async () => {
      const topic = await bench.topic({ cleanup: 'compact', partitions: 2 });
      const keys = Array.from({ length: 20 }, (_, i) => `key-${i}`);
      for (const round of ['first', 'second', 'last']) {
        await bench.bus.publish(keys.map((key) => text(topic, key, `${key} ${round}`)));
      }
      await bench.bus.publish(keys.slice(10).map((key) => ({ topic, key, value: null })));
      const ends = await bench.bus.endOffsets([topic]);
      await bench.harness.compact!(topic);
      const [tail, group] = [await bench.tail(topic), await bench.consume(topic)];
      // The last offsets of all were tombstones and are gone: the end is reached all the same.
      await tail.tail.reached(ends, bench.waitMs);
      const kept = keys.slice(0, 10).map((key) => `${key} last`);
      expect([...tail.values].sort()).toEqual([...kept].sort());
      await group.has(...kept);
      await bench.bus.publish([text(topic, 'key-0', 'after')]);
      await Promise.all([tail.has('after'), group.has('after')]);
      expect(await bench.bus.endOffsets([topic])).not.toEqual(ends);
    });

    bench.whereIt('compact', 'compacts again what came since', async () => {
      const topic = await bench.topic({ cleanup: 'compact' });
      for (const value of ['1', '2', '3']) {
        await bench.bus.publish([text(topic, 'a', `a${value}`), text(topic, 'b', `b${value}`)]);
        await bench.harness.compact!(topic);
      }
      const reader = await bench.tail(topic);
      await reader.tail.reached(await bench.bus.endOffsets([topic]), bench.waitMs);
      expect(reader.values).toEqual(['a3', 'b3']);
    });
  });
}
