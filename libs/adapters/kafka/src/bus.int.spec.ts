import { messageBusContract, type MessageBusHarness } from '@arkan/ports-contract';
import type { MessageBus } from '@arkan/ports';
import { startTcpProxy, type TcpProxy } from '@arkan/testing';
import kafkajs from 'kafkajs';
import { connect as connectSocket } from 'node:net';
import { createKafkaBus } from './bus';
import { startKafka, whereKafkaRuns } from './broker.fixture';

async function createHarness(): Promise<MessageBusHarness> {
  const broker = await startKafka({
    onLog: (l) => process.stderr.write(`B ${l}\n`),
    settings: { 'log.cleaner.backoff.ms': 50 },
  });
  const processes = new Map<MessageBus, { proxy: TcpProxy; isAlive: boolean }>();
  const kafka = new kafkajs.Kafka({ brokers: broker.brokers, logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const keeper = await createKafkaBus({ brokers: broker.brokers, clientId: 'keeper' });
  let transactions = 0;

  /** A message to every partition, in a transaction that is left open. */
  async function begin(messages: readonly { topic: string; key: string; value: Buffer | null; partition?: number }[]) {
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      transactionalId: `harness-${transactions++}`,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    for (const { topic, ...message } of messages) await transaction.send({ topic, messages: [message] });
    return {
      commit: () => transaction.commit().then(() => producer.disconnect()),
      rollback: () => transaction.abort().then(() => producer.disconnect()),
    };
  }

  /** All that a reader would be given now. */
  async function read(topic: string) {
    const messages: { key: string; value: Buffer | null }[] = [];
    const tail = await keeper.tail({ topics: [topic], onMessages: (some) => void messages.push(...some) });
    await tail.reached(await keeper.endOffsets([topic]), 20_000);
    await tail.stop();
    return messages;
  }

  return {
    /** Each behind a network of its own. */
    async connect() {
      const proxy = await startTcpProxy({ port: broker.port });
      const bus = await createKafkaBus({
        brokers: broker.brokers,
        clientId: 'contract',
        sessionTimeoutMs: 1_500,
        retryBaseMs: 20,
        socketFactory: ({ onConnect }) => connectSocket(proxy.port, '127.0.0.1', onConnect),
      });
      processes.set(bus, { proxy, isAlive: true });
      const close = bus.close.bind(bus);
      bus.close = async () => {
        await close();
        processes.delete(bus);
        await proxy.close();
      };
      return bus;
    },
    async kill(bus) {
      const process = processes.get(bus)!;
      process.isAlive = false;
      process.proxy.cut();
    },
    async compact(topic) {
      // The cleaner leaves the segment alone that is being written: records that nobody is given begin a new one.
      const settings = { 'segment.ms': '1', 'min.cleanable.dirty.ratio': '0', 'delete.retention.ms': '0' };
      const configEntries = [
        ...Object.entries({ 'cleanup.policy': 'compact', ...settings }).map(([name, value]) => ({ name, value })),
      ];
      const type = kafkajs.ConfigResourceTypes.TOPIC as never;
      await admin.alterConfigs({ validateOnly: false, resources: [{ type, name: topic, configEntries }] });
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const filler = topics[0]!.partitions.map((_, partition) => ({
        topic,
        key: 'filler',
        value: Buffer.from(''),
        partition,
      }));
      for (const deadline = Date.now() + 20_000; ;) {
        // Tombstones go one pass after the pass that first met them, and a pass needs something new.
        await (await begin(filler)).rollback();
        const messages = await read(topic);
        const keys = new Set(messages.map(({ key }) => key));
        if (keys.size === messages.length && messages.every(({ value }) => value !== null)) return;
        if (Date.now() > deadline) throw new Error(`${topic} was not compacted: ${messages.length} messages are left`);
      }
    },
    outage: {
      async begin() {
        for (const { proxy } of processes.values()) proxy.cut();
      },
      async end() {
        for (const { proxy, isAlive } of processes.values()) if (isAlive) proxy.restore();
      },
    },
    beginPublish: begin,
    async close() {
      await keeper.close();
      await admin.disconnect();
      await broker.stop();
    },
  };
}

await whereKafkaRuns('message bus: kafka', () => messageBusContract('kafka', { create: createHarness }));
