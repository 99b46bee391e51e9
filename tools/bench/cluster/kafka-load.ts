import { moduleTopic } from '@arkan/contracts';
import kafkajs from 'kafkajs';
import { eventType, now, type Emitter } from '../platform/load';

const topic = moduleTopic('maintenance');
/** Messages of one request. */
const groupSize = 200;
const requestsAtOnce = 2;

export interface KafkaLoad {
  /** Produces `count` events as fast as it goes, in turn for each tenant; gives the seconds until the last is acknowledged. */
  burst(emitters: readonly Emitter[], count: number, idPrefix: string): Promise<number>;
  /** One message a request, evenly; gives the ms (since 1970) at which each event's call began. */
  steady(emitter: Emitter, perSecond: number, seconds: number, idPrefix: string): Promise<Map<string, number>>;
  close(): Promise<void>;
}

/** Emits as a module does: CloudEvents in structured mode, the key the tenant, acknowledged by all replicas. */
export async function createKafkaLoad(brokers: string[], data: unknown): Promise<KafkaLoad> {
  const kafka = new kafkajs.Kafka({ brokers, clientId: 'bench-module', logLevel: kafkajs.logLevel.ERROR });
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const text = JSON.stringify(data);
  const messageOf = (id: string, { tenantId }: Emitter) => ({
    key: tenantId,
    value: `{"specversion":"1.0","id":"${id}","source":"/bench","type":"${eventType}","tenantid":"${tenantId}","data":${text}}`,
    headers: { 'content-type': 'application/cloudevents+json' },
  });

  return {
    async burst(emitters, count, idPrefix) {
      const startedAt = performance.now();
      let next = 0;
      await Promise.all(
        Array.from({ length: requestsAtOnce }, async () => {
          while (next < count) {
            const first = next;
            next = Math.min(count, first + groupSize);
            const messages = Array.from({ length: next - first }, (_, i) =>
              messageOf(`${idPrefix}-${first + i}`, emitters[(first + i) % emitters.length]!),
            );
            await producer.send({ topic, messages, acks: -1 });
          }
        }),
      );
      return (performance.now() - startedAt) / 1_000;
    },
    async steady(emitter, perSecond, seconds, idPrefix) {
      const began = new Map<string, number>();
      const startedAt = performance.now();
      const calls: Promise<unknown>[] = [];
      for (let i = 0; i < perSecond * seconds; i++) {
        const waitMs = startedAt + (i * 1_000) / perSecond - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        const id = `${idPrefix}-${i}`;
        began.set(id, now());
        calls.push(producer.send({ topic, messages: [messageOf(id, emitter)], acks: -1 }));
      }
      await Promise.all(calls);
      return began;
    },
    close: () => producer.disconnect(),
  };
}
