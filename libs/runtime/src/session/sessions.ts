import { timingSafeEqual } from 'node:crypto';
import { sessionCookie, sessionMaxMs } from '@arkan/contracts';
import type { Clock, Random } from '@arkan/kernel';
import { z } from 'zod';
import type { AccessView, Credential } from '../access';
import { createSealer, SealError } from '../sealing';

/** What the cookie holds, sealed. The key's hash and not its id: a changed operator key ends its sessions too. */
const sealedSchema = z.object({
  v: z.literal(1),
  keySha256: z.string(),
  csrfToken: z.string(),
  expiresAt: z.number(),
});

export interface Session {
  credential: Credential;
  csrfToken: string;
  /** Unix ms. */
  expiresAt: number;
}

/** Sessions have no store: the cookie is all there is, so every process of an installation can open it. */
export interface Sessions {
  /** null where the credential is not valid now. */
  begin(keySha256: string): { session: Session; value: string } | null;
  /** From a `Cookie` header. `null`: none, not ours, past its time, or of a key that was revoked or has expired. */
  open(cookieHeader: string | undefined): Session | null;
}

export interface SessionsOptions {
  clock: Clock;
  random: Random;
  access: AccessView;
  /** 32 bytes, made from the master key. */
  key: Buffer;
  /** Of the previous master key, while that is being changed. */
  previousKey?: Buffer;
}

const valueMax = 1_024;
const cookie = new RegExp(`(?:^|;) *${sessionCookie}=([^;]*)`, 'g');

export function createSessions({ clock, random, access, key, previousKey }: SessionsOptions): Sessions {
  const sealer = createSealer(key, previousKey);

  function unseal(value: string): z.output<typeof sealedSchema> | null {
    if (!/^[A-Za-z0-9_-]+$/.test(value) || value.length > valueMax) return null;
    try {
      const plain = sealer.openOwn(Buffer.from(value, 'base64url'), sessionCookie);
      return sealedSchema.safeParse(JSON.parse(plain.toString('utf8'))).data ?? null;
    } catch (error) {
      if (error instanceof SealError) return null;
      throw error;
    }
  }

  return {
    begin(keySha256) {
      const credential = access.find(keySha256);
      if (!credential) return null;
      const csrfToken = random.bytes(32).toString('base64url');
      const expiresAt = Math.min(clock.now() + sessionMaxMs, credential.expiresAt ?? Infinity);
      const plain = Buffer.from(JSON.stringify({ v: 1, keySha256, csrfToken, expiresAt }));
      const value = sealer.sealOwn(plain, sessionCookie).toString('base64url');
      return { session: { credential, csrfToken, expiresAt }, value };
    },
    open(header) {
      // Two cookies of the name: one was planted, by a sibling host or for a longer path, and nothing says which.
      const [found, ...more] = [...(header ?? '').matchAll(cookie)];
      if (!found || more.length > 0) return null;
      const sealed = unseal(found[1]!);
      if (!sealed || sealed.expiresAt <= clock.now()) return null;
      const credential = access.find(sealed.keySha256);
      return credential && { credential, csrfToken: sealed.csrfToken, expiresAt: sealed.expiresAt };
    },
  };
}

/** In constant time. */
export function sameToken(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
