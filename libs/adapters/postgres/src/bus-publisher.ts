import { BusUnavailableError, messageLimits, type OutgoingMessage } from '@arkan/ports';
import { appendBytesMax, messageBytes, splitByBytes, type AppendedRow, type Appender } from './bus-append';
import type { BusContext } from './bus-sql';

interface Pending {
  messages: readonly OutgoingMessage[];
  bytes: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** Of messages that wait for the statement under way. */
const pendingBytesMax = 64 * 1_048_576;
const deadlockTriesMax = 3;

/**
 * Group commit: what is published while a statement is under way goes together with the next, so a burst of single messages costs
 * few commits, and calls take effect in order of their making.
 */
export class Publisher {
  private pending: Pending[] = [];
  private pendingBytes = 0;
  private running: Promise<void> | null = null;
  private closed = false;

  constructor(
    private readonly context: BusContext,
    private readonly appender: Appender,
    private readonly onCommitted: (rows: AppendedRow[]) => void,
  ) {}

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    if (this.closed) throw new BusUnavailableError('the bus is closed');
    if (messages.length === 0) return;
    await this.appender.check(messages);
    if (this.pendingBytes > pendingBytesMax) throw new BusUnavailableError('too many publishes are waiting');
    await Promise.all(splitByBytes(messages).map((part) => this.enqueue(part)));
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.running;
  }

  private enqueue(messages: readonly OutgoingMessage[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const bytes = messages.reduce((sum, message) => sum + messageBytes(message), 0);
      this.pending.push({ messages, bytes, resolve, reject });
      this.pendingBytes += bytes;
      this.running ??= this.run();
    });
  }

  private async run(): Promise<void> {
    // Calls of the same turn of the event loop go together.
    await Promise.resolve();
    while (this.pending.length > 0) {
      const group = this.takeGroup();
      try {
        this.onCommitted(await this.append(group.flatMap((one) => one.messages)));
        for (const one of group) one.resolve();
      } catch (error) {
        for (const one of group) one.reject(error);
      }
    }
    this.running = null;
  }

  private takeGroup(): Pending[] {
    let [count, messages, bytes] = [0, 0, 0];
    for (const one of this.pending) {
      const isFull = messages + one.messages.length > messageLimits.callMax || bytes + one.bytes > appendBytesMax;
      if (count > 0 && isFull) break;
      count++;
      messages += one.messages.length;
      bytes += one.bytes;
    }
    this.pendingBytes -= bytes;
    return this.pending.splice(0, count);
  }

  /** A transaction of an outbox that appends twice may lock partitions the other way round; Postgres then ends one of the two. */
  private async append(messages: readonly OutgoingMessage[]): Promise<AppendedRow[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.appender.append(this.context.sql, messages);
      } catch (error) {
        if (sqlState(error) !== '40P01' || tries === deadlockTriesMax) throw error;
      }
    }
  }
}

function sqlState(error: unknown): string | undefined {
  return ((error as Error).cause as { code?: string } | undefined)?.code;
}
