import { v7, validate } from 'uuid';

/**
 * Public ids are a prefix and the 32 hex digits of a UUIDv7 (RFC 9562): `dlv_0193…`. The first 48 bits are the time of
 * making, so ids sort by time, and a day's partition is found from the id alone.
 */
export type IdPrefix = 'ten' | 'key' | 'wh' | 'dlv' | 'att' | 'rpl' | 'ntc' | 'log' | 'req';

/** Random bytes, taken for many ids at once: asked for one by one they cost ten times the making of an id. */
const pool = new Uint8Array(16 * 256);
let poolAt = pool.length;

function randomness(): Uint8Array {
  if (poolAt === pool.length) {
    crypto.getRandomValues(pool);
    poolAt = 0;
  }
  return pool.subarray(poolAt, (poolAt += 16));
}

/** A new UUIDv7, in the canonical form with dashes. Without `atMs`, ids of one process sort in order of making; with it, ids of one ms have no order. */
export function newUuid(atMs?: number): string {
  return atMs === undefined ? v7() : v7({ msecs: atMs, random: randomness() });
}

export function newId(prefix: IdPrefix, atMs?: number): string {
  return toPublicId(prefix, newUuid(atMs));
}

export function toPublicId(prefix: IdPrefix, uuid: string): string {
  return `${prefix}_${uuid.replaceAll('-', '')}`;
}

/** The UUID within a public id, or null where the text is not an id of that kind. */
export function toUuid(prefix: IdPrefix, id: string): string | null {
  if (id.length !== prefix.length + 33 || !id.startsWith(`${prefix}_`)) return null;
  const hex = id.slice(prefix.length + 1);
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return /^[0-9a-f]{32}$/.test(hex) && validate(uuid) ? uuid : null;
}

/** Milliseconds since 1970 at which a UUIDv7 was made. */
export function uuidTimeMs(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/** The least UUID with this time: the bound of a range over UUIDv7s. */
export function uuidFloor(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}
