import { errorMessage } from '@arkan/kernel';

export const waitTimeoutMs = 10_000;

/** `promise`, or a rejection that says `what` did not happen within `ms`. Keeps no timer behind. */
export async function withTimeout<T>(promise: Promise<T>, ms: number, what: string | (() => string)): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`within ${ms} ms: ${typeof what === 'string' ? what : what()}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets tests wait for a state of something that tells when it changed. No polling: a check runs at once and after each change. */
export class Watch {
  private readonly waiting = new Set<() => void>();

  changed(): void {
    for (const look of [...this.waiting]) look();
  }

  /** Resolves when `check` holds; rejects where it throws, or with `what` after `timeoutMs`. */
  async until(check: () => boolean, what: () => string, timeoutMs = waitTimeoutMs): Promise<void> {
    if (check()) return;
    let look = () => {};
    const held = new Promise<void>((resolve, reject) => {
      look = () => {
        try {
          if (check()) resolve();
        } catch (error) {
          reject(error);
        }
      };
    });
    this.waiting.add(look);
    try {
      await withTimeout(held, timeoutMs, what);
    } finally {
      this.waiting.delete(look);
    }
  }
}

/**
 * Only for black-box tests, where nothing tells of a change: asks again every 25 ms until `check` returns anything but
 * false without throwing. After `timeoutMs` rejects with the last failure.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  options: { timeoutMs?: number; what?: string } = {},
): Promise<Exclude<T, false>> {
  const { timeoutMs = waitTimeoutMs, what = 'the condition did not come true' } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const leftMs = Math.max(1, deadline - performance.now());
    let failure: unknown = null;
    try {
      const answer = await withTimeout(Promise.resolve().then(check), leftMs, 'the check did not return');
      if (answer !== false) return answer as Exclude<T, false>;
    } catch (error) {
      failure = error;
    }
    if (performance.now() >= deadline) {
      throw new Error(`within ${timeoutMs} ms: ${what}${failure === null ? '' : `: ${errorMessage(failure)}`}`, {
        cause: failure,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
