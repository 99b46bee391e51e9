import { expect, test } from '@jest/globals';
import { seededRandom } from '@arkan/kernel';
import { backoffMs } from './subscription';

test.each([
  [1, 125, 250],
  [2, 250, 500],
  [4, 1_000, 2_000],
  [7, 7_500, 15_000],
  [1_000, 7_500, 15_000],
])('the pause after failure %i is spread between %i and %i ms', (failures, least, most) => {
  const random = seededRandom(failures);
  const pauses = Array.from({ length: 200 }, () => backoffMs(failures, random));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(least);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(most);
  expect(new Set(pauses).size).toBeGreaterThan(50);
});
