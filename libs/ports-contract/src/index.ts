export * from './message-bus';
export * from './message-bus-harness';
