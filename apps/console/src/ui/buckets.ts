/** Results of attempts in a stretch of time, as the statistics give them. */
export interface Bucket {
  at: string;
  succeeded: number;
  failed: number;
}

/** A bound for what a chart draws. */
const bucketsMax = 400;

/** The API leaves out buckets in which nothing happened; a chart wants them all. At most `bucketsMax`, the latest. */
export function fillBuckets(found: readonly Bucket[], range: { from: string; to: string; bucketMs: number }): Bucket[] {
  const byTime = new Map(found.map((bucket) => [Date.parse(bucket.at), bucket]));
  const { bucketMs } = range;
  const first = Math.floor(Date.parse(range.from) / bucketMs) * bucketMs;
  const count = Math.min(Math.max(Math.ceil((Date.parse(range.to) - first) / bucketMs), 1), bucketsMax);
  const start = Math.ceil(Date.parse(range.to) / bucketMs) * bucketMs - count * bucketMs;
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * bucketMs;
    return byTime.get(at) ?? { at: new Date(at).toISOString(), succeeded: 0, failed: 0 };
  });
}
