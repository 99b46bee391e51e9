import { createHmac, randomBytes } from 'node:crypto';
import { newId } from '@arkan/kernel';
import { createSigningKey, customHeaders, deliveryHeaders, signatureHeaders } from '@arkan/dispatcher-domain';
import type { Delivery } from './programs';

/** A secret with its two keys, each worked out here from how the secret was made and not from its text. */
export interface Secret {
  kind: string;
  text: string;
  plainKey: Buffer;
  standardKey: Buffer;
}

const generatedOf = (bytes: Buffer): Secret => {
  const text = `whsec_${bytes.toString('base64')}`;
  return { kind: 'a generated secret', text, plainKey: Buffer.from(text, 'utf8'), standardKey: bytes };
};
const ownOf = (text: string): Secret => {
  const key = Buffer.from(text, 'utf8');
  return { kind: `a secret of one's own, ${text.length} characters`, text, plainKey: key, standardKey: key };
};
export const newGeneratedSecret = () => generatedOf(randomBytes(32));
/** Length in characters: 16 to 128. */
export const newOwnSecret = (length: number) => ownOf(randomBytes(length).toString('hex').slice(0, length));

export interface Sending {
  secret: Secret;
  /** Also signs, during an overlap. */
  previous?: Secret;
  id?: string;
  body?: Buffer;
  /** Of signing; negative is the past. */
  offsetSeconds?: number;
}

export const newDeliveryId = () => newId('dlv');

/** Beyond ASCII, and with a line end at its end: bytes that get lost where a body is taken for text. */
export function sampleBody(): Buffer {
  const data = { title: 'Fuite d’eau 🚰', unit: 'Zürich 4-B' };
  const timestamp = new Date().toISOString();
  const event = { id: 'evt-é-1', type: 'maintenance.work_order.created', timestamp, tenantId: 'ten_1', data };
  return Buffer.from(`${JSON.stringify(event)}\n`, 'utf8');
}

const hmac = (key: Buffer, data: Buffer) => createHmac('sha256', key).update(data).digest();

/** A right delivery, signed as the documents say, with nothing of the platform's own code. */
export function signByHand({ secret, previous, id, body, offsetSeconds }: Sending): Delivery & { id: string } {
  const deliveryId = id ?? newDeliveryId();
  const bytes = body ?? sampleBody();
  const timestamp = String(Math.floor(Date.now() / 1000) + (offsetSeconds ?? 0));
  const signed = Buffer.concat([Buffer.from(`${deliveryId}.${timestamp}.`), bytes]);
  const secrets = previous ? [secret, previous] : [secret];
  const headers = [
    'Content-Type',
    'application/json; charset=utf-8',
    'X-Signature',
    hmac(secret.plainKey, bytes).toString('hex'),
    ...(previous ? ['X-Signature-Previous', hmac(previous.plainKey, bytes).toString('hex')] : []),
    'webhook-id',
    deliveryId,
    'webhook-timestamp',
    timestamp,
    'webhook-signature',
    secrets.map(({ standardKey }) => `v1,${hmac(standardKey, signed).toString('base64')}`).join(' '),
  ];
  return { id: deliveryId, headers, body: bytes };
}

/** The same by the platform: what the dispatcher really sends. */
export function signByPlatform({ secret, previous, id, body, offsetSeconds }: Sending): Delivery & { id: string } {
  const deliveryId = id ?? newDeliveryId();
  const bytes = body ?? sampleBody();
  const key = createSigningKey(secret.text);
  const signature = signatureHeaders({
    keys: previous ? [key, createSigningKey(previous.text)] : [key],
    messageId: deliveryId,
    nowMs: Date.now() + (offsetSeconds ?? 0) * 1000,
    body: bytes,
  });
  const named = { eventType: 'maintenance.work_order.created', eventId: 'evt-é-1', deliveryId, attempt: 1 };
  return { id: deliveryId, headers: deliveryHeaders({ ...named, signature, custom: customHeaders([]) }), body: bytes };
}

/** The delivery with one header changed, or left out where `value` is null. */
export function withHeader<T extends Delivery>(delivery: T, name: string, change: (value: string) => string | null): T {
  const headers: string[] = [];
  let isFound = false;
  for (let i = 0; i < delivery.headers.length; i += 2) {
    const [header = '', value = ''] = delivery.headers.slice(i, i + 2);
    const isIt = header.toLowerCase() === name.toLowerCase();
    isFound ||= isIt;
    const changed = isIt ? change(value) : value;
    if (changed !== null) headers.push(header, changed);
  }
  if (!isFound) throw new Error(`no header ${name} to change`);
  return { ...delivery, headers };
}
