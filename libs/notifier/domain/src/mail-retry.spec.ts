import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mailAgeMaxMs, mailRetryDelayMs, mailTriesMax } from './mail-retry';

describe('trying a mail again', () => {
  test('waits 15 s, then three times as long each time, 6 h at most, and ends after 10 tries', () => {
    const delays = Array.from({ length: 10 }, (_, n) => mailRetryDelayMs(n + 1, 0, 0, 0.5));
    expect(delays).toEqual([
      15_000,
      45_000,
      135_000,
      405_000,
      1_215_000,
      3_645_000,
      10_935_000,
      21_600_000,
      21_600_000,
      null,
    ]);
  });

  test('with random 0 and 1 it waits 20 % less and more', () => {
    expect([mailRetryDelayMs(1, 0, 0, 0), mailRetryDelayMs(1, 0, 0, 1)]).toEqual([12_000, 18_000]);
  });

  test('always ends: after ten tries or a day', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 10, maxLength: 10 }),
        fc.integer({ min: 0, max: 30_000_000 }),
        (randoms, sendingMs) => {
          let nowMs = 0;
          let tries = 0;
          for (;;) {
            tries++;
            nowMs += sendingMs;
            const delayMs = mailRetryDelayMs(tries, 0, nowMs, randoms[tries - 1]!);
            if (delayMs === null) break;
            nowMs += delayMs;
          }
          expect(tries).toBeLessThanOrEqual(mailTriesMax);
          expect(nowMs - sendingMs).toBeLessThanOrEqual(mailAgeMaxMs);
        },
      ),
    );
  });
});
