import { registryOperations, sessionOperations, topics } from '@arkan/contracts';
import { sequence, type Service } from '@arkan/kernel';
import {
  rebuildReadModels,
  registryEntities,
  registryMigrations,
  type RebuildOptions,
  type RebuildResult,
} from '@arkan/registry-persistence';
import type { Feature, HealthCheck, ServiceDefinition, TopicViews } from '@arkan/runtime';
import { createRefusals } from './commands/refusals';
import { createContext, type RegistryContext, type RegistryDeps } from './context';
import { OutcomesController } from './health/outcomes.controller';
import { createSweeper } from './health/sweeper';
import { AdminController } from './http/admin.controller';
import { RefusalInterceptor } from './http/refusal-interceptor';
import { REGISTRY, type RegistryHttp } from './http/tokens';
import { WebhooksController } from './http/webhooks.controller';

export interface RegistryFeature extends Feature {
  onForbidden: NonNullable<Feature['onForbidden']>;
  /** Folds all events anew and says where that differs from the live read models. */
  rebuildReadModels(options?: RebuildOptions): Promise<RebuildResult>;
  /** The parts of `service`, for tests that stop one of them. */
  projector: Service;
  /** One round of what is otherwise done on the clock. */
  sweep(): Promise<void>;
}

class RegistryModule {}

export function createRegistryFeature(deps: RegistryDeps): RegistryFeature {
  const context = createContext(deps);
  const refusals = createRefusals(context);
  const sweeper = createSweeper(context, refusals);
  const http: RegistryHttp = { context, refusals };
  let views: TopicViews | null = null;
  return {
    module: {
      module: RegistryModule,
      controllers: [WebhooksController, AdminController, OutcomesController],
      providers: [{ provide: REGISTRY, useValue: http }, RefusalInterceptor],
    },
    viewHandlers: { [topics.eventTypes]: (message) => context.onEventType(message) },
    useViews: (given) => (views = given),
    service: sequence([context.projector, sweeper]),
    health: healthChecks(context, () => views),
    onForbidden: refusals.onForbidden,
    rebuildReadModels: (options) => rebuildReadModels(deps.database, deps.eventStore, options),
    projector: context.projector,
    sweep: () => sweeper.sweep(),
  };
}

function healthChecks({ deps, projector }: RegistryContext, views: () => TopicViews | null): HealthCheck[] {
  return [
    {
      name: 'registry database',
      async check() {
        await deps.database.pool.query('select 1');
        return null;
      },
    },
    {
      name: 'registry event store',
      async check() {
        await deps.eventStore.endPosition();
        return null;
      },
    },
    { name: 'registry projection', check: async () => projector.problem() },
    {
      name: 'registry views',
      check: async () => (views()?.isLive() ? null : 'the catalog and the keys are not read up to now'),
    },
  ];
}

/** For the composition of a process. */
export const registryService: ServiceDefinition = {
  name: 'registry',
  database: { entities: registryEntities, migrations: registryMigrations, poolMax: 12 },
  operations: [...Object.values(sessionOperations), ...Object.values(registryOperations)],
  usesEventStore: true,
  create: createRegistryFeature,
  async verifyReadModels({ database, eventStore }) {
    const { events, differences } = await rebuildReadModels(database, eventStore);
    return { events, differences: differences.map(difference) };
  },
};

/** Names the fields only: the rows hold addresses of people and sealed secrets. */
function difference({ table, id, live, rebuilt }: RebuildResult['differences'][number]): string {
  if (live === null || rebuilt === null)
    return `${table} ${id} is ${live === null ? 'missing' : 'not what any event says'}`;
  const [one, other] = [live as Record<string, unknown>, rebuilt as Record<string, unknown>];
  const fields = Object.keys(one).filter((field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]));
  return `${table} ${id} differs in ${fields.join(', ')}`;
}
