import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '@arkan/kernel';

/** Opaque page positions, signed: a cursor that was tampered with, or is of another list, is refused rather than trusted. */
export interface Cursors {
  encode(list: string, position: string): string;
  /** Throws Refusal `invalid`. */
  decode(list: string, cursor: string | undefined): string | null;
}

export function createCursors(key: Buffer): Cursors {
  const sign = (list: string, position: string) =>
    createHmac('sha256', key).update(`${list}\n${position}`).digest().subarray(0, 12);
  return {
    encode: (list, position) => Buffer.concat([sign(list, position), Buffer.from(position)]).toString('base64url'),
    decode(list, cursor) {
      if (cursor === undefined) return null;
      const raw = Buffer.from(cursor, 'base64url');
      const position = raw.subarray(12).toString('utf8');
      if (raw.length > 12 && timingSafeEqual(raw.subarray(0, 12), sign(list, position))) return position;
      const message = 'is not a cursor of this list; start again without one';
      throw new Refusal('invalid', `query/cursor ${message}`, [
        { pointer: 'query/cursor', code: 'invalid_cursor', message, limit: null },
      ]);
    },
  };
}
