import { describe, expect, test } from '@jest/globals';
import { judgeFailure, judgeStatus, receiverSignal, type Phase } from './outcome';

describe('judgeStatus', () => {
  test.each([200, 201, 202, 204, 299])('%i is a success', (status) => {
    expect(judgeStatus(status)).toEqual({ outcome: 'success', causeKey: 'success', error: null });
  });

  test.each([
    [302, 'The receiver answered 302; redirects are not followed, so give the final URL.'],
    [404, 'The receiver answered 404 (Not Found).'],
    [410, 'The receiver answered 410 (Gone): it wants no more of these, so the webhook is paused.'],
    [500, 'The receiver answered 500 (Internal Server Error).'],
    [599, 'The receiver answered 599.'],
  ])('%i is an error of the receiver', (status, error) => {
    expect(judgeStatus(status)).toEqual({ outcome: 'http_error', causeKey: `http_${status}`, error });
  });
});

describe('judgeFailure', () => {
  test.each<[Phase, string, string, string]>([
    ['dns', 'ENOTFOUND', 'connect_error', 'dns_not_found'],
    ['dns', 'ENODATA', 'connect_error', 'dns_not_found'],
    ['dns', 'ECONNREFUSED', 'connect_error', 'dns_unavailable'],
    ['dns', 'ETIMEOUT', 'connect_error', 'dns_unavailable'],
    ['dns', 'EWHATEVER', 'connect_error', 'dns_unavailable'],
    ['connect', 'ECONNREFUSED', 'connect_error', 'connection_refused'],
    ['connect', 'EHOSTUNREACH', 'connect_error', 'unreachable'],
    ['connect', 'ETIMEDOUT', 'connect_error', 'connection_timeout'],
    ['connect', 'EWHATEVER', 'connect_error', 'connection_failed'],
    ['tls', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_error', 'tls_self_signed'],
    ['tls', 'SELF_SIGNED_CERT_IN_CHAIN', 'tls_error', 'tls_untrusted'],
    ['tls', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_error', 'tls_untrusted'],
    ['tls', 'CERT_HAS_EXPIRED', 'tls_error', 'tls_expired'],
    ['tls', 'ERR_TLS_CERT_ALTNAME_INVALID', 'tls_error', 'tls_wrong_host'],
    ['tls', 'ERR_SSL_WRONG_VERSION_NUMBER', 'tls_error', 'tls_not_spoken'],
    ['tls', 'ECONNRESET', 'tls_error', 'tls_closed'],
    ['tls', 'ERR_SSL_WHATEVER', 'tls_error', 'tls_protocol'],
    ['headers', 'UND_ERR_SOCKET', 'connect_error', 'connection_reset'],
    ['headers', 'ECONNRESET', 'connect_error', 'connection_reset'],
    ['headers', 'HPE_INVALID_CONSTANT', 'connect_error', 'invalid_response'],
    ['headers', 'UND_ERR_HEADERS_OVERFLOW', 'connect_error', 'headers_too_large'],
    ['body', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'connect_error', 'connection_reset'],
  ])('%s %s is a %s, grouped as %s', (phase, code, outcome, causeKey) => {
    const verdict = judgeFailure({ kind: 'error', phase, code, host: 'example.com' });
    expect(verdict).toMatchObject({ outcome, causeKey });
    expect(verdict.error).toMatch(/^[A-Z].*\.$|^example\.com.*\.$/);
    expect(verdict.error).not.toMatch(/UND_|HPE_/);
  });

  test('a timeout says how far it had come, a refused target why, an interruption that nothing is known', () => {
    expect(judgeFailure({ kind: 'timeout', phase: 'tls', timeoutMs: 1_000 })).toEqual({
      outcome: 'timeout',
      causeKey: 'timeout_tls',
      error: 'No complete answer within 1000 ms: time ran out while setting up TLS.',
    });
    expect(judgeFailure({ kind: 'blocked', code: 'loopback', message: 'the address ::1 is loopback' })).toEqual({
      outcome: 'blocked_address',
      causeKey: 'blocked_loopback',
      error: 'Not sent: the address ::1 is loopback.',
    });
    expect(judgeFailure({ kind: 'interrupted' })).toMatchObject({ outcome: 'unknown', causeKey: 'interrupted' });
  });

  test.each(['constructor', '__proto__', 'toString'])('a code like %s is only a code', (code) => {
    expect(judgeFailure({ kind: 'error', phase: 'connect', code, host: 'h' }).causeKey).toBe('connection_failed');
  });
});

test.each([
  ['success', 204, 'ok'],
  ['http_error', 404, 'refused'],
  ['http_error', 301, 'refused'],
  ['http_error', 429, 'overloaded'],
  ['http_error', 503, 'overloaded'],
  ['timeout', null, 'unreachable'],
  ['connect_error', 200, 'unreachable'],
  ['tls_error', null, 'unreachable'],
  ['blocked_address', null, 'unreachable'],
  ['unknown', null, 'none'],
] as const)('%s %s tells that the receiver is %s', (outcome, status, signal) => {
  expect(receiverSignal(outcome, status)).toBe(signal);
});
