export { createEventStoreDb, type EventStoreDbOptions } from './event-store';
