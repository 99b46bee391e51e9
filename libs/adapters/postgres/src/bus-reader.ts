import type { IncomingMessage } from '@arkan/ports';
import { retryDelayMs } from '@arkan/ports';
import type { Log } from './bus-log';
import { decodeRow } from './bus-records';
import type { BusContext } from './bus-sql';
import type { LogPartition } from './bus-topics';

/** One reader's way through one partition. */
export class PartitionReader {
  /** Where the next message will be, or later. Everything below it was handed out. */
  position: number;
  private readTo: number;
  private ready: IncomingMessage[] = [];
  private readyFrom = 0;
  private isFirst = true;
  private isPaused = false;
  private isClosed = false;
  private waiting: (() => void) | null = null;

  constructor(
    private readonly context: BusContext,
    private readonly log: Log,
    readonly partition: LogPartition,
    from: number,
    private readonly onError: ((error: unknown) => void) | undefined,
  ) {
    this.position = this.readTo = from;
    partition.readers.add(this);
  }

  wake(): void {
    const waiting = this.waiting;
    this.waiting = null;
    waiting?.();
  }

  setPaused(paused: boolean): void {
    this.isPaused = paused;
    this.wake();
  }

  /** A call of `next` under way, and all later ones, give null. */
  close(): void {
    this.isClosed = true;
    this.partition.readers.delete(this);
    this.wake();
  }

  /**
   * Waits for messages and gives 1 to `max`, in order; or none, where the position moved over messages that are gone; or null once
   * closed. Failed reads are repeated with pauses.
   */
  async next(max: number): Promise<IncomingMessage[] | null> {
    for (let failures = 0; ;) {
      if (this.isClosed) return null;
      if (this.isPaused) {
        await this.wait();
        continue;
      }
      this.takeRecent(max);
      if (this.ready.length > this.readyFrom) return this.takeReady(max);
      if (!this.isFirst && this.partition.head <= this.readTo) {
        await this.wait();
        continue;
      }
      try {
        if (await this.read()) return [];
        failures = 0;
      } catch (error) {
        if (this.isClosed) return null;
        this.onError?.(error);
        await this.wait(retryDelayMs(++failures, this.context.retryBaseMs, this.context.random.next()));
      }
    }
  }

  /** What this process committed just now, as far as it follows on without a gap. */
  private takeRecent(max: number): void {
    while (this.ready.length - this.readyFrom < max) {
      const row = this.log.recent(this.partition, this.readTo);
      if (!row) return;
      this.dropTaken();
      decodeRow(row, this.partition, this.readTo, this.ready);
      this.readTo = row.baseOffset + row.count;
      this.isFirst = false;
    }
  }

  private takeReady(max: number): IncomingMessage[] {
    const taken = this.ready.slice(this.readyFrom, this.readyFrom + max);
    this.readyFrom += taken.length;
    this.position = Number(taken.at(-1)!.offset) + 1;
    if (this.readyFrom === this.ready.length) this.position = this.readTo;
    return taken;
  }

  /** True where the position moved although there was nothing. */
  private async read(): Promise<boolean> {
    const { messages, next } = await this.log.read(this.partition, this.readTo);
    this.isFirst = false;
    this.dropTaken();
    this.ready.push(...messages);
    const hasMoved = next > this.readTo;
    this.readTo = next;
    if (messages.length > 0) return false;
    this.position = next;
    return hasMoved;
  }

  private dropTaken(): void {
    this.ready = this.ready.slice(this.readyFrom);
    this.readyFrom = 0;
  }

  /** Until woken, or that long. */
  private wait(forMs?: number): Promise<void> {
    return new Promise((resolve) => {
      if (forMs === undefined) {
        this.waiting = resolve;
        return;
      }
      const cancel = this.context.clock.schedule(forMs, () => this.wake());
      this.waiting = () => {
        cancel();
        resolve();
      };
    });
  }
}
