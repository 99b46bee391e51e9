/** What goes wrong with one append. `onAppended` is called once it stands in the log. */
export type AppendFault = { onAppended?: () => void } & (
  { kind: 'fail' } | { kind: 'lose_answer' } | { kind: 'answer_late'; until: Promise<void> } | { kind: 'stall' }
);

export type Method = 'append' | 'batch_append' | 'read' | 'subscribe';

interface OpenSubscription {
  /** With an error, or like a server that ends it in peace. */
  drop(how: 'error' | 'end'): void;
  wake(): void;
}

/** The hand of a test on the stand-in. */
export class Faults {
  /** Calls since the start. */
  readonly calls: Record<Method, number> = { append: 0, batch_append: 0, read: 0, subscribe: 0 };
  readonly subscriptions = new Set<OpenSubscription>();
  /** While on, appends are answered without a position, as by some servers when an append is repeated. */
  withoutPositions = false;
  private readonly appends: AppendFault[] = [];
  private readonly listeners = new Set<() => void>();
  private mute = false;
  private readsStall = false;

  /** For the next append that comes; further ones wait for those after it. */
  onNextAppend(fault: AppendFault): void {
    this.appends.push(fault);
  }

  nextAppend(): AppendFault | undefined {
    return this.appends.shift();
  }

  dropSubscriptions(how: 'error' | 'end'): void {
    for (const subscription of [...this.subscriptions]) subscription.drop(how);
  }

  /** While on, subscriptions are open and are sent nothing; every other call is answered. */
  muteSubscriptions(on: boolean): void {
    this.mute = on;
    for (const subscription of [...this.subscriptions]) subscription.wake();
  }

  get muted(): boolean {
    return this.mute;
  }

  /** While on, reads that are no subscriptions get no answer; those that came meanwhile never do. */
  stallReads(on: boolean): void {
    this.readsStall = on;
  }

  get readsStalled(): boolean {
    return this.readsStall;
  }

  count(method: Method): void {
    this.calls[method]++;
    for (const listen of [...this.listeners]) listen();
  }

  /** Resolves when a method has been called so often since the start. */
  async called(method: Method, times: number): Promise<void> {
    if (this.calls[method] >= times) return;
    await new Promise<void>((resolve) => {
      const listen = () => {
        if (this.calls[method] < times) return;
        this.listeners.delete(listen);
        resolve();
      };
      this.listeners.add(listen);
    });
  }
}
