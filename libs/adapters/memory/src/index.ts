export * from './event-store';
export * from './bus';
