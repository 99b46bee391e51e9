import { status, type ServerWritableStream } from '@grpc/grpc-js';
import type * as Streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Faults } from './faults';
import type { LoggedEvent, TransactionLog } from './log';
import {
  caughtUpResponse,
  checkpointResponse,
  confirmationResponse,
  deletedError,
  deniedError,
  eventResponse,
  lostError,
  notFoundResponse,
  serviceError,
  streamName,
} from './protocol';

export interface ReadContext {
  log: TransactionLog;
  faults: Faults;
  isAllowed(call: { metadata: { get(name: string): unknown[] } }): boolean;
}

type ReadCall = ServerWritableStream<Streams.ReadReq, Streams.ReadResp>;
type Filter = (event: LoggedEvent) => boolean;
interface Place {
  commit: bigint;
  prepare: bigint;
}

/** Events of a page that a subscription is sent while it catches up, as in the server. */
const pageMax = 50;

/** Streams/Read, which is also how one subscribes. */
export function handleRead(context: ReadContext) {
  return (call: ReadCall): void => {
    const options = call.request.getOptions();
    call.on('error', () => undefined);
    const run = async () => {
      if (!options) throw serviceError(status.INVALID_ARGUMENT, 'a read without options');
      if (!context.isAllowed(call)) throw deniedError();
      if (options.hasSubscription()) {
        context.faults.count('subscribe');
        return subscribeToAll(call, options, context);
      }
      context.faults.count('read');
      if (context.faults.readsStalled) return;
      for (const response of responsesTo(options, context.log)) await send(call, response);
      call.end();
    };
    void run().catch((error: Error) => call.emit('error', error));
  };
}

async function send(call: ReadCall, response: Streams.ReadResp): Promise<void> {
  if (call.cancelled || call.destroyed || call.write(response)) return;
  const events = ['drain', 'close', 'cancelled'];
  await new Promise<void>((resolve) => {
    const go = () => {
      for (const event of events) call.off(event, go);
      resolve();
    };
    for (const event of events) call.on(event, go);
  });
}

function responsesTo(options: Streams.ReadReq.Options, log: TransactionLog): Streams.ReadResp[] {
  const count = Number(options.getCount());
  const backwards = options.getReadDirection() === 1;
  const stream = options.getStream();
  if (!stream) return readAll(options, log, backwards).slice(0, count).map(eventResponse);
  const streamId = streamName(stream.getStreamIdentifier());
  const events = log.read(streamId);
  if (events === 'tombstoned') throw deletedError(streamId);
  if (events === null) return [notFoundResponse(streamId)];
  const from = stream.hasRevision() ? Number(stream.getRevision()) : null;
  const wanted = backwards
    ? events.filter(({ revision }) => from === null || revision <= from).reverse()
    : events.filter(({ revision }) => !stream.hasEnd() && revision >= (from ?? 0));
  return wanted.slice(0, count).map(eventResponse);
}

/** Forwards from the event at a position, backwards from the one before it. */
function readAll(options: Streams.ReadReq.Options, log: TransactionLog, backwards: boolean): LoggedEvent[] {
  const place = placeOf(options, log);
  const from = place === 'start' ? 0 : place === 'end' ? log.all.length : log.indexFrom(place.commit);
  return backwards ? log.all.slice(0, from).reverse() : log.all.slice(from);
}

function placeOf(options: Streams.ReadReq.Options, log: TransactionLog): Place | 'start' | 'end' {
  const all = options.getAll();
  const position = all?.getPosition();
  if (!position) return all?.hasEnd() ? 'end' : 'start';
  const place = { commit: BigInt(position.getCommitPosition()), prepare: BigInt(position.getPreparePosition()) };
  if (!log.isBoundary(place.commit)) throw serviceError(status.INVALID_ARGUMENT, 'Invalid position.');
  return place;
}

const isAfter = (a: Place, b: Place) => a.commit > b.commit || (a.commit === b.commit && a.prepare > b.prepare);
const placeAt = ({ position }: LoggedEvent): Place => ({ commit: position, prepare: position });

