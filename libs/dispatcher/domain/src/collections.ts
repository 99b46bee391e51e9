/** First in, first out; both ends in O(1) amortised, where Array.shift is O(n) for long arrays. */
export class Fifo<T> {
  private items: (T | undefined)[] = [];
  private head = 0;

  get size(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  shift(): T | undefined {
    if (this.head === this.items.length) return undefined;
    const item = this.items[this.head];
    this.items[this.head++] = undefined;
    if (this.head === this.items.length) {
      this.items = [];
      this.head = 0;
    } else if (this.head > 1_024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  /** Takes all. */
  drain(): T[] {
    const all = this.items.slice(this.head) as T[];
    this.items = [];
    this.head = 0;
    return all;
  }
}

/** The earliest first; a binary heap. */
export class TimeHeap<T> {
  private readonly entries: { atMs: number; value: T }[] = [];

  /** null where it is empty. */
  get earliestMs(): number | null {
    return this.entries[0]?.atMs ?? null;
  }

  push(atMs: number, value: T): void {
    const entries = this.entries;
    let at = entries.push({ atMs, value }) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (entries[parent]!.atMs <= entries[at]!.atMs) return;
      [entries[parent], entries[at]] = [entries[at]!, entries[parent]!];
      at = parent;
    }
  }

  /** Takes the earliest where its time has come. */
  shiftDue(nowMs: number): T | undefined {
    const entries = this.entries;
    const first = entries[0];
    if (!first || first.atMs > nowMs) return undefined;
    const last = entries.pop()!;
    if (entries.length > 0) {
      entries[0] = last;
      this.sink();
    }
    return first.value;
  }

  private sink(): void {
    const entries = this.entries;
    for (let at = 0; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < entries.length && entries[child]!.atMs < entries[least]!.atMs) least = child;
      }
      if (least === at) return;
      [entries[least], entries[at]] = [entries[at]!, entries[least]!];
      at = least;
    }
  }
}
