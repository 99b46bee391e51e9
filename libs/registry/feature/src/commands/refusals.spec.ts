import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@arkan/kernel';
import { createRefusalLimiter, refusalsPerMinuteMax } from './refusals';

const takeMany = (limiter: ReturnType<typeof createRefusalLimiter>, tenantId: string, count: number) =>
  Array.from({ length: count }, () => limiter.take(tenantId, true)).filter(Boolean).length;

describe('the refusals of a tenant that are kept', () => {
  test('are so many a minute; the others are counted, and told when the minute is over', () => {
    const clock = new ManualClock();
    const limiter = createRefusalLimiter(clock);
    expect(takeMany(limiter, 'a', refusalsPerMinuteMax + 7)).toBe(refusalsPerMinuteMax);
    expect(takeMany(limiter, 'b', 3)).toBe(3);
    clock.advance(59_999);
    expect(limiter.overflow()).toEqual([]);
    clock.advance(1);
    expect(limiter.overflow()).toEqual([{ tenantId: 'a', count: 7 }]);
    expect(limiter.overflow()).toEqual([]);
    expect(takeMany(limiter, 'a', 5)).toBe(5);
  });

  test('start anew after a minute in which none was only counted', () => {
    const clock = new ManualClock();
    const limiter = createRefusalLimiter(clock);
    takeMany(limiter, 'a', refusalsPerMinuteMax);
    clock.advance(60_000);
    expect(takeMany(limiter, 'a', refusalsPerMinuteMax)).toBe(refusalsPerMinuteMax);
  });

  test('count what there was no room for, and what could not be written', () => {
    const clock = new ManualClock();
    const limiter = createRefusalLimiter(clock);
    expect(limiter.take('a', false)).toBe(false);
    limiter.count('a', 4);
    clock.advance(60_000);
    expect(limiter.overflow()).toEqual([{ tenantId: 'a', count: 5 }]);
  });
});
