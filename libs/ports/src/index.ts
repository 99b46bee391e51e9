export * from './event-store';
export * from './message-bus';
export * from './outbox';
export * from './sql';
