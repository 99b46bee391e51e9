import { BusUnavailableError, InvalidMessageError, checkMessages, type OutgoingMessage } from '@arkan/ports';
import kafkajs from 'kafkajs';
import type { Kafka, Message, PartitionMetadata, Producer, RecordMetadata, TopicMessages } from 'kafkajs';
import { retry } from './client';
import { hasType, translate, within } from './errors';
import type { Topics } from './topics';

/** Of one request. kafkajs copies a partition's messages for each that it adds: more at once cost more each. */
const groupMessagesMax = 1_000;
const groupBytesMax = 4 * 1_048_576;
/** Of one partition in one request, which is one record batch: brokers refuse more than 1 MiB (`message.max.bytes`) unless told. */
const batchBytesMax = 1_000_000;
/** Waiting for their turn. */
const waitingMessagesMax = 100_000;

interface Call {
  /** Entries that are not acknowledged yet. */
  open: number;
  isSettled: boolean;
  resolve(): void;
  reject(error: Error): void;
}

interface Entry {
  call: Call;
  topic: string;
  bytes: number;
  message: Message & { partition: number };
}

/**
 * Publishes in groups, one request a broker under way at a time; what comes meanwhile makes the next group.
 *
 * Never two at once, because kafkajs 2.2.4 gives a failed request's sequence numbers back while it waits to try again: another
 * request would take them, and the broker, if it had the first after all, would acknowledge the second as a repetition and drop it.
 * For the same reason a producer that failed is given up: its successor has an id, and numbers, of its own.
 */
export class Publisher {
  private waiting: Entry[] = [];
  private isPumping = false;
  private isClosed = false;
  private producer: Promise<Producer> | null = null;
  private readonly leftovers = new Set<Promise<void>>();
  private readonly choose = kafkajs.Partitioners.DefaultPartitioner();
  private readonly metadata = new Map<number, PartitionMetadata[]>();

