import type { Signal } from './outcome';

export interface ConcurrencyLimits {
  /** Requests that a webhook not yet known may have under way. */
  startInFlight: number;
  /** A receiver slower than this, on average or right now, is slow. */
  slowMs: number;
  /** So many 5xx or 429 in a row mean overload; one alone means little. */
  overloadedRun: number;
}

export const defaultConcurrencyLimits: ConcurrencyLimits = { startInFlight: 32, slowMs: 1_000, overloadedRun: 3 };

/**
 * How many requests a receiver may have under way, learned as TCP learns its window: one more on a success, half on a failure, and
 * at most one halving for all that was under way together. With it, whether it is quick enough to share slots with the quick.
 */
export class ReceiverConcurrency {
  /** Of requests under way; at least 1. */
  limit: number;
  private meanMs = 0;
  private unreachableRun = 0;
  private overloadedRun = 0;
  /** Nobody has seen it answer yet, so it is not trusted to be quick. */
  private isKnown = false;
  /** Requests started up to this one have had their halving. */
  private cutUpTo = -1;

  constructor(
    private readonly limits: ConcurrencyLimits,
    private limitMax: number,
  ) {
    this.limit = Math.min(limits.startInFlight, limitMax);
  }

  setMax(limitMax: number): void {
    this.limitMax = limitMax;
    this.limit = Math.min(this.limit, limitMax);
  }

  /** A request ended. `sequence`: of this request; `latestSequence`: of the last one started anywhere. Both grow with each start. */
  observe(signal: Signal, latencyMs: number, sequence: number, latestSequence: number): void {
    if (signal === 'none') return;
    this.meanMs = this.isKnown ? this.meanMs * 0.8 + latencyMs * 0.2 : latencyMs;
    this.isKnown = true;
    this.unreachableRun = signal === 'unreachable' ? this.unreachableRun + 1 : 0;
    this.overloadedRun = signal === 'overloaded' ? this.overloadedRun + 1 : 0;
    if (signal === 'ok') this.limit = Math.min(this.limit + 1, this.limitMax);
    const isFailing = this.unreachableRun > 0 || this.overloadedRun >= this.limits.overloadedRun;
    if (isFailing && sequence > this.cutUpTo) {
      this.limit = Math.max(1, this.limit >> 1);
      this.cutUpTo = latestSequence;
    }
  }

  /** Not yet known, slow on average, or not answering. */
  get isSlow(): boolean {
    const { slowMs, overloadedRun } = this.limits;
    return !this.isKnown || this.meanMs > slowMs || this.unreachableRun > 0 || this.overloadedRun >= overloadedRun;
  }
}
