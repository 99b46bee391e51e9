export * from './embedded';
export * from './embedded-error';
export * from './event-store';
