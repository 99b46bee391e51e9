import { z } from 'zod';
import { jsonCodec } from './codec';

/** `catalog.event_types`, key = type name, compacted. */
export const eventTypeMessageSchema = z.object({
  v: z.literal(1),
  type: z.string(),
  module: z.string(),
  title: z.string(),
  description: z.string(),
  schema: z.record(z.string(), z.unknown()),
  example: z.record(z.string(), z.unknown()),
  deprecatedAt: z.string().nullable(),
  revision: z.number(),
  position: z.string(),
});
export type EventTypeMessage = z.infer<typeof eventTypeMessageSchema>;
export const eventTypeMessage = jsonCodec('catalog.event_types', eventTypeMessageSchema);
