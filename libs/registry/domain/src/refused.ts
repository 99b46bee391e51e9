import { z } from 'zod';

/** An attempt that was answered with a refusal. Never holds what was sent, only what it was and why it was refused. */
export const refusalSchema = z.object({
  /** The operationId, e.g. `patchWebhook`. */
  operation: z.string(),
  /** Of the problem document. */
  code: z.string(),
  detail: z.string(),
  /** More than 1 where a flood of them was counted into this one. */
  count: z.int().min(1),
});
export type RefusedAttempt = z.infer<typeof refusalSchema>;

/** In the stream of the webhook that it was about, else in that of the tenant. `revision` stays what it is. */
export const changeRefused = { version: 1, schema: refusalSchema.extend({ revision: z.int() }) };
