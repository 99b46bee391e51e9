import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@arkan/kernel';
import { BusTimeoutError } from '@arkan/ports';
import { messageBusContract } from '@arkan/ports-contract';
import { createMemoryBus, createMemoryBusCluster } from './bus';

messageBusContract('memory', {
  async create() {
    const cluster = createMemoryBusCluster();
    return {
      connect: async () => cluster.connect(),
      kill: async (bus) => cluster.kill(bus),
      compact: async (topic) => cluster.compact(topic),
      outage: {
        begin: async () => cluster.setReachable(false),
        end: async () => cluster.setReachable(true),
      },
      close: async () => undefined,
    };
  },
  missing: { beginPublish: 'a publish to memory is one step' },
});

describe('the clock of a memory bus', () => {
  test('gives the timestamps, ends retention, and times the wait of a tail', async () => {
    const clock = new ManualClock();
    const bus = createMemoryBus({ clock });
    await bus.ensureTopics([{ name: 't', partitions: 1, cleanup: 'delete', retentionMs: 1_000 }]);
    await bus.publish([{ topic: 't', key: 'k', value: Buffer.from('old') }]);
    clock.advance(1_001);
    await bus.publish([{ topic: 't', key: 'k', value: Buffer.from('new') }]);
    const seen: [string, number][] = [];
    const tail = await bus.tail({
      topics: ['t'],
      onMessages: (messages) => void seen.push(...messages.map((m) => [`${m.value}`, m.timestamp] as [string, number])),
    });
    await tail.reached(await bus.endOffsets(['t']), 1);
    expect(seen).toEqual([['new', clock.now()]]);
    const beyond = tail.reached(new Map([['t', new Map([[0, 9n]])]]), 500);
    clock.advance(500);
    await expect(beyond).rejects.toThrow(BusTimeoutError);
    await bus.close();
  });
});
