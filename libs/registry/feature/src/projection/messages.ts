import { accessMessage, healthMessage, topics, webhookMessage, type HealthMessage, type Role } from '@arkan/contracts';
import { unreachable } from '@arkan/kernel';
import type { OutgoingMessage } from '@arkan/ports';
import type { WebhookEvent } from '@arkan/registry-domain';
import {
  webhookMessageOf,
  type ProjectedEvent,
  type ProjectedWebhook,
  type WrappedDataKey,
} from '@arkan/registry-persistence';

/** Whether consumers of `registry.webhooks` see a difference after the event. */
function changesWebhook(event: WebhookEvent): boolean {
  switch (event.type) {
    case 'WebhookCreated':
    case 'WebhookChanged':
    case 'SecretRotated':
    case 'WebhookPaused':
    case 'WebhookResumed':
    case 'WebhookDeleted':
    case 'WebhookFailing':
    case 'WebhookRecovered':
    case 'WebhookAutoPaused':
      return true;
    case 'AutoPauseWarned':
    case 'SecretRead':
    case 'ChangeRefused':
      return false;
    default:
      return unreachable(event);
  }
}

/**
 * What the bus is told of a batch, in order: access and health event by event, a webhook once, as it stands now. A webhook
 * that stands further on than its event (after a crash between the tables and the bus) is told as it stands, never older.
 */
export function messagesOf(
  events: readonly ProjectedEvent[],
  webhooks: ReadonlyMap<string, ProjectedWebhook>,
  keys: ReadonlyMap<string, WrappedDataKey>,
  autoPauseMs: number,
): OutgoingMessage[] {
  const messages: OutgoingMessage[] = [];
  const told = new Set<string>();
  for (const projected of events) {
    if (projected.subject === 'api_key') messages.push(accessMessageOf(projected.event));
    if (projected.subject !== 'webhook') continue;
    const webhook = webhooks.get(projected.id);
    if (!webhook || webhook.state.kind === 'absent') continue;
    if (changesWebhook(projected.event) && !told.has(projected.id)) {
      told.add(projected.id);
      messages.push(webhookMessageFor(projected.id, webhook, keys));
    }
    const health = healthOf(projected.event, autoPauseMs);
    if (!health) continue;
    const value = healthMessage.encode({
      v: 1,
      ...health,
      tenantId: webhook.state.tenantId,
      webhookId: projected.id,
      webhookName: webhook.state.config.name,
      ownerEmail: webhook.state.config.ownerEmail,
      at: projected.event.meta.at,
      position: String(projected.position),
    });
    messages.push({ topic: topics.health, key: projected.id, value });
  }
  return messages;
}

export function webhookMessageFor(
  id: string,
  { state, position }: ProjectedWebhook,
  keys: ReadonlyMap<string, WrappedDataKey>,
): OutgoingMessage {
  if (state.kind === 'absent') throw new Error(`the webhook ${id} has no events`);
  const value = webhookMessage.encode(webhookMessageOf(state, position, keys.get(id) ?? null));
  return { topic: topics.webhooks, key: id, value };
}

function accessMessageOf(event: Extract<ProjectedEvent, { subject: 'api_key' }>['event']): OutgoingMessage {
  const { keyId } = event.data;
  if (event.type === 'ApiKeyRevoked') return { topic: topics.access, key: keyId, value: null };
  const { role, tenantId, keySha256, expiresAt } = event.data;
  const value = accessMessage.encode({ v: 1, keyId, keySha256, role: role as Role, tenantId, expiresAt });
  return { topic: topics.access, key: keyId, value };
}

type HealthPart = Pick<HealthMessage, 'kind' | 'reason' | 'failingSince' | 'pausesAt'>;

function healthOf(event: WebhookEvent, autoPauseMs: number): HealthPart | null {
  switch (event.type) {
    case 'WebhookFailing': {
      const { since, statusReason } = event.data;
      const pausesAt = new Date(Date.parse(since) + autoPauseMs).toISOString();
      return { kind: 'webhook_failing', reason: statusReason, failingSince: since, pausesAt };
    }
    case 'WebhookRecovered':
      return {
        kind: 'webhook_recovered',
        reason: 'a delivery succeeded',
        failingSince: event.data.failingSince,
        pausesAt: null,
      };
    case 'AutoPauseWarned': {
      const { failingSince, pausesAt } = event.data;
      const reason = `no delivery has succeeded since ${failingSince}; it will be paused at ${pausesAt}`;
      return { kind: 'auto_pause_warning', reason, failingSince, pausesAt };
    }
    case 'WebhookAutoPaused': {
      const { failingSince, statusReason } = event.data;
      return { kind: 'webhook_auto_paused', reason: statusReason, failingSince, pausesAt: null };
    }
    default:
      return null;
  }
}
