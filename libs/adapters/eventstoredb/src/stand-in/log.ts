/** What one client sends to be appended. */
export interface ProposedEvent {
  id: string;
  type: string;
  contentType: string;
  data: Uint8Array;
  metadata: Uint8Array;
}

export interface LoggedEvent extends ProposedEvent {
  streamId: string;
  revision: number;
  /** Where its record begins. The record before it ends there, as in a file. */
  position: bigint;
  /** Where the next record begins. */
  end: bigint;
  /** 100 ns since 1970. */
  created: bigint;
}

export type Expected = bigint | 'any' | 'no_stream' | 'stream_exists';

export type AppendOutcome =
  | { kind: 'appended'; revision: number; position: bigint }
  | { kind: 'wrong_version'; actual: number | null }
  | { kind: 'deleted' };

interface Stream {
  events: LoggedEvent[];
  /** Events below were deleted: they are read no more, and stay in $all. */
  from: number;
  tombstoned: boolean;
}

/** The transaction log of an EventStoreDB node, in memory: one order over all streams, positions like those of a file. */
export class TransactionLog {
  readonly all: LoggedEvent[] = [];
  private readonly streams = new Map<string, Stream>();
  private readonly waiting = new Set<() => void>();
  private readonly byId = new Map<string, LoggedEvent>();

  constructor() {
    // A server never is empty.
    this.write('$$$stats', [systemEvent('$metadata', { $maxAge: 86_400 })]);
  }

  /** null where it never was, or was deleted. */
  read(streamId: string): readonly LoggedEvent[] | null | 'tombstoned' {
    const stream = this.streams.get(streamId);
    if (stream?.tombstoned) return 'tombstoned';
    return stream && stream.from < stream.events.length ? stream.events.slice(stream.from) : null;
  }

  append(streamId: string, events: readonly ProposedEvent[], expected: Expected): AppendOutcome {
    const stream = this.streams.get(streamId);
    if (stream?.tombstoned) return { kind: 'deleted' };
    const actual = (stream?.events.length ?? 0) - 1;
    const deleted = stream !== undefined && stream.from >= stream.events.length;
    const wrong = { kind: 'wrong_version', actual: actual < 0 ? null : actual } as const;
    const known = this.repeated(streamId, events, expected, actual);
    if (known === 'other') return wrong;
    if (known) return { kind: 'appended', revision: known.revision, position: known.position };
    const fits = deleted ? expected === 'no_stream' || fitsRevision(expected, actual) : fitsRevision(expected, actual);
    if (!fits) return wrong;
    const last = this.write(streamId, events);
    return { kind: 'appended', revision: last?.revision ?? actual, position: last?.position ?? -1n };
  }

  delete(streamId: string, expected: Expected, tombstone: boolean): AppendOutcome {
    const stream = this.streams.get(streamId);
    if (stream?.tombstoned) return { kind: 'deleted' };
    const actual = (stream?.events.length ?? 0) - 1;
    if (!fitsRevision(expected, actual)) return { kind: 'wrong_version', actual: actual < 0 ? null : actual };
    const last = tombstone
      ? this.write(streamId, [systemEvent('$streamDeleted', {})])
      : this.write(`$$${streamId}`, [systemEvent('$metadata', { $tb: 9_223_372_036_854_775_000 })]);
    const changed = this.stream(streamId);
    changed.from = changed.events.length;
    changed.tombstoned = tombstone;
    return { kind: 'appended', revision: actual, position: last?.position ?? -1n };
  }

  /** The first event that begins at a position or after it, as an index of `all`. */
  indexFrom(position: bigint): number {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle]?.position ?? 0n) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A record begins there, or will: anything else makes a real server read garbage. */
  isBoundary(position: bigint): boolean {
    return position === this.end || this.all[this.indexFrom(position)]?.position === position;
  }

  get end(): bigint {
    return this.all.at(-1)?.end ?? 0n;
  }

  /** Calls back at each append until the returned function is called. */
  onAppend(listen: () => void): () => void {
    this.waiting.add(listen);
    return () => void this.waiting.delete(listen);
  }

  /** A server's check: the ids are compared only at the place that was named; for `any`, with those it has in memory. */
  private repeated(
    streamId: string,
    events: readonly ProposedEvent[],
    expected: Expected,
    actual: number,
  ): LoggedEvent | 'other' | null {
    if (expected === 'stream_exists') return null;
    const stream = this.streams.get(streamId);
    const remembered = events[0] && this.byId.get(`${streamId} ${events[0].id}`);
    const first = expected === 'any' ? remembered?.revision : expected === 'no_stream' ? 0 : Number(expected) + 1;
    if (first === undefined || first > actual) return null;
    const there = events.map((event, i) => stream?.events[first + i]?.id === event.id);
    if (there.every(Boolean)) return stream?.events[first + events.length - 1] ?? null;
    return there[0] ? 'other' : null;
  }

  private write(streamId: string, events: readonly ProposedEvent[]): LoggedEvent | undefined {
    const stream = this.stream(streamId);
    for (const event of events) {
      const position = this.end;
      const size = BigInt(60 + streamId.length + event.type.length + event.data.length + event.metadata.length);
      const created = BigInt(Date.now()) * 10_000n;
      const logged = { ...event, streamId, revision: stream.events.length, position, end: position + size, created };
      stream.events.push(logged);
      this.all.push(logged);
      this.byId.set(`${streamId} ${event.id}`, logged);
    }
    for (const listen of [...this.waiting]) listen();
    return stream.events.at(-1);
  }

  private stream(streamId: string): Stream {
    const stream = this.streams.get(streamId) ?? { events: [], from: 0, tombstoned: false };
    this.streams.set(streamId, stream);
    return stream;
  }
}

function fitsRevision(expected: Expected, actual: number): boolean {
  if (expected === 'any') return true;
  if (expected === 'stream_exists') return actual >= 0;
  return (expected === 'no_stream' ? -1 : Number(expected)) === actual;
}

function systemEvent(type: string, data: object): ProposedEvent {
  return {
    id: crypto.randomUUID(),
    type,
    contentType: 'application/json',
    data: Buffer.from(JSON.stringify(data)),
    metadata: new Uint8Array(),
  };
}
