import {
  TailPositions,
  retryDelayMs,
  type EndOffsets,
  type IncomingMessage,
  type Tail,
  type TailOptions,
} from '@arkan/ports';
import type { Cluster, KafkaMessage } from 'kafkajs';
import Batch from 'kafkajs/src/consumer/batch.js';
import { createCluster } from './client';
import { fetchWaitMs, pauseUnlessAborted, type ReaderContext } from './consumer';
import { translate } from './errors';
import { fillGapsOf, type FetchBroker, type FetchedPartition } from './fetch-gaps';
import { toIncoming } from './messages';
import type { Topics } from './topics';

const partitionBytesMax = 1_048_576;
const fetchBytesMax = 10 * 1_048_576;
const readCommitted = 1;

/** What kafkajs's Batch makes of an answer: without aborted and control records. */
interface ReadBatch {
  messages: KafkaMessage[];
  /** Of all records that it held, also those left out. */
  lastOffset(): string;
  isEmpty(): boolean;
  isEmptyDueToFiltering(): boolean;
}
type BatchClass = new (topic: string, fetchOffset: string, fetched: FetchedPartition) => ReadBatch;

/**
 * Reads every partition by itself, without a group: no coordinator, no rebalance, nothing kept on the brokers, and after a fault it
 * goes on at its own positions. One fetch a broker is under way at a time; what it brings is handled before the next.
 */
export class KafkaTail implements Tail {
  private readonly positions: TailPositions;
  private readonly next = new Map<string, Map<number, bigint>>();
  private readonly stopping = new AbortController();
  private readonly cluster: Cluster;
  private running: Promise<void> = Promise.resolve();
  /** Handlers are called one at a time, also where several brokers are read. */
  private turn: Promise<unknown> = Promise.resolve();
  private failures = 0;
  private ended: Promise<void> | null = null;

  constructor(
    private readonly context: ReaderContext,
    private readonly topics: Topics,
    private readonly options: TailOptions,
  ) {
    this.positions = new TailPositions(context.clock);
    this.cluster = createCluster(context.kafka);
    fillGapsOf(this.cluster);
  }

  /** Resolves when the starts of all partitions are known. */
  async start(): Promise<void> {
    const starts = await this.topics.startOffsets(this.options.topics);
    for (const [topic, partitions] of starts) {
      for (const [partition, offset] of partitions) this.moveTo(topic, partition, offset);
    }
    this.running = this.run();
  }

  private moveTo(topic: string, partition: number, offset: bigint): void {
    let partitions = this.next.get(topic);
    if (!partitions) this.next.set(topic, (partitions = new Map()));
    partitions.set(partition, offset);
    this.positions.advance(topic, partition, offset);
  }

