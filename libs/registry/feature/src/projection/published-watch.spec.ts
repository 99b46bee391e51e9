import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@arkan/kernel';
import { PublishedWatch } from './published-watch';

describe('who waits for a position', () => {
  test('is let go when it is reached, by it or by a later one, and at once where it was', async () => {
    const watch = new PublishedWatch(new ManualClock());
    const [five, seven] = [watch.reached(5n, 1_000), watch.reached(7n, 1_000)];
    watch.advance(6n);
    expect(await five).toBe(true);
    expect(watch.isAwaited()).toBe(true);
    watch.advance(9n);
    expect(await seven).toBe(true);
    expect(await watch.reached(9n, 1_000)).toBe(true);
    watch.advance(3n);
    expect(await watch.reached(9n, 1_000)).toBe(true);
  });

  test('is told no when the time is over, and no longer counted', async () => {
    const clock = new ManualClock();
    const watch = new PublishedWatch(clock);
    const waiting = watch.reached(1n, 1_000);
    clock.advance(999);
    expect(watch.oldestWaitMs()).toBe(999);
    clock.advance(1);
    expect(await waiting).toBe(false);
    expect(watch.isAwaited()).toBe(false);
    expect(watch.oldestWaitMs()).toBe(0);
  });
});
