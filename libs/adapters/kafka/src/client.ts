import kafkajs from 'kafkajs';
import type { Cluster, ISocketFactory, Kafka, KafkaConfig, LogEntry, PartitionAssigner, SASLOptions } from 'kafkajs';
import type { ConnectionOptions } from 'node:tls';
import { letIdleConnectionsRest } from './idle-connections';

export type KafkaLog = (level: 'error' | 'warn' | 'info' | 'debug', message: string, fields: object) => void;

export interface KafkaClientOptions {
  /** `host:port` of some of the cluster's brokers. */
  brokers: readonly string[];
  /** Names this process in the broker's logs and quotas. */
  clientId: string;
  sasl?: SASLOptions;
  ssl?: boolean | ConnectionOptions;
  /** To be told of what kafkajs would print: its warnings and errors. Nothing is printed. */
  log?: KafkaLog;
  /** How long to wait for a connection; 3 s unless told. */
  connectTimeoutMs?: number;
  /** How long to wait for one answer; 10 s unless told. */
  requestTimeoutMs?: number;
  /** How sockets are made, in place of kafkajs's own way. */
  socketFactory?: ISocketFactory;
}

/** With pauses of 100 ms to 1 s: what a leader's move or a coordinator's loading takes, and no outage. About 2 s in all. */
export const retry = { retries: 4, initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2 };

export function createClient(options: KafkaClientOptions): Kafka {
  letIdleConnectionsRest();
  const config: KafkaConfig = {
    brokers: [...options.brokers],
    clientId: options.clientId,
    sasl: options.sasl,
    ssl: options.ssl,
    connectionTimeout: options.connectTimeoutMs ?? 3_000,
    authenticationTimeout: options.requestTimeoutMs ?? 10_000,
    requestTimeout: options.requestTimeoutMs ?? 10_000,
    retry,
    socketFactory: options.socketFactory,
    logLevel: options.log ? kafkajs.logLevel.WARN : kafkajs.logLevel.NOTHING,
    logCreator: () => (entry) =>
      options.log?.(levelOf(entry), `${entry.namespace}: ${entry.log.message}`, fieldsOf(entry)),
  };
  return new kafkajs.Kafka(config);
}

function levelOf({ level }: LogEntry): 'error' | 'warn' | 'info' | 'debug' {
  if (level === kafkajs.logLevel.ERROR) return 'error';
  if (level === kafkajs.logLevel.WARN) return 'warn';
  return level === kafkajs.logLevel.INFO ? 'info' : 'debug';
}

/** What helps to find a fault; never payloads. */
function fieldsOf({ log }: LogEntry): object {
  const fields: Record<string, unknown> = {};
  for (const name of ['broker', 'groupId', 'memberId', 'topic', 'partition', 'offset', 'retryCount', 'correlationId']) {
    if (log[name] !== undefined) fields[name] = log[name];
  }
  if (typeof log.error === 'string') fields.error = log.error;
  return fields;
}

/**
 * A connection to the cluster that belongs to no producer, consumer or admin. kafkajs gives it to partition assigners, which are
 * made with their consumer: the consumer itself is never connected. Its calls are one request a broker, whatever the number of
 * topics, where the admin client makes two for each topic.
 *
 * Each has sockets of its own: a broker answers the requests of one socket one after the other, and a fetch waits for messages.
 */
export function createCluster(kafka: Kafka): Cluster {
  let captured!: Cluster;
  const capture: PartitionAssigner = (given) => {
    captured = given.cluster;
    return kafkajs.PartitionAssigners.roundRobin(given);
  };
  // Uncommitted: the end of a partition is that of its log, not that of the oldest open transaction.
  kafka.consumer({
    groupId: 'none',
    partitionAssigners: [capture],
    readUncommitted: true,
    allowAutoTopicCreation: false,
    retry,
  });
  return captured;
}
