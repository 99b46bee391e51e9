import type { Pool } from 'pg';
import type { EventStore, MessageBus, Outbox, TopicSpec } from '@arkan/ports';
import { createTestDatabase, type TestDatabase } from './database';

export interface TestInfrastructure {
  /** Holds the bus and the event store; a service's schema may stand beside them. */
  database: TestDatabase;
  bus: MessageBus;
  eventStore: EventStore;
  outboxFor(pool: Pool): Outbox;
  close(): Promise<void>;
}

/** What is used of @arkan/adapter-postgres. */
interface PostgresAdapter {
  createPostgresBus(options: { pool: Pool }): Promise<MessageBus>;
  createPostgresEventStore(options: { pool: Pool }): Promise<EventStore>;
  createPostgresOutbox(bus: MessageBus): Outbox;
}

/**
 * What the embedded profile has under a service, on a database of its own: the Postgres bus, with these topics of one partition
 * each, and the event store. For specs of features, which may not know an adapter.
 */
export async function createTestInfrastructure(topics: readonly TopicSpec[] = []): Promise<TestInfrastructure> {
  // Named at run time: the adapter's own specs use this lib, and a static import would close the ring.
  const name = '@arkan/adapter-postgres';
  const adapter = (await import(name)) as PostgresAdapter;
  const database = await createTestDatabase();
  const bus = await adapter.createPostgresBus({ pool: database.pool });
  await bus.ensureTopics(topics.map((topic) => ({ ...topic, partitions: 1 })));
  const eventStore = await adapter.createPostgresEventStore({ pool: database.pool });
  return {
    database,
    bus,
    eventStore,
    outboxFor: () => adapter.createPostgresOutbox(bus),
    async close() {
      await eventStore.close();
      await bus.close();
      await database.drop();
    },
  };
}