  constructor(
    private readonly kafka: Kafka,
    private readonly topics: Topics,
    private readonly timeoutMs: number,
    private readonly requestTimeoutMs: number,
  ) {}

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    if (this.isClosed) throw new BusUnavailableError('the bus is closed');
    checkMessages(messages);
    if (messages.length === 0) return;
    const partitions = await this.topics.partitionsOf(new Set(messages.map(({ topic }) => topic)));
    for (const { topic, value } of messages) {
      if (value === null && !(await this.topics.isCompacted(topic))) {
        throw new InvalidMessageError(`a message for ${topic} has no value: only compacted topics take tombstones`);
      }
    }
    if (this.waiting.length + messages.length > waitingMessagesMax) {
      throw new BusUnavailableError(`${this.waiting.length} messages wait to be published already`);
    }
    await new Promise<void>((resolve, reject) => {
      const call: Call = { open: messages.length, isSettled: false, resolve, reject };
      for (const message of messages) this.waiting.push(this.toEntry(call, message, partitions.get(message.topic)!));
      void this.pump();
    });
  }

  private toEntry(call: Call, { topic, key, value, headers }: OutgoingMessage, partitions: number): Entry {
    let bytes = 32 + Buffer.byteLength(key) + (value?.length ?? 0);
    for (const name in headers) bytes += 8 + Buffer.byteLength(name) + Buffer.byteLength(headers[name]!);
    // Kafka's own partitioner (murmur2), as other producers of these topics use it.
    const partition = this.choose({
      topic,
      partitionMetadata: this.partitionMetadata(partitions),
      message: { key, value },
    });
    return { call, topic, bytes, message: { key, value, headers, partition } };
  }

  /** What the partitioner wants to see of so many partitions; keys never choose by who leads them. */
  private partitionMetadata(count: number): PartitionMetadata[] {
    let metadata = this.metadata.get(count);
    if (!metadata) {
      metadata = Array.from({ length: count }, (_, partitionId) => ({
        partitionErrorCode: 0,
        partitionId,
        leader: 0,
        replicas: [],
        isr: [],
      }));
      this.metadata.set(count, metadata);
    }
    return metadata;
  }

  private async pump(): Promise<void> {
    if (this.isPumping) return;
    this.isPumping = true;
    // Calls of the same tick share a request.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      await this.sendGroup(this.nextGroup());
    }
    this.isPumping = false;
  }

  private async sendGroup(group: readonly Entry[]): Promise<void> {
    try {
      await this.send(group);
      for (const { call } of group) if (--call.open === 0) settle(call);
    } catch (thrown) {
      const error = translate(thrown);
      const calls = new Set(group.map(({ call }) => call));
      if (error instanceof InvalidMessageError && calls.size > 1) {
        // The fault of one, and the broker does not say of which.
        for (const call of calls) await this.sendGroup(group.filter((entry) => entry.call === call));
        return;
      }
      for (const call of calls) settle(call, error);
      // The rest of a call that failed would come without its beginning. An outage is everybody's: nobody waits for it in a queue.
      const isOutage = !(error instanceof InvalidMessageError);
      if (isOutage) for (const { call } of this.waiting) settle(call, error);
      this.waiting = this.waiting.filter(({ call }) => !call.isSettled);
    }
  }

  /** In order, up to the first that passes a bound. */
  private nextGroup(): Entry[] {
    const batches = new Map<string, number>();
    let [count, bytes] = [0, 0];
    for (const entry of this.waiting) {
      const batch = `${entry.topic}/${entry.message.partition}`;
      const batchBytes = (batches.get(batch) ?? 0) + entry.bytes;
      bytes += entry.bytes;
      if (count > 0 && (batchBytes > batchBytesMax || bytes > groupBytesMax || count === groupMessagesMax)) break;
      batches.set(batch, batchBytes);
      count++;
    }
    return this.waiting.splice(0, count);
  }

  private async send(group: readonly Entry[]): Promise<void> {
    try {
      await this.sendOnce(group);
    } catch (error) {
      this.giveUpProducer();
      // The broker has forgotten our numbers and has taken nothing: a new id is all it needs.
      if (!hasType(error, 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH')) throw error;
      try {
        await this.sendOnce(group);
      } catch (again) {
        this.giveUpProducer();
        throw again;
      }
    }
  }

  private async sendOnce(group: readonly Entry[]): Promise<void> {
    const byTopic = new Map<string, TopicMessages>();
    const expected = new Set<string>();
    for (const { topic, message } of group) {
      const own = byTopic.get(topic);
      if (own) own.messages.push(message);
      else byTopic.set(topic, { topic, messages: [message] });
      expected.add(`${topic}/${message.partition}`);
    }
    const sending = async () => {
      const producer = await (this.producer ??= this.connect());
      return producer.sendBatch({ acks: -1, timeout: this.requestTimeoutMs, topicMessages: [...byTopic.values()] });
    };
    checkComplete(expected, await within(this.timeoutMs, 'publish', sending()));
  }

  private async connect(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry,
    });
    await producer.connect();
    return producer;
  }

  private giveUpProducer(): void {
    const producer = this.producer;
    this.producer = null;
    const leaving = producer?.then((one) => one.disconnect()).catch(() => undefined);
    if (!leaving) return;
    this.leftovers.add(leaving);
    void leaving.then(() => this.leftovers.delete(leaving));
  }

  /** Refuses what still waits. */
  async close(): Promise<void> {
    this.isClosed = true;
    const closed = new BusUnavailableError('the bus is closed');
    for (const { call } of this.waiting.splice(0)) settle(call, closed);
    this.giveUpProducer();
    await Promise.all(this.leftovers);
  }
}

/**
 * kafkajs forgets a partition whose leader moves in the midst of a call to a broker that has answered already: it is never sent,
 * and the call succeeds.
 */
function checkComplete(expected: Set<string>, answers: readonly RecordMetadata[]): void {
  for (const { topicName, partition } of answers) expected.delete(`${topicName}/${partition}`);
  if (expected.size > 0) throw new BusUnavailableError(`no broker took the messages for ${[...expected].join(', ')}`);
}

function settle(call: Call, error?: Error): void {
  if (call.isSettled) return;
  call.isSettled = true;
  if (error) call.reject(error);
  else call.resolve();
}
