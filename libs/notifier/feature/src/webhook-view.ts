import { topics, webhookMessage } from '@arkan/contracts';
import type { WebhookFace } from '@arkan/notifier-domain';
import type { ViewHandlers } from '@arkan/runtime';

export interface KnownWebhook extends WebhookFace {
  tenantId: string;
  ownerEmail: string;
}

/** What a notice says of a webhook, kept from `registry.webhooks`: some 200 bytes each. */
export interface WebhookView {
  handlers: ViewHandlers;
  /** undefined where it is not known, or not that tenant's. */
  get(tenantId: string, webhookId: string): KnownWebhook | undefined;
}

export function createWebhookView(): WebhookView {
  const byId = new Map<string, KnownWebhook & { position: bigint }>();
  return {
    handlers: {
      [topics.webhooks]: (message) => {
        if (!message.value || message.value.length === 0) {
          byId.delete(message.key);
          return;
        }
        const webhook = webhookMessage.decode(message.value);
        const position = BigInt(webhook.position);
        const before = byId.get(webhook.webhookId);
        if (before && before.position > position) return;
        byId.set(webhook.webhookId, {
          tenantId: webhook.tenantId,
          name: webhook.name,
          ownerEmail: webhook.ownerEmail,
          host: hostOf(webhook.url),
          position,
        });
      },
    },
    get(tenantId, webhookId) {
      const webhook = byId.get(webhookId);
      return webhook?.tenantId === tenantId ? webhook : undefined;
    },
  };
}

/** Host and port: a path or a query may hold a secret of the receiver's. */
function hostOf(url: string): string | null {
  try {
    return new URL(url).host || null;
  } catch {
    return null;
  }
}
