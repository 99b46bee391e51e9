import { expect, test } from '@jest/globals';
import { customHeaders, deliveryHeaders } from './request-headers';

const build = (custom: Record<string, string>, eventId = 'evt-1') =>
  deliveryHeaders({
    eventType: 'leasing.lease.renewed',
    eventId,
    deliveryId: 'dlv_1',
    attempt: 3,
    signature: ['X-Signature', 'abc'],
    custom: customHeaders(Object.entries(custom)),
  });
const valueOf = (flat: string[], name: string) => flat[flat.indexOf(name) + 1];

test('carries the names of the event, the delivery and the attempt, the signature and the custom headers', () => {
  const headers = build({ Authorization: 'Bearer x', 'X-Tenant': 'a' });
  expect(headers).toEqual([
    ...['Content-Type', 'application/json; charset=utf-8', 'Accept-Encoding', 'identity'],
    ...['X-Event-Type', 'leasing.lease.renewed', 'X-Event-Id', 'evt-1', 'X-Delivery-Id', 'dlv_1'],
    ...['X-Delivery-Attempt', '3', 'X-Signature', 'abc', 'Authorization', 'Bearer x', 'X-Tenant', 'a'],
    ...['User-Agent', 'ArkanPM-Webhooks/1'],
  ]);
});

test('a reserved custom header is left out, a User-Agent replaces ours', () => {
  const headers = build({ 'x-signature': 'forged', HOST: 'evil', 'content-length': '1', 'user-agent': 'mine' });
  expect(headers).not.toContain('forged');
  expect(headers).not.toContain('evil');
  expect(headers).not.toContain('content-length');
  expect(headers).not.toContain('User-Agent');
  expect(valueOf(headers, 'user-agent')).toBe('mine');
});

test.each([
  ['a/b:c%20', 'a/b:c%20'],
  ['thin line', 'thin line'],
  [' thin line', '%20thin%20line'],
  ['größe 1', 'gr%C3%B6%C3%9Fe%201'],
  ['a\r\nX-Evil: 1', 'a%0D%0AX-Evil:%201'],
  ['\ud800', '%EF%BF%BD'],
])('an event id %j stands as %s', (id, expected) => {
  expect(valueOf(build({}, id), 'X-Event-Id')).toBe(expected);
});
