export * from './dead-letter';
export * from './event-store';
export * from './message-bus';
export * from './message-bus-support';
export * from './outbox';
export * from './sql';
export * from './event-store-support';
