import type { Clock, Random } from '@arkan/kernel';
import { hashKey } from '../access';

/** How long a one-time token waits for its use. */
export const onceTokenMaxMs = 600_000;
const waitingMax = 16;

/** Tokens that sign in once, for the link that a terminal prints. In memory and as hashes only: they end with the process. */
export interface OnceTokens {
  /** For a session of this key. */
  issue(keySha256: string): string;
  /** The hash of the key that it signs in; null: unknown, used or too old. It is used up by this. */
  redeem(token: string): string | null;
}

export function createOnceTokens({ clock, random }: { clock: Clock; random: Random }): OnceTokens {
  const waiting = new Map<string, { keySha256: string; expiresAt: number }>();
  return {
    issue(keySha256) {
      const token = `once_${random.bytes(32).toString('base64url')}`;
      if (waiting.size >= waitingMax) waiting.delete(waiting.keys().next().value!);
      waiting.set(hashKey(token), { keySha256, expiresAt: clock.now() + onceTokenMaxMs });
      return token;
    },
    redeem(token) {
      const hash = hashKey(token);
      const found = waiting.get(hash);
      waiting.delete(hash);
      return found && found.expiresAt > clock.now() ? found.keySha256 : null;
    },
  };
}
