export * from './infrastructure';
export * from './keys';
export * from './platform';
export * from './run';
export * from './start-error';
