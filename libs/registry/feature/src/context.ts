import { eventTypeMessage, type EventTypeMessage } from '@arkan/contracts';
import { newUuid, parseCidrs, Refusal } from '@arkan/kernel';
import type { IncomingMessage } from '@arkan/ports';
import {
  apiKeyCodec,
  apiKeyDecider,
  tenantCodec,
  tenantDecider,
  webhookCodec,
  webhookDecider,
} from '@arkan/registry-domain';
import { tenantExists } from '@arkan/registry-persistence';
import { Counter, type ServiceDeps } from '@arkan/runtime';
import { createCommandHandler } from './commands/command-handler';
import { createTargetCheck, systemResolve, type Resolve, type TargetCheck } from './commands/target-check';
import { createTurns } from './commands/turns';
import { createProjector, type Projector } from './projection/projector';

export interface RegistryDeps extends ServiceDeps {
  /** The system's resolver unless told. */
  resolve?: Resolve;
  /** How long the answer to a change waits for it to be known everywhere; 10 s unless told. */
  spreadMaxMs?: number;
}

/** For what was done but changes nothing for others: the history shows it a little later at worst. */
const historyMaxMs = 2_000;
const tenantsKnownMax = 10_000;

/** What the use cases of the registry share. */
export interface RegistryContext {
  deps: RegistryDeps;
  webhooks: ReturnType<typeof webhookCommands>;
  tenants: ReturnType<typeof tenantCommands>;
  apiKeys: ReturnType<typeof apiKeyCommands>;
  /** Of those who make API keys, by tenant. */
  keyTurns: ReturnType<typeof createTurns>;
  projector: Projector;
  checkTarget: TargetCheck;
  /** By name, as the catalog has them now. */
  eventTypes: ReadonlyMap<string, EventTypeMessage>;
  onEventType(message: IncomingMessage): void;
  /** Throws Refusal `not_found`. */
  requireTenant(tenantId: string): Promise<void>;
  /** *Saved is active*: returns when the event is in the read models and on the bus. Throws Refusal `unavailable` after 10 s. */
  spread(position: bigint | null): Promise<void>;
  /** Waits a little for the event to be in the history; never fails. */
  settle(position: bigint | null): Promise<void>;
  /** Counts a command by how it went. */
  counted<T>(command: string, run: () => Promise<T>): Promise<T>;
}

export function createContext(deps: RegistryDeps): RegistryContext {
  const { spreadMaxMs = 10_000 } = deps;
  const projector = createProjector({ ...deps, autoPauseMs: deps.config.ARKAN_AUTO_PAUSE_MS });
  const commands = new Counter({
    name: 'arkan_registry_commands_total',
    help: 'Commands of the registry by outcome',
    labelNames: ['command', 'outcome'],
    registers: [deps.metrics],
  });
  const eventTypes = new Map<string, EventTypeMessage>();
  const knownTenants = new Set<string>();

  return {
    deps,
    webhooks: webhookCommands(deps),
    tenants: tenantCommands(deps),
    apiKeys: apiKeyCommands(deps),
    keyTurns: createTurns(),
    projector,
    checkTarget: createTargetCheck({
      allowed: parseCidrs(deps.config.ARKAN_ALLOWED_TARGETS),
      resolve: deps.resolve ?? systemResolve,
    }),
    eventTypes,
    onEventType(message) {
      if (!message.value || message.value.length === 0) eventTypes.delete(message.key);
      else eventTypes.set(message.key, eventTypeMessage.decode(message.value));
    },
    async requireTenant(tenantId) {
      if (knownTenants.has(tenantId)) return;
      if (!(await tenantExists(deps.database.orm, tenantId)))
        throw new Refusal('not_found', `there is no tenant ${tenantId}; an operator adds it by POST /v1/tenants`);
      if (knownTenants.size < tenantsKnownMax) knownTenants.add(tenantId);
    },
    async spread(position) {
      if (position === null || (await projector.reached(position, spreadMaxMs))) return;
      throw new Refusal(
        'unavailable',
        'the change is saved, but not yet known to all parts; read it again shortly rather than repeat it',
        [],
        5,
      );
    },
    async settle(position) {
      if (position !== null) await projector.reached(position, historyMaxMs);
    },
    async counted(command, run) {
      try {
        const result = await run();
        commands.inc({ command, outcome: 'accepted' });
        return result;
      } catch (error) {
        commands.inc({ command, outcome: error instanceof Refusal ? error.code : 'failed' });
        throw error;
      }
    },
  };
}

const webhookCommands = ({ eventStore }: RegistryDeps) =>
  createCommandHandler({ eventStore, decider: webhookDecider, codec: webhookCodec, newEventId: () => newUuid() });
const tenantCommands = ({ eventStore }: RegistryDeps) =>
  createCommandHandler({ eventStore, decider: tenantDecider, codec: tenantCodec, newEventId: () => newUuid() });
const apiKeyCommands = ({ eventStore }: RegistryDeps) =>
  createCommandHandler({ eventStore, decider: apiKeyDecider, codec: apiKeyCodec, newEventId: () => newUuid() });
