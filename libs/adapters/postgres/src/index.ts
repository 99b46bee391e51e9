export * from './embedded';
export * from './embedded-error';
