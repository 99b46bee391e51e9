import type { Clock, JsonObject } from '@arkan/kernel';
import {
  checkAppend,
  checkLimit,
  EventStoreUnavailableError,
  WrongExpectedRevisionError,
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type ReadAllOptions,
  type RecordedEvent,
  type SubscribeOptions,
} from '@arkan/ports';
import { subscribeInMemory } from './event-store-subscription';

/** An event as it is kept: JSON as text, so that no reader's object is the store's. */
interface StoredEvent extends Omit<RecordedEvent, 'data' | 'metadata'> {
  data: string;
  metadata: string;
}

/** An EventStore for unit tests and simulations: gone with the process, and bounded only by its memory. */
export function createMemoryEventStore({ clock }: { clock: Clock }): EventStore {
  const log: StoredEvent[] = [];
  const streams = new Map<string, StoredEvent[]>();
  const wakeUps = new Set<() => void>();
  const subscriptions = new Set<{ stop(): Promise<void> }>();
  let closed = false;

  const append = (streamId: string, events: readonly NewEvent[], expected: ExpectedRevision): AppendResult => {
    if (closed) throw new EventStoreUnavailableError('the event store is closed');
    checkAppend(streamId, events);
    const stream = streams.get(streamId) ?? [];
    const actual = stream.length - 1;
    const repeated = resultOfRepetition(stream, events, expected);
    if (repeated) return repeated;
    const known = new Set(stream.map(({ id }) => id));
    if (
      (expected !== 'any' && (expected === 'no_stream' ? -1 : expected) !== actual) ||
      events.some(({ id }) => known.has(id))
    ) {
      throw new WrongExpectedRevisionError(streamId, expected, actual < 0 ? null : actual);
    }
    const recordedAt = new Date(clock.now());
    const stored = events.map((event, index) => ({
      id: event.id,
      type: event.type,
      data: JSON.stringify(event.data),
      metadata: JSON.stringify(event.metadata),
      streamId,
      revision: actual + 1 + index,
      position: BigInt(log.length + 1 + index),
      recordedAt,
    }));
    log.push(...stored);
    streams.set(streamId, [...stream, ...stored]);
    for (const wake of [...wakeUps]) wake();
    return resultOf(stored);
  };

  const readAll = ({ after, limit, streamPrefixes }: ReadAllOptions): RecordedEvent[] => {
    const matching: RecordedEvent[] = [];
    for (let i = Number(after ?? 0n); i < log.length && matching.length < checkLimit(limit); i++) {
      const event = log[i];
      if (event && matches(event.streamId, streamPrefixes)) matching.push(read(event));
    }
    return matching;
  };

  return {
    append: async (...args) => append(...args),
    async readStream(streamId, { fromRevision = 0, limit = 1_000 } = {}) {
      const stream = streams.get(streamId) ?? [];
      return stream.slice(fromRevision, fromRevision + checkLimit(limit)).map(read);
    },
    readAll: async (options) => readAll(options),
    endPosition: async () => log.at(-1)?.position ?? null,
    async subscribe(options: SubscribeOptions) {
      const end = () => BigInt(log.length);
      const subscription = subscribeInMemory(options, { readAll, end, wakeUps });
      subscriptions.add(subscription);
      return subscription;
    },
    async close() {
      closed = true;
      await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
    },
  };
}

function matches(streamId: string, prefixes: readonly string[] | undefined): boolean {
  return prefixes === undefined || prefixes.some((prefix) => streamId.startsWith(prefix));
}

function read({ data, metadata, ...rest }: StoredEvent): RecordedEvent {
  return {
    ...rest,
    recordedAt: new Date(rest.recordedAt),
    data: JSON.parse(data) as JsonObject,
    metadata: JSON.parse(metadata) as JsonObject,
  };
}

function resultOf(stored: readonly StoredEvent[]): AppendResult {
  const last = stored.at(-1);
  if (!last) throw new RangeError('nothing was appended');
  return { revision: last.revision, position: last.position };
}

/** The same ids in the same place: the first answer once more. */
function resultOfRepetition(
  stream: readonly StoredEvent[],
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): AppendResult | null {
  const first = stream.findIndex(({ id }) => id === events[0]?.id);
  const place = expected === 'no_stream' ? 0 : expected === 'any' ? first : expected + 1;
  if (first < 0 || first !== place) return null;
  const there = stream.slice(first, first + events.length);
  return there.length === events.length && there.every(({ id }, i) => id === events[i]?.id) ? resultOf(there) : null;
}
