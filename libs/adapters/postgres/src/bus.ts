import { randomUUID } from 'node:crypto';
import { systemClock, systemRandom, type Clock, type Random } from '@arkan/kernel';
import {
  BusUnavailableError,
  type ConsumeOptions,
  type Consumer,
  type EndOffsets,
  type MessageBus,
  type OutboxReceipt,
  type OutgoingMessage,
  type SqlExecutor,
  type Tail,
  type TailOptions,
  type TopicSpec,
} from '@arkan/ports';
import type { Pool } from 'pg';
import { Appender, type AppendedRow } from './bus-append';
import { GroupMember } from './bus-consumer';
import { GroupStore } from './bus-group-store';
import { Groups } from './bus-groups';
import { createJanitor } from './bus-janitor';
import { Log } from './bus-log';
import { Publisher } from './bus-publisher';
import { busMigrations, migrate } from './bus-schema';
import { Signals } from './bus-signals';
import { guarded, statement, translated, translatedPool, type BusContext } from './bus-sql';
import { LogTail } from './bus-tail';
import { offsetsOf, Topics, type Topic } from './bus-topics';

export interface PostgresBusOptions {
  /** Not closed with the bus. Each reader that catches up, and each publish, takes a connection for a moment. */
  pool: Pool;
  /** Made and migrated where it is missing. */
  schema?: string;
  /**
   * Names this process over its restarts, where just one of that name runs: the partitions of its last life are then free at its
   * start, and not only when their lease has run out.
   */
  processId?: string;
  /**
   * Nobody but this process writes to this log, ever: then it knows the ends of what it has committed, and `endOffsets` costs no
   * round trip. A second writer would not be seen by it in time.
   */
  isSoleWriter?: boolean;
  /** How often to look for what no signal told of. */
  pollMs?: number;
  /** Hear of other processes' messages at once, over a connection of its own. */
  listen?: boolean;
  /** Faults that no caller is told of. They are repeated by themselves. */
  onError?(error: unknown): void;
  /** A process that was not heard of for so long loses its partitions. By the database's time. */
  leaseMs?: number;
  /** Messages just committed here, kept for the readers here. */
  cacheBytesMax?: number;
  retryBaseMs?: number;
  janitorMs?: number;
  /** A group that was not seen for so long no longer keeps messages from being dropped. */
  groupForgottenMs?: number;
  /** How long a compacted topic keeps the end of a key. */
  tombstoneMs?: number;
  clock?: Clock;
  random?: Random;
}

export interface PostgresBus extends MessageBus {
  /** For the outbox: writes to the log within `tx`, a transaction on the bus's own database. */
  append(tx: SqlExecutor, messages: readonly OutgoingMessage[]): Promise<OutboxReceipt>;
  /** For the outbox: the transactions of these are committed. */
  appended(receipts: readonly OutboxReceipt[]): void;
  /** Retention and compaction now; they also run by themselves. Bounded. */
  janitor(): Promise<{ dropped: number; compacted: number; tombstones: number }>;
}

/** A log with consumer groups in Postgres. Throws where the schema can't be made. */
export async function createPostgresBus(options: PostgresBusOptions): Promise<PostgresBus> {
  const { pool, schema = 'bus', clock = systemClock, random = systemRandom, retryBaseMs = 100 } = options;
  const report = guarded(options.onError);
  await translated(migrate(pool, schema, 'bus', busMigrations));
  const bus = new LogBus({ pool, sql: translatedPool(pool), schema, clock, random, retryBaseMs, report }, options);
  try {
    await bus.start();
    return bus;
  } catch (error) {
    await bus.close();
    throw error;
  }
}

class AppendReceipt implements OutboxReceipt {
  constructor(
    readonly messageCount: number,
    readonly rows: readonly AppendedRow[],
    /** Until then it counts as one whose commit may have happened without our hearing of it. */
    readonly doubtfulUntilMs: number,
  ) {}
}

/** Longer than any transaction lives. */
const doubtMaxMs = 60_000;

