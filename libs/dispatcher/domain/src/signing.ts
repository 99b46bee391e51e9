import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** A secret, ready to sign. Holds key material: never log it. */
export interface SigningKey {
  /** Of `X-Signature`: the UTF-8 bytes of the whole secret as shown. */
  readonly plain: KeyObject;
  /** Of `webhook-signature`: what `whsec_` encodes, else the same as `plain`. */
  readonly standard: KeyObject;
}

const standardPrefix = 'whsec_';
/** With or without padding. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * Keys for both signatures. A secret that begins with `whsec_` and goes on with what is not Base64, or with nothing, has no bytes
 * to decode: its text is the key then, since an empty key would let anybody sign.
 */
export function createSigningKey(secret: string): SigningKey {
  const plain = createSecretKey(Buffer.from(secret, 'utf8'));
  const encoded = secret.startsWith(standardPrefix) ? secret.slice(standardPrefix.length) : '';
  if (encoded === '' || !base64.test(encoded)) return { plain, standard: plain };
  return { plain, standard: createSecretKey(Buffer.from(encoded, 'base64')) };
}

export interface SignInput {
  /** The present secret's key, then the previous one's while an overlap lasts. */
  keys: readonly [SigningKey, SigningKey?];
  /** The same on every attempt of a delivery: what receivers dedupe on. */
  messageId: string;
  /** Of this attempt; sent in whole seconds since 1970. */
  nowMs: number;
  /** The very bytes that are sent. */
  body: Buffer;
}

/**
 * The signature headers of one attempt, flat (name, value, name, value, …). `X-Signature` is the lower-case hex of
 * HMAC-SHA256(secret, body); the `webhook-` headers are those of Standard Webhooks 1.0, which signs `id.timestamp.body`, with one
 * `v1,` signature per valid secret, the present one first. Costs 4 us for 1 KiB and one secret.
 */
export function signatureHeaders({ keys: [current, previous], messageId, nowMs, body }: SignInput): string[] {
  const signed = `${messageId}.${timestampOf(nowMs)}.`;
  const standard = standardSignature(current, signed, body);
  return flatSignature(
    messageId,
    nowMs,
    plainSignature(current, body),
    previous ? `${standard} ${standardSignature(previous, signed, body)}` : standard,
    previous && plainSignature(previous, body),
  );
}

const timestampOf = (nowMs: number) => String(Math.floor(nowMs / 1_000));

function flatSignature(
  messageId: string,
  nowMs: number,
  plain: string,
  standard: string,
  previous: string | undefined,
): string[] {
  const headers = [
    'X-Signature',
    plain,
    'webhook-id',
    messageId,
    'webhook-timestamp',
    timestampOf(nowMs),
    'webhook-signature',
    standard,
  ];
  if (previous !== undefined) headers.push('X-Signature-Previous', previous);
  return headers;
}

function plainSignature(key: SigningKey, body: Buffer): string {
  return createHmac('sha256', key.plain).update(body).digest('hex');
}

function standardSignature(key: SigningKey, signed: string, body: Buffer): string {
  return `v1,${createHmac('sha256', key.standard).update(signed).update(body).digest('base64')}`;
}

/** Keys by secret, at most `max` of them: making one costs more than a signature. The longest unused goes first. */
export function createSigningKeyCache(max: number): { get(secret: string): SigningKey; clear(): void } {
  const keys = new Map<string, SigningKey>();
  return {
    get(secret) {
      const key = keys.get(secret) ?? createSigningKey(secret);
      keys.delete(secret);
      keys.set(secret, key);
      const oldest = keys.size > max ? keys.keys().next().value : undefined;
      if (oldest !== undefined) keys.delete(oldest);
      return key;
    },
    clear: () => keys.clear(),
  };
}

/** What of signature headers only the secret's owner could make again, to be kept in the log. At most 300 characters. */
export function packSignatures(signature: readonly string[]): string {
  const [, plain, , , , , , standard, , previous] = signature;
  return previous === undefined ? `${plain}|${standard}` : `${plain}|${standard}|${previous}`;
}

/** The headers as they were sent. */
export function unpackSignatures(packed: string, messageId: string, nowMs: number): string[] {
  const [plain = '', standard = '', previous] = packed.split('|');
  return flatSignature(messageId, nowMs, plain, standard, previous);
}
