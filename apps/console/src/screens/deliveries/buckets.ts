import type { Bucket } from '../../ui/chart';

const minuteMs = 60_000;
/** Bars that a plot of a phone's width can still tell apart. */
const barsMax = 96;

/**
 * Bars of one width without gaps: the statistics leave out those in which nothing happened. Those of a long range are drawn together, so
 * that there are no more of them than can be told apart.
 */
export function fillBuckets(
  { from, to, buckets }: { from: string; to: string; buckets: readonly Bucket[] },
  widthMs: number,
): { buckets: Bucket[]; bucketMs: number } {
  const fromMs = Date.parse(from);
  const toMs = Math.max(Date.parse(to), fromMs + 1);
  const bucketMs = widthMs * Math.max(1, Math.ceil((toMs - fromMs) / widthMs / barsMax));
  // Of the reader's clock: bars of a day begin at his midnight.
  const zoneMs = new Date(fromMs).getTimezoneOffset() * minuteMs;
  const floor = (ms: number) => Math.floor((ms - zoneMs) / bucketMs) * bucketMs + zoneMs;
  const bars = new Map<number, Bucket>();
  for (let at = floor(fromMs); at < toMs; at += bucketMs)
    bars.set(at, { at: new Date(at).toISOString(), succeeded: 0, failed: 0 });
  for (const { at, succeeded, failed } of buckets) {
    const bar = bars.get(floor(Date.parse(at)));
    if (!bar) continue;
    bar.succeeded += succeeded;
    bar.failed += failed;
  }
  return { buckets: [...bars.values()], bucketMs };
}
