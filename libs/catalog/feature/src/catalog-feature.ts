import type { DynamicModule } from '@nestjs/common';
import { createWebhookIndex } from '@arkan/catalog-domain';
import { readEventTypes } from '@arkan/catalog-persistence';
import { topics, webhookMessage } from '@arkan/contracts';
import { Refusal, sequence, type Service } from '@arkan/kernel';
import type { Feature, HealthCheck, ServiceDeps, TopicViews, ViewHandlers } from '@arkan/runtime';
import { EVENT_TYPES, EventTypesController, type EventTypesDeps } from './event-types/event-types.controller';
import { createEventTypeView, type EventTypeView } from './event-types/event-type-view';
import { createModuleTopics } from './event-types/module-topics';
import { createProjector, republish } from './event-types/projector';
import { ensureShippedTypes } from './event-types/shipped-catalog';
import { createAddedModules } from './ingest/added-modules';
import { BusIngestController } from './ingest/bus-ingest.controller';
import { EVENTS, EventsController, type EventsDeps } from './ingest/events.controller';
import { createIngest, type Ingest } from './ingest/ingest';
import { createCatalogMetrics } from './metrics';
import { createUpkeep } from './upkeep';

export interface CatalogFeature extends Feature {
  /** For the benchmark: the use case without HTTP. */
  ingest: Ingest;
}

const publishMaxMs = 30_000;

class CatalogModule {}

/** The service `catalog`: event types and ingest. */
export function createCatalogFeature(deps: ServiceDeps): CatalogFeature {
  const { bus, clock, config, cursors, database, eventStore, log, outbox, tracing } = deps;
  let views: TopicViews | null = null;
  const barrier = () =>
    views?.barrier() ?? Promise.reject(new Refusal('unavailable', 'the views are not there yet', [], 5));

  const webhooks = createWebhookIndex();
  const view = createEventTypeView({ clock, log });
  const moduleTopics = createModuleTopics(bus);
  const projector = createProjector(deps);
  const ingest = createIngest({
    database,
    outbox,
    clock,
    webhooks,
    metrics: createCatalogMetrics(deps.metrics),
    checkData: view.checkData,
    tracing,
    barrier,
  });
  const addedModules = createAddedModules({ bus, view, moduleTopics, ingest, clock, log });
  const catalogReady: Service = {
    async start() {
      await ensureShippedTypes(eventStore, clock);
      await projector.start();
      await barrier();
      await publishMissing(deps, view);
    },
    stop: () => projector.stop(),
  };
  const upkeep = createUpkeep({ database, clock, log, retentionDays: config.ARKAN_LOG_RETENTION_DAYS });
  const draining: Service = { start: async () => undefined, stop: () => ingest.stop() };

  return {
    ingest,
    module: catalogModule({ ingest, database, cursors }, { database, eventStore, view, cursors, clock, moduleTopics }),
    viewHandlers: {
      [topics.eventTypes]: view.handler,
      [topics.webhooks]: webhookHandler(webhooks),
    },
    useViews(given) {
      views = given;
    },
    service: sequence([upkeep, catalogReady, draining, addedModules]),
    health: [ingest.health, projector.health, databaseHealth(deps), viewsHealth(() => views)],
  };
}

/** Every type of the read model is on the bus before the start is over, also where the bus is a new one. */
async function publishMissing(deps: ServiceDeps, view: EventTypeView): Promise<void> {
  const rows = [...(await readEventTypes(deps.database.pool)).values()];
  await republish(
    deps,
    rows.filter((row) => (view.get(row.type)?.revision ?? 0) < row.revision),
  );
  await Promise.all(rows.map((row) => view.reached(row.type, row.revision, publishMaxMs)));
}

function catalogModule(events: EventsDeps, eventTypes: EventTypesDeps): DynamicModule {
  return {
    module: CatalogModule,
    controllers: [EventsController, EventTypesController, BusIngestController],
    providers: [
      { provide: EVENTS, useValue: events },
      { provide: EVENT_TYPES, useValue: eventTypes },
    ],
  };
}

function webhookHandler(webhooks: ReturnType<typeof createWebhookIndex>): ViewHandlers[string] {
  return ({ key, value }) => {
    if (!value || value.length === 0) webhooks.forget(key);
    else webhooks.apply(webhookMessage.decode(value));
  };
}

function databaseHealth({ database }: ServiceDeps): HealthCheck {
  return {
    name: 'catalog database',
    async check() {
      await database.pool.query('select 1');
      return null;
    },
  };
}

function viewsHealth(views: () => TopicViews | null): HealthCheck {
  return {
    name: 'catalog views',
    check: async () => (views()?.isLive() ? null : 'the configuration is not followed at present'),
  };
}
