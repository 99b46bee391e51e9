import { status, type ServerDuplexStream, type ServerReadableStream, type sendUnaryData } from '@grpc/grpc-js';
import codePb from '@eventstore/db-client/generated/code_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type * as Streams from '@eventstore/db-client/generated/streams_pb.js';
import protobufAny from 'google-protobuf/google/protobuf/any_pb.js';
import protobufEmpty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { AppendFault, Faults } from './faults';
import type { AppendOutcome, Expected, ProposedEvent, TransactionLog } from './log';
import {
  deletedError,
  deniedError,
  empty,
  identifierOf,
  lostError,
  proposedOf,
  serviceError,
  streamName,
  tooLargeError,
} from './protocol';

export interface AppendContext {
  log: TransactionLog;
  faults: Faults;
  /** Bytes of an append's events in all, as the server's MaxAppendSize. */
  appendSizeMax: number;
  isAllowed(call: { metadata: { get(name: string): unknown[] } }): boolean;
}

interface Append {
  streamId: string;
  expected: Expected;
  events: ProposedEvent[];
}

const isTooLarge = ({ events }: Append, { appendSizeMax }: AppendContext) =>
  events.reduce((bytes, { data, metadata }) => bytes + data.length + metadata.length, 0) > appendSizeMax;

/** The append under a fault: what is to be answered, or null where nothing is. */
async function appendUnder(fault: AppendFault | undefined, { log }: AppendContext, append: Append) {
  if (fault?.kind === 'stall') return null;
  if (fault?.kind === 'fail') return 'lost';
  const outcome = log.append(append.streamId, append.events, append.expected);
  fault?.onAppended?.();
  if (fault?.kind === 'lose_answer') return 'lost';
  if (fault?.kind === 'answer_late') await fault.until;
  return outcome;
}

/** Streams/Append: one call, its options first, then an event a message. */
export function handleAppend(context: AppendContext) {
  return (
    call: ServerReadableStream<Streams.AppendReq, Streams.AppendResp>,
    respond: sendUnaryData<Streams.AppendResp>,
  ): void => {
    context.faults.count('append');
    const append: Append = { streamId: '', expected: 'any', events: [] };
    call.on('data', (message: Streams.AppendReq) => {
      const options = message.getOptions();
      const proposed = message.getProposedMessage();
      if (options) {
        append.streamId = streamName(options.getStreamIdentifier());
        append.expected = expectedOf(options, () => options.getRevision());
      }
      if (proposed) append.events.push(proposedOf(proposed));
    });
    call.on('end', () => void answer().catch((error: Error) => respond(error)));

    const answer = async () => {
      if (!context.isAllowed(call)) return respond(deniedError());
      if (isTooLarge(append, context)) return respond(tooLargeError(context.appendSizeMax));
      const outcome = await appendUnder(context.faults.nextAppend(), context, append);
      if (outcome === null) return;
      if (outcome === 'lost') return respond(lostError());
      if (outcome.kind === 'deleted') return respond(deletedError(append.streamId));
      respond(null, appendResponse(outcome, append, context.faults.withoutPositions));
    };
  };
}

interface ExpectedOptions {
  hasAny(): boolean;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
}

export function expectedOf(options: ExpectedOptions, revision: () => string): Expected {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return BigInt(revision());
}

function appendResponse(
  outcome: Exclude<AppendOutcome, { kind: 'deleted' }>,
  { expected }: Append,
  withoutPosition: boolean,
) {
  const response = new streamsPb.AppendResp();
  if (outcome.kind === 'appended') {
    const position = new streamsPb.AppendResp.Position();
    position.setCommitPosition(String(outcome.position));
    position.setPreparePosition(String(outcome.position));
    const success = new streamsPb.AppendResp.Success();
    success.setCurrentRevision(String(outcome.revision));
    if (withoutPosition) success.setNoPosition(empty());
    else success.setPosition(position);
    return response.setSuccess(success);
  }
  const wrong = new streamsPb.AppendResp.WrongExpectedVersion();
  if (outcome.actual === null) wrong.setCurrentNoStream(empty());
  else wrong.setCurrentRevision(String(outcome.actual));
  if (typeof expected === 'bigint') wrong.setExpectedRevision(String(expected));
  else if (expected === 'no_stream') wrong.setExpectedNoStream(empty());
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(empty());
  else wrong.setExpectedAny(empty());
  return response.setWrongExpectedVersion(wrong);
}

