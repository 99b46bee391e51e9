export { createRegistryFeature, registryService, type RegistryFeature } from './registry-feature';
export type { RegistryDeps } from './context';
export type { Resolve } from './commands/target-check';
