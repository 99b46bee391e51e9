/** When a delivery that failed is tried again. Here, because the dispatcher follows it and the console shows it. */
export interface Backoff {
  /** Delay before the second attempt. */
  baseMs: number;
  /** No delay of the backoff is longer, before jitter. */
  maxMs: number;
}

/** `min(base x 2^(attempt-1), max)`, without jitter. `attempt` is the one that failed, from 1. */
export function nominalDelayMs(attempt: number, { baseMs, maxMs }: Backoff): number {
  return Math.min(baseMs * 2 ** Math.max(0, attempt - 1), maxMs);
}

/** When the retries come if every attempt fails at once: ms after the first attempt, without jitter, one entry a retry. */
export function previewRetries(backoff: Backoff, retryCount: number): number[] {
  let offsetMs = 0;
  return Array.from({ length: retryCount }, (_, i) => (offsetMs += nominalDelayMs(i + 1, backoff)));
}
