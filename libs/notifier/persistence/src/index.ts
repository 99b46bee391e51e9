export * from './day-partitions';
export * from './entities';
export * from './housekeeping';
export * from './log-queries';
export * from './log-store';
export * from './mail-store';
export * from './migrations';
export * from './notice-store';
