import type { OutgoingMessage } from './message-bus';
import type { SqlExecutor } from './sql';

/**
 * Publishes together with a database change: either both happen or neither. Features enqueue within their own transaction;
 * the adapter sees to it that what was committed reaches the bus at least once, in order per key, also after a crash.
 * On the Postgres bus the messages are written to the log itself in that transaction; on Kafka they pass through a table.
 */
export interface Outbox {
  /** `tx` is an open transaction on the database that the outbox was made for. Messages take effect with its commit. */
  enqueue(tx: SqlExecutor, messages: readonly OutgoingMessage[]): Promise<void>;
  /** To be called after the commit: wakes whoever is waiting. Losing the call costs time, never a message. */
  committed(): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}