class LogBus implements PostgresBus {
  private readonly topics: Topics;
  private readonly log: Log;
  private readonly appender: Appender;
  private readonly publisher: Publisher;
  private readonly store: GroupStore;
  private readonly groups: Groups;
  private readonly signals: Signals;
  private readonly readers = new Set<{ stop(): Promise<void> }>();
  private readonly runJanitor;
  private readonly selectEnds;
  private readonly pollMs: number;
  private readonly timers = new Map<string, () => void>();
  private isRefreshing = false;
  private readonly refreshNext = new Set<number>();
  /** Appended in transactions of which no end was heard yet; only for a sole writer. By topic, each bounded by the transactions of a minute. */
  private readonly doubtful = new Map<number, Set<AppendReceipt>>();
  private closing: Promise<void> | null = null;

  constructor(
    private readonly context: BusContext,
    private readonly options: PostgresBusOptions,
  ) {
    const { schema } = context;
    const { processId, leaseMs = 10_000, pollMs = 1_000, cacheBytesMax = 8 * 1_048_576 } = options;
    const { groupForgottenMs = 7 * 86_400_000, tombstoneMs = 86_400_000 } = options;
    const busId = randomUUID();
    this.pollMs = pollMs;
    this.topics = new Topics(context);
    this.log = new Log(context, cacheBytesMax);
    this.appender = new Appender(context, this.topics);
    this.publisher = new Publisher(context, this.appender, (rows) => this.committed(rows));
    this.store = new GroupStore(context, processId ?? busId, leaseMs);
    this.signals = new Signals(context, busId, {
      onTopics: (ids) => this.refreshSoon(ids),
      onGroup: (group) => this.groups.groupChanged(group),
      onGap: () => {
        this.refreshSoon(this.topicsRead());
        this.groups.rebalanceSoon();
      },
    });
    this.groups = new Groups(context, this.topics, this.store, {
      leaseMs,
      pollMs,
      announce: (group) => this.signals.group(group),
    });
    this.runJanitor = createJanitor(context, { groupForgottenMs, tombstoneMs });
    this.selectEnds = statement(
      schema,
      'ends',
      `select topic_id, partition, next_offset from ${schema}.topic_partition where topic_id = any($1::int[])`,
    );
  }

