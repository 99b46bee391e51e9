import { catalogWebhooks, shippedEventTypes } from '@arkan/catalog-domain';
import { catalogEntities, catalogMigrations } from '@arkan/catalog-persistence';
import { catalogOperations } from '@arkan/contracts';
import type { ServiceDefinition } from '@arkan/runtime';
import { createCatalogFeature } from './catalog-feature';

export { createCatalogFeature, type CatalogFeature } from './catalog-feature';
export { rebuildEventTypes, type RebuildResult } from './event-types/projector';

/** What apps compose. */
export const catalogService: ServiceDefinition = {
  name: 'catalog',
  database: { entities: catalogEntities, migrations: catalogMigrations, poolMax: 10 },
  usesEventStore: true,
  operations: Object.values(catalogOperations),
  openApiWebhooks: catalogWebhooks(shippedEventTypes),
  create: createCatalogFeature,
};
