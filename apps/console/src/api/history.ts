/** What the history calls things, in words. */
import type { Schemas } from './client';

export type HistoryEntry = Schemas['HistoryEntry'];

const types: Record<string, string> = {
  WebhookCreated: 'Webhook added',
  WebhookChanged: 'Webhook changed',
  SecretRotated: 'Secret rotated',
  WebhookPaused: 'Webhook paused',
  WebhookResumed: 'Webhook resumed',
  WebhookDeleted: 'Webhook deleted',
  SecretRead: 'Secret read',
  WebhookFailing: 'Webhook is failing',
  WebhookRecovered: 'Webhook recovered',
  AutoPauseWarned: 'Warned of an automatic pause',
  WebhookAutoPaused: 'Paused by the platform',
  TenantCreated: 'Tenant added',
  ApiKeyCreated: 'API key made',
  ApiKeyRevoked: 'API key revoked',
};

const attempts: Record<string, string> = {
  createWebhook: 'to add a webhook',
  patchWebhook: 'to change a webhook',
  deleteWebhook: 'to delete a webhook',
  pauseWebhook: 'to pause a webhook',
  resumeWebhook: 'to resume a webhook',
  testWebhook: 'to send a test event',
  rotateSecret: 'to rotate a secret',
  readSecret: 'to read a secret',
  createApiKey: 'to make an API key',
  revokeApiKey: 'to revoke an API key',
  retryDelivery: 'to resend a delivery',
  createTenant: 'to add a tenant',
  putEventType: 'to change the catalog',
  publishEvents: 'to emit events',
};

export function historyTitle({ type, refusal }: Pick<HistoryEntry, 'type' | 'refusal'>): string {
  if (refusal === null) return types[type] ?? type;
  if (refusal.operation === 'several') return `${refusal.count} attempts were refused`;
  return `An attempt ${attempts[refusal.operation] ?? `at ${refusal.operation}`} was refused`;
}
