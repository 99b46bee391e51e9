import { randomUUID } from 'node:crypto';
import { retryDelayMs, type ConsumeOptions, type Consumer, type IncomingMessage } from '@arkan/ports';
import type { MemberRow } from './bus-group-store';
import type { Groups } from './bus-groups';
import type { Log } from './bus-log';
import { PartitionReader } from './bus-reader';
import { guarded, type BusContext } from './bus-sql';
import type { LogPartition, Topic } from './bus-topics';

/** One call of `consume`: a member of its group, with a run for each partition that it owns. */
export class GroupMember implements Consumer {
  readonly row: MemberRow;
  private readonly options: ConsumeOptions;
  readonly partitions: readonly LogPartition[];
  private readonly runs = new Map<LogPartition, PartitionRun>();
  private shared: readonly LogPartition[] = [];
  private isPaused = false;
  private stopping: Promise<void> | null = null;

  constructor(
    private readonly context: BusContext,
    private readonly log: Log,
    private readonly groups: Groups,
    options: ConsumeOptions,
    topics: readonly Topic[],
  ) {
    this.options = { ...options, onError: guarded(options.onError) };
    this.row = { id: randomUUID(), groupName: options.group, topicIds: topics.map((topic) => topic.id) };
    this.partitions = topics.flatMap((topic) => topic.partitions);
  }

  stop(): Promise<void> {
    this.stopping ??= (async () => {
      for (const run of this.runs.values()) run.end();
      await Promise.all([...this.runs.values()].map((run) => run.done));
      await this.groups.leave(this);
    })();
    return this.stopping;
  }

  pause(): void {
    this.setPaused(true);
  }

  resume(): void {
    this.setPaused(false);
  }

  /** Ends the runs that are no longer ours, without commit. */
  keepOnly(isOurs: (partition: LogPartition, epoch: number) => boolean): void {
    for (const [partition, run] of this.runs) if (!isOurs(partition, run.epoch)) run.lose();
  }

  /** Gives back what is not of `share`; answers what of it is to be claimed. */
  assign(share: readonly LogPartition[]): LogPartition[] {
    if (this.stopping) return [];
    for (const [partition, run] of this.runs) if (!share.includes(partition)) run.end();
    this.shared = share;
    return this.missing();
  }

  /** What of its share is still with another. */
  missing(): LogPartition[] {
    return this.shared.filter((partition) => !this.runs.has(partition));
  }

  start(partition: LogPartition, epoch: number, from: number): void {
    if (this.stopping || this.runs.has(partition)) return;
    const reader = new PartitionReader(this.context, this.log, partition, from, this.options.onError);
    reader.setPaused(this.isPaused);
    const run = new PartitionRun(this.context, this.groups, this.row, this.options, reader, epoch);
    this.runs.set(partition, run);
    void run.done.then(() => this.ended(partition, run));
  }

  private ended(partition: LogPartition, run: PartitionRun): void {
    this.runs.delete(partition);
    if (this.stopping) return;
    if (run.isLost) this.groups.rebalanceSoon();
    else void this.groups.release(this, partition, run.epoch);
  }

  private setPaused(isPaused: boolean): void {
    this.isPaused = isPaused;
    for (const run of this.runs.values()) run.reader.setPaused(isPaused);
  }
}

/** A partition in the hands of a member, for one epoch of its ownership. */
class PartitionRun {
  readonly done: Promise<void>;
  /** It is, or may be, another's: nothing may be committed any more. */
  isLost = false;
  private readonly abort = new AbortController();
  private endPause = () => {};

  constructor(
    private readonly context: BusContext,
    private readonly groups: Groups,
    private readonly member: MemberRow,
    private readonly options: ConsumeOptions,
    readonly reader: PartitionReader,
    readonly epoch: number,
  ) {
    this.done = this.run();
  }

  /** What is under way ends normally, and is committed. */
  end(): void {
    this.abort.abort();
    this.reader.close();
    this.endPause();
  }

  lose(): void {
    this.isLost = true;
    this.end();
  }

  private async run(): Promise<void> {
    for (;;) {
      const messages = await this.reader.next(this.options.batchMax ?? 500);
      if (messages === null) return;
      if (messages.length > 0 && !(await this.handle(messages))) return;
      if (!(await this.commit())) return this.lose();
    }
  }

  /** False where it ended before the batch was done. */
  private async handle(messages: IncomingMessage[]): Promise<boolean> {
    for (let failures = 1; ; failures++) {
      try {
        await this.options.onBatch([...messages], this.abort.signal);
        return !this.isLost;
      } catch (error) {
        if (this.abort.signal.aborted) return false;
        this.options.onError?.(error);
        await this.pause(failures);
        if (this.abort.signal.aborted) return false;
      }
    }
  }

  /** False where it is not ours to commit. Tried until then. */
  private async commit(): Promise<boolean> {
    const { partition, position } = this.reader;
    const { groupName, id: owner } = this.member;
    for (let failures = 1; !this.isLost; failures++) {
      try {
        return await this.groups.commit({ groupName, partition, owner, epoch: this.epoch, nextOffset: position });
      } catch (error) {
        this.options.onError?.(error);
        await this.pause(failures);
      }
    }
    return false;
  }

  private pause(failures: number): Promise<void> {
    const { clock, random, retryBaseMs } = this.context;
    return new Promise((resolve) => {
      const cancel = clock.schedule(retryDelayMs(failures, retryBaseMs, random.next()), resolve);
      this.endPause = () => (cancel(), resolve());
    });
  }
}
