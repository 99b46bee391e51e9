import type { Clock, Random } from '@arkan/kernel';
import {
  BusUnavailableError,
  InvalidMessageError,
  UnknownTopicError,
  checkMessages,
  checkSameTopic,
  partitionOf,
  type EndOffsets,
  type IncomingMessage,
  type OutgoingMessage,
  type TopicSpec,
} from '@arkan/ports';

interface Partition {
  records: IncomingMessage[];
  next: bigint;
}

/** Over all topics: a test that publishes more than this has lost its way. */
const recordsMax = 1_000_000;

/** The topics of one broker in memory, and the one signal that something about it has changed. */
export class MemoryLog {
  private readonly topics = new Map<string, { spec: TopicSpec; partitions: Partition[] }>();
  private recordCount = 0;
  private waiting: (() => void)[] = [];
  /** False: as if the broker could not be reached. */
  reachable = true;

  constructor(
    readonly clock: Clock,
    readonly random: Random,
  ) {}

  /** Resolves at the next change of any kind: whoever waits looks again at what concerns it. */
  nextChange(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  change(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  checkReachable(): void {
    if (!this.reachable) throw new BusUnavailableError('the memory bus is out of reach');
  }

  ensure(specs: readonly TopicSpec[]): void {
    for (const spec of specs) {
      const existing = this.topics.get(spec.name);
      if (existing) {
        checkSameTopic(existing.spec, spec);
        existing.spec = { ...spec };
        continue;
      }
      const partitions = Array.from({ length: spec.partitions }, () => ({ records: [], next: 0n }));
      this.topics.set(spec.name, { spec: { ...spec }, partitions });
    }
  }

  append(messages: readonly OutgoingMessage[]): void {
    checkMessages(messages);
    for (const { topic, value } of messages) {
      if (this.topic(topic).spec.cleanup === 'delete' && value === null) {
        throw new InvalidMessageError(`a tombstone for ${topic}, which is not compacted`);
      }
    }
    if (this.recordCount + messages.length > recordsMax) throw new BusUnavailableError('the memory bus is full');
    const timestamp = this.clock.now();
    for (const { topic, key, value, headers } of messages) {
      const { partitions } = this.topic(topic);
      const index = partitionOf(key, partitions.length);
      const partition = partitions[index]!;
      // Copied, as a wire would: the caller may use its buffer again.
      partition.records.push({
        topic,
        partition: index,
        offset: partition.next++,
        key,
        value: value && Buffer.from(value),
        headers: { ...headers },
        timestamp,
      });
      this.recordCount++;
    }
    for (const topic of new Set(messages.map((message) => message.topic))) this.dropOld(topic);
    this.change();
  }

  /** From `position` on, at most `max`; and where to go on, which is beyond the last where compaction left a gap. */
  read(topic: string, partition: number, position: bigint, max: number): { messages: IncomingMessage[]; next: bigint } {
    const { records, next } = this.topic(topic).partitions[partition]!;
    const start = lowerBound(records, position);
    const messages = records.slice(start, start + max).map((record) => ({ ...record, headers: { ...record.headers } }));
    const last = messages.at(-1);
    return { messages, next: last && start + max < records.length ? last.offset + 1n : next };
  }

  endOffsets(topics: readonly string[]): EndOffsets {
    return new Map(
      topics.map((name) => [name, new Map(this.topic(name).partitions.map(({ next }, index) => [index, next]))]),
    );
  }

  partitionCount(topic: string): number {
    return this.topic(topic).partitions.length;
  }

  /** At once and for good: superseded messages and tombstones go. */
  compact(name: string): void {
    for (const partition of this.topic(name).partitions) {
      const last = new Map(partition.records.map((record) => [record.key, record.offset]));
      this.keep(partition, (record) => last.get(record.key) === record.offset && record.value !== null);
    }
    this.change();
  }

  private dropOld(name: string): void {
    const { spec, partitions } = this.topic(name);
    if (spec.cleanup !== 'delete' || spec.retentionMs === undefined) return;
    const bound = this.clock.now() - spec.retentionMs;
    for (const partition of partitions) {
      if (partition.records[0] && partition.records[0].timestamp < bound) {
        this.keep(partition, (record) => record.timestamp >= bound);
      }
    }
  }

  private keep(partition: Partition, isKept: (record: IncomingMessage) => boolean): void {
    const kept = partition.records.filter(isKept);
    this.recordCount -= partition.records.length - kept.length;
    partition.records = kept;
  }

  private topic(name: string) {
    const found = this.topics.get(name);
    if (!found) throw new UnknownTopicError(name);
    return found;
  }
}

/** Index of the first record at or after `position`. */
function lowerBound(records: readonly IncomingMessage[], position: bigint): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (records[middle]!.offset < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
