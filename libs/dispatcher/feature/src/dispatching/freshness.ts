/** What was read no longer ago than this counts as read now. */
export const freshMaxMs = 20;

/**
 * How old the view of the registry may be that an attempt is made by. The views' barrier brings it up to the moment of the call;
 * what is signed within 20 ms of such a moment is held to be of that moment. So that sending need not wait in a steady stream,
 * the next barrier is asked for when half of that time is over.
 */
export class Freshness {
  private asOfMs = -Infinity;
  private isAhead = false;

  /** `elapsedMs` is monotonic. */
  constructor(
    private readonly barrier: () => Promise<void>,
    private readonly elapsedMs: () => number,
  ) {}

  /** Whether an attempt may be made by what the view holds now. Where not: after a `refresh` that begins now. */
  isFresh(): boolean {
    const ageMs = this.elapsedMs() - this.asOfMs;
    if (ageMs > freshMaxMs / 2 && ageMs <= freshMaxMs && !this.isAhead) void this.refreshAhead();
    return ageMs <= freshMaxMs;
  }

  /** Resolves when the view holds all that was published before this call. Rejects as the barrier does. */
  async refresh(): Promise<void> {
    const startedMs = this.elapsedMs();
    await this.barrier();
    this.asOfMs = Math.max(this.asOfMs, startedMs);
  }

  private async refreshAhead(): Promise<void> {
    this.isAhead = true;
    // Where it fails, the next attempt asks for itself, and waits.
    await this.refresh().catch(() => undefined);
    this.isAhead = false;
  }
}