/** Streams/BatchAppend: many appends in one call, each in one message or several, told apart by their correlation ids. */
export function handleBatchAppend(context: AppendContext) {
  return (call: ServerDuplexStream<Streams.BatchAppendReq, Streams.BatchAppendResp>): void => {
    const open = new Map<string, Append>();
    call.on('data', (message: Streams.BatchAppendReq) => {
      const id = message.getCorrelationId()?.getString() ?? '';
      const options = message.getOptions();
      const append = open.get(id) ?? { streamId: '', expected: 'any', events: [] };
      open.set(id, append);
      if (options) {
        append.streamId = streamName(options.getStreamIdentifier());
        append.expected = expectedOf(options, () => options.getStreamPosition());
      }
      append.events.push(...message.getProposedMessagesList().map(proposedOf));
      if (!message.getIsFinal()) return;
      open.delete(id);
      context.faults.count('batch_append');
      void answer(append, message).catch((error: Error) => call.emit('error', error));
    });
    call.on('end', () => call.end());

    const answer = async (append: Append, message: Streams.BatchAppendReq) => {
      const response = new streamsPb.BatchAppendResp();
      response.setCorrelationId(message.getCorrelationId());
      response.setStreamIdentifier(identifierOf(append.streamId));
      if (!context.isAllowed(call)) {
        return void call.write(response.setError(batchError('AccessDenied', new sharedPb.AccessDenied())));
      }
      if (isTooLarge(append, context)) {
        const tooLarge = new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(context.appendSizeMax);
        return void call.write(response.setError(batchError('MaximumAppendSizeExceeded', tooLarge)));
      }
      const outcome = await appendUnder(context.faults.nextAppend(), context, append);
      if (outcome === null) return;
      if (outcome === 'lost') return void call.emit('error', lostError());
      call.write(batchResponse(response, outcome, append));
    };
  };
}

function batchResponse(response: Streams.BatchAppendResp, outcome: AppendOutcome, { streamId, expected }: Append) {
  if (outcome.kind === 'deleted') {
    const deleted = new sharedPb.StreamDeleted().setStreamIdentifier(identifierOf(streamId));
    return response.setError(batchError('StreamDeleted', deleted));
  }
  if (outcome.kind === 'appended') {
    const position = new sharedPb.AllStreamPosition();
    position.setCommitPosition(String(outcome.position));
    position.setPreparePosition(String(outcome.position));
    const success = new streamsPb.BatchAppendResp.Success();
    success.setCurrentRevision(String(outcome.revision));
    success.setPosition(position);
    return response.setSuccess(success);
  }
  const wrong = new sharedPb.WrongExpectedVersion();
  const none = () => new protobufEmpty.Empty();
  if (outcome.actual === null) wrong.setCurrentNoStream(none());
  else wrong.setCurrentStreamRevision(String(outcome.actual));
  if (typeof expected === 'bigint') wrong.setExpectedStreamPosition(String(expected));
  else if (expected === 'no_stream') wrong.setExpectedNoStream(none());
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(none());
  else wrong.setExpectedAny(none());
  return response.setError(batchError('WrongExpectedVersion', wrong));
}

function batchError(type: string, details: { serializeBinary(): Uint8Array }) {
  const any = new protobufAny.Any();
  any.pack(details.serializeBinary(), `event_store.client.${type}`);
  const error = new statusPb.Status();
  error.setCode(codePb.Code.FAILED_PRECONDITION);
  error.setMessage(type);
  return error.setDetails(any);
}

/** Streams/Delete and Streams/Tombstone. */
export function deleteStream(
  context: AppendContext,
  options: Streams.DeleteReq.Options | Streams.TombstoneReq.Options | undefined,
  tombstone: boolean,
): bigint {
  if (!options) throw serviceError(status.INVALID_ARGUMENT, 'a deletion without options');
  const streamId = streamName(options.getStreamIdentifier());
  const expected = expectedOf(options, () => options.getRevision());
  const outcome = context.log.delete(streamId, expected, tombstone);
  if (outcome.kind === 'deleted') throw deletedError(streamId);
  if (outcome.kind === 'appended') return outcome.position;
  throw serviceError(status.FAILED_PRECONDITION, 'Append failed due to WrongExpectedVersion.', {
    exception: 'wrong-expected-version',
    'stream-name': streamId,
    'expected-version': typeof expected === 'bigint' ? String(expected) : '-1',
    ...(outcome.actual === null ? {} : { 'actual-version': String(outcome.actual) }),
  });
}
