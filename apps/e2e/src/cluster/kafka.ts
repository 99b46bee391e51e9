import { eventually } from '@arkan/testing';
import kafkajs, { type Admin, type KafkaMessage, type Message, type Producer } from 'kafkajs';
import type { Target } from '../target';

/** A program beside the platform that reads and writes the topics of one installation. Topics and groups are named as in the docs. */
export interface Bystander {
  /** 500 at most in a request: with small ones that is far below what a broker takes. */
  publish(topic: string, messages: readonly Message[]): Promise<void>;
  /** All that a topic holds now. */
  read(topic: string): Promise<KafkaMessage[]>;
  partitions(topic: string): Promise<number>;
  /** Resolves when the group has committed all that its topic holds now. */
  handled(group: string, topic: string, timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

const requestMax = 500;
const readMs = 20_000;

export async function startBystander(target: Target): Promise<Bystander> {
  const { brokers, namespace } = target.kafka!;
  const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  const producer: Producer = kafka.producer({ allowAutoTopicCreation: false });
  await Promise.all([admin.connect(), producer.connect()]);
  const named = (name: string) => `${namespace}.${name}`;
  return {
    async publish(topic, messages) {
      for (let from = 0; from < messages.length; from += requestMax)
        await producer.send({ topic: named(topic), messages: messages.slice(from, from + requestMax) });
    },
    read: (topic) => readAll(kafka, admin, named(topic), named(`bystander.${crypto.randomUUID()}`)),
    partitions: async (topic) => (await admin.fetchTopicOffsets(named(topic))).length,
    async handled(group, topic, timeoutMs = 30_000) {
      const ends = await admin.fetchTopicOffsets(named(topic));
      await eventually(
        async () => {
          const [committed] = await admin.fetchOffsets({ groupId: named(group), topics: [named(topic)] });
          const at = new Map(committed!.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
          const behind = ends.filter(({ partition, high }) => BigInt(high) > 0n && at.get(partition)! < BigInt(high));
          if (behind.length > 0) throw new Error(`${behind.length} partitions are not read to their end`);
          return true;
        },
        { timeoutMs, what: `${group} has handled all of ${topic}` },
      );
    },
    async close() {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    },
  };
}

async function readAll(kafka: kafkajs.Kafka, admin: Admin, topic: string, groupId: string): Promise<KafkaMessage[]> {
  const offsets = await admin.fetchTopicOffsets(topic);
  const wanted = offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  const messages: KafkaMessage[] = [];
  if (wanted === 0) return messages;
  const consumer = kafka.consumer({ groupId });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void messages.push(message) });
    await eventually(() => messages.length >= wanted, { timeoutMs: readMs, what: `${wanted} messages of ${topic}` });
    return messages;
  } finally {
    await consumer.disconnect();
  }
}
