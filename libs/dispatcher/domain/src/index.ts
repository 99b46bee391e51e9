export * from './collections';
export * from './concurrency';
export * from './fair-queue';
export * from './fair-queue-limits';
export type { Picked, QueueItem } from './fair-queue-state';
export * from './outcome';
export * from './request-headers';
export * from './retry-policy';
export * from './signing';
