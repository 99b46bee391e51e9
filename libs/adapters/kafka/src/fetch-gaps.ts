import type { Cluster } from 'kafkajs';

// Compaction, and what a transaction leaves, make offsets that hold no record. Where the records of a whole batch are gone, the
// broker keeps the empty batch as long as it remembers its producer; kafkajs 2.2.4 drops empty batches with the offsets that they
// cover, asks for the same offset again, and stays there for ever. Kafka's own clients read on after the batch's last offset.

interface RawMessage {
  offset: string;
  isControlRecord: boolean;
}

export interface FetchRequest {
  topics: { topic: string; partitions: { partition: number; fetchOffset: string }[] }[];
}

export interface FetchedPartition {
  partition: number;
  highWatermark: string;
  /** The end of what may be read: that of the log, or the start of the oldest open transaction. */
  lastStableOffset?: string;
  abortedTransactions?: unknown[];
  messages: RawMessage[];
}

export interface FetchResponse {
  responses: { topicName: string; partitions: FetchedPartition[] }[];
}

export interface FetchBroker {
  fetch(request: FetchRequest): Promise<FetchResponse>;
}

/**
 * Puts a record that nobody is given (a control record) where the broker has none to give, so that a reader goes on.
 *
 * A broker that has a batch at or after the offsets asked for always gives at least one. So where an answer holds no record at all
 * and more may be read, the batch that it held was empty. How far that went kafkajs doesn't tell: each answer moves the reader on
 * by one offset, about 2,000 a second on a near broker, and only at the end of a segment, because batches that follow come with it.
 */
export function fillGaps(request: FetchRequest, response: FetchResponse): FetchResponse {
  const isEmpty = response.responses.every(({ partitions }) =>
    partitions.every(({ messages }) => messages.length === 0),
  );
  if (!isEmpty) return response;
  for (const { topicName, partitions } of response.responses) {
    const asked = request.topics.find(({ topic }) => topic === topicName)?.partitions;
    for (const fetched of partitions) {
      const offset = asked?.find(({ partition }) => partition === fetched.partition)?.fetchOffset;
      if (offset === undefined || BigInt(fetched.lastStableOffset ?? -1) <= BigInt(offset)) continue;
      fetched.messages = [{ offset, isControlRecord: true }];
      // None of them is in what was just made up.
      fetched.abortedTransactions = [];
    }
  }
  return response;
}

const filled = new WeakSet<object>();

/** Makes every fetch of `cluster` go on over gaps. */
export function fillGapsOf(cluster: Cluster): void {
  const find = cluster.findBroker.bind(cluster);
  cluster.findBroker = async (node) => {
    const broker = await find(node);
    if (!filled.has(broker)) {
      filled.add(broker);
      const fetching = broker as unknown as FetchBroker;
      const fetch = fetching.fetch.bind(fetching);
      fetching.fetch = async (request) => fillGaps(request, await fetch(request));
    }
    return broker;
  };
}
