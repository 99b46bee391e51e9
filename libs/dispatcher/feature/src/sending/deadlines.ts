import type { Clock } from '@arkan/kernel';

export interface Expiring {
  expire(): void;
}

/** Holds whatever expires in one tick; what `cancel` needs. */
export type Bucket = Set<Expiring>;

/** How late a deadline may strike, at most, while the event loop is free. */
const tickMs = 10;

/**
 * Timers for many requests at once: a deadline is put into the bucket of its tick, and one timer runs while there is any. At 30,000
 * requests a second most deadlines are cancelled unused, and that costs one deletion from a set.
 */
export class Deadlines {
  private readonly buckets = new Map<number, Bucket>();
  private count = 0;
  private lastTick = 0;
  private isRunning = false;

  /** Only differences of `clock.now()` are used. */
  constructor(private readonly clock: Clock) {}

  /** `expiring.expire()` is called once, unless cancelled before. */
  add(expiring: Expiring, afterMs: number): Bucket {
    const tick = Math.floor((this.clock.now() + afterMs) / tickMs) + 1;
    let bucket = this.buckets.get(tick);
    if (!bucket) {
      bucket = new Set();
      this.buckets.set(tick, bucket);
    }
    bucket.add(expiring);
    this.count += 1;
    if (!this.isRunning) this.run();
    return bucket;
  }

  cancel(expiring: Expiring, bucket: Bucket): void {
    if (bucket.delete(expiring)) this.count -= 1;
  }

  private run(): void {
    this.isRunning = true;
    this.lastTick = Math.floor(this.clock.now() / tickMs);
    this.scheduleTick();
  }

  private scheduleTick(): void {
    this.clock.schedule(tickMs, () => this.tick());
  }

  private tick(): void {
    const now = Math.floor(this.clock.now() / tickMs);
    for (; this.lastTick < now; this.lastTick++) this.expire(this.lastTick + 1);
    if (this.count > 0) return this.scheduleTick();
    this.isRunning = false;
    this.buckets.clear();
  }

  private expire(tick: number): void {
    const bucket = this.buckets.get(tick);
    if (!bucket) return;
    this.buckets.delete(tick);
    for (const expiring of bucket) {
      bucket.delete(expiring);
      this.count -= 1;
      expiring.expire();
    }
  }
}
