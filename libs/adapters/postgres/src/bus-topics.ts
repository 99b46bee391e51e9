import { checkSameTopic, UnknownTopicError, type EndOffsets, type TopicSpec } from '@arkan/ports';
import { inTransaction, statement, translated, type BusContext } from './bus-sql';
import type { StoredRow } from './bus-records';

/** A partition as this process knows it. */
export interface LogPartition {
  readonly topicId: number;
  readonly topic: string;
  readonly partition: number;
  readonly isCompacted: boolean;
  /** The next offset, as far as heard of; -1 before the first word. Only ever grows. */
  head: number;
  /** Of this process. */
  readonly readers: Set<{ wake(): void }>;
  /** Rows committed by this process of late, by their first offset. */
  readonly recent: Map<number, StoredRow>;
}

export interface Topic {
  readonly id: number;
  readonly name: string;
  readonly isCompacted: boolean;
  readonly partitions: readonly LogPartition[];
}

/** The topics by name and number. They never change or go, so what was read once holds. */
export class Topics {
  private readonly byName = new Map<string, Topic>();
  private readonly byId = new Map<number, Topic>();
  private readonly load;

  constructor(private readonly context: BusContext) {
    const { schema } = context;
    this.load = statement(
      schema,
      'topics',
      `select id, name, partitions, cleanup from ${schema}.topic where name = any($1::text[])`,
    );
  }

  /** Null where it was not looked up yet. */
  known(name: string): Topic | null {
    return this.byName.get(name) ?? null;
  }

  /** In the order of `names`. Throws UnknownTopicError. */
  async resolve(names: readonly string[]): Promise<Topic[]> {
    const unknown = names.filter((name) => !this.byName.has(name));
    if (unknown.length > 0) this.remember((await this.context.sql.query<TopicRow>(this.load([unknown]))).rows);
    return names.map((name) => {
      const topic = this.byName.get(name);
      if (!topic) throw new UnknownTopicError(name);
      return topic;
    });
  }

  partition(topicId: number, partition: number): LogPartition | undefined {
    return this.byId.get(topicId)?.partitions[partition];
  }

  /** All that was looked up so far. */
  *all(): Iterable<LogPartition> {
    for (const topic of this.byName.values()) yield* topic.partitions;
  }

  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    if (specs.length === 0) return;
    const { pool, schema } = this.context;
    // In one order in every process: two that start together would otherwise wait for each other.
    const sorted = [...specs].sort((a, b) => (a.name < b.name ? -1 : 1));
    const names = sorted.map((spec) => spec.name);
    const rows = await translated(
      inTransaction(pool, async (tx) => {
        await tx.query(
          `insert into ${schema}.topic as t (name, partitions, cleanup, retention_ms)
         select * from unnest($1::text[], $2::int[], $3::text[], $4::bigint[])
         on conflict (name) do update set retention_ms = excluded.retention_ms
         where (t.partitions, t.cleanup) = (excluded.partitions, excluded.cleanup)
           and t.retention_ms is distinct from excluded.retention_ms`,
          [
            names,
            sorted.map((spec) => spec.partitions),
            sorted.map((spec) => spec.cleanup),
            sorted.map((spec) => spec.retentionMs ?? null),
          ],
        );
        await tx.query(
          `insert into ${schema}.topic_partition (topic_id, partition)
         select id, n from ${schema}.topic, generate_series(0, partitions - 1) n where name = any($1::text[])
         on conflict do nothing`,
          [names],
        );
        return (await tx.query<TopicRow>(this.load([names]))).rows;
      }),
    );
    const existing = new Map(rows.map((row) => [row.name, row]));
    for (const spec of specs) checkSameTopic(existing.get(spec.name)!, spec);
    this.remember(rows);
  }

  private remember(rows: readonly TopicRow[]): void {
    for (const { id, name, partitions, cleanup } of rows) {
      if (this.byName.has(name)) continue;
      const isCompacted = cleanup === 'compact';
      const topic: Topic = {
        id,
        name,
        isCompacted,
        partitions: Array.from({ length: partitions }, (_, partition) => ({
          topicId: id,
          topic: name,
          partition,
          isCompacted,
          head: -1,
          readers: new Set(),
          recent: new Map(),
        })),
      };
      this.byName.set(name, topic);
      this.byId.set(id, topic);
    }
  }
}

interface TopicRow {
  id: number;
  name: string;
  partitions: number;
  cleanup: TopicSpec['cleanup'];
}

/** Every partition of `topics`, with what `offsetOf` says of it. */
export function offsetsOf(topics: readonly Topic[], offsetOf: (partition: LogPartition) => number): EndOffsets {
  return new Map(
    topics.map((topic) => [topic.name, new Map(topic.partitions.map((one) => [one.partition, BigInt(offsetOf(one))]))]),
  );
}
