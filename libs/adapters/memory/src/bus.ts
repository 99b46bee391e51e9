import { systemClock, systemRandom, type Clock, type Random } from '@arkan/kernel';
import {
  BusUnavailableError,
  TailPositions,
  type ConsumeOptions,
  type Consumer,
  type MessageBus,
  type OutgoingMessage,
  type Tail,
  type TailOptions,
} from '@arkan/ports';
import { callUntilDone, MemoryGroup } from './bus-groups';
import { MemoryLog } from './bus-log';

export interface MemoryBusOptions {
  /** Of timestamps, pauses and deadlines. */
  clock?: Clock;
  random?: Random;
}

/** One broker in memory, for tests: its buses are the processes that use it. */
export interface MemoryBusCluster {
  connect(): MessageBus;
  /** Ends the process behind the bus without commit: its partitions go to the members that are left. */
  kill(bus: MessageBus): void;
  /** At once: superseded messages and tombstones go. */
  compact(topic: string): void;
  /** False until told otherwise: publishers are refused, readers wait. */
  setReachable(reachable: boolean): void;
}

/** A bus of its own, whose messages last as long as it does. */
export function createMemoryBus(options: MemoryBusOptions = {}): MessageBus {
  return createMemoryBusCluster(options).connect();
}

export function createMemoryBusCluster({ clock = systemClock, random = systemRandom }: MemoryBusOptions = {}) {
  const log = new MemoryLog(clock, random);
  const groups = new Map<string, MemoryGroup>();
  const buses = new Map<MessageBus, MemoryBus>();
  const cluster: MemoryBusCluster = {
    connect() {
      const bus = new MemoryBus(log, groups);
      buses.set(bus, bus);
      return bus;
    },
    kill: (bus) => buses.get(bus)?.kill(),
    compact: (topic) => log.compact(topic),
    setReachable(reachable) {
      log.reachable = reachable;
      log.change();
    },
  };
  return cluster;
}

class MemoryBus implements MessageBus {
  private readonly consumers = new Set<ReturnType<MemoryGroup['join']>>();
  private readonly tails = new Set<MemoryTail>();
  private closed = false;

  constructor(
    private readonly log: MemoryLog,
    private readonly groups: Map<string, MemoryGroup>,
  ) {}

  async ensureTopics(topics: Parameters<MessageBus['ensureTopics']>[0]): Promise<void> {
    this.checkOpen();
    this.log.ensure(topics);
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    this.checkOpen();
    if (messages.length > 0) this.log.append(messages);
  }

  async endOffsets(topics: readonly string[]) {
    this.checkOpen();
    return this.log.endOffsets(topics);
  }

  async consume(options: ConsumeOptions): Promise<Consumer> {
    this.checkOpen();
    for (const topic of options.topics) this.log.partitionCount(topic);
    let group = this.groups.get(options.group);
    if (!group) this.groups.set(options.group, (group = new MemoryGroup(this.log)));
    const consumer = group.join(options);
    this.consumers.add(consumer);
    return consumer;
  }

  async tail(options: TailOptions): Promise<Tail> {
    this.checkOpen();
    const tail = new MemoryTail(this.log, options);
    this.tails.add(tail);
    return tail;
  }

  async committedOffsets(group: string, topics: readonly string[]) {
    this.checkOpen();
    const committed = this.groups.get(group)?.committed;
    return new Map(
      [...this.log.endOffsets(topics)].map(([topic, partitions]) => [
        topic,
        new Map([...partitions.keys()].map((partition) => [partition, committed?.get(`${topic}/${partition}`) ?? 0n])),
      ]),
    );
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.consumers, ...this.tails].map((reader) => reader.stop()));
  }

  kill(): void {
    this.closed = true;
    for (const consumer of this.consumers) consumer.kill();
    for (const tail of this.tails) void tail.stop();
  }

  private checkOpen(): void {
    if (this.closed) throw new BusUnavailableError('the bus is closed');
    this.log.checkReachable();
  }
}

class MemoryTail implements Tail {
  private readonly positions: TailPositions;
  private readonly abort = new AbortController();
  private readonly done: Promise<void>;

  constructor(
    private readonly log: MemoryLog,
    private readonly options: TailOptions,
  ) {
    this.positions = new TailPositions(log.clock);
    for (const [topic, partitions] of log.endOffsets(options.topics)) {
      for (const partition of partitions.keys()) this.positions.advance(topic, partition, 0n);
    }
    this.done = this.run();
  }

  reached(...args: Parameters<Tail['reached']>): Promise<void> {
    return this.positions.reached(...args);
  }

  position() {
    return this.positions.snapshot();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    this.positions.stop();
    this.log.change();
    await this.done;
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      // Asked for before the look: a change during it would otherwise be missed.
      const change = this.log.nextChange();
      if (!(await this.readAll(signal)) && !signal.aborted) await change;
    }
  }

  /** One batch of every partition. False where there was nothing. */
  private async readAll(signal: AbortSignal): Promise<boolean> {
    let some = false;
    const { onMessages, onError } = this.options;
    for (const [topic, partitions] of this.positions.snapshot()) {
      for (const [partition, position] of partitions) {
        if (signal.aborted || !this.log.reachable) return false;
        const { messages, next } = this.log.read(topic, partition, position, 500);
        if (next === position) continue;
        const isDone =
          messages.length === 0 || (await callUntilDone(this.log, signal, () => onMessages([...messages]), onError));
        if (!isDone) return false;
        this.positions.advance(topic, partition, next);
        some = true;
      }
    }
    return some;
  }
}
