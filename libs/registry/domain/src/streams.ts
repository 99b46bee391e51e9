import { apiKeyCodec, type ApiKeyEvent } from './api-key';
import { UnreadableEventError, type StoredEvent } from './event-codec';
import { tenantCodec, type TenantEvent } from './tenant';
import { webhookCodec, type WebhookEvent } from './webhook/events';

/** A webhook's, a tenant's or a key's; nothing else is the registry's. */
export const streamPrefixes = ['webhook-', 'tenant-', 'api_key-'] as const;

export const webhookStream = (webhookId: string) => `webhook-${webhookId}`;
export const tenantStream = (tenantId: string) => `tenant-${tenantId}`;
export const apiKeyStream = (keyId: string) => `api_key-${keyId}`;

export type RegistryEvent =
  | { subject: 'webhook'; id: string; event: WebhookEvent }
  | { subject: 'tenant'; id: string; event: TenantEvent }
  | { subject: 'api_key'; id: string; event: ApiKeyEvent };

/** Throws UnreadableEventError. */
export function decodeRegistryEvent(streamId: string, stored: StoredEvent): RegistryEvent {
  const [prefix, id] = split(streamId);
  switch (prefix) {
    case 'webhook':
      return { subject: 'webhook', id, event: webhookCodec.decode(stored) };
    case 'tenant':
      return { subject: 'tenant', id, event: tenantCodec.decode(stored) };
    case 'api_key':
      return { subject: 'api_key', id, event: apiKeyCodec.decode(stored) };
    default:
      throw new UnreadableEventError(`the stream ${streamId} is not the registry's`);
  }
}

function split(streamId: string): [string, string] {
  const dash = streamId.indexOf('-');
  return [streamId.slice(0, dash), streamId.slice(dash + 1)];
}
