import { describe, expect, test } from '@jest/globals';
import { deadLetter, InvalidMessageError, type OutgoingMessage, type TopicSpec } from '@arkan/ports';
import { spread, text, uniqueName, valuesOf, type Bench } from './message-bus-harness';

const mebibyte = 1_048_576;

export function publishCases(bench: Bench): void {
  describe('publishing', () => {
    test('keeps the order of each key, and a key to one partition', async () => {
      const topic = await bench.topic({ partitions: 4 });
      const reader = await bench.consume(topic, { batchMax: 50 });
      const sent = spread(topic, 'v', 600);
      await bench.bus.publish(sent.slice(0, 300));
      for (const message of sent.slice(300, 320)) await bench.bus.publish([message]);
      await bench.bus.publish(sent.slice(320));
      await reader.has(...valuesOf(sent));
      expect(reader.messages).toHaveLength(600);
      for (const key of new Set(sent.map((message) => message.key))) {
        const got = reader.messages.filter((message) => message.key === key);
        expect(got.map((message) => message.value!.toString())).toEqual(valuesOf(sent.filter((m) => m.key === key)));
        expect(new Set(got.map((message) => message.partition)).size).toBe(1);
      }
    });

    test('many calls at once all arrive, once each', async () => {
      const topic = await bench.topic({ partitions: 3 });
      const reader = await bench.consume(topic);
      const sent = spread(topic, 'v', 200);
      await Promise.all(sent.map((message) => bench.bus.publish([message])));
      await reader.has(...valuesOf(sent));
      expect(reader.messages).toHaveLength(200);
    });

    test('resolves only when the messages are durable: another process reads them then', async () => {
      const topic = await bench.topic();
      await bench.bus.publish([text(topic, 'k', 'first')]);
      const other = await bench.connect();
      const reader = await bench.tail(topic, other);
      await reader.tail.reached(await other.endOffsets([topic]), bench.waitMs);
      expect(reader.values).toEqual(['first']);
    });

    test('nothing is a publish of nothing', async () => {
      const topic = await bench.topic();
      await bench.bus.publish([]);
      await bench.bus.publish([text(topic, 'k', 'after')]);
      const reader = await bench.consume(topic);
      await reader.has('after');
      expect(reader.messages).toHaveLength(1);
    });

    const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    test.each<[string, Partial<OutgoingMessage>]>([
      ['an empty value', { value: Buffer.alloc(0) }],
      ['every byte', { value: every }],
      ['a value of 1 MiB', { value: Buffer.alloc(mebibyte, every) }],
      [
        '1 MiB with the headers',
        { value: Buffer.alloc(mebibyte - 200, every), headers: { a: 'x'.repeat(99), b: 'y'.repeat(99) } },
      ],
      [
        'headers, also empty ones and other scripts',
        { headers: { 'x-a': '', 'x-b': 'Zürich 東京 \u0000 "\\', 'x-ö': '1' } },
      ],
      ['a key of another script', { key: 'Mieter-Ü-東京-🏠' }],
      ['a key of 1 KiB', { key: 'k'.repeat(1_024) }],
    ])('%s arrives byte for byte', async (_name, over) => {
      const topic = await bench.topic();
      const before = Date.now();
      const sent = { ...text(topic, 'k', 'value'), ...over };
      await bench.bus.publish([sent]);
      const reader = await bench.consume(topic);
      await reader.until('the message', () => reader.messages.length > 0);
      const got = reader.messages[0]!;
      expect({ key: got.key, headers: got.headers, topic: got.topic }).toEqual({
        key: sent.key,
        headers: sent.headers ?? {},
        topic,
      });
      expect(got.value!.equals(sent.value!)).toBe(true);
      expect(typeof got.offset).toBe('bigint');
      // Another machine's clock may differ a little.
      expect(Math.abs(got.timestamp - before)).toBeLessThan(60_000);
    });

    test.each<[string, (topic: string) => OutgoingMessage[], RegExp]>([
      ['more than 1 MiB', (topic) => [{ ...text(topic, 'k', ''), value: Buffer.alloc(mebibyte + 1) }], /1048576/],
      ['a key of more than 1 KiB', (topic) => [text(topic, 'k'.repeat(1_025), 'v')], /1024/],
      ['more than 1,000 messages', (topic) => spread(topic, 'v', 1_001), /1000/],
    ])('%s is refused with the limit, and nothing of the call is taken', async (_name, make, limit) => {
      const topic = await bench.topic();
      const call = bench.bus.publish([text(topic, 'k', 'beside it'), ...make(topic)]);
      await expect(call).rejects.toThrow(InvalidMessageError);
      await expect(call).rejects.toThrow(limit);
      await bench.bus.publish([text(topic, 'k', 'after')]);
      const reader = await bench.consume(topic);
      await reader.has('after');
      expect(reader.values).toEqual(['after']);
    });

    bench.whereIt('tombstoneCheck', 'a tombstone for a topic that is not compacted is refused', async () => {
      const topic = await bench.topic();
      await expect(bench.bus.publish([{ topic, key: 'k', value: null }])).rejects.toThrow(InvalidMessageError);
    });

    test('a dead letter carries the message and where it came from', async () => {
      const [topic, dead] = [await bench.topic(), await bench.topic()];
      await bench.bus.publish([{ ...text(topic, 'tenant', 'poison'), headers: { trace: 'abc' } }]);
      await bench.consume(topic, {
        onBatch: (messages) => bench.bus.publish(messages.map((m) => deadLetter(m, dead, 'not JSON'))),
      });
      const reader = await bench.consume(dead);
      await reader.has('poison');
      expect(reader.messages[0]).toMatchObject({
        key: 'tenant',
        headers: {
          trace: 'abc',
          'dead-letter-reason': 'not JSON',
          'dead-letter-topic': topic,
          'dead-letter-partition': '0',
          'dead-letter-offset': '0',
        },
      });
    });
  });

  topicCases(bench);
}

