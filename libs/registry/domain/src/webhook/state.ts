import { unreachable } from '@arkan/kernel';
import type { Sealed, WarningStage, WebhookConfig, WebhookEvent } from './events';

export type WebhookStatus = 'active' | 'paused' | 'failing';

/** How many changes of health a minute are written at once; see `tooManyHealthChanges`. */
export interface HealthChanges {
  windowStartMs: number;
  count: number;
}

interface Common {
  id: string;
  tenantId: string;
  config: WebhookConfig;
  statusReason: string | null;
  statusSince: string;
  revision: number;
  createdAt: string;
  updatedAt: string;
}

export interface LiveWebhook extends Common {
  kind: 'live';
  status: WebhookStatus;
  secret: Sealed;
  /** Also signs until `expiresAt`; it stays here after that, until the next rotation. */
  previousSecret: { sealed: Sealed; expiresAt: string } | null;
  /** Failures before this (creation, or the last resume) say nothing of its health any more. */
  countsFrom: string;
  /** Only while `failing`. `warned`: the last warning of this episode. */
  failing: { since: string; warned: WarningStage | null } | null;
  healthChanges: HealthChanges;
}

/** Kept for the log and the history; nothing in it is sealed any more. */
export interface DeletedWebhook extends Common {
  kind: 'deleted';
}

export type WebhookState = { kind: 'absent' } | LiveWebhook | DeletedWebhook;

export const healthWindowMs = 60_000;
const noHealthChanges: HealthChanges = { windowStartMs: 0, count: 0 };

/** Throws for an event that can't follow the state: a stream that decide did not write. */
export function evolve(state: WebhookState, event: WebhookEvent): WebhookState {
  if (event.type === 'WebhookCreated') return create(state, event);
  if (state.kind !== 'live') throw new Error(`${event.type} on a webhook that is ${state.kind}`);
  const { at } = event.meta;
  switch (event.type) {
    case 'WebhookChanged':
      return changed(state, event, { config: { ...state.config, ...event.data.set } });
    case 'SecretRotated':
      return changed(state, event, { secret: event.data.secret, previousSecret: event.data.previousSecret });
    case 'WebhookPaused':
    case 'WebhookAutoPaused':
      return changed(state, event, {
        status: 'paused',
        statusReason: event.data.statusReason,
        statusSince: at,
        failing: null,
      });
    case 'WebhookResumed':
      return changed(state, event, {
        status: 'active',
        statusReason: null,
        statusSince: at,
        failing: null,
        countsFrom: at,
        healthChanges: noHealthChanges,
      });
    case 'WebhookDeleted':
      return remove(changed(state, event, { statusSince: at }), event.meta.reason);
    case 'WebhookFailing':
      return {
        ...state,
        status: 'failing',
        statusReason: event.data.statusReason,
        statusSince: at,
        failing: { since: event.data.since, warned: null },
        healthChanges: counted(state.healthChanges, at),
      };
    case 'WebhookRecovered':
      return {
        ...state,
        status: 'active',
        statusReason: null,
        statusSince: at,
        failing: null,
        healthChanges: counted(state.healthChanges, at),
      };
    case 'AutoPauseWarned':
      return { ...state, failing: state.failing && { ...state.failing, warned: event.data.stage } };
    case 'SecretRead':
    case 'ChangeRefused':
      return state;
    default:
      return unreachable(event);
  }
}

function create(state: WebhookState, event: WebhookEvent & { type: 'WebhookCreated' }): LiveWebhook {
  const { data, meta } = event;
  if (state.kind !== 'absent') throw new Error(`WebhookCreated on a webhook that is ${state.kind}`);
  if (meta.tenantId === null) throw new Error('WebhookCreated without a tenant');
  return {
    kind: 'live',
    id: data.webhookId,
    tenantId: meta.tenantId,
    config: data.config,
    secret: data.secret,
    previousSecret: null,
    status: 'active',
    statusReason: null,
    statusSince: meta.at,
    revision: data.revision,
    createdAt: meta.at,
    updatedAt: meta.at,
    countsFrom: meta.at,
    failing: null,
    healthChanges: noHealthChanges,
  };
}

/** Every change of the configuration moves the revision and `updatedAt`; a change of health moves neither. */
function changed(
  state: LiveWebhook,
  event: { data: { revision: number }; meta: { at: string } },
  change: Partial<LiveWebhook>,
): LiveWebhook {
  return { ...state, ...change, revision: event.data.revision, updatedAt: event.meta.at };
}

function remove(state: LiveWebhook, reason: string | null): DeletedWebhook {
  const { id, tenantId, statusSince, revision, createdAt, updatedAt, config } = state;
  const customHeaders = config.customHeaders.filter((header) => header.sealed === null);
  return {
    kind: 'deleted',
    id,
    tenantId,
    config: { ...config, customHeaders },
    statusReason: reason,
    statusSince,
    revision,
    createdAt,
    updatedAt,
  };
}

function counted(changes: HealthChanges, at: string): HealthChanges {
  const now = Date.parse(at);
  return now - changes.windowStartMs < healthWindowMs
    ? { ...changes, count: changes.count + 1 }
    : { windowStartMs: now, count: 1 };
}
