import { errorMessage, type Clock, type Service } from '@arkan/kernel';
import type { Logger } from '@arkan/runtime';

export interface Loop extends Service {
  /** Runs now, or once more where a run is under way. */
  wake(): void;
  /** Runs by then. Milliseconds since 1970. */
  wakeAt(atMs: number): void;
}

export interface LoopOptions {
  name: string;
  clock: Clock;
  log: Logger;
  /** At least so often. */
  everyMs: number;
  /** An error is logged, and the next run tries again. A long run ends early where `isStopping()`. */
  run(isStopping: () => boolean): Promise<void>;
}

/** Background work, one run at a time. `stop` waits for the run under way. */
export function createLoop({ name, clock, log, everyMs, run }: LoopOptions): Loop {
  let isStarted = false;
  let isFailing = false;
  let again = false;
  let running: Promise<void> | null = null;
  let next: { atMs: number; cancel: () => void } | null = null;

  function schedule(atMs: number): void {
    if (!isStarted || running || (next && next.atMs <= atMs)) return;
    next?.cancel();
    next = { atMs, cancel: clock.schedule(Math.max(0, atMs - clock.now()), wake) };
  }

  function wake(): void {
    again = true;
    if (!isStarted || running) return;
    next?.cancel();
    next = null;
    let atMs = Infinity;
    wakeAt = (other) => (atMs = Math.min(atMs, other));
    running = (async () => {
      while (again && isStarted) {
        again = false;
        await once();
      }
    })().finally(() => {
      running = null;
      wakeAt = schedule;
      schedule(Math.min(atMs, clock.now() + everyMs));
    });
  }

  let wakeAt = schedule;

  async function once(): Promise<void> {
    try {
      await run(() => !isStarted);
      if (isFailing) log.info(`${name} works again`);
      isFailing = false;
    } catch (error) {
      // One line when it starts to fail, not one a second.
      if (!isFailing) log.warn({ err: error }, `${name} failed and will be tried again: ${errorMessage(error)}`);
      isFailing = true;
    }
  }

  return {
    wake,
    wakeAt: (atMs) => wakeAt(atMs),
    async start() {
      if (isStarted) return;
      isStarted = true;
      wake();
    },
    async stop() {
      isStarted = false;
      next?.cancel();
      next = null;
      await running;
    },
  };
}
