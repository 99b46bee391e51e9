import type { Clock, Random } from '@arkan/kernel';
import { retryDelayMs, type ConsumeOptions, type Consumer, type IncomingMessage } from '@arkan/ports';
import kafkajs from 'kafkajs';
import type { Consumer as KafkaConsumer, EachBatchPayload, Kafka } from 'kafkajs';
import { retry } from './client';
import { hasType, translate } from './errors';
import { fillGapsOf } from './fetch-gaps';
import { toIncoming } from './messages';

export interface ReaderContext {
  kafka: Kafka;
  clock: Clock;
  random: Random;
  /** Pause after the first failure; doubles to 5 s. */
  retryBaseMs: number;
  /** After which a member that is not heard of has left its group. */
  sessionTimeoutMs: number;
  report(error: unknown): void;
}

/** How long a fetch waits for messages: what a stop or a resume may take. */
export const fetchWaitMs = 250;
/** How long a group waits for members that are still handling a batch. */
const rebalanceTimeoutMs = 60_000;
const partitionsAtOnce = 8;

/** The coordinator has given our partitions away, or is about to. */
const lost = [
  'REBALANCE_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
];

/**
 * One member of a group. kafkajs ends a consumer for good on many errors, and on others starts it again for ever without a limit
 * on its pace: here nothing that a handler throws ever reaches it, and what else ends it makes us start a new one.
 */
export class GroupConsumer implements Consumer {
  private consumer: KafkaConsumer | null = null;
  private starting: Promise<void> = Promise.resolve();
  private ended: Promise<void> | null = null;
  private readonly calls = new Set<AbortController>();
  private isStopped = false;
  private isPaused = false;
  private failures = 0;
  private cancelRestart = () => {};
  private readonly batchMax: number;

  constructor(
    private readonly context: ReaderContext,
    private readonly options: ConsumeOptions,
  ) {
    this.batchMax = options.batchMax ?? 500;
  }

  /** Returns at once; joining goes on by itself, as does coming back after a crash. */
  start(): void {
    this.starting = this.join().catch((error: unknown) => this.crashed(error));
  }

  private async join(): Promise<void> {
    const { sessionTimeoutMs, kafka } = this.context;
    const { group, topics } = this.options;
    const consumer = kafka.consumer({
      groupId: group,
      partitionAssigners: [
        (given) => {
          fillGapsOf(given.cluster);
          return kafkajs.PartitionAssigners.roundRobin(given);
        },
      ],
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: rebalanceTimeoutMs,
      heartbeatInterval: this.heartbeatMs,
      maxWaitTimeInMs: fetchWaitMs,
      allowAutoTopicCreation: false,
      retry: { ...retry, restartOnFailure: async () => false },
    });
    this.consumer = consumer;
    consumer.on(consumer.events.GROUP_JOIN, () => {
      this.failures = 0;
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (this.consumer === consumer) this.crashed(payload.error);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    if (this.isStopped) return;
    await consumer.run({
      // Commits what is resolved, and that is only what a handler has resolved.
      autoCommit: true,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: partitionsAtOnce,
      eachBatch: (payload) => this.handle(payload),
    });
    if (this.isPaused) this.pause();
  }

  private get heartbeatMs(): number {
    return Math.max(50, Math.round(this.context.sessionTimeoutMs / 10));
  }

  private crashed(error: unknown): void {
    const crashed = this.consumer;
    this.consumer = null;
    const leaving = crashed?.disconnect().catch(() => undefined) ?? Promise.resolve();
    if (this.isStopped) return;
    this.report(translate(error));
    const { clock, random, retryBaseMs } = this.context;
    this.cancelRestart = clock.schedule(retryDelayMs(++this.failures, retryBaseMs, random.next()), () => {
      this.starting = leaving
        .then(() => (this.isStopped ? undefined : this.join()))
        .catch((e: unknown) => this.crashed(e));
    });
  }

  private report(error: unknown): void {
    this.context.report(error);
  }

  private async handle(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, resolveOffset, commitOffsetsIfNecessary, uncommittedOffsets, isRunning } = payload;
    const call = new AbortController();
    this.calls.add(call);
    // kafkajs sends heartbeats between batches only: a member that handles one for longer would be dead to its group.
    const beat = setInterval(() => {
      heartbeat().catch((error: unknown) => {
        if (hasType(error, ...lost)) call.abort();
      });
    }, this.heartbeatMs);
    try {
      const { topic, partition, messages } = batch;
      for (let from = 0; from < messages.length; from += this.batchMax) {
        if (call.signal.aborted || this.isPaused || this.isStopped || !isRunning()) return;
        const slice = messages.slice(from, from + this.batchMax);
        const incoming = slice.map((message) => toIncoming(topic, partition, message));
        if (!(await this.deliver(incoming, call.signal))) return;
        resolveOffset(slice.at(-1)!.offset);
        // The last is committed by kafkajs when this returns.
        if (from + this.batchMax < messages.length) await commitOffsetsIfNecessary(uncommittedOffsets());
      }
    } finally {
      clearInterval(beat);
      this.calls.delete(call);
    }
  }

  /** Until it is handled, or no longer ours: false. */
  private async deliver(messages: IncomingMessage[], signal: AbortSignal): Promise<boolean> {
    const { clock, random, retryBaseMs } = this.context;
    for (let failures = 1; ; failures++) {
      try {
        await this.options.onBatch([...messages], signal);
        return true;
      } catch (error) {
        this.options.onError?.(error);
      }
      await pauseUnlessAborted(clock, retryDelayMs(failures, retryBaseMs, random.next()), signal);
      if (signal.aborted) return false;
    }
  }

  pause(): void {
    this.isPaused = true;
    this.tell((consumer, topics) => consumer.pause(topics));
  }

  resume(): void {
    this.isPaused = false;
    this.tell((consumer, topics) => consumer.resume(topics));
  }

  /** kafkajs refuses both while it is not running; `join` and `handle` look at `isPaused` themselves. */
  private tell(what: (consumer: KafkaConsumer, topics: { topic: string }[]) => void): void {
    try {
      if (this.consumer)
        what(
          this.consumer,
          this.options.topics.map((topic) => ({ topic })),
        );
    } catch {
      // Not running: see above.
    }
  }

  stop(): Promise<void> {
    return (this.ended ??= this.end());
  }

  private async end(): Promise<void> {
    this.isStopped = true;
    this.cancelRestart();
    for (const call of this.calls) call.abort();
    // kafkajs does not stop what is still joining: it would join after its stop.
    await this.starting;
    await this.consumer?.disconnect().catch((error: unknown) => this.report(translate(error)));
    this.consumer = null;
  }
}

export function pauseUnlessAborted(clock: Clock, forMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.schedule(forMs, end);
    signal.addEventListener('abort', end);
  });
}
