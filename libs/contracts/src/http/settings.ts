import { z } from 'zod';

/** What clients show of how an installation is set up, and must not guess. No secret and no address. */
export const settingsSchema = z
  .object({
    version: z.string(),
    /** Of the wait before a retry: `min(baseMs x 2^(attempt-1), maxMs)`, more or less by `jitter` of it. */
    retry: z.object({ baseMs: z.int(), maxMs: z.int(), jitter: z.number() }),
    apiKey: z.object({ perTenantMax: z.int() }),
    webhook: z.object({
      perTenantMax: z.int(),
      retryCountDefault: z.int(),
      retryCountMax: z.int(),
      timeoutMinMs: z.int(),
      timeoutMaxMs: z.int(),
      timeoutDefaultMs: z.int(),
      eventTypesMax: z.int(),
      customHeadersMax: z.int(),
      secretMin: z.int(),
      secretMax: z.int(),
      overlapDefaultSeconds: z.int(),
      overlapMaxSeconds: z.int(),
      /** A webhook without a success for so long is paused. */
      autoPauseMs: z.int(),
    }),
    eventDataMaxBytes: z.int(),
    eventBatchMax: z.int(),
    responseBodyMaxBytes: z.int(),
    pageLimitMax: z.int(),
    logRetentionDays: z.int(),
    /** One notice a webhook in this time at most. */
    noticeWindowMs: z.int(),
    mail: z.object({ isConfigured: z.boolean() }),
  })
  .meta({ id: 'Settings' });
