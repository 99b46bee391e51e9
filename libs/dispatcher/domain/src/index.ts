export * from './collections';
export * from './concurrency';
export * from './fair-queue';
export * from './outcome';
export * from './request-headers';
export * from './retry-policy';
export * from './signing';
