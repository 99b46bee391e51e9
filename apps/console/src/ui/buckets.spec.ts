import { describe, expect, test } from '@jest/globals';
import { fillBuckets } from './buckets';

const hourMs = 3_600_000;
const at = (hour: number) => new Date(Date.UTC(2026, 0, 15, hour)).toISOString();

describe('fillBuckets', () => {
  test('puts empty ones where nothing happened, the latest last', () => {
    const found = [{ at: at(10), succeeded: 3, failed: 1 }];
    const filled = fillBuckets(found, { from: at(8), to: at(12), bucketMs: hourMs });
    expect(filled.map((bucket) => [bucket.at, bucket.succeeded, bucket.failed])).toEqual([
      [at(8), 0, 0],
      [at(9), 0, 0],
      [at(10), 3, 1],
      [at(11), 0, 0],
    ]);
  });

  test('a range that begins and ends within a bucket has both', () => {
    const range = { from: '2026-01-15T08:30:00.000Z', to: '2026-01-15T10:10:00.000Z', bucketMs: hourMs };
    expect(fillBuckets([], range).map((bucket) => bucket.at)).toEqual([at(8), at(9), at(10)]);
  });

  test('is bounded, whatever the range', () => {
    const filled = fillBuckets([], { from: at(0), to: '2036-01-01T00:00:00.000Z', bucketMs: 60_000 });
    expect(filled).toHaveLength(400);
    expect(filled.at(-1)!.at).toBe('2035-12-31T23:59:00.000Z');
  });
});
