import {
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type * as Features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type * as Shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type * as Streams from '@eventstore/db-client/generated/streams_pb.js';
import { deleteStream, handleAppend, handleBatchAppend } from './appends';
import { Faults } from './faults';
import { TransactionLog } from './log';
import { deniedError, serviceError } from './protocol';
import { handleRead } from './reads';

export interface StandInOptions {
  /** A free one unless told. */
  port?: number;
  /** Data of an earlier one; a new, empty store unless told. */
  log?: TransactionLog;
  /** A new server says that it has BatchAppend; an old one does not know the question. New unless told. */
  features?: 'new' | 'old';
  tls?: { key: string; cert: string };
  /** Then every call needs these. */
  credentials?: { username: string; password: string };
  /** 1 MiB unless told, as the server. */
  appendSizeMax?: number;
}

export interface StandIn {
  port: number;
  /** `esdb://…`, without credentials. */
  connectionString: string;
  log: TransactionLog;
  faults: Faults;
  /** Ends every connection. */
  close(): Promise<void>;
}

/**
 * A server that speaks EventStoreDB's gRPC protocol on 127.0.0.1, for tests where no real one is at hand: streams, $all,
 * filtered subscriptions with checkpoints, expected revisions, repeated appends, deletions. What it does not do is listed
 * in the README beside it.
 */
export async function startEventStoreStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { log = new TransactionLog(), features = 'new', tls, credentials, appendSizeMax = 1_048_576 } = options;
  const faults = new Faults();
  const wantedAuth = credentials && `Basic ${btoa(`${credentials.username}:${credentials.password}`)}`;
  const isAllowed = (call: { metadata: { get(name: string): unknown[] } }) =>
    wantedAuth === undefined || call.metadata.get('authorization')[0] === wantedAuth;
  const context = { log, faults, appendSizeMax, isAllowed };

  const server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
  const streams: UntypedServiceImplementation = {
    read: handleRead(context),
    append: handleAppend(context),
    batchAppend: handleBatchAppend(context),
    delete: unary<Streams.DeleteReq, Streams.DeleteResp>(isAllowed, (request) => {
      const position = String(deleteStream(context, request.getOptions(), false));
      const place = new streamsPb.DeleteResp.Position().setCommitPosition(position).setPreparePosition(position);
      return new streamsPb.DeleteResp().setPosition(place);
    }),
    tombstone: unary<Streams.TombstoneReq, Streams.TombstoneResp>(isAllowed, (request) => {
      const position = String(deleteStream(context, request.getOptions(), true));
      const place = new streamsPb.TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position);
      return new streamsPb.TombstoneResp().setPosition(place);
    }),
  };
  server.addService(streamsGrpc.StreamsService, streams);
  server.addService(featuresGrpc.ServerFeaturesService, {
    getSupportedMethods: unary<Shared.Empty, Features.SupportedMethods>(
      () => true,
      () => supportedMethods(features),
    ),
  });

  const port = await new Promise<number>((resolve, reject) => {
    const secure = tls && { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) };
    server.bindAsync(
      `127.0.0.1:${options.port ?? 0}`,
      secure ? ServerCredentials.createSsl(null, [secure]) : ServerCredentials.createInsecure(),
      (error, bound) => (error ? reject(error) : resolve(bound)),
    );
  });
  return {
    port,
    connectionString: `esdb://127.0.0.1:${port}?tls=${tls ? 'true' : 'false'}`,
    log,
    faults,
    async close() {
      faults.dropSubscriptions('error');
      server.forceShutdown();
    },
  };
}

function unary<Request, Response>(
  isAllowed: (call: { metadata: { get(name: string): unknown[] } }) => boolean,
  answer: (request: Request) => Response,
): handleUnaryCall<Request, Response> {
  return (call, respond: sendUnaryData<Response>) => {
    try {
      if (!isAllowed(call)) return respond(deniedError());
      respond(null, answer(call.request));
    } catch (error) {
      respond(error as Error);
    }
  };
}

function supportedMethods(features: 'new' | 'old'): Features.SupportedMethods {
  if (features === 'old') throw serviceError(status.UNIMPLEMENTED, 'Service is unimplemented.');
  const methods = ['append', 'batchappend', 'read', 'delete', 'tombstone'].map((name) => {
    const method = new featuresPb.SupportedMethod();
    method.setServiceName('event_store.client.streams.streams');
    return method.setMethodName(name);
  });
  const supported = new featuresPb.SupportedMethods();
  supported.setEventStoreServerVersion('23.10.0');
  return supported.setMethodsList(methods);
}