  async start(): Promise<void> {
    this.context.pool.on('error', this.context.report);
    if (this.options.processId !== undefined) await this.store.evictProcess();
    if (this.options.listen !== false) await this.signals.start();
    await this.poll();
    this.every('janitor', this.options.janitorMs ?? 60_000, () => this.runJanitor());
  }

  ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    return this.whileOpen(() => this.topics.ensure(topics));
  }

  publish(messages: readonly OutgoingMessage[]): Promise<void> {
    return this.publisher.publish(messages);
  }

  endOffsets(topics: readonly string[]): Promise<EndOffsets> {
    return this.whileOpen(async () => {
      const found = await this.topics.resolve(topics);
      if (this.knowsEnds(found)) return offsetsOf(found, ({ head }) => head);
      const ends = await this.readEnds(found.map((topic) => topic.id));
      return offsetsOf(found, ({ topicId, partition }) => ends.get(`${topicId}/${partition}`) ?? 0);
    });
  }

  consume(options: ConsumeOptions): Promise<Consumer> {
    return this.whileOpen(async () => {
      const topics = await this.topics.resolve(options.topics);
      const member = new GroupMember(this.context, this.log, this.groups, options, topics);
      await this.groups.join(member);
      return this.tracked(member);
    });
  }

  tail(options: TailOptions): Promise<Tail> {
    return this.whileOpen(async () =>
      this.tracked(new LogTail(this.context, this.log, await this.topics.resolve(options.topics), options)),
    );
  }

  committedOffsets(group: string, topics: readonly string[]): Promise<EndOffsets> {
    return this.whileOpen(async () => this.store.committedOffsets(group, await this.topics.resolve(topics)));
  }

  async append(tx: SqlExecutor, messages: readonly OutgoingMessage[]): Promise<OutboxReceipt> {
    await this.appender.check(messages);
    // Errors of the caller's transaction stay as they are: the caller knows what to do with its own.
    const rows = await this.appender.append(tx, messages);
    const receipt = new AppendReceipt(messages.length, rows, this.context.clock.now() + doubtMaxMs);
    if (this.options.isSoleWriter) this.doubt(receipt);
    return receipt;
  }

  appended(receipts: readonly OutboxReceipt[]): void {
    for (const receipt of receipts) {
      if (!(receipt instanceof AppendReceipt)) continue;
      this.committed(receipt.rows);
      for (const { partition } of receipt.rows) this.doubtful.get(partition.topicId)?.delete(receipt);
    }
    if (receipts.length === 0) this.refreshSoon(this.topicsRead());
  }

  janitor() {
    return this.whileOpen(() => this.runJanitor());
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      for (const cancel of this.timers.values()) cancel();
      await Promise.all([...this.readers].map((reader) => reader.stop()));
      await this.publisher.close();
      this.groups.close();
      await this.signals.close();
      this.context.pool.off('error', this.context.report);
    })();
    return this.closing;
  }

  /** Of a commit whose answer was lost we don't know, and a rolled back transaction does not tell us either: the database is asked meanwhile. */
  private doubt(receipt: AppendReceipt): void {
    for (const { partition } of receipt.rows) {
      const receipts = this.doubtful.get(partition.topicId) ?? new Set();
      this.doubtful.set(partition.topicId, receipts.add(receipt));
    }
  }

  private knowsEnds(topics: readonly Topic[]): boolean {
    if (!this.options.isSoleWriter) return false;
    const nowMs = this.context.clock.now();
    return topics.every(({ id, partitions }) => {
      const receipts = this.doubtful.get(id);
      for (const receipt of receipts ?? []) if (receipt.doubtfulUntilMs <= nowMs) receipts!.delete(receipt);
      return !receipts?.size && partitions.every(({ head }) => head >= 0);
    });
  }

  private committed(rows: readonly AppendedRow[]): void {
    this.log.committed(rows);
    this.signals.topics(rows.map((row) => row.partition.topicId));
  }

  private async whileOpen<T>(call: () => Promise<T>): Promise<T> {
    if (this.closing) throw new BusUnavailableError('the bus is closed');
    return call();
  }

  /** Stopped with the bus, unless it was stopped before. */
  private tracked<T extends { stop(): Promise<void> }>(reader: T): T {
    this.readers.add(reader);
    const stop = reader.stop.bind(reader);
    reader.stop = () => stop().finally(() => this.readers.delete(reader));
    return reader;
  }

  private topicsRead(): Set<number> {
    const ids = new Set<number>();
    for (const partition of this.topics.all()) if (partition.readers.size > 0) ids.add(partition.topicId);
    return ids;
  }

  private async readEnds(topicIds: number[]): Promise<Map<string, number>> {
    const { rows } = await this.context.sql.query<{ topic_id: number; partition: number; next_offset: string }>(
      this.selectEnds([topicIds]),
    );
    const ends = new Map<string, number>();
    for (const { topic_id, partition, next_offset } of rows) {
      ends.set(`${topic_id}/${partition}`, Number(next_offset));
      const known = this.topics.partition(topic_id, partition);
      if (known) this.log.heardOf(known, Number(next_offset));
    }
    return ends;
  }

  /** Looks how far these topics go, and wakes who is behind. One look at a time. */
  private refreshSoon(topicIds: Iterable<number>): void {
    const read = this.topicsRead();
    for (const id of topicIds) if (read.has(id)) this.refreshNext.add(id);
    if (!this.isRefreshing) void this.refresh();
  }

  private async refresh(): Promise<void> {
    this.isRefreshing = true;
    try {
      while (this.refreshNext.size > 0) {
        const ids = [...this.refreshNext];
        this.refreshNext.clear();
        await this.readEnds(ids);
      }
    } catch (error) {
      if (!this.closing) this.context.report(error);
    } finally {
      this.isRefreshing = false;
    }
  }

  private async poll(): Promise<void> {
    try {
      await this.signals.countOthers();
      const ids = [...this.topicsRead()];
      if (ids.length > 0) await this.readEnds(ids);
    } catch (error) {
      if (!this.closing) this.context.report(error);
    }
    if (!this.closing)
      this.timers.set(
        'poll',
        this.context.clock.schedule(this.pollMs, () => void this.poll()),
      );
  }

  private every(name: string, ms: number, run: () => Promise<unknown>): void {
    const again = () => {
      run()
        .catch(this.context.report)
        .finally(() => {
          if (!this.closing) this.every(name, ms, run);
        });
    };
    this.timers.set(name, this.context.clock.schedule(ms, again));
  }
}
