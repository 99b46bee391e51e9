import { Refusal, unreachable, type Decider } from '@arkan/kernel';
import type { EventMeta } from '../metadata';
import type { RefusedAttempt } from '../refused';
import type { Sealed, WebhookConfig, WebhookEvent } from './events';
import { decideAutoPause, decideHealth, type DeliveryHealth } from './health';
import { evolve, type LiveWebhook, type WebhookState } from './state';

interface Guarded {
  meta: EventMeta;
  /** The revision that the caller saw, or null where it does not matter to him. */
  ifMatch: number | null;
}

/** Sealing, names in DNS and the catalog are seen to before; here is only what follows from the state. */
export type WebhookCommand =
  | { type: 'CreateWebhook'; meta: EventMeta; webhookId: string; config: WebhookConfig; secret: Sealed }
  | ({ type: 'ChangeWebhook'; patch: Partial<WebhookConfig> } & Guarded)
  | ({ type: 'RotateSecret'; secret: Sealed; overlapSeconds: number } & Guarded)
  | ({ type: 'PauseWebhook' } & Guarded)
  | ({ type: 'ResumeWebhook' } & Guarded)
  | ({ type: 'DeleteWebhook' } & Guarded)
  | { type: 'ReadSecret'; meta: EventMeta }
  | { type: 'RecordRefusal'; meta: EventMeta; refusal: RefusedAttempt }
  | { type: 'ReportHealth'; meta: EventMeta; health: DeliveryHealth }
  | { type: 'CheckAutoPause'; meta: EventMeta; autoPauseMs: number };

export const webhookDecider: Decider<WebhookCommand, WebhookState, WebhookEvent> = {
  initialState: { kind: 'absent' },
  decide,
  evolve,
};

/** Another tenant's webhook is answered like one that does not exist. Throws Refusal `not_found`. */
export function requireLive(state: WebhookState, tenantId: string | null): LiveWebhook {
  if (state.kind === 'live' && state.tenantId === tenantId) return state;
  throw new Refusal('not_found', 'there is no webhook with this id');
}

/** Throws Refusal `revision_mismatch`. */
export function requireRevision(state: LiveWebhook, ifMatch: number | null): void {
  if (ifMatch === null || ifMatch === state.revision) return;
  throw new Refusal(
    'revision_mismatch',
    `If-Match names revision ${ifMatch}, the webhook has revision ${state.revision}; read it again and repeat the change on that`,
  );
}

function decide(command: WebhookCommand, state: WebhookState): WebhookEvent[] {
  const { meta } = command;
  switch (command.type) {
    case 'CreateWebhook': {
      // Only a repetition of the same request brings an id that is there.
      if (state.kind === 'live' && state.tenantId === meta.tenantId) return [];
      if (state.kind !== 'absent')
        throw new Refusal('idempotency_conflict', 'the webhook that this request made is deleted; take a new key');
      const { webhookId, config, secret } = command;
      return [{ type: 'WebhookCreated', data: { webhookId, config, secret, revision: 1 }, meta }];
    }
    case 'ReadSecret': {
      const { revision } = requireLive(state, meta.tenantId);
      return [{ type: 'SecretRead', data: { revision }, meta }];
    }
    case 'RecordRefusal': {
      const { revision } = requireLive(state, meta.tenantId);
      return [{ type: 'ChangeRefused', data: { ...command.refusal, revision }, meta }];
    }
    case 'ReportHealth':
      return state.kind === 'live' ? decideHealth(state, command.health, meta) : [];
    case 'CheckAutoPause':
      return state.kind === 'live' ? decideAutoPause(state, command.autoPauseMs, meta) : [];
    case 'ChangeWebhook':
    case 'RotateSecret':
    case 'PauseWebhook':
    case 'ResumeWebhook':
    case 'DeleteWebhook':
      return decideChange(command, state);
    default:
      return unreachable(command);
  }
}

function decideChange(command: Extract<WebhookCommand, Guarded>, unchecked: WebhookState): WebhookEvent[] {
  const { meta } = command;
  const state = requireLive(unchecked, meta.tenantId);
  requireRevision(state, command.ifMatch);
  const revision = state.revision + 1;
  switch (command.type) {
    case 'ChangeWebhook': {
      const set = changedFields(state.config, command.patch);
      return Object.keys(set).length === 0 ? [] : [{ type: 'WebhookChanged', data: { set, revision }, meta }];
    }
    case 'RotateSecret': {
      const expiresAt = new Date(Date.parse(meta.at) + command.overlapSeconds * 1_000).toISOString();
      const previousSecret = command.overlapSeconds > 0 ? { sealed: state.secret, expiresAt } : null;
      return [{ type: 'SecretRotated', data: { secret: command.secret, previousSecret, revision }, meta }];
    }
    case 'PauseWebhook':
      if (state.status === 'paused') throw new Refusal('wrong_state', 'the webhook is paused already');
      return [
        { type: 'WebhookPaused', data: { statusReason: meta.reason ?? `paused by ${meta.actor.id}`, revision }, meta },
      ];
    case 'ResumeWebhook':
      if (state.status !== 'paused')
        throw new Refusal('wrong_state', `the webhook is ${state.status}, it is not paused`);
      return [{ type: 'WebhookResumed', data: { revision }, meta }];
    case 'DeleteWebhook':
      return [{ type: 'WebhookDeleted', data: { revision }, meta }];
    default:
      return unreachable(command);
  }
}

/** The fields of the patch that differ from what is there. Order counts in lists, since it is shown. */
function changedFields(config: WebhookConfig, patch: Partial<WebhookConfig>): Partial<WebhookConfig> {
  const differs = ([field, value]: [string, unknown]) =>
    value !== undefined && JSON.stringify(value) !== JSON.stringify(config[field as keyof WebhookConfig]);
  return Object.fromEntries(Object.entries(patch).filter(differs)) as Partial<WebhookConfig>;
}
