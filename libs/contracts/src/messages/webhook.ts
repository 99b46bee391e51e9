import { z } from 'zod';
import { jsonCodec } from './codec';

/** AES-256-GCM under the webhook's own data key; see `Sealer` of the runtime. Base64. */
const sealed = z.object({ keyId: z.string(), nonce: z.string(), ciphertext: z.string(), aad: z.string() });

/**
 * `registry.webhooks`, key = webhook id, compacted: a webhook as it stands after `revision`. Consumers keep the one with the
 * greatest `position`. A deleted one stays as `deleted`, without secrets or its data key.
 */
export const webhookMessageSchema = z.object({
  v: z.literal(1),
  webhookId: z.string(),
  tenantId: z.string(),
  name: z.string(),
  url: z.string(),
  /** Catalog names, or `module.*`. */
  eventTypes: z.array(z.string()),
  /** `value` in clear, or `sealed` where the name looks secret; exactly one of them. */
  customHeaders: z.array(z.object({ name: z.string(), value: z.string().nullable(), sealed: sealed.nullable() })),
  /** null only when deleted. */
  secret: sealed.nullable(),
  /** Also signs until `expiresAt`. */
  previousSecret: z.object({ sealed, expiresAt: z.string() }).nullable(),
  /** The webhook's data key, wrapped by the master key. null when deleted: nothing can be opened any more. */
  dataKey: z.object({ keyId: z.string(), wrapped: z.string() }).nullable(),
  retryCount: z.number(),
  timeoutMs: z.number(),
  ownerEmail: z.string(),
  status: z.enum(['active', 'paused', 'failing', 'deleted']),
  statusReason: z.string().nullable(),
  statusSince: z.string(),
  /** Of the configuration: grows with each change by a person, and with an automatic pause. */
  revision: z.number(),
  /** Of the event in the event store, decimal. Grows with every event, health too. */
  position: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type WebhookMessage = z.infer<typeof webhookMessageSchema>;
export type SealedValue = z.infer<typeof sealed>;
export const webhookMessage = jsonCodec('registry.webhooks', webhookMessageSchema);
