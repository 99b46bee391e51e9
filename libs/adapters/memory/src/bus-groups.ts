import { assignPartitions, retryDelayMs, type ConsumeOptions, type Consumer } from '@arkan/ports';
import type { MemoryLog } from './bus-log';

const retryBaseMs = 100;

/** Calls until it resolves, with pauses by the clock. False where `signal` ended it first. */
export async function callUntilDone(
  log: MemoryLog,
  signal: AbortSignal,
  call: () => void | Promise<void>,
  onError: ((error: unknown) => void) | undefined,
): Promise<boolean> {
  for (let failures = 1; ; failures++) {
    try {
      await call();
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      onError?.(error);
      await pause(log, retryDelayMs(failures, retryBaseMs, log.random.next()), signal);
      if (signal.aborted) return false;
    }
  }
}

function pause(log: MemoryLog, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = log.clock.schedule(delayMs, resolve);
    signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
  });
}

/** A partition in the hands of one member. */
interface Run {
  abort: AbortController;
  done: Promise<void>;
}

interface Member {
  id: string;
  options: ConsumeOptions;
  paused: boolean;
  killed: boolean;
  runs: Map<string, Run>;
}

/** Members, owners and committed offsets of one consumer group. */
export class MemoryGroup {
  readonly committed = new Map<string, bigint>();
  private members: Member[] = [];
  private readonly owned = new Set<string>();
  private memberCount = 0;

  constructor(private readonly log: MemoryLog) {}

  join(options: ConsumeOptions): Consumer & { kill(): void } {
    const id = String(this.memberCount++).padStart(6, '0');
    const member: Member = { id, options, paused: false, killed: false, runs: new Map() };
    this.members.push(member);
    this.rebalance();
    const setPaused = (paused: boolean) => {
      member.paused = paused;
      this.log.change();
    };
    return {
      stop: () => this.leave(member),
      pause: () => setPaused(true),
      resume: () => setPaused(false),
      kill: () => {
        member.killed = true;
        for (const key of member.runs.keys()) this.owned.delete(key);
        void this.leave(member);
      },
    };
  }

  private async leave(member: Member): Promise<void> {
    this.members = this.members.filter((other) => other !== member);
    for (const run of member.runs.values()) run.abort.abort();
    this.log.change();
    this.rebalance();
    await Promise.all([...member.runs.values()].map((run) => run.done));
  }

  /** Takes from each member what is no longer its own; gives what is free. What is still being handled is given when that ends. */
  private rebalance(): void {
    const topics = new Set(this.members.flatMap((member) => member.options.topics));
    const assigned = assignPartitions(
      this.members.map(({ id, options }) => ({ id, topics: options.topics })),
      [...topics].map((name) => ({ name, partitions: this.log.partitionCount(name) })),
    );
    for (const member of this.members) {
      const mine = new Map(assigned.get(member.id)!.map((one) => [`${one.topic}/${one.partition}`, one]));
      for (const [key, run] of member.runs) if (!mine.has(key)) run.abort.abort();
      for (const [key, { topic, partition }] of mine) {
        if (!this.owned.has(key)) this.startRun(member, key, topic, partition);
      }
    }
    this.log.change();
  }

  private startRun(member: Member, key: string, topic: string, partition: number): void {
    this.owned.add(key);
    const abort = new AbortController();
    const done = this.run(member, key, topic, partition, abort.signal).then(() => {
      member.runs.delete(key);
      if (member.killed) return;
      this.owned.delete(key);
      this.rebalance();
    });
    member.runs.set(key, { abort, done });
  }

  private async run(member: Member, key: string, topic: string, partition: number, signal: AbortSignal): Promise<void> {
    const { onBatch, onError, batchMax = 500 } = member.options;
    let position = this.committed.get(key) ?? 0n;
    while (!signal.aborted) {
      const idle = member.paused || !this.log.reachable;
      const { messages, next } = idle
        ? { messages: [], next: position }
        : this.log.read(topic, partition, position, batchMax);
      if (next === position) {
        await this.log.nextChange();
        continue;
      }
      const isDone =
        messages.length === 0 || (await callUntilDone(this.log, signal, () => onBatch([...messages], signal), onError));
      if (!isDone || member.killed) return;
      this.committed.set(key, next);
      position = next;
    }
  }
}
