import { describe, expect } from '@jest/globals';
import { eventsOf, typesOf, type EventStoreBench } from './event-store-harness';

/**
 * The trap of a log in a database: places are given out when an event is written, and become visible when its transaction
 * commits. Where two overlap, the later place may be seen first, and whoever then goes on from it never sees the other.
 */
export function overlapCases(bench: EventStoreBench): void {
  describe('an append that is written first and commits last', () => {
    bench.whereIt('slowAppend', 'is passed over by no reader and no subscription', async () => {
      const { seen } = await bench.subscribe();
      await seen.catchesUp();
      const slow = await bench.harness.openSlowAppend!('s-slow', eventsOf('slow'));
      const quick = bench.store.append('s-quick', eventsOf('quick'), 'no_stream');
      // Either the quick one is through, and readers have their chance to go wrong, or it waits.
      const passed = await Promise.race([quick.then(() => true), slow.othersWait().then(() => false)]);
      if (passed) await seen.last('quick');
      const early = await bench.store.readAll({ after: null, limit: 10 });
      await Promise.all([slow.commit(), quick]);
      const late = await bench.store.readAll({ after: early.at(-1)?.position ?? null, limit: 10 });
      expect(typesOf([...early, ...late]).sort()).toEqual(['quick', 'slow']);

      await bench.store.append('s-after', eventsOf('after'), 'no_stream');
      await seen.last('after');
      expect(seen.types).toEqual(typesOf(await bench.store.readAll({ after: null, limit: 10 })));
      expect([...seen.types].sort()).toEqual(['after', 'quick', 'slow']);
    });

    bench.whereIt('slowAppend', 'and is rolled back leaves nothing behind and holds up nobody', async () => {
      const { seen } = await bench.subscribe();
      const slow = await bench.harness.openSlowAppend!('s-slow', eventsOf('never'));
      const quick = bench.store.append('s-slow', eventsOf('quick'), 'no_stream');
      await slow.rollback();
      expect((await quick).revision).toBe(0);
      await seen.last('quick');
      expect(seen.types).toEqual(['quick']);
    });
  });
}
