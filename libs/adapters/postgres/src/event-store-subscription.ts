import type { Clock, Random } from '@arkan/kernel';
import { EventStoreUnavailableError, type EventSubscription, type SubscribeOptions } from '@arkan/ports';
import { backoffMs, type AppendSignal } from './event-store-signal';
import type { Window } from './event-store-statements';

export interface SubscriptionSource {
  /** Throws EventStoreUnavailableError where it may go better later. */
  readWindow(after: bigint, limit: number): Promise<Window>;
  signal: AppendSignal;
  clock: Clock;
  random: Random;
  /** How often to look without a signal. */
  pollMs: number;
  onEnd(): void;
}

/** Reads on from a position for ever: at each signal, and every `pollMs` in case one was lost. */
export function startSubscription(options: SubscribeOptions, source: SubscriptionSource): EventSubscription {
  const { signal, clock, pollMs } = source;
  const batchMax = options.batchMax ?? 500;
  const silentMaxMs = 5 * pollMs;
  let position = options.after ?? 0n;
  let ended = false;
  let reachable = false;
  let lastReadAt = clock.now();
  let handling: Promise<void> | null = null;
  let wake = () => {};

  const end = () => {
    ended = true;
    wake();
    source.onEnd();
  };
  const handle = async ({ events, reached }: Window) => {
    await options.onEvents(events, reached);
    position = reached;
  };
  const fail = (error: unknown) => {
    end();
    options.onStopped?.(error);
  };

  const pause = async (version: number, ms: number) => {
    const waiting = signal.wait(version, ms, clock);
    wake = waiting.wake;
    if (ended) wake();
    await waiting.over;
  };

  const run = async () => {
    let failures = 0;
    let caughtUp = false;
    while (!ended) {
      const version = signal.version;
      const window = await source.readWindow(position, batchMax).catch((error: unknown) => {
        if (error instanceof EventStoreUnavailableError) return null;
        throw error;
      });
      if (ended) return;
      reachable = window !== null;
      if (window === null) {
        caughtUp = false;
        await pause(version, backoffMs(++failures, source.random));
        continue;
      }
      failures = 0;
      lastReadAt = clock.now();
      if (window.reached > position) {
        handling = handle(window);
        await handling.finally(() => (handling = null));
      }
      if (ended) return;
      if (position < window.end) continue;
      if (!caughtUp) options.onCaughtUp?.();
      caughtUp = true;
      await pause(version, pollMs);
    }
  };
  void run().catch(fail);

  return {
    async stop() {
      const underWay = handling;
      end();
      // Its failure is told by onStopped.
      await underWay?.catch(() => undefined);
    },
    isLive: () => !ended && reachable && (handling !== null || clock.now() - lastReadAt <= silentMaxMs),
  };
}
