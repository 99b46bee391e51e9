import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { checkSignature, parseHeaders } from './verify';

/** The example of docs/receiving.md. */
const body =
  '{"id":"evt_1001","type":"maintenance.work_order.assigned","timestamp":"2026-03-02T08:31:40.000Z","tenantId":"ten_42","data":{"workOrderId":"wo_48213","propertyId":"prop_riverside","assignee":{"id":"tech_17","name":"Marco Ilić","role":"plumber"},"assignedBy":{"id":"staff_3","name":"Priya Nair","role":"coordinator"},"assignedAt":"2026-03-02T08:31:40.000Z"}}';
const generated = `whsec_${Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64')}`;
const own = 'an-example-only!';
const id = 'dlv_0198c5a4b7d07c3e9f21d4e5a6b7c8d9';
const timestamp = 1_772_440_301;
const nowMs = timestamp * 1_000 + 20_000;
const headers = (standard: string, plain: string) => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': standard,
  'x-signature': plain,
});
const ofGenerated = headers(
  'v1,spE71WNj4I5tnz35a2PS5JHN/Y5MFOMS8l2lYtOpzXM=',
  '77663a2f5b1bd4a99a8e449c114f30f3573350afed58f8dc6723a5a69090ce58',
);
const ofOwn = headers(
  'v1,K6Or8cwhI7GddVDA4raDEkCTKJiLlM4tMcBAMlkhDwI=',
  'baaa691795cf91fabeb9b907cece8a77263f5f92e90293db59ad50d5fdcc32cb',
);
const hmac = (key: string | Buffer, text: string, encoding: 'hex' | 'base64') =>
  createHmac('sha256', key).update(text).digest(encoding);

test.each([
  ['a generated secret', ofGenerated, generated],
  ['a secret of one’s own', ofOwn, own],
])('the example of the manual is right: %s', async (_, given, secret) => {
  const result = await checkSignature({ body, headers: given, secret, nowMs });
  expect(result.isRight).toBe(true);
  expect(result.findings.map(({ about, tone }) => [about, tone])).toEqual([
    ['webhook-signature', 'good'],
    ['X-Signature', 'good'],
    ['webhook-timestamp', 'good'],
  ]);
});

const swapped = headers(
  `v1,${hmac(generated, `${id}.${timestamp}.${body}`, 'base64')}`,
  hmac(Buffer.from(generated.slice(6), 'base64'), body, 'hex'),
);
test.each([
  ['another secret', { secret: `${own}x` }, 'Secret or body', /another webhook/],
  ['a line end after the secret', { secret: `${own}\n` }, 'Secret', /line end around the secret/],
  [
    'a generated secret cut short',
    { headers: ofGenerated, secret: generated.slice(0, -3) + '!' },
    'Secret',
    /not Base64/,
  ],
  ['whsec_ left out', { headers: ofGenerated, secret: generated.slice(6) }, 'Secret', /lacks its whsec_/],
  ['keys swapped', { headers: swapped, secret: generated }, 'Key', /swapped/],
  ['a line end after the body', { body: `${body}\n` }, 'Body', /line end was added/],
  ['JSON formatted again', { body: JSON.stringify(JSON.parse(body), null, 2) }, 'Body', /formatted/],
  ['another word in the body', { body: body.replace('plumber', 'plumbed') }, 'Secret or body', /body is not the one/],
  ['another id', { headers: { ...ofOwn, 'webhook-id': 'dlv_x' } }, 'Headers', /webhook-id or webhook-timestamp/],
  ['another X-Signature', { headers: { ...ofOwn, 'x-signature': '00' } }, 'X-Signature', /not of this request/],
  ['no signature', { headers: {} }, 'Headers', /Neither/],
  ['no secret', { secret: '' }, 'Secret', /Paste/],
])('what is wrong is told: %s', async (_, change, about, text) => {
  const result = await checkSignature({ body, headers: ofOwn, secret: own, nowMs, ...change });
  expect(result.isRight).toBe(false);
  expect(result.findings).toContainEqual({ about, tone: 'bad', text: expect.stringMatching(text) });
});

test('the previous secret is right during a rotation, and said to be the previous one', async () => {
  const rotated = {
    ...ofGenerated,
    'webhook-signature': `${ofGenerated['webhook-signature']} ${ofOwn['webhook-signature']}`,
    'x-signature-previous': ofOwn['x-signature'],
  };
  const result = await checkSignature({ body, headers: rotated, secret: own, nowMs });
  expect(result.isRight).toBe(true);
  expect(result.findings.slice(0, 2).map(({ tone }) => tone)).toEqual(['warn', 'warn']);
});

test.each([
  [301, /5 min ago/],
  [-301, /5 min ahead/],
  [7_200, /2 h ago/],
])('a request signed %i s ago is right but not fresh', async (age, text) => {
  const result = await checkSignature({ body, headers: ofOwn, secret: own, nowMs: (timestamp + age) * 1_000 });
  expect(result.isRight).toBe(true);
  expect(result.findings.at(-1)).toMatchObject({
    about: 'webhook-timestamp',
    tone: 'warn',
    text: expect.stringMatching(text),
  });
});

test('headers are read as lines or as a copied table', () => {
  expect(parseHeaders('POST /hook HTTP/1.1\r\nWebhook-Id: dlv_1\r\nX-Signature\tab\nX-Empty:\n')).toEqual({
    'webhook-id': 'dlv_1',
    'x-signature': 'ab',
    'x-empty': '',
  });
});
