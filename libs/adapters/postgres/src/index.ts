export * from './embedded';
export * from './embedded-error';
export * from './event-store';
export * from './bus';
export * from './outbox';
export * from './outbox-table';
