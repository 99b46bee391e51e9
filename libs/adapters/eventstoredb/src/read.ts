import type { Clock } from '@arkan/kernel';
import type { ReadAllOptions, RecordedEvent } from '@arkan/ports';
import { BACKWARDS, END, START, StreamNotFoundError, type EventStoreDBClient } from '@eventstore/db-client';
import { isOurs, isWanted, positionOf, toRecorded, type Naming, type PlacedEvent } from './recorded';
import { limited } from './unavailable';

export interface Reading extends Naming {
  client: EventStoreDBClient;
  clock: Clock;
  /** For one call. */
  timeoutMs: number;
}

interface EventStream {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  cancel(): Promise<void>;
  destroy(): unknown;
}

const nothing = () => undefined;
/** Of $all, at once: what a filter passes over costs its transfer. */
const pageMax = 1_000;
const endPages = 10;

/** All that a read gives. The client puts no deadline on reads, so it is ended here. */
async function collect({ clock, timeoutMs }: Reading, stream: EventStream): Promise<PlacedEvent[]> {
  const events: PlacedEvent[] = [];
  const read = new Promise<void>((resolve, reject) => {
    stream.on('data', (resolved) => {
      const { event } = resolved as { event?: PlacedEvent };
      if (event) events.push(event);
    });
    stream.on('end', () => resolve());
    stream.on('error', reject);
    stream.on('close', () => reject(new Error('the connection was closed')));
  });
  try {
    await limited(clock, timeoutMs, read);
    return events;
  } finally {
    // The client passes on errors of a stream that was given up; this one has no reader any more.
    void stream.cancel().catch(nothing);
    stream.destroy();
  }
}

/** Empty where there is no such stream. */
export async function readStreamEvents(
  reading: Reading,
  streamId: string,
  fromRevision: number,
  limit: number,
): Promise<RecordedEvent[]> {
  const options = { fromRevision: BigInt(fromRevision), maxCount: limit };
  const stream = reading.client.readStream(reading.namespace + streamId, options) as unknown as EventStream;
  const events = await collect(reading, stream).catch((error: unknown) => {
    if (error instanceof StreamNotFoundError) return [];
    throw error;
  });
  return events.map((event) => toRecorded(event, reading));
}

/** Everything after a position, the server's own events too. */
async function readRaw(reading: Reading, after: bigint | null, limit: number): Promise<PlacedEvent[]> {
  // Unlike a subscription, a read begins with the event at its position.
  const stream = reading.client.readAll({
    fromPosition: after === null ? START : { commit: after, prepare: after },
    maxCount: after === null ? limit : limit + 1,
  });
  const events = await collect(reading, stream as unknown as EventStream);
  return events.filter((event) => after === null || positionOf(event) > after).slice(0, limit);
}

/** The client can't have the server filter a read of $all (only a subscription), so it is done here, page by page. */
export async function readAllEvents(reading: Reading, options: ReadAllOptions): Promise<RecordedEvent[]> {
  const { limit, streamPrefixes } = options;
  const wanted: RecordedEvent[] = [];
  for (let { after } = options; ;) {
    const size = streamPrefixes ? pageMax : Math.min(limit - wanted.length, pageMax);
    const page = await readRaw(reading, after, size);
    for (const event of page) {
      if (isWanted(event, reading, streamPrefixes)) wanted.push(toRecorded(event, reading));
      if (wanted.length === limit) return wanted;
    }
    const last = page.at(-1);
    if (page.length < size || !last) return wanted;
    after = positionOf(last);
  }
}

/**
 * The position of our last event, or null. Where others have written so much since that it is not among the last few
 * thousand, the position of the last event of all: it is as good an end to wait for.
 */
export async function readEndPosition(reading: Reading): Promise<bigint | null> {
  let last: bigint | null = null;
  let from: typeof END | { commit: bigint; prepare: bigint } = END;
  for (let page = 0; page < endPages; page++) {
    const maxCount = page === 0 ? 20 : pageMax;
    const options = { direction: BACKWARDS, fromPosition: from, maxCount } as const;
    const events = await collect(reading, reading.client.readAll(options) as unknown as EventStream);
    const ours = events.find((event) => isOurs(event, reading));
    if (ours) return positionOf(ours);
    const first = events.at(-1);
    if (events.length < maxCount || !first) return null;
    last ??= positionOf(events[0] ?? first);
    from = { commit: positionOf(first), prepare: positionOf(first) };
  }
  return last;
}

export interface LookAhead {
  /** The last of our events before the first wanted one: nothing up to there is missed by going on from it. */
  passed: bigint | null;
  /** Of the first wanted event, where there is one. */
  wanted: bigint | null;
}

/** What comes after a position, a few hundred events far. */
export async function lookAhead(
  reading: Reading,
  after: bigint | null,
  limit: number,
  prefixes?: readonly string[],
): Promise<LookAhead> {
  const events = await readRaw(reading, after, limit);
  const first = events.findIndex((event) => isWanted(event, reading, prefixes));
  const passed = (first < 0 ? events : events.slice(0, first)).findLast((event) => isOurs(event, reading));
  const wanted = events[first];
  return { passed: passed ? positionOf(passed) : null, wanted: wanted ? positionOf(wanted) : null };
}