function topicCases(bench: Bench): void {
  describe('topics', () => {
    test('are made once, also by several processes at the same time', async () => {
      const other = await bench.connect();
      const specs: TopicSpec[] = [
        { name: uniqueName('topic'), partitions: 2, cleanup: 'delete', retentionMs: 60_000 },
        { name: uniqueName('topic'), partitions: 1, cleanup: 'compact' },
      ];
      await Promise.all([bench.bus.ensureTopics(specs), other.ensureTopics([...specs].reverse())]);
      await bench.bus.publish([text(specs[0]!.name, 'k', 'kept')]);
      await other.ensureTopics(specs);
      const reader = await bench.consume(specs[0]!.name, { on: other });
      await reader.has('kept');
    });

    test.each<[string, Partial<TopicSpec>, RegExp]>([
      ['partitions', { partitions: 3 }, /2.*3/],
      ['cleanup', { cleanup: 'compact' }, /delete.*compact/],
    ])('with other %s than before are refused, naming both', async (_name, over, both) => {
      const spec: TopicSpec = { name: uniqueName('topic'), partitions: 2, cleanup: 'delete' };
      await bench.bus.ensureTopics([spec]);
      const again = (await bench.connect()).ensureTopics([{ ...spec, ...over }]);
      await expect(again).rejects.toThrow(spec.name);
      await expect(again).rejects.toThrow(both);
    });

    test('that do not exist are refused by name', async () => {
      const topic = uniqueName('missing');
      const nothing = () => undefined;
      await expect(bench.bus.publish([text(topic, 'k', 'v')])).rejects.toThrow(topic);
      await expect(bench.bus.endOffsets([topic])).rejects.toThrow(topic);
      await expect(bench.bus.tail({ topics: [topic], onMessages: nothing })).rejects.toThrow(topic);
      await expect(
        bench.bus.consume({ group: bench.group(), topics: [topic], onBatch: async () => nothing() }),
      ).rejects.toThrow(topic);
    });
  });
}
