import { errorMessage, type Random } from '@arkan/kernel';
import type { EventSubscription, RecordedEvent, SubscribeOptions } from '@arkan/ports';
import { Feed, searchWindow } from './feed';
import { lookAhead, type Reading } from './read';

/** Where a subscription tells that it lost its connection; pino's logger fits. */
export interface SubscriptionLog {
  warn(details: object, message: string): void;
}

export interface SubscriptionSource {
  reading: Reading;
  random: Random;
  log?: SubscriptionLog;
  onEnd(): void;
}

const backoffBaseMs = 250;
const backoffMaxMs = 15_000;
/** Only while it catches up, for a batch that is not full. With 20 ms a busy process handed on what had come by then, 50 of 64. */
const fillMs = 200;

/** Half of the bound or more, so that a server that comes back is not met by all at once. */
export function backoffMs(failures: number, random: Random): number {
  const bound = Math.min(backoffMaxMs, backoffBaseMs * 2 ** Math.min(failures - 1, 10));
  return Math.ceil(bound / 2 + (random.next() * bound) / 2);
}

/** Follows $all for ever: the client's own subscription ends with its connection, this one resumes where it was. */
export function startSubscription(options: SubscribeOptions, source: SubscriptionSource): EventSubscription {
  const { reading, random } = source;
  const { clock, timeoutMs } = reading;
  const batchMax = options.batchMax ?? 500;
  const silentMs = timeoutMs / 2;
  let position = options.after;
  let ended = false;
  let following: Feed | null = null;
  let heardAt = clock.now();
  let handling: Promise<void> | null = null;
  let changed = false;
  let wake = () => {};

  const onChange = () => {
    changed = true;
    wake();
  };
  /** Until something changed, or `ms`. */
  const pause = async (ms: number) => {
    if (changed || ended) return;
    const woken = new Promise<void>((resolve) => (wake = resolve));
    const cancel = clock.schedule(ms, wake);
    await woken;
    cancel();
  };
  const end = () => {
    ended = true;
    wake();
    source.onEnd();
  };
  const fail = (error: unknown) => {
    if (ended) return;
    end();
    options.onStopped?.(error);
  };

  const handle = async (events: RecordedEvent[], reached: bigint) => {
    // `async` also turns what the handler throws at once into a rejection.
    handling = (async () => options.onEvents(events, reached))();
    try {
      await handling;
      position = reached;
    } catch (error) {
      // Also where it was stopped meanwhile: of a failed write somebody must hear.
      if (ended) options.onStopped?.(error);
      fail(error);
    } finally {
      handling = null;
      heardAt = clock.now();
    }
  };
  const advance = async (to: bigint | null) => {
    if (to !== null && (position === null || to > position)) await handle([], to);
  };

  /** Reads on from where the subscription is: it tells whether the server answers, and how far there is nothing for us. */
  const look = async (from: bigint | null) => {
    const ahead = await lookAhead({ ...reading, timeoutMs: silentMs }, from, 2 * searchWindow, options.streamPrefixes);
    heardAt = clock.now();
    if (!ended) await advance(ahead.passed);
    return ahead;
  };

  /** Events come a few in a turn of the loop: while there are many to come, a full batch is worth a moment. */
  const fill = async (feed: Feed) => {
    const until = clock.now() + fillMs;
    while (!ended && feed.isFilling(batchMax) && clock.now() < until) {
      changed = false;
      await pause(until - clock.now());
    }
  };

  /** What to do with all that a feed holds now. */
  const drain = async (feed: Feed) => {
    for (;;) {
      await fill(feed);
      if (ended) return;
      let step;
      try {
        step = feed.next(batchMax);
      } catch (error) {
        return fail(error);
      }
      if (step === null) return;
      const { events, passed, isReportDue, caughtUp } = step;
      if (events.length > 0 && passed !== null) await handle(events, passed);
      else if (isReportDue) await advance(passed);
      if (caughtUp && !ended) await look(passed);
      if (ended) return;
      if (caughtUp) options.onCaughtUp?.();
    }
  };

  /** One connection, until it is lost. Throws why. */
  const follow = async (onHeard: () => void) => {
    changed = false;
    let overdue: bigint | null = null;
    const feed = new Feed({
      ...reading,
      after: position,
      prefixes: options.streamPrefixes,
      waitingMax: 2 * batchMax,
      onChange,
    });
    try {
      while (!ended) {
        await pause(Math.max(1, heardAt + silentMs - clock.now()));
        if (ended) return;
        if (changed && feed.lost === undefined) {
          following = feed;
          heardAt = clock.now();
          overdue = null;
          onHeard();
        }
        const news = changed;
        changed = false;
        await drain(feed);
        if (ended) return;
        if (feed.lost !== undefined) throw feed.lost;
        if (news || clock.now() - heardAt < silentMs) continue;
        const { wanted } = await look(position);
        // Seen twice ahead of a subscription that says nothing: the server answers, but not there.
        if (wanted !== null && wanted === overdue && !changed) throw new Error('the subscription has fallen silent');
        overdue = wanted;
      }
    } finally {
      following = null;
      feed.close();
    }
  };

  const run = async () => {
    let failures = 0;
    while (!ended) {
      try {
        await follow(() => (failures = 0));
      } catch (error) {
        if (ended) return;
        const delayMs = backoffMs(++failures, random);
        source.log?.warn({ reason: errorMessage(error), delayMs }, 'an event store subscription lost its connection');
        changed = false;
        await pause(delayMs);
      }
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
    isLive: () =>
      !ended &&
      following?.lost === undefined &&
      following !== null &&
      (handling !== null || clock.now() - heardAt <= timeoutMs),
  };
}
