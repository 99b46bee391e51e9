import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@arkan/kernel';
import { eventStoreContract } from '@arkan/ports-contract';
import { createMemoryEventStore } from './event-store';

eventStoreContract('memory', {
  missing: {
    reopen: 'the data are gone with the store',
    slowAppend: 'an append is one synchronous step',
    outage: 'there is nothing to lose a connection to',
  },
  create: async () => ({ store: createMemoryEventStore({ clock: new ManualClock() }), dispose: async () => undefined }),
});

describe('the memory event store', () => {
  test('takes the time of an event from the clock', async () => {
    const clock = new ManualClock();
    const store = createMemoryEventStore({ clock });
    clock.advance(5_000);
    const id = '00000000-0000-4000-8000-000000000001';
    await store.append('s', [{ id, type: 't', data: {}, metadata: {} }], 'any');
    expect((await store.readStream('s'))[0]?.recordedAt.getTime()).toBe(clock.now());
  });
});
