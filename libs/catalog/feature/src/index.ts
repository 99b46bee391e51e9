import { catalogWebhooks, shippedEventTypes } from '@arkan/catalog-domain';
import { catalogEntities, catalogMigrations } from '@arkan/catalog-persistence';
import { catalogOperations } from '@arkan/contracts';
import type { ServiceDefinition } from '@arkan/runtime';
import { createCatalogFeature } from './catalog-feature';
import { rebuildEventTypes } from './event-types/projector';

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
  async verifyReadModels(deps) {
    const { events, differing } = await rebuildEventTypes(deps, { swap: false });
    return { events, differences: differing.slice(0, 100).map((type) => `event type ${type} differs`) };
  },
};
