export * from './message-bus';
export * from './message-bus-harness';
export * from './event-store';
export * from './event-store-harness';
export * from './outbox';
