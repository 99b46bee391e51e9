import { ManualClock, seededRandom } from '@arkan/kernel';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Deadlines } from './deadlines';

test('each deadline strikes once, never early and at most two ticks late; a cancelled one never', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const { next } = seededRandom(seed);
      const clock = new ManualClock();
      const deadlines = new Deadlines(clock);
      const open = new Map<object, number>();
      for (let i = 0; i < 50; i++) {
        const dueMs = clock.now() + Math.floor(next() * 2_000);
        const entry = {
          expire: () => {
            expect(open.delete(entry)).toBe(true);
            expect(clock.now()).toBeGreaterThanOrEqual(dueMs);
            expect(clock.now()).toBeLessThanOrEqual(dueMs + 20);
          },
        };
        open.set(entry, dueMs);
        const bucket = deadlines.add(entry, dueMs - clock.now());
        if (next() < 0.4) {
          open.delete(entry);
          deadlines.cancel(entry, bucket);
          deadlines.cancel(entry, bucket);
        }
        if (next() < 0.3) clock.advance(Math.floor(next() * 700));
      }
      clock.advance(3_000);
      expect(open.size).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test('one that strikes may cancel its neighbour', () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  const struck: string[] = [];
  const b = { expire: () => struck.push('b') };
  const bucket = deadlines.add({ expire: () => (struck.push('a'), deadlines.cancel(b, bucket)) }, 100);
  expect(deadlines.add(b, 100)).toBe(bucket);
  deadlines.add({ expire: () => struck.push('c') }, 100);
  clock.advance(1_000);
  expect(struck).toEqual(['a', 'c']);
});
