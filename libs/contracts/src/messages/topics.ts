/** Modules of the product that are known today; their topics are made at start. An operator's new module gets its topic when its first type is added. */
export const modules = ['maintenance', 'leasing', 'residents', 'inspections', 'warranty', 'documents'] as const;

export const moduleTopic = (module: string) => `arkan.events.${module}`;

/** Every topic but those of the modules. Keys are what keeps order: the tenant for events, the webhook for everything about one. */
export const topics = {
  deadEvents: 'arkan.events.dead',
  deliveries: 'webhook.deliveries',
  deadDeliveries: 'webhook.deliveries.dead',
  webhooks: 'registry.webhooks',
  access: 'registry.access',
  health: 'registry.health',
  eventTypes: 'catalog.event_types',
  outcomes: 'delivery.outcomes',
  integrationEntries: 'integration.entries',
  /** Messages of internal topics that a consumer could not read. */
  dead: 'internal.dead',
} as const;

const day = 86_400_000;

export interface TopicContract {
  name: string;
  /** On Kafka. The embedded bus takes one: there a partition is a lock, not a machine. */
  partitions: number;
  cleanup: 'delete' | 'compact';
  retentionMs?: number;
}

export function moduleTopicContract(module: string): TopicContract {
  return { name: moduleTopic(module), partitions: 12, cleanup: 'delete', retentionMs: 7 * day };
}

export const topicContracts: readonly TopicContract[] = [
  ...modules.map(moduleTopicContract),
  { name: topics.deadEvents, partitions: 3, cleanup: 'delete', retentionMs: 30 * day },
  { name: topics.deliveries, partitions: 12, cleanup: 'delete', retentionMs: 3 * day },
  { name: topics.deadDeliveries, partitions: 3, cleanup: 'delete', retentionMs: 30 * day },
  { name: topics.webhooks, partitions: 3, cleanup: 'compact' },
  { name: topics.access, partitions: 1, cleanup: 'compact' },
  { name: topics.health, partitions: 3, cleanup: 'delete', retentionMs: 7 * day },
  { name: topics.eventTypes, partitions: 1, cleanup: 'compact' },
  { name: topics.outcomes, partitions: 6, cleanup: 'delete', retentionMs: 3 * day },
  { name: topics.integrationEntries, partitions: 3, cleanup: 'delete', retentionMs: 3 * day },
  { name: topics.dead, partitions: 3, cleanup: 'delete', retentionMs: 30 * day },
];
