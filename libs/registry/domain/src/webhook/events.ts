import { z } from 'zod';
import { eventCodec, type EventOf } from '../event-codec';
import { changeRefused } from '../refused';

/** AES-256-GCM under the webhook's own data key; the key is never part of an event. Base64. */
export const sealedSchema = z.object({
  keyId: z.string(),
  nonce: z.string(),
  ciphertext: z.string(),
  /** `tenant|webhook|revision` of the change that sealed it. */
  aad: z.string(),
});
export type Sealed = z.infer<typeof sealedSchema>;

/** `value` in clear, or `sealed` where the name looks secret; exactly one of them. */
export const storedHeaderSchema = z.object({
  name: z.string(),
  value: z.string().nullable(),
  sealed: sealedSchema.nullable(),
});
export type StoredHeader = z.infer<typeof storedHeaderSchema>;

/** What a person sets, but for the secret. */
export const webhookConfigSchema = z.object({
  name: z.string(),
  description: z.string(),
  url: z.string(),
  eventTypes: z.array(z.string()).min(1),
  customHeaders: z.array(storedHeaderSchema),
  retryCount: z.int(),
  timeoutMs: z.int(),
  ownerEmail: z.string(),
});
export type WebhookConfig = z.infer<typeof webhookConfigSchema>;

const time = z.iso.datetime({ offset: true });
/** Of the configuration, after the event: what users see and name in If-Match. */
const revision = z.int().min(1);
const previousSecret = z.object({ sealed: sealedSchema, expiresAt: time }).nullable();

export const autoPauseCauses = ['failed_too_long', 'gone'] as const;
export type AutoPauseCause = (typeof autoPauseCauses)[number];
export const warningStages = ['half', 'three_quarters'] as const;
export type WarningStage = (typeof warningStages)[number];

export const webhookEvents = {
  WebhookCreated: {
    version: 1,
    schema: z.object({ webhookId: z.string(), config: webhookConfigSchema, secret: sealedSchema, revision }),
  },
  /** Only the fields that changed, as they are now. */
  WebhookChanged: { version: 1, schema: z.object({ set: webhookConfigSchema.partial(), revision }) },
  SecretRotated: { version: 1, schema: z.object({ secret: sealedSchema, previousSecret, revision }) },
  WebhookPaused: { version: 1, schema: z.object({ statusReason: z.string(), revision }) },
  WebhookResumed: { version: 1, schema: z.object({ revision }) },
  WebhookDeleted: { version: 1, schema: z.object({ revision }) },
  SecretRead: { version: 1, schema: z.object({ revision }) },
  /** Its latest delivery was exhausted, or 5 attempts in a row failed. `since`: the first failure after the last success. */
  WebhookFailing: { version: 1, schema: z.object({ since: time, statusReason: z.string(), revision }) },
  WebhookRecovered: { version: 1, schema: z.object({ failingSince: time, revision }) },
  AutoPauseWarned: {
    version: 1,
    schema: z.object({ stage: z.enum(warningStages), failingSince: time, pausesAt: time, revision }),
  },
  WebhookAutoPaused: {
    version: 1,
    schema: z.object({
      cause: z.enum(autoPauseCauses),
      failingSince: time.nullable(),
      statusReason: z.string(),
      revision,
    }),
  },
  ChangeRefused: changeRefused,
} as const;

export type WebhookEvent = EventOf<typeof webhookEvents>;
export const webhookCodec = eventCodec(webhookEvents);
