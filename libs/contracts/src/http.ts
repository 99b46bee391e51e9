/** The API alone, for programs without Node's modules: the console's forms take their limits from here. */
export * from './problems';
export * from './http/common';
export * from './http/operation';
export * from './http/session';
export * from './http/settings';
export * from './http/registry';
export * from './http/catalog';
export * from './http/dispatcher';
export * from './http/notifier';
