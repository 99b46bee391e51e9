import type { z } from 'zod';
import type { WebhookMessage, webhookSchema } from '@arkan/contracts';
import { maskedHeaders, type LiveWebhook, type WebhookState } from '@arkan/registry-domain';

export type WebhookView = z.infer<typeof webhookSchema>;
export type LastDelivery = WebhookView['lastDelivery'];

/** A webhook as users see it: no secret, secret headers as `***`. `momentMs`: an overlap that has ended by then is not shown. */
export function webhookView(state: LiveWebhook, momentMs: number, lastDelivery: LastDelivery): WebhookView {
  const { config } = state;
  return withoutEndedOverlap(
    {
      id: state.id,
      tenantId: state.tenantId,
      name: config.name,
      description: config.description,
      url: config.url,
      eventTypes: config.eventTypes,
      customHeaders: maskedHeaders(config.customHeaders),
      retryCount: config.retryCount,
      timeoutMs: config.timeoutMs,
      ownerEmail: config.ownerEmail,
      status: state.status,
      statusReason: state.statusReason,
      statusSince: state.statusSince,
      revision: state.revision,
      createdAt: state.createdAt,
      updatedAt: state.updatedAt,
      lastDelivery,
      maxInFlight: null,
      rateLimitPerSecond: null,
      ordered: false,
      filter: null,
      previousSecretExpiresAt: state.previousSecret?.expiresAt ?? null,
    },
    momentMs,
  );
}

export function withoutEndedOverlap(view: WebhookView, momentMs: number): WebhookView {
  const expiresAt = view.previousSecretExpiresAt;
  return expiresAt !== null && Date.parse(expiresAt) <= momentMs ? { ...view, previousSecretExpiresAt: null } : view;
}

export interface WrappedDataKey {
  keyId: string;
  wrapped: string;
}

/** For `registry.webhooks`. `dataKey` is null where it was erased: nothing can be opened any more, so nothing sealed is sent. */
export function webhookMessageOf(
  state: Exclude<WebhookState, { kind: 'absent' }>,
  position: bigint,
  dataKey: WrappedDataKey | null,
): WebhookMessage {
  const live = state.kind === 'live' && dataKey !== null ? state : null;
  const { config } = state;
  return {
    v: 1,
    webhookId: state.id,
    tenantId: state.tenantId,
    name: config.name,
    url: config.url,
    eventTypes: config.eventTypes,
    customHeaders: live ? config.customHeaders : config.customHeaders.filter((header) => header.sealed === null),
    secret: live?.secret ?? null,
    previousSecret: live?.previousSecret ?? null,
    dataKey: live ? dataKey : null,
    retryCount: config.retryCount,
    timeoutMs: config.timeoutMs,
    ownerEmail: config.ownerEmail,
    status: state.kind === 'live' ? state.status : 'deleted',
    statusReason: state.statusReason,
    statusSince: state.statusSince,
    revision: state.revision,
    position: String(position),
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
  };
}
