import { z } from 'zod';
import { logLevels } from '../http/notifier';
import { jsonCodec } from './codec';

/** `integration.entries`, key = tenant id: an entry for the integration log from a part other than the dispatcher, e.g. an event that was refused. */
export const integrationEntrySchema = z.object({
  v: z.literal(1),
  /** Repeats of a message have the same. */
  id: z.string(),
  tenantId: z.string(),
  atMs: z.number(),
  level: z.enum(logLevels),
  source: z.string(),
  message: z.string(),
  causeKey: z.string(),
  durationMs: z.number().nullable(),
  webhookId: z.string().nullable(),
  deliveryId: z.string().nullable(),
});
export type IntegrationEntry = z.infer<typeof integrationEntrySchema>;
export const integrationEntry = jsonCodec('integration.entries', integrationEntrySchema);
