export * from './ids';
export * from './log';
export * from './mail-retry';
export * from './notice';
export * from './text';
export * from './wording';
