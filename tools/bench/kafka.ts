import { createKafkaBus } from '@arkan/adapter-kafka';
import type { MessageBus, OutgoingMessage } from '@arkan/ports';
import { startKafka } from '../kafka/broker.mjs';

/**
 * What the Kafka bus costs: messages of 1 KiB published and consumed in one process, on a broker of its own beside it. Bounded:
 * each case runs so many messages or seconds, whatever ends first. Compare with tools/bench/bus.ts.
 *
 * `node tools/jest/run-ts.mjs tools/bench/kafka.ts [part of a case's name]`
 */
const secondsMax = 4;
const value = Buffer.alloc(1_024, 'x');
const headers = { schema: 'delivery.v1', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

const group = (topic: string, size: number): OutgoingMessage[] =>
  Array.from({ length: size }, (_, i) => ({ topic, key: `tenant-${i % 50}`, value, headers }));

async function measure(name: string, run: () => Promise<number>): Promise<void> {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  const count = await run();
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const round = (n: number) => Math.round(n * 10) / 10;
  const figures = {
    case: name,
    count,
    perSecond: Math.round(count / seconds),
    nodeUsEach: round((user + system) / count),
  };
  console.log(JSON.stringify(figures));
}

async function topicOf(bus: MessageBus, partitions: number): Promise<string> {
  const name = `bench-${Math.random()}`;
  await bus.ensureTopics([{ name, partitions, cleanup: 'delete' }]);
  return name;
}

interface Load {
  size: number;
  atOnce: number;
  messagesMax: number;
  consumers: number;
  partitions?: number;
}

/** Publishes until time or number ends it, and waits until each group has had all. */
async function through(bus: MessageBus, load: Load): Promise<number> {
  const topic = await topicOf(bus, load.partitions ?? 1);
  let [sent, got] = [0, 0];
  let check = () => {};
  const joined = Array.from({ length: load.consumers }, (_, i) =>
    bus.consume({
      group: `${topic}-${i}`,
      topics: [topic],
      async onBatch(messages) {
        got += messages.length;
        check();
      },
    }),
  );
  const consumers = await Promise.all(joined);
  const messages = group(topic, load.size);
  const deadline = performance.now() + secondsMax * 1_000;
  const worker = async () => {
    while (sent < load.messagesMax && performance.now() < deadline) {
      sent += load.size;
      await bus.publish(messages);
    }
  };
  await Promise.all(Array.from({ length: load.atOnce }, worker));
  await new Promise<void>((resolve) => {
    check = () => got >= sent * load.consumers && resolve();
    check();
  });
  void Promise.all(consumers.map((consumer) => consumer.stop()));
  return sent;
}

/** What was published before: by a group, or by a tail. */
async function cold(bus: MessageBus, by: 'group' | 'tail'): Promise<() => Promise<number>> {
  const topic = await topicOf(bus, 1);
  for (let i = 0; i < 100; i++) await bus.publish(group(topic, 500));
  return async () => {
    let got = 0;
    await new Promise<void>((resolve, reject) => {
      const add = (messages: readonly unknown[]) => {
        got += messages.length;
        if (got === 50_000) resolve();
      };
      const reading =
        by === 'tail'
          ? bus.tail({ topics: [topic], onMessages: add })
          : bus.consume({ group: topic, topics: [topic], onBatch: async (messages) => add(messages) });
      reading.catch(reject);
    });
    return got;
  };
}

/** A call a topic: what the dispatcher asks before each batch. */
async function endOffsets(bus: MessageBus, topics: number): Promise<() => Promise<number>> {
  const names = await Promise.all(Array.from({ length: topics }, () => topicOf(bus, 4)));
  await bus.endOffsets(names);
  return async () => {
    for (let i = 0; i < 1_000; i++) await bus.endOffsets(names);
    return 1_000;
  };
}

async function main(): Promise<void> {
  const only = process.argv[2] ?? '';
  const broker = await startKafka();
  const bus = await createKafkaBus({
    brokers: broker.brokers,
    clientId: 'bench',
    onError: (error) => console.error(error),
  });
  const load = (over: Load) => async () => () => through(bus, over);
  const cases: [string, () => Promise<() => Promise<number>>][] = [
    ['publish 500, nobody reads', load({ size: 500, atOnce: 1, messagesMax: 100_000, consumers: 0 })],
    ['publish 500 and consume', load({ size: 500, atOnce: 1, messagesMax: 100_000, consumers: 1 })],
    ['publish 500, two at once, and consume', load({ size: 500, atOnce: 2, messagesMax: 100_000, consumers: 1 })],
    [
      'publish 500, two at once, 8 partitions, and consume',
      load({ size: 500, atOnce: 2, messagesMax: 100_000, consumers: 1, partitions: 8 }),
    ],
    ['publish 500, two groups consume', load({ size: 500, atOnce: 2, messagesMax: 100_000, consumers: 2 })],
    ['publish 64 and consume', load({ size: 64, atOnce: 1, messagesMax: 50_000, consumers: 1 })],
    ['publish 1, one after the other, nobody reads', load({ size: 1, atOnce: 1, messagesMax: 20_000, consumers: 0 })],
    ['publish 1, 64 at once, and consume', load({ size: 1, atOnce: 64, messagesMax: 50_000, consumers: 1 })],
    ['a group reads what was published before', () => cold(bus, 'group')],
    ['a tail reads what was published before', () => cold(bus, 'tail')],
    ['end offsets of 1 topic, calls', () => endOffsets(bus, 1)],
    ['end offsets of 5 topics, calls', () => endOffsets(bus, 5)],
  ];
  try {
    // Warms up what is compiled.
    await through(bus, { size: 500, atOnce: 2, messagesMax: 50_000, consumers: 1 });
    for (const [name, prepare] of cases) {
      if (name.includes(only)) await measure(name, await prepare());
    }
  } finally {
    await bus.close();
    await broker.stop();
  }
}

await main();
