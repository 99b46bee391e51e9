import type { EventSubscription, ReadAllOptions, RecordedEvent, SubscribeOptions } from '@arkan/ports';

interface Log {
  readAll(options: ReadAllOptions): RecordedEvent[];
  end(): bigint;
  /** Called after each append. */
  wakeUps: Set<() => void>;
}

export function subscribeInMemory(options: SubscribeOptions, log: Log): EventSubscription {
  const batchMax = options.batchMax ?? 500;
  let position = options.after ?? 0n;
  let stopped = false;
  let wake = () => {};
  const wakeUp = () => wake();
  log.wakeUps.add(wakeUp);

  const run = async () => {
    let caughtUp = false;
    while (!stopped) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const events = log.readAll({ ...options, after: position, limit: batchMax });
      const reached = events.length < batchMax ? log.end() : (events.at(-1)?.position ?? position);
      if (reached > position) await options.onEvents(events, reached);
      position = reached > position ? reached : position;
      if (position < log.end()) continue;
      if (!caughtUp) options.onCaughtUp?.();
      caughtUp = true;
      if (!stopped) await woken;
    }
  };
  // Begins after the caller has the subscription in hand.
  const running = Promise.resolve()
    .then(run)
    .catch((error: unknown) => {
      stopped = true;
      options.onStopped?.(error);
    })
    .finally(() => log.wakeUps.delete(wakeUp));

  return {
    async stop() {
      stopped = true;
      wake();
      await running;
    },
    isLive: () => !stopped,
  };
}
