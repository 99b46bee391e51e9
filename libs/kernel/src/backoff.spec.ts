import { expect, test } from '@jest/globals';
import { previewRetries } from './backoff';

test.each([
  [{ baseMs: 5_000, maxMs: 21_600_000 }, 5, [5_000, 15_000, 35_000, 75_000, 155_000]],
  [{ baseMs: 5_000, maxMs: 21_600_000 }, 0, []],
  [{ baseMs: 10, maxMs: 25 }, 4, [10, 30, 55, 80]],
])('previewRetries of %j with %i retries lists when they come, from the first attempt', (backoff, count, expected) => {
  expect(previewRetries(backoff, count)).toEqual(expected);
});
