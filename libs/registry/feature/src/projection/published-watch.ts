import { systemClock, type Clock } from '@arkan/kernel';

interface Waiter {
  position: bigint;
  since: number;
  settle(reached: boolean): void;
}

/** How far the read models and the bus have come, for those who wait for an event of theirs to be there. */
export class PublishedWatch {
  private position = -1n;
  private readonly waiters = new Set<Waiter>();

  constructor(private readonly clock: Clock = systemClock) {}

  advance(position: bigint): void {
    if (position <= this.position) return;
    this.position = position;
    for (const waiter of [...this.waiters]) if (waiter.position <= position) waiter.settle(true);
  }

  /** False where it was not reached within `timeoutMs`. */
  reached(position: bigint, timeoutMs: number): Promise<boolean> {
    if (position <= this.position) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        position,
        since: this.clock.now(),
        settle: (reached) => {
          cancel();
          this.waiters.delete(waiter);
          resolve(reached);
        },
      };
      const cancel = this.clock.schedule(timeoutMs, () => waiter.settle(false));
      this.waiters.add(waiter);
    });
  }

  /** How long the oldest has waited, in ms; 0 where nobody waits. */
  oldestWaitMs(): number {
    const [first] = this.waiters;
    return first ? this.clock.now() - first.since : 0;
  }

  isAwaited(): boolean {
    return this.waiters.size > 0;
  }
}
