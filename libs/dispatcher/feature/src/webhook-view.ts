import { topics, webhookMessage, type WebhookMessage } from '@arkan/contracts';
import type { IncomingMessage } from '@arkan/ports';
import type { ViewHandlers } from '@arkan/runtime';

/** What sending needs of a webhook. */
export interface WebhookState extends Pick<
  WebhookMessage,
  | 'webhookId'
  | 'tenantId'
  | 'name'
  | 'url'
  | 'customHeaders'
  | 'secret'
  | 'previousSecret'
  | 'dataKey'
  | 'retryCount'
  | 'timeoutMs'
  | 'status'
  | 'revision'
> {
  position: bigint;
}

/** How a webhook's deliveries are treated. One that nobody knows is treated as a deleted one. */
export type Treatment = 'send' | 'hold' | 'cancel';

export function treatmentOf(state: WebhookState | undefined): Treatment {
  if (!state || state.status === 'deleted') return 'cancel';
  return state.status === 'paused' ? 'hold' : 'send';
}

/** Webhooks as they stand after the newest message about each, also deleted ones: their names stay in the log. */
export interface WebhookView {
  handlers: ViewHandlers;
  get(webhookId: string): WebhookState | undefined;
  /** The ids of those that a tenant has now, without deleted ones. */
  ofTenant(tenantId: string): string[];
  /** Called when the treatment of a webhook changed. Must not throw. */
  onTreatment(listener: (webhookId: string, treatment: Treatment) => void): void;
}

export function createWebhookView(): WebhookView {
  const states = new Map<string, WebhookState>();
  let listener: (webhookId: string, treatment: Treatment) => void = () => undefined;

  function take(message: IncomingMessage): void {
    const { webhookId, tenantId, name, url, customHeaders, secret, previousSecret, dataKey, ...rest } =
      webhookMessage.decode(message.value);
    const position = BigInt(rest.position);
    const before = states.get(webhookId);
    if (before && before.position >= position) return;
    const { retryCount, timeoutMs, status, revision } = rest;
    const sending = { url, customHeaders, secret, previousSecret, dataKey, retryCount, timeoutMs };
    const after: WebhookState = { webhookId, tenantId, name, ...sending, status, revision, position };
    states.set(webhookId, after);
    const treatment = treatmentOf(after);
    if (treatment !== treatmentOf(before)) listener(webhookId, treatment);
  }

  return {
    handlers: { [topics.webhooks]: take },
    get: (webhookId) => states.get(webhookId),
    ofTenant: (tenantId) =>
      [...states.values()].flatMap((state) =>
        state.tenantId === tenantId && state.status !== 'deleted' ? [state.webhookId] : [],
      ),
    onTreatment: (other) => void (listener = other),
  };
}