function filterOf(options: Streams.ReadReq.Options): { filter: Filter; window: number; checkpoints: boolean } {
  const filter = options.getFilter();
  if (!filter) return { filter: () => true, window: pageMax, checkpoints: false };
  const ofStreams = filter.getStreamIdentifier();
  const expression = ofStreams ?? filter.getEventType();
  const prefixes = expression?.getPrefixList() ?? [];
  const regex = new RegExp(expression?.getRegex() ?? '', 'u');
  const passes = (text: string) =>
    prefixes.length > 0 ? prefixes.some((prefix) => text.startsWith(prefix)) : regex.test(text);
  return {
    filter: (event) => passes(ofStreams ? event.streamId : event.type),
    window: filter.getMax() || 32,
    checkpoints: true,
  };
}

async function subscribeToAll(call: ReadCall, options: Streams.ReadReq.Options, context: ReadContext): Promise<void> {
  const { log, faults } = context;
  if (!options.getAll()) throw serviceError(status.UNIMPLEMENTED, 'the stand-in has no subscriptions to a stream');
  const { filter, window, checkpoints } = filterOf(options);
  const interval = Math.max(1, options.getFilter()?.getCheckpointintervalmultiplier() ?? 1) * window;
  const start = placeOf(options, log);
  let ended = false;
  let wake = () => {};
  const stop = () => {
    ended = true;
    wake();
  };
  const forget = log.onAppend(() => wake());
  const subscription = {
    drop: (how: 'error' | 'end') => {
      stop();
      if (how === 'end') call.end();
      else call.emit('error', lostError());
    },
    wake: () => wake(),
  };
  faults.subscriptions.add(subscription);
  for (const event of ['cancelled', 'close', 'error']) call.on(event, stop);

  /** Held up while subscriptions are muted; nothing once it has ended. */
  const say = async (response: Streams.ReadResp) => {
    while (faults.muted && !ended) await new Promise<void>((resolve) => (wake = resolve));
    if (!ended) await send(call, response);
  };

  try {
    await say(confirmationResponse());
    let at: Place = start === 'start' ? { commit: -1n, prepare: -1n } : start === 'end' ? endPlace(log) : start;
    let pageFrom: Place = at.commit < 0n ? { commit: 0n, prepare: 0n } : at;
    let counter = 0;
    // Catching up: pages, and with them checkpoints that say where the page began, as the server's do.
    for (let caughtUp = false; !caughtUp && !ended;) {
      const page = pageAt(log, pageFrom, filter, window);
      for (const event of page.events) {
        if (!isAfter(placeAt(event), at)) continue;
        await say(eventResponse(event));
        at = placeAt(event);
      }
      counter += page.considered;
      caughtUp = page.atEnd;
      if (checkpoints && (caughtUp || counter >= interval)) {
        counter %= interval;
        if (isAfter(pageFrom, at)) at = pageFrom;
        if (at.commit >= 0n) await say(checkpointResponse(at));
      }
      pageFrom = page.next;
    }
    await say(caughtUpResponse());
    // Live: each event as it is appended, and a checkpoint at an event passed over.
    for (let index = log.indexFrom(pageFrom.commit), considered = 0; !ended;) {
      const event = log.all[index];
      if (!event) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      index++;
      if (!isAfter(placeAt(event), at)) continue;
      considered++;
      if (filter(event)) await say(eventResponse(event));
      else if (checkpoints && considered >= interval) await say(checkpointResponse(placeAt(event)));
      if (considered >= interval) considered = 0;
    }
  } finally {
    forget();
    faults.subscriptions.delete(subscription);
  }
}

function endPlace(log: TransactionLog): Place {
  const last = log.all.at(-1);
  return last ? placeAt(last) : { commit: 0n, prepare: 0n };
}

/** A page of the log: at most 50 wanted events, and at most `window` looked at. */
function pageAt(log: TransactionLog, from: Place, filter: Filter, window: number) {
  const events: LoggedEvent[] = [];
  let [considered, next] = [0, from];
  for (let index = log.indexFrom(from.commit); events.length < pageMax && considered < window; index++) {
    const event = log.all[index];
    if (!event) return { events, considered, next, atEnd: true };
    considered++;
    if (filter(event)) events.push(event);
    next = { commit: event.end, prepare: 0n };
  }
  return { events, considered, next, atEnd: false };
}