  private async run(): Promise<void> {
    const { clock, random, retryBaseMs, report } = this.context;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.readAll();
      } catch (error) {
        if (signal.aborted) break;
        if (await this.recover(error)) continue;
        report(translate(error));
        await pauseUnlessAborted(clock, retryDelayMs(++this.failures, retryBaseMs, random.next()), signal);
      }
    }
    await this.cluster.disconnect().catch(() => undefined);
  }

  /** What retention has deleted under us: we go on with what is left. */
  private async recover(error: unknown): Promise<boolean> {
    if (!(error instanceof Error) || error.name !== 'KafkaJSOffsetOutOfRange') return false;
    try {
      const starts = await this.topics.startOffsets(this.options.topics);
      let hasMoved = false;
      for (const [topic, partitions] of starts) {
        for (const [partition, offset] of partitions) {
          if (this.next.get(topic)!.get(partition)! >= offset) continue;
          this.moveTo(topic, partition, offset);
          hasMoved = true;
        }
      }
      return hasMoved;
    } catch {
      return false;
    }
  }

  /** One loop for each broker that leads partitions, until one fails, leaders move or we are stopped. */
  private async readAll(): Promise<void> {
    await this.cluster.connect();
    await this.cluster.addMultipleTargetTopics([...this.options.topics]);
    if (this.failures > 0) await this.cluster.refreshMetadata();
    const round = new AbortController();
    const nodes = [...this.byLeader().keys()];
    const loops = nodes.map(async (nodeId) => {
      try {
        while (!round.signal.aborted && !this.stopping.signal.aborted) {
          await this.cluster.refreshMetadataIfNecessary();
          const leaders = this.byLeader();
          if ([...leaders.keys()].some((id) => !nodes.includes(id))) return;
          const own = leaders.get(nodeId);
          if (!own) return;
          await this.read(nodeId, own);
          this.failures = 0;
        }
      } finally {
        round.abort();
      }
    });
    const results = await Promise.allSettled(loops);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private byLeader(): Map<string, { topic: string; partitions: number[] }[]> {
    const leaders = new Map<string, { topic: string; partitions: number[] }[]>();
    for (const topic of this.options.topics) {
      const known = this.cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
      for (const partition of known) {
        // One that was added since.
        if (!this.next.get(topic)?.has(partition)) this.moveTo(topic, partition, 0n);
      }
      for (const [nodeId, partitions] of Object.entries(this.cluster.findLeaderForPartitions(topic, known))) {
        const own = leaders.get(nodeId);
        if (own) own.push({ topic, partitions });
        else leaders.set(nodeId, [{ topic, partitions }]);
      }
    }
    return leaders;
  }

  private async read(nodeId: string, own: readonly { topic: string; partitions: number[] }[]): Promise<void> {
    const broker = await this.cluster.findBroker({ nodeId });
    const offsets = (topic: string) => this.next.get(topic)!;
    const topics = own.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((partition) => ({
        partition,
        fetchOffset: String(offsets(topic).get(partition)!),
        maxBytes: partitionBytesMax,
      })),
    }));
    const request = {
      maxWaitTime: fetchWaitMs,
      minBytes: 1,
      maxBytes: fetchBytesMax,
      isolationLevel: readCommitted,
      topics,
    };
    const { responses } = await (broker as unknown as FetchBroker).fetch(request);
    for (const { topicName, partitions } of responses) {
      for (const fetched of partitions) {
        const fetchOffset = String(offsets(topicName).get(fetched.partition)!);
        const batch = new (Batch as BatchClass)(topicName, fetchOffset, fetched);
        if (batch.isEmpty() && !batch.isEmptyDueToFiltering()) continue;
        const messages = batch.messages.map((message) => toIncoming(topicName, fetched.partition, message));
        if (messages.length > 0 && !(await this.inTurn(() => this.deliver(messages)))) return;
        this.moveTo(topicName, fetched.partition, BigInt(batch.lastOffset()) + 1n);
      }
    }
  }

  private inTurn<T>(run: () => Promise<T>): Promise<T> {
    const ran = this.turn.then(run);
    this.turn = ran.catch(() => undefined);
    return ran;
  }

  /** Until it is handled; false where we were stopped before. */
  private async deliver(messages: IncomingMessage[]): Promise<boolean> {
    const { clock, random, retryBaseMs } = this.context;
    const { signal } = this.stopping;
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        await this.options.onMessages([...messages]);
        return true;
      } catch (error) {
        this.options.onError?.(error);
      }
      await pauseUnlessAborted(clock, retryDelayMs(failures, retryBaseMs, random.next()), signal);
    }
    return false;
  }

  reached(offsets: EndOffsets, timeoutMs: number): Promise<void> {
    return this.positions.reached(offsets, timeoutMs);
  }

  position(): EndOffsets {
    return this.positions.snapshot();
  }

  stop(): Promise<void> {
    return (this.ended ??= this.end());
  }

  private async end(): Promise<void> {
    this.stopping.abort();
    this.positions.stop();
    await this.running;
  }
}
