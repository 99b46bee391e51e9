import { z } from 'zod';
import { roleSchema } from '../http/common';
import { jsonCodec } from './codec';

/** `registry.access`, key = key id, compacted: an API key by its hash. A revoked one is a tombstone. */
export const accessMessageSchema = z.object({
  v: z.literal(1),
  keyId: z.string(),
  /** Lower-case hex of SHA-256 over the key as shown. Keys have 256 random bits, so a slow hash would add nothing. */
  keySha256: z.string(),
  role: roleSchema,
  /** null for an operator. */
  tenantId: z.string().nullable(),
  expiresAt: z.string().nullable(),
});
export type AccessMessage = z.infer<typeof accessMessageSchema>;
export const accessMessage = jsonCodec('registry.access', accessMessageSchema);
