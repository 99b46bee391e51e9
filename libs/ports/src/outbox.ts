import type { OutgoingMessage } from './message-bus';
import type { SqlExecutor } from './sql';

/** What an enqueue gives back. Let it leave the transaction only as the transaction's result, so that a rollback loses it. */
export interface OutboxReceipt {
  readonly messageCount: number;
}

/**
 * Publishes together with a database change: either both happen or neither. Features enqueue within their own transaction;
 * the adapter sees to it that what was committed reaches the bus at least once, in order per key, also after a crash.
 * On the Postgres bus the messages are written to the log itself in that transaction; on Kafka they pass through a table.
 */
export interface Outbox {
  /**
   * `tx` is an open transaction (read committed) on the database that the outbox was made for. Messages take effect with its
   * commit. Best once, as the last statement before the commit: from here until then others who enqueue wait, which is what
   * makes the order of the messages that of the commits. At most 1,000 a call. Throws InvalidMessageError, UnknownTopicError.
   */
  enqueue(tx: SqlExecutor, messages: readonly OutgoingMessage[]): Promise<OutboxReceipt>;
  /**
   * To be called after the commit, and only then: wakes whoever is waiting. With the receipts of the transaction, readers in
   * this process get its messages without reading them back. Losing the call costs time, never a message.
   */
  committed(...receipts: OutboxReceipt[]): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}
