import { expect, test } from '@jest/globals';
import type { Attempt } from './diagnosis';
import { differences } from './difference';

const attempt: Attempt = {
  id: 'att_1',
  number: 1,
  trigger: 'automatic',
  startedAt: '2026-03-02T08:31:40.000Z',
  outcome: 'http_error',
  request: {
    url: 'https://x.example/hook',
    method: 'POST',
    headers: { 'X-Delivery-Attempt': '1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,a', 'X-Team': 'north' },
    body: '{}',
  },
  response: { status: 500, headers: { server: 'one' }, body: 'broken', bodyTruncated: false },
  durationMs: 5,
  timing: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 5, totalMs: 5 },
  remoteAddress: '192.0.2.1',
  error: 'The receiver answered 500.',
  configRevision: 1,
};

test('what is new on every attempt is no difference', () => {
  const headers = { ...attempt.request.headers, 'X-Delivery-Attempt': '2', 'webhook-timestamp': '9' };
  const next = { ...attempt, id: 'att_2', number: 2, durationMs: 9, startedAt: '2026-03-02T08:31:50.000Z' };
  expect(differences(attempt, { ...next, request: { ...attempt.request, headers } })).toEqual([]);
});

test('configuration, request and answer are told apart, header by header', () => {
  const next: Attempt = {
    ...attempt,
    trigger: 'manual',
    outcome: 'timeout',
    response: null,
    error: 'No complete answer within 1000 ms.',
    configRevision: 2,
    request: { ...attempt.request, url: 'https://y.example/hook', headers: { 'X-Tenant': 'a' } },
  };
  const found = new Map(differences(attempt, next).map(({ field, before, after }) => [field, [before, after]]));
  expect(Object.fromEntries(found)).toEqual({
    Outcome: ['http_error', 'timeout'],
    'HTTP status': ['500', '—'],
    Error: ['The receiver answered 500.', 'No complete answer within 1000 ms.'],
    'Caused by': ['automatic', 'manual'],
    URL: ['https://x.example/hook', 'https://y.example/hook'],
    'Configuration revision': ['1', '2'],
    'Request header X-Team': ['north', '—'],
    'Request header X-Tenant': ['—', 'a'],
    'Response header server': ['one', '—'],
    'Response body': ['broken', '—'],
  });
});
