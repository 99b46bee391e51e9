export * from './pattern-cost';
export * from './plain-json';
export * from './schema-rules';
export * from './validator';
