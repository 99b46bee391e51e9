import { TailPositions, retryDelayMs, type IncomingMessage, type Tail, type TailOptions } from '@arkan/ports';
import type { Log } from './bus-log';
import { PartitionReader } from './bus-reader';
import { guarded, Turns, type BusContext } from './bus-sql';
import type { Topic } from './bus-topics';

const batchMax = 1_000;

/** Reads partitions side by side, hands over one batch at a time. */
export class LogTail implements Tail {
  private readonly positions: TailPositions;
  private readonly readers: PartitionReader[];
  private readonly turns = new Turns();
  private readonly done: Promise<unknown>;
  private readonly onError: (error: unknown) => void;
  private isStopped = false;
  private endPause = () => {};

  constructor(
    private readonly context: BusContext,
    log: Log,
    topics: readonly Topic[],
    private readonly options: TailOptions,
  ) {
    this.onError = guarded(options.onError);
    this.positions = new TailPositions(context.clock);
    this.readers = topics
      .flatMap((topic) => topic.partitions)
      .map((partition) => new PartitionReader(context, log, partition, 0, this.onError));
    for (const { partition } of this.readers) this.positions.advance(partition.topic, partition.partition, 0n);
    this.done = Promise.all(this.readers.map((reader) => this.run(reader)));
  }

  reached(...args: Parameters<Tail['reached']>): Promise<void> {
    return this.positions.reached(...args);
  }

  position() {
    return this.positions.snapshot();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.positions.stop();
    for (const reader of this.readers) reader.close();
    this.endPause();
    await this.done;
  }

  private async run(reader: PartitionReader): Promise<void> {
    for (;;) {
      const messages = await reader.next(batchMax);
      if (messages === null) return;
      if (messages.length > 0 && !(await this.turns.take(() => this.handle(messages)))) return;
      this.positions.advance(reader.partition.topic, reader.partition.partition, BigInt(reader.position));
    }
  }

  /** False where the tail was stopped before it was done. */
  private async handle(messages: IncomingMessage[]): Promise<boolean> {
    for (let failures = 1; ; failures++) {
      if (this.isStopped) return false;
      try {
        await this.options.onMessages([...messages]);
        return true;
      } catch (error) {
        if (this.isStopped) return false;
        this.onError(error);
        const { clock, random, retryBaseMs } = this.context;
        await new Promise<void>((resolve) => {
          const cancel = clock.schedule(retryDelayMs(failures, retryBaseMs, random.next()), resolve);
          this.endPause = () => (cancel(), resolve());
        });
      }
    }
  }
}
