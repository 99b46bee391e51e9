import { afterAll, afterEach, beforeAll, beforeEach, describe } from '@jest/globals';
import type { Consumer, MessageBus, Tail } from '@arkan/ports';
import { failureCases } from './message-bus-failures';
import { groupCases } from './message-bus-groups';
import {
  declareCapability,
  Recorder,
  uniqueName,
  type Bench,
  type MessageBusContractOptions,
  type MessageBusHarness,
} from './message-bus-harness';
import { publishCases } from './message-bus-publish';
import { tailCases } from './message-bus-tails';

/** What every adapter of the MessageBus port must do. Call it at the top of a spec file. */
export function messageBusContract(name: string, options: MessageBusContractOptions): void {
  describe(`message bus: ${name}`, () => {
    const { missing, waitMs = 20_000 } = options;
    let harness: MessageBusHarness;
    let buses: MessageBus[] = [];

    beforeAll(async () => {
      harness = await options.create();
    });
    afterAll(() => harness?.close());
    beforeEach(async () => {
      await bench.connect();
    });
    afterEach(async () => {
      const closing = buses;
      buses = [];
      await Promise.all(closing.map((bus) => bus.close()));
    });

    const bench: Bench = {
      waitMs,
      get harness() {
        return harness;
      },
      get bus() {
        return buses[0]!;
      },
      async connect() {
        const bus = await harness.connect();
        buses.push(bus);
        return bus;
      },
      whereIt: (capability, title, run) => declareCapability(missing, capability, title, run),
      async topic(over = {}) {
        const topic = uniqueName('topic');
        await bench.bus.ensureTopics([{ name: topic, partitions: 1, cleanup: 'delete', ...over }]);
        return topic;
      },
      group: () => uniqueName('group'),
      recorder: () => new Recorder(waitMs),
      async consume(topic, { on = bench.bus, ...over } = {}) {
        const recorder = bench.recorder() as Recorder & { consumer: Consumer };
        recorder.consumer = await on.consume({
          group: bench.group(),
          topics: [topic],
          onBatch: async (messages) => recorder.add(messages),
          ...over,
        });
        return recorder;
      },
      async tail(topic, on = bench.bus) {
        const recorder = bench.recorder() as Recorder & { tail: Tail };
        recorder.tail = await on.tail({ topics: [topic], onMessages: (messages) => recorder.add(messages) });
        return recorder;
      },
    };

    publishCases(bench);
    groupCases(bench);
    tailCases(bench);
    failureCases(bench);
  });
}
