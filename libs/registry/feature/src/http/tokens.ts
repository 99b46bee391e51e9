import { Inject } from '@nestjs/common';
import type { Refusals } from '../commands/refusals';
import type { RegistryContext } from '../context';

/** What the registry's controllers are given. */
export interface RegistryHttp {
  context: RegistryContext;
  refusals: Refusals;
}

/** A symbol, so that four features fit into one Nest application. */
export const REGISTRY = Symbol('registry');
export const InjectRegistry = () => Inject(REGISTRY);
