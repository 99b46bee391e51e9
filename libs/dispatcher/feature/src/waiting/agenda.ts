import { TimeHeap } from '@arkan/dispatcher-domain';

interface Entry {
  webhookId: string;
  tenantId: string;
  dueAtMs: number;
}

/** When each webhook next has something due, as far as this process knows. Times are of this process's clock. */
export class Agenda {
  private readonly entries = new Map<string, Entry>();
  private heap = new TimeHeap<Entry>();

  /** Something of the webhook is due then, or was found to be. An earlier time that is known stays. */
  note(webhookId: string, tenantId: string, dueAtMs: number): void {
    const known = this.entries.get(webhookId);
    if (known && known.dueAtMs <= dueAtMs) return;
    const entry = { webhookId, tenantId, dueAtMs };
    this.entries.set(webhookId, entry);
    this.heap.push(dueAtMs, entry);
  }

  forget(webhookId: string): void {
    this.entries.delete(webhookId);
  }

  /** Takes out those that are due, the longest due first, at most `max`. */
  takeDue(nowMs: number, max: number): Entry[] {
    const due: Entry[] = [];
    while (due.length < max) {
      const entry = this.heap.shiftDue(nowMs);
      if (!entry) break;
      // What was replaced or forgotten is still in the heap.
      if (this.entries.get(entry.webhookId) !== entry) continue;
      this.entries.delete(entry.webhookId);
      due.push(entry);
    }
    return due;
  }

  /** null where nothing is known to come. May be of an entry that was replaced: then it is too early, never too late. */
  get nextAtMs(): number | null {
    return this.heap.earliestMs;
  }

  get size(): number {
    return this.entries.size;
  }
}
