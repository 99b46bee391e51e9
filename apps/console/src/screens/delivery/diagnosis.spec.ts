import { expect, test } from '@jest/globals';
import { diagnose, type Failed } from './diagnosis';

const timing = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: null };
const answered = (status: number): Failed => ({
  outcome: 'http_error',
  error: `The receiver answered ${status}.`,
  response: { status, headers: {}, body: '', bodyTruncated: false },
  timing,
});
const broken = (outcome: Failed['outcome'], error: string): Failed => ({ outcome, error, response: null, timing });

test.each([
  [answered(302), 'The receiver answered with a redirect', 'configuration'],
  [answered(401), 'The receiver did not accept who sent it', 'either'],
  [answered(410), 'The receiver is gone for good', 'receiver'],
  [answered(418), 'The receiver refused the request', 'receiver'],
  [answered(429), 'The receiver has had too many requests', 'receiver'],
  [answered(500), 'The receiver broke on it', 'receiver'],
  [answered(503), 'The receiver is not available', 'receiver'],
  [
    broken('timeout', 'No complete answer within 1000 ms: time ran out while waiting for the answer.'),
    'No complete answer in time',
    'receiver',
  ],
  [
    broken('timeout', 'No complete answer within 1000 ms: time ran out while connecting.'),
    'The connection was not taken in time',
    'either',
  ],
  [broken('connect_error', 'The host x.example is not known to DNS.'), 'The host name does not exist', 'configuration'],
  [broken('connect_error', 'DNS gave no answer for x.example.'), 'The host name could not be looked up', 'either'],
  [
    broken('connect_error', 'x.example refused the connection: nothing listens there.'),
    'The connection was refused',
    'receiver',
  ],
  [
    broken('connect_error', 'The receiver closed the connection before its answer was complete.'),
    'The connection broke off',
    'receiver',
  ],
  [broken('tls_error', "The receiver's certificate has expired."), 'The certificate has expired', 'receiver'],
  [
    broken('tls_error', "The receiver's certificate is self-signed, and no authority vouches for it."),
    'The certificate is self-signed',
    'receiver',
  ],
  [
    broken('tls_error', "The receiver's certificate is not for x.example."),
    'The certificate is for another name',
    'either',
  ],
  [broken('tls_error', 'Something that nobody foresaw.'), 'TLS could not be set up', 'receiver'],
  [broken('blocked_address', 'Not sent: the address ::1 is loopback.'), 'The address is not allowed', 'configuration'],
  [
    broken('unknown', 'The platform stopped while the request was under way; whether it arrived is not known.'),
    'It is not known whether it arrived',
    'platform',
  ],
] as const)('%o is told apart', (failed, title, whose) => {
  expect(diagnose(failed)).toMatchObject({ title, whose, cause: expect.any(String), todo: expect.any(String) });
});

test('a success needs no diagnosis', () => {
  expect(diagnose({ outcome: 'success', error: null, response: null, timing })).toBeNull();
});
