export interface TopicSpec {
  name: string;
  /** At least 1. Messages of one key share a partition and keep their order. */
  partitions: number;
  /** `delete` drops what is older than `retentionMs`; `compact` keeps the last message of each key for ever (a null value ends its key). */
  cleanup: 'delete' | 'compact';
  /** Only with `delete`. */
  retentionMs?: number;
}

export interface OutgoingMessage {
  topic: string;
  /** At most 1 KiB. */
  key: string;
  /** null is a tombstone, and only for compacted topics. At most 1 MiB with the headers. */
  value: Buffer | null;
  headers?: Record<string, string>;
}

export interface IncomingMessage {
  topic: string;
  partition: number;
  /** Place in its partition, strictly growing, not dense. */
  offset: bigint;
  key: string;
  value: Buffer | null;
  headers: Record<string, string>;
  /** Milliseconds since 1970, at which the bus took it. */
  timestamp: number;
}

/** Per topic, per partition number: the offset that the next message will at least have. Empty partitions have 0n or their start. */
export type EndOffsets = ReadonlyMap<string, ReadonlyMap<number, bigint>>;

export interface ConsumeOptions {
  /** Members of one group share the partitions; each group gets every message. A new group starts at the earliest message kept. */
  group: string;
  topics: readonly string[];
  /**
   * Gets messages of one partition, in order, 1 to `batchMax`. Partitions may be handled side by side, one call each at a time.
   * Resolved: the offsets are committed, and the next batch comes. Rejected: nothing of the batch is committed, it comes again
   * after a pause; what a handler can't read it parks itself (see `deadLetter`), so that a rejection always means infrastructure.
   * `signal` aborts where the partition was taken away or the consumer stops.
   */
  onBatch(messages: IncomingMessage[], signal: AbortSignal): Promise<void>;
  /** 500 unless told. */
  batchMax?: number;
  /** A batch was rejected; it will be tried again. For the log and readiness. */
  onError?(error: unknown): void;
}

export interface Consumer {
  /** Waits for the calls under way, commits what they resolved, leaves the group. */
  stop(): Promise<void>;
  /** Stops taking new batches; what is under way ends normally. */
  pause(): void;
  resume(): void;
}

export interface TailOptions {
  topics: readonly string[];
  /** Every message of every partition from the earliest one kept, to this reader alone: for views. In order within a partition. */
  onMessages(messages: IncomingMessage[]): void | Promise<void>;
  onError?(error: unknown): void;
}

export interface Tail {
  /**
   * Resolves when `onMessages` has been given everything below `offsets` (partitions it does not read are ignored).
   * Rejects with BusTimeoutError after `timeoutMs`.
   */
  reached(offsets: EndOffsets, timeoutMs: number): Promise<void>;
  /** Next offset to be handled, per topic and partition. */
  position(): EndOffsets;
  stop(): Promise<void>;
}

/** A deadline passed: the bus, or the reader that should have caught up, is too slow or gone. */
export class BusTimeoutError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BusTimeoutError';
  }
}

/** The bus can't be reached. A publish that failed with it may or may not have been taken. */
export class BusUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BusUnavailableError';
  }
}

/** A partitioned log with consumer groups. */
export interface MessageBus {
  /** Makes those that are missing. Throws where one exists with other partitions or cleanup, naming both. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** Resolves when every message is durable. Messages of one call and one partition keep their order. At most 1,000 a call. */
  publish(messages: readonly OutgoingMessage[]): Promise<void>;
  /** All that was published before this call lies below the answer. One round trip, whatever the number of topics. */
  endOffsets(topics: readonly string[]): Promise<EndOffsets>;
  consume(options: ConsumeOptions): Promise<Consumer>;
  tail(options: TailOptions): Promise<Tail>;
  /** How far a group has committed, for lag and tests. */
  committedOffsets(group: string, topics: readonly string[]): Promise<EndOffsets>;
  close(): Promise<void>;
}

/** The partition of a key where the adapter chooses it (Kafka's own partitioner may differ): FNV-1a, stable for ever. */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) {
    hash ^= key.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % partitions;
}
