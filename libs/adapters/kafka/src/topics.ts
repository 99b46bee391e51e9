import { UnknownTopicError, checkSameTopic, type EndOffsets, type TopicSpec } from '@arkan/ports';
import kafkajs from 'kafkajs';
import type { Admin, Cluster, IResourceConfigEntry } from 'kafkajs';
import { retry } from './client';
import { hasType, translate } from './errors';

/** The most of a record batch on topics that we make: 1 MiB of value and headers, with the key and what frames them. */
const batchBytesMax = 2 * 1_048_576;
/** A topic that was just made is not yet known to every broker: one that we have made is looked for longer. */
const unknownLooks = 3;
const newLooks = 50;
const pauseMs = 100;
/** How long the number of a topic's partitions is believed. */
const knownForMs = 300_000;

/** Answers of the cluster that mean: ask again, with fresh metadata. */
const stale = [
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'REPLICA_NOT_AVAILABLE',
];

/** What the cluster knows of topics. */
export class Topics {
  private readonly known = new Map<string, { partitions: number; until: number }>();
  private readonly policies = new Map<string, string>();

  constructor(
    private readonly cluster: Cluster,
    private readonly admin: Admin,
    private readonly replicationFactor: number | undefined,
  ) {}

  /** The number of partitions of each. Throws UnknownTopicError for the first that is missing. */
  async partitionsOf(topics: Iterable<string>): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    for (const topic of topics) {
      const known = this.known.get(topic);
      found.set(topic, known && known.until > Date.now() ? known.partitions : await this.look(topic));
    }
    return found;
  }

  private async look(topic: string, looksMax = unknownLooks): Promise<number> {
    for (let looks = 1; ; looks++) {
      const partitions = await this.count(topic);
      if (partitions > 0) {
        this.known.set(topic, { partitions, until: Date.now() + knownForMs });
        return partitions;
      }
      if (looks === looksMax) throw new UnknownTopicError(topic);
      await pause();
    }
  }

  private async count(topic: string): Promise<number> {
    try {
      await this.cluster.addTargetTopic(topic);
      // Else kafkajs answers from what it was told minutes ago.
      if (this.known.has(topic)) await this.cluster.refreshMetadata();
      return this.cluster.findTopicPartitionMetadata(topic).length;
    } catch (error) {
      if (hasType(error, 'UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE')) return 0;
      throw translate(error);
    }
  }

  async isCompacted(topic: string): Promise<boolean> {
    let policy = this.policies.get(topic);
    if (policy === undefined) {
      policy = (await this.cleanupPolicies([topic])).get(topic) ?? 'delete';
      this.policies.set(topic, policy);
    }
    return policy.includes('compact');
  }

  private async cleanupPolicies(topics: readonly string[]): Promise<Map<string, string>> {
    const { resources } = await this.admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map((name) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name,
        configNames: ['cleanup.policy'],
      })),
    });
    return new Map(resources.map((one) => [one.resourceName, one.configEntries[0]?.configValue ?? 'delete']));
  }

  /** See MessageBus.ensureTopics. */
  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    if (specs.length === 0) return;
    try {
      const existing = new Set(await this.admin.listTopics());
      const missing = specs.filter(({ name }) => !existing.has(name));
      // One by one where several processes do it: a call fails as a whole for those that another has made.
      for (const spec of missing) await this.create(spec);
      const counts = new Map<string, number>();
      for (const { name } of specs) counts.set(name, await this.look(name, newLooks));
      const policies = await this.cleanupPolicies(specs.map(({ name }) => name));
      for (const spec of specs) {
        const partitions = counts.get(spec.name)!;
        const cleanup = (policies.get(spec.name) ?? 'delete') as TopicSpec['cleanup'];
        checkSameTopic({ partitions, cleanup }, spec);
        this.policies.set(spec.name, cleanup);
      }
    } catch (error) {
      throw translate(error);
    }
  }

  private async create(spec: TopicSpec): Promise<void> {
    await this.admin.createTopics({
      topics: [
        {
          topic: spec.name,
          numPartitions: spec.partitions,
          // -1 leaves it to the brokers.
          replicationFactor: this.replicationFactor ?? -1,
          configEntries: configOf(spec),
        },
      ],
      timeout: 5_000,
      // kafkajs fails where the topic is not known yet at its first look: `look` is what waits.
      waitForLeaders: false,
    });
  }

  /** The end of each partition: one request a broker. */
  endOffsets(topics: readonly string[]): Promise<EndOffsets> {
    return this.offsets(topics, false);
  }

  startOffsets(topics: readonly string[]): Promise<EndOffsets> {
    return this.offsets(topics, true);
  }

  private async offsets(topics: readonly string[], fromBeginning: boolean): Promise<EndOffsets> {
    const partitions = await this.partitionsOf(topics);
    const asked = [...partitions].map(([topic, count]) => ({
      topic,
      fromBeginning,
      partitions: Array.from({ length: count }, (_, partition) => ({ partition })),
    }));
    for (let tries = 1; ; tries++) {
      try {
        const answer = await this.cluster.fetchTopicsOffset(asked);
        return toOffsets(answer);
      } catch (error) {
        if (tries > triesAfter(error)) throw translate(error);
        await pause();
        await this.cluster.refreshMetadata().catch((failure: unknown) => {
          throw translate(failure);
        });
      }
    }
  }

  async committed(group: string, topics: readonly string[]): Promise<EndOffsets> {
    await this.partitionsOf(topics);
    try {
      return toOffsets(await this.admin.fetchOffsets({ groupId: group, topics: [...topics] }));
    } catch (error) {
      throw translate(error);
    }
  }
}

function configOf(spec: TopicSpec): IResourceConfigEntry[] {
  const entries: [string, string | number | undefined][] = [
    ['cleanup.policy', spec.cleanup],
    ['retention.ms', spec.cleanup === 'delete' ? spec.retentionMs : undefined],
    ['max.message.bytes', batchBytesMax],
    // The time at which the bus took a message is the bus's.
    ['message.timestamp.type', 'LogAppendTime'],
  ];
  return entries.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: String(value) }]));
}

/** A negative offset says that there is none. */
function toOffsets(
  topics: readonly { topic: string; partitions: readonly { partition: number; offset: string }[] }[],
): EndOffsets {
  return new Map(
    topics.map(({ topic, partitions }) => [
      topic,
      new Map(
        partitions.flatMap(({ partition, offset }) => (BigInt(offset) < 0n ? [] : [[partition, BigInt(offset)]])),
      ),
    ]),
  );
}

/** How often it is worth asking again. */
function triesAfter(error: unknown): number {
  // The metadata know the topic, and its leader does not host it yet: it was made just now.
  if (hasType(error, 'UNKNOWN_TOPIC_OR_PARTITION')) return newLooks;
  // A connection that a broker had closed, or a leader that has moved.
  const isPassing =
    hasType(error, ...stale) || (error instanceof Error && /Connection(Closed)?Error|BrokerNotFound/.test(error.name));
  return isPassing ? retry.retries : 0;
}

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, pauseMs));
