import type { KafkaBroker } from '../kafka/broker.mjs';

export type ServiceName = 'registry' | 'catalog' | 'dispatcher' | 'notifier';

export interface ClusterService {
  readonly name: ServiceName;
  /** From 1, among the copies of its service. */
  readonly number: number;
  readonly pid: number;
  readonly url: string;
  isRunning(): boolean;
  stop(): Promise<void>;
}

export interface Cluster {
  /** Of the gateway. */
  readonly url: string;
  readonly operatorKey: string;
  readonly services: readonly ClusterService[];
  readonly broker: KafkaBroker;
  /** With all rights. */
  readonly databaseUrl: string;
  readonly postgresPid: number;
  /** One copy more. */
  start(name: ServiceName): Promise<ClusterService>;
  /** Gateway, services, broker, event store, Postgres, one after the other; then the data are removed. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** 1 of each unless told. */
  copies?: Partial<Record<ServiceName, number>>;
  /** Of the gateway; a free one unless told. */
  port?: number;
  /** More settings of the services. */
  env?: Record<string, string>;
  /** Postgres waits for the disk, as in production. Not unless told: what is thrown away need not survive a power cut. */
  isDurable?: boolean;
  /** Of Node, for each copy of a service. */
  nodeArguments?(name: ServiceName): string[];
  /** What a service prints. */
  onLine?(name: ServiceName, number: number, line: string): void;
  /** A service ended that nobody asked to. */
  onExit?(name: ServiceName, number: number, how: number | string | null): void;
}

/** Needs Java, and Maven the first time. The apps must have been built. */
export function startCluster(options?: ClusterOptions): Promise<Cluster>;
