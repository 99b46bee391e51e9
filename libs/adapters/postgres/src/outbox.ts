import type { Outbox } from '@arkan/ports';
import type { PostgresBus } from './bus';

/** For services whose database is the bus's own: what is enqueued stands in the log with the commit, and no relay is needed. */
export function createPostgresOutbox(bus: PostgresBus): Outbox {
  return {
    enqueue: (tx, messages) => bus.append(tx, messages),
    committed: (...receipts) => bus.appended(receipts),
    start: async () => undefined,
    stop: async () => undefined,
  };
}
