import { systemClock, systemRandom, type Clock, type Random } from '@arkan/kernel';
import { BusUnavailableError, type MessageBus } from '@arkan/ports';
import { createClient, createCluster, retry, type KafkaClientOptions } from './client';
import { GroupConsumer, type ReaderContext } from './consumer';
import { translate, within } from './errors';
import { withNamespace } from './namespace';
import { Publisher } from './publisher';
import { KafkaTail } from './tail';
import { Topics } from './topics';

export type { KafkaClientOptions, KafkaLog } from './client';

export interface KafkaBusOptions extends KafkaClientOptions {
  /** Of topics that `ensureTopics` makes; the brokers' default unless told. */
  replicationFactor?: number;
  /** Faults of readers. They go on by themselves. */
  onError?(error: unknown): void;
  /** How long a call waits in all; 15 s unless told. Then it rejects with BusTimeoutError. */
  callTimeoutMs?: number;
  /** After which a member that is not heard of has left its group; 15 s unless told. The brokers allow 6 s to 30 min. */
  sessionTimeoutMs?: number;
  /** Pause after a first failure, of a handler or the connection; doubles to 5 s. 100 ms unless told. */
  retryBaseMs?: number;
  /** Put before the names of topics and groups: several installations on one cluster. None unless told. */
  namespace?: string;
  clock?: Clock;
  random?: Random;
}

/** The message bus on Kafka. Rejects with BusUnavailableError where no broker answers. */
export async function createKafkaBus(options: KafkaBusOptions): Promise<MessageBus> {
  return withNamespace(await createBus(options), options.namespace ?? '');
}

async function createBus(options: KafkaBusOptions): Promise<MessageBus> {
  const { callTimeoutMs = 15_000, requestTimeoutMs = 10_000 } = options;
  const kafka = createClient(options);
  const cluster = createCluster(kafka);
  const admin = kafka.admin({ retry });
  const topics = new Topics(cluster, admin, options.replicationFactor);
  const publisher = new Publisher(kafka, topics, callTimeoutMs, requestTimeoutMs);
  const context: ReaderContext = {
    kafka,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    retryBaseMs: options.retryBaseMs ?? 100,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 15_000,
    report: (error) => options.onError?.(error),
  };
  const readers = new Set<{ stop(): Promise<void> }>();
  let closing: Promise<void> | null = null;

  /** Bounds a call, and names its fault as the port does. */
  async function bounded<T>(what: string, call: () => Promise<T>): Promise<T> {
    if (closing) throw new BusUnavailableError('the bus is closed');
    try {
      return await within(callTimeoutMs, what, call());
    } catch (error) {
      throw translate(error);
    }
  }

  async function close(): Promise<void> {
    await Promise.all([...readers].map((reader) => reader.stop()));
    await publisher.close();
    await Promise.all([cluster.disconnect(), admin.disconnect()].map((end) => end.catch(() => undefined)));
  }

  try {
    await within(callTimeoutMs, 'connect', Promise.all([cluster.connect(), admin.connect()]));
  } catch (error) {
    await close();
    throw translate(error);
  }

  return {
    ensureTopics: (specs) => bounded('ensureTopics', () => topics.ensure(specs)),
    publish: (messages) => publisher.publish(messages),
    endOffsets: (names) => bounded('endOffsets', () => topics.endOffsets(names)),
    committedOffsets: (group, names) => bounded('committedOffsets', () => topics.committed(group, names)),
    async consume(consuming) {
      await bounded('consume', () => topics.partitionsOf(consuming.topics));
      const consumer = new GroupConsumer(context, consuming);
      readers.add(consumer);
      consumer.start();
      return {
        pause: () => consumer.pause(),
        resume: () => consumer.resume(),
        stop: () => consumer.stop().finally(() => readers.delete(consumer)),
      };
    },
    async tail(tailing) {
      const tail = new KafkaTail(context, topics, tailing);
      await bounded('tail', () => tail.start());
      readers.add(tail);
      return {
        reached: (offsets, timeoutMs) => tail.reached(offsets, timeoutMs),
        position: () => tail.position(),
        stop: () => tail.stop().finally(() => readers.delete(tail)),
      };
    },
    close: () => (closing ??= close()),
  };
}
