import { describe, expect, test } from '@jest/globals';
import type { EventTypeMessage } from '@arkan/contracts';
import { ManualClock } from '@arkan/kernel';
import type { ConsumeOptions, MessageBus } from '@arkan/ports';
import { createLogger } from '@arkan/runtime';
import type { EventTypeView } from '../event-types/event-type-view';
import { createAddedModules } from './added-modules';
import type { Ingest } from './ingest';

function setUp(known: string[]) {
  const clock = new ManualClock();
  const consumed: ConsumeOptions[] = [];
  const stopped: string[] = [];
  const ensured: string[] = [];
  let failures = 0;
  let listener: (type: EventTypeMessage) => void = () => undefined;
  const typeOf = (module: string) => ({ module }) as EventTypeMessage;
  const bus = {
    async consume(options: ConsumeOptions) {
      if (failures-- > 0) throw new Error('not yet');
      consumed.push(options);
      return { stop: async () => void stopped.push(options.group), pause: () => undefined, resume: () => undefined };
    },
  } as unknown as MessageBus;
  const view = {
    all: () => known.map(typeOf),
    onNewType: (on: typeof listener) => (listener = on),
  } as unknown as EventTypeView;
  const service = createAddedModules({
    bus,
    view,
    moduleTopics: { ensure: async (module) => void ensured.push(module) },
    ingest: {} as Ingest,
    clock,
    log: createLogger('silent'),
  });
  return {
    service,
    clock,
    stopped,
    ensured,
    add: (module: string) => listener(typeOf(module)),
    failNext: (count: number) => (failures = count),
    consumed: () => consumed.map(({ group, topics }) => [group, ...topics]),
  };
}
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('modules that operators add', () => {
  test('are consumed from the start on, each once and in a group of its own, the shipped ones not', async () => {
    const { service, consumed, ensured } = setUp(['leasing', 'keys', 'keys', 'utilities']);
    await service.start();
    expect(consumed()).toEqual([
      ['catalog.ingest.keys', 'arkan.events.keys'],
      ['catalog.ingest.utilities', 'arkan.events.utilities'],
    ]);
    expect(ensured).toEqual(['keys', 'utilities']);
    await service.stop();
  });

  test('are consumed when they come, and no more after the stop', async () => {
    const { service, consumed, stopped, add } = setUp([]);
    add('before');
    await service.start();
    add('keys');
    add('keys');
    await settled();
    expect(consumed()).toEqual([['catalog.ingest.keys', 'arkan.events.keys']]);
    await service.stop();
    add('later');
    await settled();
    expect([consumed().length, stopped]).toEqual([1, ['catalog.ingest.keys']]);
  });

  test('are tried again where the bus would not have it', async () => {
    const { service, consumed, clock, failNext, add } = setUp([]);
    await service.start();
    failNext(2);
    add('keys');
    for (let tries = 0; tries < 2; tries++) {
      await settled();
      expect(consumed()).toEqual([]);
      clock.advance(5_000);
    }
    await settled();
    expect(consumed()).toEqual([['catalog.ingest.keys', 'arkan.events.keys']]);
    await service.stop();
  });
});
