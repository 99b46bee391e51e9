import type { Clock } from '@arkan/kernel';
import {
  BusTimeoutError,
  BusUnavailableError,
  type EndOffsets,
  type OutgoingMessage,
  type TopicSpec,
} from './message-bus';

// What every adapter of the MessageBus port needs alike. Features have no use for it.

export const messageLimits = {
  /** Of the key, in UTF-8. */
  keyBytesMax: 1_024,
  /** Of the value and the headers' names and values together. */
  messageBytesMax: 1_048_576,
  /** Messages of one publish or enqueue. */
  callMax: 1_000,
} as const;

/** The message can never be published: repeating it is no use. */
export class InvalidMessageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidMessageError';
  }
}

export class UnknownTopicError extends Error {
  constructor(topic: string) {
    super(`there is no topic ${topic}: ensureTopics makes it`);
    this.name = 'UnknownTopicError';
  }
}

/** Checks one call's messages against the port's limits, before any of them is taken. Throws InvalidMessageError. */
export function checkMessages(messages: readonly OutgoingMessage[]): void {
  if (messages.length > messageLimits.callMax) {
    throw new InvalidMessageError(`${messages.length} messages in one call; ${messageLimits.callMax} is the most`);
  }
  for (const message of messages) checkMessage(message);
}

function checkMessage({ topic, key, value, headers }: OutgoingMessage): void {
  if (typeof key !== 'string') throw new InvalidMessageError(`a message for ${topic} has no key`);
  const { keyBytesMax, messageBytesMax } = messageLimits;
  // A UTF-16 unit takes at most three bytes of UTF-8: most messages need no counting.
  if (key.length * 3 > keyBytesMax && Buffer.byteLength(key) > keyBytesMax) {
    throw new InvalidMessageError(`a message for ${topic} has a key of more than ${keyBytesMax} bytes`);
  }
  let bytes = value?.length ?? 0;
  for (const name in headers) {
    const text = headers[name];
    if (typeof text !== 'string') throw new InvalidMessageError(`a message for ${topic}: header ${name} is no text`);
    bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
  }
  if (bytes > messageBytesMax) {
    throw new InvalidMessageError(
      `a message for ${topic} has ${bytes} bytes of value and headers; ${messageBytesMax} is the most`,
    );
  }
}

/** Throws where `existing` can't serve as `wanted`; a changed retention is no conflict. */
export function checkSameTopic(existing: Pick<TopicSpec, 'partitions' | 'cleanup'>, wanted: TopicSpec): void {
  if (existing.partitions === wanted.partitions && existing.cleanup === wanted.cleanup) return;
  throw new Error(
    `topic ${wanted.name} exists with ${existing.partitions} partitions and cleanup ${existing.cleanup}; ` +
      `asked for are ${wanted.partitions} and ${wanted.cleanup}`,
  );
}

export interface PartitionId {
  topic: string;
  partition: number;
}

/**
 * Shares out the partitions of one group: the same answer in every process that sees the same members. Over all topics read by
 * the same members each gets at most ceil(partitions / members). Not sticky: a join may move many, which costs ms here.
 */
export function assignPartitions(
  members: readonly { id: string; topics: readonly string[] }[],
  topics: readonly { name: string; partitions: number }[],
): Map<string, PartitionId[]> {
  const assigned = new Map<string, PartitionId[]>(members.map(({ id }) => [id, []]));
  const sorted = [...members].sort((a, b) => (a.id < b.id ? -1 : 1));
  let turn = 0;
  for (const { name, partitions } of [...topics].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const readers = sorted.filter((member) => member.topics.includes(name));
    if (readers.length === 0) continue;
    for (let partition = 0; partition < partitions; partition++) {
      assigned.get(readers[turn++ % readers.length]!.id)!.push({ topic: name, partition });
    }
  }
  return assigned;
}

/** Pause before try number `failures` + 1: doubles from `baseMs` to 5 s, less up to a half of it at random. */
export function retryDelayMs(failures: number, baseMs: number, random: number): number {
  return Math.min(baseMs * 2 ** Math.min(failures - 1, 16), 5_000) * (1 - random / 2);
}

interface Waiter {
  /** What is still missing. */
  missing: { topic: string; partition: number; offset: bigint }[];
  settle(error?: Error): void;
}

/** The positions of a tail, and those who wait for them. */
export class TailPositions {
  private readonly next = new Map<string, Map<number, bigint>>();
  private readonly waiters = new Set<Waiter>();
  private stopped = false;

  constructor(private readonly clock: Clock) {}

  /** Everything of the partition below `next` was handled. Also how a partition is made known, with its start. */
  advance(topic: string, partition: number, next: bigint): void {
    let partitions = this.next.get(topic);
    if (!partitions) this.next.set(topic, (partitions = new Map()));
    partitions.set(partition, next);
    for (const waiter of this.waiters) {
      waiter.missing = waiter.missing.filter(
        (one) => one.topic !== topic || one.partition !== partition || one.offset > next,
      );
      if (waiter.missing.length === 0) waiter.settle();
    }
  }

  snapshot(): EndOffsets {
    return new Map([...this.next].map(([topic, partitions]) => [topic, new Map(partitions)]));
  }

  /** See Tail.reached. */
  reached(offsets: EndOffsets, timeoutMs: number): Promise<void> {
    const missing: Waiter['missing'] = [];
    for (const [topic, partitions] of offsets) {
      for (const [partition, offset] of partitions) {
        const next = this.next.get(topic)?.get(partition);
        if (next !== undefined && next < offset) missing.push({ topic, partition, offset });
      }
    }
    if (missing.length === 0) return Promise.resolve();
    if (this.stopped) return Promise.reject(new BusUnavailableError('the tail was stopped'));
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        missing,
        settle: (error) => {
          cancel();
          this.waiters.delete(waiter);
          if (error) reject(error);
          else resolve();
        },
      };
      const cancel = this.clock.schedule(timeoutMs, () =>
        waiter.settle(new BusTimeoutError(`not reached within ${timeoutMs} ms: ${describeMissing(waiter.missing)}`)),
      );
      this.waiters.add(waiter);
    });
  }

  /** Whoever still waits is refused. */
  stop(): void {
    this.stopped = true;
    for (const waiter of this.waiters) waiter.settle(new BusUnavailableError('the tail was stopped'));
  }
}

function describeMissing(missing: Waiter['missing']): string {
  const named = missing.slice(0, 3).map((one) => `${one.topic}/${one.partition} below ${one.offset}`);
  return named.join(', ') + (missing.length > 3 ? ` and ${missing.length - 3} more` : '');
}
