export * from './event-log';
export * from './event-partitions';
export * from './event-type-read-model';
export * from './migrations';
