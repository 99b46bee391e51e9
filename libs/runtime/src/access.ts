import { createHash, timingSafeEqual } from 'node:crypto';
import { accessMessage, topics, type AccessMessage, type Role } from '@arkan/contracts';
import type { Clock } from '@arkan/kernel';
import type { IncomingMessage } from '@arkan/ports';

/** Who calls. */
export interface Principal {
  id: string;
  kind: 'api_key' | 'user' | 'system';
  role: Role;
  /** null for an operator. */
  tenantId: string | null;
}

export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** API keys by their hash, kept from `registry.access`. Give `handler` to the service's topic views. */
export interface AccessView {
  topic: string;
  handler(message: IncomingMessage): void;
  /** null: unknown, revoked or expired. */
  authenticate(bearer: string): Principal | null;
  /** The same by the hash of the key, for a session that was begun with it. */
  find(keySha256: string): Credential | null;
}

export interface Credential {
  principal: Principal;
  /** Unix ms; null: it doesn't end by itself. */
  expiresAt: number | null;
}

/** `operatorKey` is the configured one, valid with role operator although no event tells of it. */
export function createAccessView(options: { clock: Clock; operatorKey?: string }): AccessView {
  const byHash = new Map<string, AccessMessage>();
  const hashByKeyId = new Map<string, string>();
  const operatorHash = options.operatorKey ? Buffer.from(hashKey(options.operatorKey)) : null;
  function find(keySha256: string): Credential | null {
    const hash = Buffer.from(keySha256);
    if (operatorHash?.length === hash.length && timingSafeEqual(hash, operatorHash))
      return {
        principal: { id: 'key_operator', kind: 'api_key', role: 'operator', tenantId: null },
        expiresAt: null,
      };
    const access = byHash.get(keySha256);
    if (!access) return null;
    const expiresAt = access.expiresAt === null ? null : Date.parse(access.expiresAt);
    if (expiresAt !== null && expiresAt <= options.clock.now()) return null;
    return {
      principal: { id: access.keyId, kind: 'api_key', role: access.role, tenantId: access.tenantId },
      expiresAt,
    };
  }
  return {
    topic: topics.access,
    handler(message) {
      const known = hashByKeyId.get(message.key);
      if (known) byHash.delete(known);
      hashByKeyId.delete(message.key);
      if (!message.value || message.value.length === 0) return;
      const access = accessMessage.decode(message.value);
      byHash.set(access.keySha256, access);
      hashByKeyId.set(access.keyId, access.keySha256);
    },
    find,
    authenticate: (bearer) =>
      bearer.startsWith('ak_') && bearer.length <= 256 ? (find(hashKey(bearer))?.principal ?? null) : null,
  };
}
