import { errorMessage, type Clock, type Service } from '@arkan/kernel';
import type { Logger } from '@arkan/runtime';

export interface Loop extends Service {
  /** Runs at once, or once more where a run is under way. */
  wake(): void;
  /** Runs at this time, too. Milliseconds since 1970. */
  wakeAt(atMs: number): void;
}

export interface LoopOptions {
  name: string;
  clock: Clock;
  log: Logger;
  /** Between runs; what no signal told of is found by then. */
  everyMs: number;
  /** Does what is due. An error is logged, and the next run tries again. A long run ends early where `isStopping()`. */
  run(isStopping: () => boolean): Promise<void>;
}

/** Background work, one run at a time. */
export function createLoop({ name, clock, log, everyMs, run }: LoopOptions): Loop {
  let started = false;
  let running: Promise<void> | null = null;
  let again = false;
  let failing = false;
  let next: { atMs: number; cancel: () => void } | null = null;

  function schedule(atMs: number): void {
    if (!started || (next && next.atMs <= atMs)) return;
    next?.cancel();
    const cancel = clock.schedule(Math.max(0, atMs - clock.now()), () => {
      next = null;
      wake();
    });
    next = { atMs, cancel };
  }

  function wake(): void {
    if (!started) return;
    if (running) {
      again = true;
      return;
    }
    running = (async () => {
      do {
        again = false;
        await once();
      } while (again && started);
    })().finally(() => {
      running = null;
      schedule(clock.now() + everyMs);
    });
  }

  async function once(): Promise<void> {
    try {
      await run(() => !started);
      if (failing) log.info(`${name} works again`);
      failing = false;
    } catch (error) {
      // One line when it starts to fail, not one a second.
      if (!failing) log.warn({ err: error }, `${name} failed and will be tried again: ${errorMessage(error)}`);
      failing = true;
    }
  }

  return {
    wake,
    wakeAt: schedule,
    async start() {
      if (started) return;
      started = true;
      wake();
    },
    async stop() {
      started = false;
      next?.cancel();
      next = null;
      await running;
    },
  };
}
