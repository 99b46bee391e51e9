import type { DynamicModule } from '@nestjs/common';
import type { Operation, ServiceName } from '@arkan/contracts';
import type { Clock, Random, Service } from '@arkan/kernel';
import type { EventStore, MessageBus, Outbox } from '@arkan/ports';
import type { Config } from './config';
import type { Cursors } from './cursor';
import type { Database, DatabaseOptions } from './database';
import type { OnForbidden } from './http/access-guard';
import type { HealthCheck } from './http/health';
import type { Logger } from './log';
import type { MetricsRegistry } from './metrics';
import type { Sealer } from './sealing';
import type { TopicViews, ViewHandlers } from './topic-views';
import type { Tracing } from './tracing';

/** All that a service is given; it takes what it needs. `database` and `outbox` are its own, the rest is the process's. */
export interface ServiceDeps {
  config: Config;
  clock: Clock;
  random: Random;
  log: Logger;
  metrics: MetricsRegistry;
  tracing: Tracing;
  cursors: Cursors;
  sealer: Sealer;
  bus: MessageBus;
  /** Only where the definition says that it is used. */
  eventStore: EventStore;
  database: Database;
  outbox: Outbox;
  /** PEM certificates trusted for targets beside the system's. */
  targetCa: string[];
}

export interface Feature {
  module: DynamicModule;
  /** Merged with those of the process's other features into one tail. */
  viewHandlers: ViewHandlers;
  /** Called once, before `service` is started. */
  useViews(views: TopicViews): void;
  /** Background work; started after the views, before HTTP and the consumers. */
  service: Service;
  health: HealthCheck[];
  onForbidden?: OnForbidden;
}

/** How read models compare with what the events say. */
export interface Verification {
  /** That were folded: up to where the read models are. */
  events: number;
  /** A line each, without data: what differs, and in which fields. The first 100. */
  differences: string[];
}

/** What an app composes into a process: one of them, or all four. */
export interface ServiceDefinition {
  name: ServiceName;
  database: Pick<DatabaseOptions, 'entities' | 'migrations' | 'poolMax' | 'settings'>;
  /** It writes or follows streams. Else its process needs no event store, and no right to one. */
  usesEventStore: boolean;
  operations: readonly Operation[];
  /** For the OpenAPI document: what receivers get, by event type. */
  openApiWebhooks?: Record<string, unknown>;
  create(deps: ServiceDeps): Feature;
  /** Folds the events anew and compares; changes nothing, and may run beside the service. */
  verifyReadModels?(deps: Pick<ServiceDeps, 'database' | 'eventStore'>): Promise<Verification>;
}
