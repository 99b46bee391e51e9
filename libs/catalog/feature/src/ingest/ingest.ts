import { Refusal } from '@arkan/kernel';
import type { IncomingMessage, OutgoingMessage } from '@arkan/ports';
import {
  contextFrom,
  handleOnce,
  SpanKind,
  traceparentOf,
  type Batch,
  type HealthCheck,
  type Tracing,
} from '@arkan/runtime';
import { acceptGroup, decide, enqueueAll, store, withRetries, type Accepted, type AcceptanceDeps } from './acceptance';
import { readMessage } from './bus-message';
import type { CheckData, ValidEvent } from './cloud-event';
import { deadMessages } from './dead-letters';
import { GroupCommit } from './group-commit';
import { readRequest, type EventRequest } from './http-request';
import { limitAtOnce } from './limit-at-once';

export interface IngestDeps extends AcceptanceDeps {
  checkData: CheckData;
  tracing: Tracing;
  /** Of the views: what was published before the call is known after it. */
  barrier(): Promise<void>;
}

export interface Ingest {
  /**
   * What `POST /v1/events` does. Returns when all is durable. Whether a type is known is judged by the catalog as of the
   * caller's authentication, which has awaited the barrier. Throws Refusal.
   */
  publish(
    request: EventRequest,
    caller: { tenantId: string | null; traceparent: string | undefined },
  ): Promise<Accepted | { data: Accepted[] }>;
  /** What was read and found valid already: the way of `publish` after its parsing. */
  accept(events: ValidEvent[]): Promise<Accepted[]>;
  /** A batch of a module's topic, on behalf of a consumer group. Rejects only where infrastructure fails. */
  consume(group: string, batch: Batch): Promise<void>;
  health: HealthCheck;
  /** Takes nothing more; waits for what was taken. */
  stop(): Promise<void>;
}

/** Batches of the bus that are handled at once, over all partitions: connections are left for HTTP. */
const busBatchesAtOnce = 3;
/** From then on the queue is said to stand still. */
const queueWaitMaxMs = 10_000;

export function createIngest(deps: IngestDeps): Ingest {
  const { clock, metrics, tracing } = deps;
  const groups = new GroupCommit<ValidEvent, Accepted>({
    clock,
    bytesOf: (event) => event.body.length,
    // Whatever was answered before an event was sent is known by then: the event's own request has awaited the barrier as well.
    prepare: deps.barrier,
    run: (events) => acceptGroup(deps, events, 'http'),
  });
  const busTurn = limitAtOnce(busBatchesAtOnce);
  const accept = (events: ValidEvent[]) =>
    tracing.enabled ? traced(tracing, events, () => groups.submit(events)) : groups.submit(events);

  return {
    async publish(request, caller) {
      const started = performance.now();
      const { events, isBatch } = read(deps, request, caller);
      const accepted = await accept(events);
      metrics.took((performance.now() - started) / 1_000, 'http');
      return isBatch ? { data: accepted } : accepted[0]!;
    },
    accept,
    consume: (group, { messages, signal }) =>
      busTurn(async () => {
        // Rejected, so that nothing is committed for a partition that is another's by now.
        if (signal.aborted) throw new Error('the partition was taken away');
        const started = performance.now();
        // Side by side with the transaction's begin, which needs none of it: a round trip less before an event is sent.
        const known = deps.barrier();
        known.catch(() => undefined);
        await withRetries(deps.database, () => consumeOnce(deps, group, messages, known));
        metrics.took((performance.now() - started) / 1_000, 'bus');
      }),
    health: {
      name: 'ingest',
      async check() {
        const waitMs = groups.oldestWaitMs();
        return waitMs > queueWaitMaxMs ? `events have waited for ${waitMs} ms to be stored` : null;
      },
    },
    stop: () => groups.stop(),
  };
}

function read(
  { checkData, clock, metrics }: IngestDeps,
  request: EventRequest,
  { tenantId, traceparent }: { tenantId: string | null; traceparent: string | undefined },
): ReturnType<typeof readRequest> {
  try {
    return readRequest(request, { checkData, tenantId, traceparent, nowMs: clock.now() });
  } catch (error) {
    if (error instanceof Refusal) metrics.invalid(error.code);
    throw error;
  }
}

/**
 * Events, parked messages and the batch's end in one transaction. The inbox passes over what was handled before, so that a parked
 * message is parked once; events would be duplicates anyhow.
 */
async function consumeOnce(
  deps: IngestDeps,
  group: string,
  messages: readonly IncomingMessage[],
  known: Promise<void>,
): Promise<void> {
  const { database, outbox, metrics } = deps;
  let accepted: Accepted[] = [];
  let codes: string[] = [];
  const receipts = await handled(database.pool, group, messages, async (tx, fresh) => {
    const read = readAll(deps, fresh);
    codes = read.codes;
    await known;
    const stored = await store(tx, decide(read.events, deps.webhooks, deps.clock.now(), 'bus'));
    accepted = stored.accepted;
    return enqueueAll(outbox, tx, [...stored.messages, ...read.dead]);
  });
  if (receipts.length > 0) outbox.committed(...receipts);
  if (accepted.length > 0) metrics.accepted(accepted, 'bus');
  for (const code of codes) metrics.invalid(code);
}

/** The inbox, with a result that leaves the transaction only by its commit. */
async function handled<T>(
  pool: Parameters<typeof handleOnce>[0],
  group: string,
  messages: readonly IncomingMessage[],
  handle: (tx: Parameters<Parameters<typeof handleOnce>[3]>[0], fresh: IncomingMessage[]) => Promise<T[]>,
): Promise<T[]> {
  let result: T[] = [];
  await handleOnce(pool, group, messages, async (tx, fresh) => {
    result = await handle(tx, fresh);
  });
  return result;
}

function readAll({ checkData, clock, tracing }: IngestDeps, messages: readonly IncomingMessage[]) {
  const nowMs = clock.now();
  const events: ValidEvent[] = [];
  const dead: OutgoingMessage[] = [];
  const codes: string[] = [];
  for (const message of messages) {
    const reading = readMessage(message, { checkData, nowMs });
    if ('event' in reading) events.push(reading.event);
    else {
      codes.push(reading.unusable.code);
      dead.push(...deadMessages(message, reading.unusable, nowMs));
    }
  }
  if (tracing.enabled) for (const event of events) spanOf(tracing, event, 'bus').end();
  return { events, dead, codes };
}

/** A span of its own for each event, whose context goes on with it. */
async function traced(tracing: Tracing, events: ValidEvent[], run: () => Promise<Accepted[]>): Promise<Accepted[]> {
  const spans = events.map((event) => spanOf(tracing, event, 'http'));
  try {
    const accepted = await run();
    accepted.forEach(({ duplicate, deliveries }, index) =>
      spans[index]!.setAttributes({ 'arkan.duplicate': duplicate, 'arkan.deliveries': deliveries }),
    );
    return accepted;
  } finally {
    for (const span of spans) span.end();
  }
}

function spanOf({ tracer }: Tracing, event: ValidEvent, via: string) {
  const span = tracer.startSpan(
    'accept event',
    {
      kind: SpanKind.PRODUCER,
      attributes: {
        'arkan.tenant': event.tenantId,
        'cloudevents.event_id': event.id,
        'cloudevents.event_type': event.type,
        'arkan.via': via,
      },
    },
    contextFrom(event.traceparent),
  );
  event.traceparent = traceparentOf(span) ?? event.traceparent;
  return span;
}
