import type { EndOffsets, IncomingMessage, MessageBus, Tail } from '@arkan/ports';
import { Refusal, errorMessage, type Service } from '@arkan/kernel';
import type { Logger } from './log';

/** Folds messages of compacted topics into memory. Called in order within a partition; must be quick and not throw. */
export type ViewHandlers = Record<string, (message: IncomingMessage) => void>;

export interface TopicViews extends Service {
  /**
   * Resolves when the views hold all that was published before this call: the read barrier behind *saved is active*. Calls
   * that come while one is under way share the next one, so a burst costs one round trip. Throws Refusal `unavailable` after `timeoutMs`.
   */
  barrier(): Promise<void>;
  position(): EndOffsets;
  /** False after an error until the next message or barrier gets through. */
  isLive(): boolean;
}

export function createTopicViews(options: {
  bus: MessageBus;
  handlers: ViewHandlers;
  log: Logger;
  timeoutMs?: number;
}): TopicViews {
  const { bus, handlers, log, timeoutMs = 5_000 } = options;
  const topics = Object.keys(handlers);
  let tail: Tail | null = null;
  let live = false;
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  async function catchUp(): Promise<void> {
    if (!tail) throw new Refusal('unavailable', 'the views are not started', [], 5);
    try {
      await tail.reached(await bus.endOffsets(topics), timeoutMs);
      live = true;
    } catch (error) {
      live = false;
      log.warn({ err: error }, 'the configuration could not be read up to now');
      throw new Refusal('unavailable', `the configuration can not be read up to now: ${errorMessage(error)}`, [], 5);
    }
  }

  function run(): Promise<void> {
    const current = catchUp().finally(() => {
      if (running === current) running = null;
    });
    running = current;
    return current;
  }

  return {
    async start() {
      if (tail) return;
      tail = await bus.tail({
        topics,
        onMessages(messages) {
          live = true;
          for (const message of messages) {
            try {
              handlers[message.topic]?.(message);
            } catch (error) {
              log.error(
                { err: error, topic: message.topic, offset: String(message.offset) },
                'a message of a view can not be read; it is passed over',
              );
            }
          }
        },
        onError(error) {
          live = false;
          log.warn({ err: error }, 'a view lost its connection; it goes on by itself');
        },
      });
      await run();
    },
    async stop() {
      live = false;
      await tail?.stop();
      tail = null;
    },
    barrier() {
      if (!running) return run();
      next ??= running
        .catch(() => undefined)
        .then(() => {
          next = null;
          return run();
        });
      return next;
    },
    position: () => tail?.position() ?? new Map(),
    isLive: () => live,
  };
}
