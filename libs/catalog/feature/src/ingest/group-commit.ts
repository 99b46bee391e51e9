import { Refusal, type Clock } from '@arkan/kernel';

export interface GroupCommitOptions<Item, Result> {
  /** Done once before each group; what comes meanwhile still joins it. Where it fails, so does the group. */
  prepare?(): Promise<void>;
  /** Handles a group as a whole; its results stand in the order of the items. */
  run(items: Item[]): Promise<Result[]>;
  bytesOf(item: Item): number;
  clock: Clock;
  limits?: Partial<GroupLimits>;
}

export interface GroupLimits {
  /** Items of a group; what was submitted together is never parted, so a larger call is a group of its own. */
  groupItemsMax: number;
  groupBytesMax: number;
  groupsAtOnceMax: number;
  /** A further group starts beside others only with so many items, or half of `groupBytesMax`. */
  besideItemsMin: number;
  /** Where less than `besideItemsMin` waits, a group that follows one of `lingerItemsMin` or more gathers for so long. */
  lingerMs: number;
  lingerItemsMin: number;
  /** What may wait beside the groups under way. */
  queueItemsMax: number;
  queueBytesMax: number;
}

const defaults: GroupLimits = {
  groupItemsMax: 500,
  groupBytesMax: 8 * 1_048_576,
  groupsAtOnceMax: 2,
  besideItemsMin: 100,
  lingerMs: 3,
  lingerItemsMin: 16,
  queueItemsMax: 10_000,
  queueBytesMax: 64 * 1_048_576,
};

interface Submission<Item, Result> {
  items: Item[];
  bytes: number;
  since: number;
  resolve(results: Result[]): void;
  reject(error: unknown): void;
}

/**
 * Gathers what comes while earlier groups are under way: a commit is paid once a group. Whoever comes alone does not wait: a
 * group starts at the end of the event loop's turn in which its first item came, with all others of that turn. Where much waits, a
 * second one starts beside the first, so that one is matched and sent while the other is flushed to disk. Where little waits, it
 * waits for the first to end, and then some ms for those whom that has answered: else, of 64 clients in a circle, half would stay in
 * one group and half in the next. Measured with those 64: groups of 17 with two always at once, of 30 with one, of 50 with the
 * gathering; each group costs six round trips to the database.
 */
export class GroupCommit<Item, Result> {
  private readonly limits: GroupLimits;
  private readonly waiting: Submission<Item, Result>[] = [];
  private waitingItems = 0;
  private waitingBytes = 0;
  private readonly running = new Set<Promise<void>>();
  private startPlanned = false;
  private lastItems = 0;
  private stopped = false;

  constructor(private readonly options: GroupCommitOptions<Item, Result>) {
    this.limits = { ...defaults, ...options.limits };
  }

  /** Resolves when the group with these items is done. Throws Refusal `unavailable` where too much waits already, and what `run` threw. */
  submit(items: Item[]): Promise<Result[]> {
    let bytes = 0;
    for (const item of items) bytes += this.options.bytesOf(item);
    const { queueItemsMax, queueBytesMax } = this.limits;
    const isFull =
      this.waiting.length > 0 &&
      (this.waitingItems + items.length > queueItemsMax || this.waitingBytes + bytes > queueBytesMax);
    if (isFull || this.stopped) {
      const why = this.stopped ? 'the service is stopping' : 'more events come in than can be stored';
      return Promise.reject(new Refusal('unavailable', `${why}; send them again shortly`, [], 1));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ items, bytes, since: this.options.clock.now(), resolve, reject });
      this.waitingItems += items.length;
      this.waitingBytes += bytes;
      this.planStart();
    });
  }

  /** How long the oldest submission has waited for its group to start; 0 where none waits. */
  oldestWaitMs(): number {
    const oldest = this.waiting[0];
    return oldest ? this.options.clock.now() - oldest.since : 0;
  }

  get waitingCount(): number {
    return this.waitingItems;
  }

  /** Takes nothing more; waits for what was taken. */
  async stop(): Promise<void> {
    this.stopped = true;
    while (this.waiting.length > 0 || this.running.size > 0) {
      this.startGroups();
      await Promise.race(this.running);
    }
  }

  private planStart(): void {
    if (this.startPlanned || !this.mayStart()) return;
    this.startPlanned = true;
    setImmediate(() => {
      this.startPlanned = false;
      this.startGroups();
    });
  }

  private startGroups(): void {
    while (this.waiting.length > 0 && this.mayStart()) {
      const run = this.runGroup().finally(() => {
        this.running.delete(run);
        if (this.waiting.length > 0) this.planStart();
      });
      this.running.add(run);
    }
  }

  private mayStart(): boolean {
    if (this.running.size === 0) return true;
    const { groupsAtOnceMax, besideItemsMin, groupBytesMax } = this.limits;
    const isWorthIt = this.waitingItems >= besideItemsMin || this.waitingBytes * 2 >= groupBytesMax;
    return isWorthIt && this.running.size < groupsAtOnceMax;
  }

  private takeGroup(): Submission<Item, Result>[] {
    const { groupItemsMax, groupBytesMax } = this.limits;
    let [count, items, bytes] = [0, 0, 0];
    for (const submission of this.waiting) {
      const fits = items + submission.items.length <= groupItemsMax && bytes + submission.bytes <= groupBytesMax;
      if (count > 0 && !fits) break;
      count++;
      items += submission.items.length;
      bytes += submission.bytes;
    }
    this.waitingItems -= items;
    this.waitingBytes -= bytes;
    return this.waiting.splice(0, count);
  }

  private async gather(): Promise<void> {
    const { besideItemsMin, lingerMs, lingerItemsMin } = this.limits;
    if (this.lastItems < lingerItemsMin || this.waitingItems >= besideItemsMin || this.stopped) return;
    await new Promise<void>((resolve) => this.options.clock.schedule(lingerMs, resolve));
  }

  private async runGroup(): Promise<void> {
    await this.gather();
    const failure = await this.options.prepare?.().then(
      () => null,
      (error: unknown) => ({ error }),
    );
    const group = this.takeGroup();
    if (group.length === 0) return;
    this.lastItems = group.reduce((sum, { items }) => sum + items.length, 0);
    try {
      if (failure) throw failure.error;
      const results = await this.options.run(
        group.length === 1 ? group[0]!.items : group.flatMap(({ items }) => items),
      );
      let at = 0;
      for (const { items, resolve } of group) resolve(results.slice(at, (at += items.length)));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
