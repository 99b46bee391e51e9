import { test } from '@jest/globals';
import { newUuid } from '@arkan/kernel';
import type {
  AppendResult,
  EventStore,
  EventSubscription,
  NewEvent,
  RecordedEvent,
  SubscribeOptions,
} from '@arkan/ports';
import { within } from './message-bus-harness';

/** An append that is written and not yet committed. */
export interface SlowAppend {
  /** Resolves when another append of the store waits for this one to end; never where the store lets it pass. */
  othersWait(): Promise<void>;
  commit(): Promise<AppendResult>;
  rollback(): Promise<void>;
}

/** One empty event store, as a suite sees it. */
export interface EventStoreHarness {
  store: EventStore;
  /** Another EventStore on the same data, as another process has it. The suite closes it. */
  reopen?(): Promise<EventStore>;
  /** Appends to a stream that does not exist yet, in a transaction of its own that is left open. */
  openSlowAppend?(streamId: string, events: readonly NewEvent[]): Promise<SlowAppend>;
  /** Between the two, `store` reaches nothing; those of `reopen` are not touched. */
  outage?: { begin(): Promise<void>; end(): Promise<void> };
  /** After the suite has closed every store. */
  dispose(): Promise<void>;
}

export const eventStoreCapabilities = {
  reopen: 'the data outlive a store, and another one can be opened on them',
  slowAppend: 'an append can be held open before its commit',
  outage: 'the store can be made unreachable',
  uniqueIds: 'an id that its stream has already is refused at the right revision too',
} as const;
export type EventStoreCapability = keyof typeof eventStoreCapabilities;

export interface EventStoreContractOptions {
  create(): Promise<EventStoreHarness>;
  /** What the adapter or its harness can't do, each with the reason: its cases are reported as skipped with it. */
  missing?: Partial<Record<EventStoreCapability, string>>;
  /** How long a case waits for something that must happen; 20 s unless told. */
  waitMs?: number;
}

/** What the cases work with; the store is a fresh one in each. */
export interface EventStoreBench {
  readonly harness: EventStoreHarness;
  readonly store: EventStore;
  readonly waitMs: number;
  reopen(): Promise<EventStore>;
  /** A case that stands or falls with a capability. */
  whereIt(capability: EventStoreCapability, title: string, run: () => Promise<void>): void;
  /** A subscription from the start of the store unless told, with what it was given. */
  subscribe(options?: Partial<SubscribeOptions>, on?: EventStore): Promise<Subscribed>;
}

export interface Subscribed {
  subscription: EventSubscription;
  seen: SeenEvents;
}

export function declareEventStoreCapability(
  missing: EventStoreContractOptions['missing'],
  capability: EventStoreCapability,
  title: string,
  run: () => Promise<void>,
): void {
  const reason = missing?.[capability];
  if (reason === undefined) test(title, run);
  else test.skip(`${title} (skipped: ${reason})`, run);
}

/** Keeps what a subscription was given, and lets a case wait for it. */
export class SeenEvents {
  readonly batches: { events: RecordedEvent[]; position: bigint }[] = [];
  caughtUp = 0;
  readonly stopped: unknown[] = [];
  /** Handler calls that were under way at the same time, at most. */
  sideBySide = 0;
  private underWay = 0;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly waitMs: number) {}

  get events(): RecordedEvent[] {
    return this.batches.flatMap(({ events }) => events);
  }

  get types(): string[] {
    return this.events.map(({ type }) => type);
  }

  /** Where to resume after all that was seen. */
  get position(): bigint | null {
    return this.batches.at(-1)?.position ?? null;
  }

  recording(options: Partial<SubscribeOptions>): SubscribeOptions {
    return {
      after: null,
      ...options,
      onEvents: async (events, position) => {
        this.sideBySide = Math.max(this.sideBySide, ++this.underWay);
        this.batches.push({ events, position });
        this.changed();
        try {
          // A turn of the loop, in which a second call would show.
          await new Promise((resolve) => setImmediate(resolve));
          await options.onEvents?.(events, position);
        } finally {
          this.underWay--;
        }
      },
      onCaughtUp: () => {
        this.caughtUp++;
        this.changed();
        options.onCaughtUp?.();
      },
      onStopped: (error) => {
        this.stopped.push(error);
        this.changed();
        options.onStopped?.(error);
      },
    };
  }

  until(what: string, holds: (seen: this) => boolean): Promise<void> {
    const said = () => `${what}; ${this.events.length} events came, the last ${this.types.slice(-5).join(', ')}`;
    const held = new Promise<void>((resolve) => {
      const check = () => {
        if (!holds(this)) return;
        this.waiting.delete(check);
        resolve();
      };
      this.waiting.add(check);
      check();
    });
    return within(this.waitMs, said, held);
  }

  /** Resolves when the last event seen is of this type. */
  last(type: string): Promise<void> {
    return this.until(`waiting for ${type}`, () => this.types.at(-1) === type);
  }

  catchesUp(times = 1): Promise<void> {
    return this.until(`waiting to catch up ${times} times`, () => this.caughtUp >= times);
  }

  private changed(): void {
    for (const check of [...this.waiting]) check();
  }
}

/** New events of these types. */
export function eventsOf(...types: string[]): NewEvent[] {
  return types.map((type) => ({ id: newUuid(), type, data: { is: type }, metadata: { actor: 'suite' } }));
}

export function numbered(prefix: string, from: number, count: number): NewEvent[] {
  return eventsOf(...Array.from({ length: count }, (_, i) => `${prefix}${from + i}`));
}

export async function appendAll(store: EventStore, streamId: string, ...types: string[]): Promise<AppendResult> {
  return store.append(streamId, eventsOf(...types), 'any');
}

export function typesOf(events: readonly RecordedEvent[]): string[] {
  return events.map(({ type }) => type);
}
