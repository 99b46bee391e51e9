export * from './clock';
export * from './decider';
export * from './errors';
export * from './ids';
export * from './json';
export * from './lifecycle';
export * from './random';
