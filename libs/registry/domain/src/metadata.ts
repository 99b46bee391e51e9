import { z } from 'zod';

const time = z.iso.datetime({ offset: true });

export const actorSchema = z.object({
  id: z.string(),
  kind: z.enum(['api_key', 'user', 'system']),
  role: z.string().nullable(),
});
export type Actor = z.infer<typeof actorSchema>;

/** Who did it, when, why and from where: of each event. */
export const eventMetaSchema = z.object({
  /** null for what belongs to no tenant, e.g. an operator's key. */
  tenantId: z.string().nullable(),
  actor: actorSchema,
  authMethod: z.enum(['api_key', 'jwt', 'system']),
  sourceIp: z.string().nullable(),
  userAgent: z.string().nullable(),
  requestId: z.string().nullable(),
  /** In the actor's words. */
  reason: z.string().nullable(),
  /** RFC 3339, UTC, ms. */
  at: time,
});
export type EventMeta = z.infer<typeof eventMetaSchema>;

/** As it stands in the store: with the version of the event's shape and the hash of the event before it in its stream. */
export const storedMetaSchema = eventMetaSchema.extend({
  version: z.int().min(1),
  /** Lower-case hex of SHA-256; null for the first event of a stream. */
  previousHash: z.string().nullable(),
});
export type StoredMeta = z.infer<typeof storedMetaSchema>;

/** The platform itself, for what no person asked for. */
export const systemActor: Actor = { id: 'platform', kind: 'system', role: null };

export function systemMeta(tenantId: string | null, at: string, reason: string | null): EventMeta {
  return {
    tenantId,
    actor: systemActor,
    authMethod: 'system',
    sourceIp: null,
    userAgent: null,
    requestId: null,
    reason,
    at,
  };
}
