import type { JsonObject } from '@arkan/kernel';

export interface NewEvent {
  /** A UUID. Appending an event again under the same id, to the same stream at the same place, is answered as the first time. */
  id: string;
  type: string;
  data: JsonObject;
  metadata: JsonObject;
}

export interface RecordedEvent extends NewEvent {
  streamId: string;
  /** Place in its stream, from 0, without gaps. */
  revision: number;
  /** Place in the whole store: strictly growing, not dense. Opaque to features but for comparison. */
  position: bigint;
  recordedAt: Date;
}

/** `no_stream`: the stream must not exist yet. A number: its last event must have that revision. */
export type ExpectedRevision = number | 'no_stream' | 'any';

export interface AppendResult {
  /** Of the last event appended. */
  revision: number;
  position: bigint;
}

export class WrongExpectedRevisionError extends Error {
  constructor(
    readonly streamId: string,
    readonly expected: ExpectedRevision,
    /** null where the stream does not exist. */
    readonly actual: number | null,
  ) {
    super(`stream ${streamId}: expected revision ${expected}, it has ${actual ?? 'no events'}`);
    this.name = 'WrongExpectedRevisionError';
  }
}

/** The store can't be reached or did not answer in time; the append may or may not have happened. Safe to repeat with the same ids. */
export class EventStoreUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EventStoreUnavailableError';
  }
}

/** Only events of streams whose id starts with one of these; absent: all of them. Store-internal events are never delivered. */
export interface EventFilter {
  streamPrefixes?: readonly string[];
}

export interface ReadAllOptions extends EventFilter {
  /** Exclusive; null reads from the start. */
  after: bigint | null;
  /** At most so many events. */
  limit: number;
}

export interface SubscribeOptions extends EventFilter {
  /** Exclusive; null from the first event ever. */
  after: bigint | null;
  /**
   * Called with batches in order, one call at a time. `position` is where to resume after this batch; it may lie beyond the
   * last event, and `events` may be empty, where a filter passed over others. A rejection stops the subscription and calls `onStopped`.
   */
  onEvents(events: RecordedEvent[], position: bigint): Promise<void>;
  /** The subscription has handled all that was in the store at some moment after it started. Called at least once, and again after each reconnection. */
  onCaughtUp?(): void;
  /** The handler rejected: nothing more will come. A lost connection is not a stop; the adapter resumes by itself. */
  onStopped?(error: unknown): void;
  /** At most so many events a call; 500 unless told. */
  batchMax?: number;
}

export interface EventSubscription {
  /** Waits for a handler call under way; no call follows. */
  stop(): Promise<void>;
  /** False while the connection is lost or silent for too long: what was read may be old. */
  isLive(): boolean;
}

/** Append-only streams of facts, with one order over all of them. */
export interface EventStore {
  /** Atomic. Throws WrongExpectedRevisionError, EventStoreUnavailableError. `events` holds 1 to 100. */
  append(streamId: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult>;
  /** In order of revision; empty where there is no such stream. At most `limit` (1,000 unless told), from `fromRevision` (0) on. */
  readStream(streamId: string, options?: { fromRevision?: number; limit?: number }): Promise<RecordedEvent[]>;
  /** In order of position. An event that is visible is never preceded by one that becomes visible later. */
  readAll(options: ReadAllOptions): Promise<RecordedEvent[]>;
  /** The position of the last event appended before this call, or null in an empty store. */
  endPosition(): Promise<bigint | null>;
  subscribe(options: SubscribeOptions): Promise<EventSubscription>;
  close(): Promise<void>;
}
