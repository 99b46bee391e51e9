import { systemClock, systemRandom, type Clock, type Random } from '@arkan/kernel';
import {
  checkAppend,
  checkLimit,
  EventStoreUnavailableError,
  WrongExpectedRevisionError,
  type AppendResult,
  type EventStore,
  type EventSubscription,
  type ExpectedRevision,
  type NewEvent,
} from '@arkan/ports';
import { jsonEvent, WrongExpectedVersionError } from '@eventstore/db-client';
import { connect, disconnect } from './connection';
import { readAllEvents, readEndPosition, readStreamEvents, type Reading } from './read';
import { isSystemName } from './recorded';
import { startSubscription, type SubscriptionLog } from './subscription';
import { limited } from './unavailable';

export interface EventStoreDbOptions {
  /**
   * `esdb://` or `esdb+discover://`, with TLS unless `tls=false`; credentials in it need the right to read $all. Of the
   * client's options all but `throwOnAppendFailure` and `tlsVerifyCert`.
   */
  connectionString: string;
  log?: SubscriptionLog;
  clock?: Clock;
  random?: Random;
  /** For one call to the server; a subscription that hears nothing for so long is not live. 10,000 unless told. */
  timeoutMs?: number;
  /** Put before the id of every stream, and nothing else is ever seen: several installations on one server. None unless told. */
  namespace?: string;
}

/**
 * An EventStore in EventStoreDB 23.10 or newer (that tells when a subscription has caught up). Throws
 * EventStoreUnavailableError where the server does not answer, a RangeError for a connection string that can't be used.
 *
 * A repeated append is recognised as EventStoreDB does it: by its ids at the place that `expected` names; for `any` from
 * the ids that the server has in memory. An id that is used anew at the end of its stream is not refused.
 */
export async function createEventStoreDb(options: EventStoreDbOptions): Promise<EventStore> {
  const { log, clock = systemClock, random = systemRandom, timeoutMs = 10_000, namespace = '' } = options;
  if (isSystemName(namespace)) throw new RangeError('a namespace does not begin with $');
  const client = connect(options.connectionString);
  const reading: Reading = { client, clock, timeoutMs, namespace };
  const subscriptions = new Set<EventSubscription>();
  let closing: Promise<void> | null = null;

  const checkOpen = () => {
    if (closing) throw new EventStoreUnavailableError('the event store is closed');
  };
  const close = async () => {
    await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
    await limited(clock, timeoutMs, disconnect(client));
  };

  await readEndPosition(reading).catch(async (error: unknown) => {
    await disconnect(client).catch(() => undefined);
    throw error;
  });

  return {
    async append(streamId, events, expected) {
      checkNames(streamId, events);
      checkOpen();
      return append(reading, streamId, events, expected);
    },
    async readStream(streamId, { fromRevision = 0, limit = 1_000 } = {}) {
      checkLimit(limit);
      checkOpen();
      return readStreamEvents(reading, streamId, fromRevision, limit);
    },
    async readAll(wanted) {
      checkLimit(wanted.limit);
      checkOpen();
      return readAllEvents(reading, wanted);
    },
    async endPosition() {
      checkOpen();
      return readEndPosition(reading);
    },
    async subscribe(wanted) {
      checkOpen();
      const onEnd = () => void subscriptions.delete(subscription);
      const subscription = startSubscription(wanted, { reading, random, log, onEnd });
      subscriptions.add(subscription);
      return subscription;
    },
    close: () => (closing ??= close()),
  };
}

function checkNames(streamId: string, events: readonly NewEvent[]): void {
  checkAppend(streamId, events);
  if ([streamId, ...events.map(({ type }) => type)].some(isSystemName)) {
    throw new RangeError('stream ids and event types that begin with $ are the event store’s own');
  }
}

async function append(
  reading: Reading,
  streamId: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): Promise<AppendResult> {
  const { client, clock, timeoutMs, namespace } = reading;
  const appending = client.appendToStream(
    namespace + streamId,
    events.map(({ id, type, data, metadata }) => jsonEvent({ id, type, data, metadata })),
    { expectedRevision: typeof expected === 'number' ? BigInt(expected) : expected, deadline: timeoutMs },
  );
  const explainedAppend = appending.catch((error: unknown) => {
    if (!(error instanceof WrongExpectedVersionError)) throw error;
    const { actualVersion } = error;
    // Wrapped, because what is thrown here is taken for a failure of the server.
    return new WrongExpectedRevisionError(
      streamId,
      expected,
      typeof actualVersion === 'bigint' && actualVersion >= 0n ? Number(actualVersion) : null,
    );
  });
  const result = await limited(clock, timeoutMs, explainedAppend);
  if (result instanceof WrongExpectedRevisionError) throw result;
  const revision = Number(result.nextExpectedRevision);
  if (result.position) return { revision, position: result.position.commit };
  // Servers before 20.10 give no position when they answer a repeated append.
  const [last] = await readStreamEvents(reading, streamId, revision, 1);
  if (!last) throw new EventStoreUnavailableError('the event store did not say where it has put the events');
  return { revision, position: last.position };
}
