import { describe, expect, test } from '@jest/globals';
import { causeTitle, deliveriesOf } from './words';

describe('a cause is called', () => {
  test.each([
    ['http_503', 'The receiver answers 503'],
    ['timeout_headers', 'Timeout while waiting for the answer'],
    ['tls_self_signed', 'Certificate is self-signed'],
    ['blocked_private_address', 'Address not allowed: private address'],
    ['event_invalid:unknown_type', 'Event refused: unknown type'],
    ['one_of_a_later_release', 'one of a later release'],
  ])('%s: %s', (key, title) => expect(causeTitle(key)).toBe(title));
});

describe('the deliveries of a cause', () => {
  const of = (level: string, key: string, webhookId: string | null = 'wh_1') =>
    deliveriesOf({ level, webhookId, cause: { key } });

  test.each([
    ['an HTTP status', of('warning', 'http_503'), { webhookId: 'wh_1', range: '30d', httpStatus: '503' }],
    ['no answer', of('error', 'timeout_body'), { webhookId: 'wh_1', range: '30d', status: 'retrying,failed' }],
    ['successes', of('success', 'delivered'), { webhookId: 'wh_1', range: '30d', status: 'success' }],
    ['of no webhook', of('error', 'event_invalid:x', null), null],
  ])('%s', (_case, filters, wanted) => expect(filters).toEqual(wanted));
});
