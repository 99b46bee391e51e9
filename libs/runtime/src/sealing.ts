import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { SealedValue } from '@arkan/contracts';

/** A webhook's own key, wrapped by the master key. Deleting every copy of `wrapped` erases what was sealed with it. */
export interface WrappedKey {
  keyId: string;
  /** Base64: the first 8 hex digits of the master key's hash as 4 bytes, nonce (12), ciphertext (32), tag (16). */
  wrapped: string;
}

/** A sealed value can't be opened: another master key, another place (AAD), or a changed ciphertext. Never says which bytes. */
export class SealError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SealError';
  }
}

export interface Sealer {
  newDataKey(): WrappedKey;
  /** `aad` is `tenant|webhook|revision` of the change that sealed it; it is kept with the value and checked on opening. */
  seal(key: WrappedKey, plaintext: string, aad: string): SealedValue;
  /** Throws SealError. */
  open(key: WrappedKey, value: SealedValue): string;
  /** The same key under the present master key. */
  rewrap(key: WrappedKey): WrappedKey;
  /** For what is kept for a short time outside any webhook, e.g. an idempotent answer. */
  sealOwn(plaintext: Buffer, aad: string): Buffer;
  openOwn(sealed: Buffer, aad: string): Buffer;
  /** Tells master keys apart without telling anything of them: kept with the data, so that a wrong key is noticed at start. */
  fingerprint: string;
}

const keysMax = 2_000;

function encrypt(key: Buffer, plaintext: Buffer, aad: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(aad));
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, sealed: Buffer, aad: string): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(Buffer.from(aad));
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
  } catch {
    throw new SealError(
      'a sealed value can not be opened: it was sealed under another key, for another place, or was changed',
    );
  }
}

const fingerprintOf = (master: Buffer) =>
  createHash('sha256').update('arkanpm master key').update(master).digest('hex').slice(0, 8);

/** AES-256-GCM throughout. `previous` opens what was wrapped before a change of the master key. */
export function createSealer(master: Buffer, previous?: Buffer): Sealer {
  const masters = new Map([master, previous].flatMap((key) => (key ? [[fingerprintOf(key), key] as const] : [])));
  const present = fingerprintOf(master);
  /** Unwrapping costs 10 us; the most recent ones are kept, oldest out. */
  const opened = new Map<string, Buffer>();

  function unwrap(key: WrappedKey): Buffer {
    const known = opened.get(key.wrapped);
    if (known) return known;
    const raw = Buffer.from(key.wrapped, 'base64');
    const wrapping = masters.get(raw.subarray(0, 4).toString('hex'));
    if (!wrapping)
      throw new SealError(
        'a key was wrapped under a master key that is not here; give it as ARKAN_MASTER_KEY or ARKAN_MASTER_KEY_PREVIOUS',
      );
    const dataKey = decrypt(wrapping, raw.subarray(4), key.keyId);
    if (opened.size >= keysMax) opened.delete(opened.keys().next().value!);
    opened.set(key.wrapped, dataKey);
    return dataKey;
  }
  const wrap = (keyId: string, dataKey: Buffer): WrappedKey => ({
    keyId,
    wrapped: Buffer.concat([Buffer.from(present, 'hex'), encrypt(master, dataKey, keyId)]).toString('base64'),
  });

  return {
    fingerprint: present,
    newDataKey: () => wrap(`dk_${randomBytes(8).toString('hex')}`, randomBytes(32)),
    rewrap: (key) => wrap(key.keyId, unwrap(key)),
    seal(key, plaintext, aad) {
      const sealed = encrypt(unwrap(key), Buffer.from(plaintext), aad);
      return {
        keyId: key.keyId,
        nonce: sealed.subarray(0, 12).toString('base64'),
        ciphertext: sealed.subarray(12).toString('base64'),
        aad,
      };
    },
    open(key, value) {
      const sealed = Buffer.concat([Buffer.from(value.nonce, 'base64'), Buffer.from(value.ciphertext, 'base64')]);
      return decrypt(unwrap(key), sealed, value.aad).toString('utf8');
    },
    sealOwn: (plaintext, aad) => Buffer.concat([Buffer.from(present, 'hex'), encrypt(master, plaintext, aad)]),
    openOwn(sealed, aad) {
      const wrapping = masters.get(sealed.subarray(0, 4).toString('hex'));
      if (!wrapping) throw new SealError('it was sealed under a master key that is not here');
      return decrypt(wrapping, sealed.subarray(4), aad);
    },
  };
}
