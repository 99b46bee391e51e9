import { createHash } from 'node:crypto';

/**
 * A UUIDv7 (RFC 9562) of that time, the rest of it a hash of `key` instead of random: the same thing told twice has one id, and
 * sorts and finds its day's partition like any other.
 */
export function uuidOf(atMs: number, key: string): string {
  const hash = createHash('sha256').update(key).digest('hex');
  const time = Math.max(0, Math.floor(atMs)).toString(16).padStart(12, '0');
  const variant = '89ab'.charAt(Number.parseInt(hash.charAt(3), 16) & 3);
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
}
