import { assignPartitions } from '@arkan/ports';
import type { GroupMember } from './bus-consumer';
import type { Commit, GroupState, GroupStore } from './bus-group-store';
import { Turns, type BusContext } from './bus-sql';
import type { LogPartition, Topics } from './bus-topics';

export interface GroupsOptions {
  /** A member that was not heard of for so long is dead. */
  leaseMs: number;
  /** How soon to look again for a partition that another still has. */
  pollMs: number;
  /** Tells the other processes that the members or the free partitions of a group have changed. */
  announce(group: string): void;
}

/**
 * The consumers of one process in their groups. Every member works out the same shares from the same list of members, gives back
 * what is no longer its own and claims what is free; the claim itself decides. A member that stops is gone at once, one that dies
 * when its lease runs out.
 */
export class Groups {
  private readonly members = new Set<GroupMember>();
  /** Beats and commits touch the same rows, several at a time: side by side they could wait for each other. */
  private readonly turns = new Turns();
  private commits: { commit: Commit; settle(result: Promise<boolean>): void }[] = [];
  private running: Promise<void> | null = null;
  private next: Promise<void> | null = null;
  private cancelBeat = () => {};
  private cancelLease = () => {};

  constructor(
    private readonly context: BusContext,
    private readonly topics: Topics,
    private readonly store: GroupStore,
    private readonly options: GroupsOptions,
  ) {}

  /** Resolves when the member has claimed what it may have at once. */
  async join(member: GroupMember): Promise<void> {
    this.members.add(member);
    try {
      await this.rebalance();
    } catch (error) {
      this.members.delete(member);
      throw error;
    }
    this.options.announce(member.row.groupName);
  }

  async leave(member: GroupMember): Promise<void> {
    this.members.delete(member);
    await this.giveUp(member, () => this.store.leave(member.row.id));
  }

  /** For others to have. */
  release(member: GroupMember, partition: LogPartition, epoch: number): Promise<void> {
    return this.giveUp(member, () => this.store.release(member.row.id, partition, epoch));
  }

  /** Those of ours that are in the group look again. */
  groupChanged(group: string): void {
    if ([...this.members].some((member) => member.row.groupName === group)) this.rebalanceSoon();
  }

  rebalanceSoon(): void {
    // What went wrong was reported, and the next beat comes by itself.
    if (this.members.size > 0) this.rebalance().catch(() => undefined);
  }

  /** Whether it was still the owner's to commit. What comes while a statement is under way goes together with the next. */
  commit(commit: Commit): Promise<boolean> {
    return new Promise((resolve) => {
      this.commits.push({ commit, settle: resolve });
      if (this.commits.length === 1) void this.turns.take(() => this.writeCommits());
    });
  }

  close(): void {
    this.cancelBeat();
    this.cancelLease();
  }

  private async giveUp(member: GroupMember, write: () => Promise<void>): Promise<void> {
    // Where this fails, the lease ends it.
    await this.turns.take(write).catch((error: unknown) => this.context.report(error));
    this.groupChanged(member.row.groupName);
    this.options.announce(member.row.groupName);
  }

  private async writeCommits(): Promise<void> {
    const group = this.commits;
    this.commits = [];
    const written = this.store.commit(group.map((one) => one.commit));
    group.forEach((one, index) => one.settle(written.then((results) => results[index]!)));
    await written.catch(() => undefined);
  }

  /** One at a time; whoever asks meanwhile shares the next. */
  private rebalance(): Promise<void> {
    if (this.running) {
      this.next ??= this.running
        .catch(() => undefined)
        .then(() => {
          this.next = null;
          return this.rebalance();
        });
      return this.next;
    }
    this.cancelBeat();
    this.running = this.beat().finally(() => {
      this.running = null;
      const isMissingSome = [...this.members].some((member) => member.missing().length > 0);
      const pauseMs = Math.min(this.options.leaseMs / 3, isMissingSome ? this.options.pollMs : Infinity);
      if (this.members.size > 0) {
        this.cancelBeat = this.context.clock.schedule(pauseMs, () => this.rebalanceSoon());
      }
    });
    return this.running;
  }

  private async beat(): Promise<void> {
    try {
      const state = await this.turns.take(async () => {
        const asked = this.context.clock.now();
        // Listed only now that it is our turn: one that has left meanwhile must not come back.
        const found = await this.store.beat([...this.members].map((member) => member.row));
        this.holdLease(asked);
        return found;
      });
      for (const member of this.members) await this.share(member, state);
    } catch (error) {
      this.context.report(error);
      throw error;
    }
  }

  private async share(member: GroupMember, state: GroupState): Promise<void> {
    const owned = state.owned.filter((row) => row.owner === member.row.id);
    member.keepOnly(({ topicId, partition }, epoch) =>
      owned.some((row) => row.topicId === topicId && row.partition === partition && row.epoch === epoch),
    );
    const free = member.assign(shareOf(member, state));
    if (free.length === 0) return;
    await this.turns.take(async () => {
      if (!this.members.has(member)) return;
      for (const { topicId, partition, epoch, committedOffset } of await this.store.claim(member.row, free)) {
        member.start(this.topics.partition(topicId, partition)!, epoch, committedOffset);
      }
    });
  }

  /** Unless the next beat gets through in time, others may have what is ours: the handlers are told to stop. */
  private holdLease(since: number): void {
    this.cancelLease();
    const leftMs = since + this.options.leaseMs - this.context.clock.now();
    this.cancelLease = this.context.clock.schedule(leftMs, () => {
      for (const member of this.members) member.keepOnly(() => false);
    });
  }
}

function shareOf({ row, partitions }: GroupMember, { members, topics }: GroupState): LogPartition[] {
  // A member that has joined since is not in the state, and has no share yet.
  const group = members.filter((other) => other.groupName === row.groupName);
  const read = new Set(group.flatMap((other) => other.topicIds));
  const assigned = assignPartitions(
    group.map((other) => ({ id: other.id, topics: other.topicIds.map(String) })),
    topics.filter(({ id }) => read.has(id)).map((topic) => ({ name: String(topic.id), partitions: topic.partitions })),
  );
  const mine = new Set((assigned.get(row.id) ?? []).map((one) => `${one.topic}/${one.partition}`));
  return partitions.filter((one) => mine.has(`${one.topicId}/${one.partition}`));
}
