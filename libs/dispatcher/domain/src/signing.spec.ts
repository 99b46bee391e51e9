import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { createSigningKey, createSigningKeyCache, packSignatures, signatureHeaders, unpackSignatures } from './signing';

const standardSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const plainSecret = 'a-secret-given-by-hand';
const body = Buffer.from('{"id":"evt_1","text":"Größe"}');
const sign = (current: string, previous?: string, nowMs = 1_700_000_000_999) =>
  toRecord(
    signatureHeaders({
      keys: previous ? [createSigningKey(current), createSigningKey(previous)] : [createSigningKey(current)],
      messageId: 'dlv_1',
      nowMs,
      body,
    }),
  );
const toRecord = (flat: string[]) =>
  Object.fromEntries(Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1] ?? '']));
const hmac = (key: string | Buffer, text: Buffer | string, encoding: 'hex' | 'base64') =>
  createHmac('sha256', key).update(text).digest(encoding);

describe('signatureHeaders', () => {
  test.each([standardSecret, plainSecret, 'whsec_not base64!!', 'whsec_', 'whsec_A'])(
    'X-Signature is keyed by the text of %s',
    (secret) => {
      expect(sign(secret)['X-Signature']).toBe(hmac(secret, body, 'hex'));
    },
  );

  test('webhook-signature is keyed by what whsec_ encodes, and by the text of any other secret', () => {
    const signed = Buffer.concat([Buffer.from('dlv_1.1700000000.'), body]);
    const bytes = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
    expect(sign(standardSecret)['webhook-signature']).toBe(`v1,${hmac(bytes, signed, 'base64')}`);
    expect(sign(plainSecret)['webhook-signature']).toBe(`v1,${hmac(plainSecret, signed, 'base64')}`);
  });

  test.each(['whsec_', 'whsec_!!!!!!!!!!!!', 'whsec_abc!', 'whsec_A'])('%s never signs with an empty key', (secret) => {
    const signed = Buffer.concat([Buffer.from('dlv_1.1700000000.'), body]);
    expect(sign(secret)['webhook-signature']).toBe(`v1,${hmac(secret, signed, 'base64')}`);
  });

  test('during an overlap both secrets verify, the present one first', () => {
    const both = sign(standardSecret, plainSecret);
    expect(both['X-Signature-Previous']).toBe(hmac(plainSecret, body, 'hex'));
    expect(both['webhook-signature']).toBe(
      `${sign(standardSecret)['webhook-signature']} ${sign(plainSecret)['webhook-signature']}`,
    );
    expect(sign(standardSecret)).not.toHaveProperty('X-Signature-Previous');
  });

  test('the Standard Webhooks library verifies every body', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array({ minLength: 24, maxLength: 64 }), (text, key) => {
        const secret = `whsec_${Buffer.from(key).toString('base64')}`;
        const payload = JSON.stringify({ text });
        const headers = toRecord(
          signatureHeaders({
            keys: [createSigningKey(plainSecret), createSigningKey(secret)],
            messageId: 'dlv_2',
            nowMs: Date.now(),
            body: Buffer.from(payload),
          }),
        );
        expect(new Webhook(secret).verify(payload, headers)).toEqual({ text });
        expect(() => new Webhook(secret).verify(`${payload} `, headers)).toThrow();
      }),
      { numRuns: 50 },
    );
  });
});

test('the key cache answers with the same key, and forgets the longest unused', () => {
  const cache = createSigningKeyCache(2);
  const a = cache.get('secret-a');
  cache.get('secret-b');
  expect(cache.get('secret-a')).toBe(a);
  cache.get('secret-c');
  expect(cache.get('secret-a')).toBe(a);
  const b = cache.get('secret-b');
  expect(cache.get('secret-b')).toBe(b);
  expect(cache.get('secret-a')).toBe(a);
});

test.each([[[standardSecret]], [[standardSecret, plainSecret]]])(
  'what is kept of the headers of %j gives them again',
  (secrets) => {
    const [current, previous] = secrets.map(createSigningKey);
    const headers = signatureHeaders({
      keys: [current!, previous],
      messageId: 'dlv_1',
      nowMs: 1_700_000_000_999,
      body,
    });
    expect(unpackSignatures(packSignatures(headers), 'dlv_1', 1_700_000_000_000)).toEqual(headers);
  },
);
