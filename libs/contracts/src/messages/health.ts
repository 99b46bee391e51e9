import { z } from 'zod';
import { jsonCodec } from './codec';

/** `registry.health`, key = webhook id: a change of health, or a warning that a pause is coming. From the event store, so each once per position. */
export const healthMessageSchema = z.object({
  v: z.literal(1),
  kind: z.enum(['webhook_failing', 'webhook_recovered', 'auto_pause_warning', 'webhook_auto_paused']),
  tenantId: z.string(),
  webhookId: z.string(),
  webhookName: z.string(),
  ownerEmail: z.string(),
  at: z.string(),
  /** Why, in words. */
  reason: z.string(),
  failingSince: z.string().nullable(),
  /** When the platform will pause it, where it fails on. */
  pausesAt: z.string().nullable(),
  position: z.string(),
});
export type HealthMessage = z.infer<typeof healthMessageSchema>;
export const healthMessage = jsonCodec('registry.health', healthMessageSchema);
