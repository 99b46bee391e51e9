/** Where time comes from. Everything that compares, waits for or records a moment takes one, so that a test can move it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Calls `run` once after `delayMs`; the returned function cancels it. Never keeps a process alive by itself. */
  schedule(delayMs: number, run: () => void): () => void;
}

/** Node's longest timer; a longer one would fire at once. */
const timerMaxMs = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(delayMs, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), timerMaxMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that moves only when told to; due calls run in order of their time while it moves. */
export class ManualClock implements Clock {
  private scheduled: { at: number; sequence: number; run: () => void }[] = [];
  private sequence = 0;

  constructor(private current = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.current;
  }

  schedule(delayMs: number, run: () => void): () => void {
    const entry = { at: this.current + Math.max(0, delayMs), sequence: this.sequence++, run };
    this.scheduled.push(entry);
    return () => {
      this.scheduled = this.scheduled.filter((other) => other !== entry);
    };
  }

  advance(byMs: number): void {
    const target = this.current + byMs;
    for (;;) {
      const next = this.scheduled
        .filter((entry) => entry.at <= target)
        .sort((a, b) => a.at - b.at || a.sequence - b.sequence)[0];
      if (!next) break;
      this.scheduled = this.scheduled.filter((other) => other !== next);
      this.current = next.at;
      next.run();
    }
    this.current = target;
  }
}

/** RFC 3339 in UTC with milliseconds, the one form of a time in every answer and message. */
export function toTimestamp(ms: number): string {
  return new Date(ms).toISOString();
}
