import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MessageBus } from '@arkan/ports';
import kafkajs from 'kafkajs';
import { startKafka, whereKafkaRuns } from './broker.fixture';
import { createKafkaBus } from './bus';

const topic = { name: 'facts', partitions: 2, cleanup: 'delete' } as const;

await whereKafkaRuns('a namespace', () => {
  describe('a namespace', () => {
    let broker: Awaited<ReturnType<typeof startKafka>>;
    let north: MessageBus;
    let south: MessageBus;
    beforeAll(async () => {
      broker = await startKafka();
      const open = (namespace: string) => createKafkaBus({ brokers: broker.brokers, clientId: namespace, namespace });
      [north, south] = await Promise.all([open('north.'), open('south.')]);
      await Promise.all([north.ensureTopics([topic]), south.ensureTopics([topic])]);
    });
    afterAll(async () => {
      await Promise.all([north?.close(), south?.close()]);
      await broker?.stop();
    });

    test('keeps topics and groups of one name apart, and is not seen from within', async () => {
      const received = new Map<string, string[]>();
      const consumers = [];
      let tell = () => {};
      const both = new Promise<void>((resolve) => (tell = resolve));
      for (const [name, bus] of Object.entries({ north, south })) {
        await bus.publish([{ topic: 'facts', key: 'k', value: Buffer.from(name) }]);
        consumers.push(
          await bus.consume({
            group: 'readers',
            topics: ['facts'],
            onBatch: async (messages) => {
              received.set(
                name,
                messages.map((message) => `${message.topic}: ${message.value!.toString()}`),
              );
              if (received.size === 2) tell();
            },
          }),
        );
      }
      await both;
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      expect(Object.fromEntries(received)).toEqual({ north: ['facts: north'], south: ['facts: south'] });
      for (const bus of [north, south]) {
        const ends = await bus.endOffsets(['facts']);
        expect([...ends.keys()]).toEqual(['facts']);
        const sum = (offsets: ReadonlyMap<number, bigint>) => [...offsets.values()].reduce((a, b) => a + b, 0n);
        expect(sum(ends.get('facts')!)).toBe(1n);
        expect(sum((await bus.committedOffsets('readers', ['facts'])).get('facts')!)).toBe(1n);
        const seen: string[] = [];
        const tail = await bus.tail({
          topics: ['facts'],
          onMessages: (messages) => void seen.push(...messages.map((message) => message.topic)),
        });
        await tail.reached(ends, 10_000);
        expect(tail.position()).toEqual(ends);
        await tail.stop();
        expect(seen).toEqual(['facts']);
      }
      const admin = new kafkajs.Kafka({ brokers: broker.brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
      await admin.connect();
      const names = await admin.listTopics();
      const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId);
      await admin.disconnect();
      expect(names.filter((name) => name.endsWith('facts')).sort()).toEqual(['north.facts', 'south.facts']);
      expect(groups.sort()).toEqual(['north.readers', 'south.readers']);
    });
  });
});
