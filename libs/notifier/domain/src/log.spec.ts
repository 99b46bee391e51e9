import { describe, expect, test } from '@jest/globals';
import { uuidTimeMs } from '@arkan/kernel';
import { uuidOf } from './ids';
import { entryRow, foldOutcomes, healthChangeOf, saneTime, type Failure, type Outcome } from './log';

const now = Date.UTC(2026, 0, 2);

const failure = (changes: Partial<Failure> = {}): Failure => ({
  deliveryId: 'dlv_1',
  eventType: 'leasing.lease.renewed',
  attempt: 2,
  isTest: false,
  atMs: now,
  outcome: 'http_error',
  durationMs: 12,
  causeKey: 'http_500',
  error: 'the receiver answered 500.',
  deliveryStatus: 'retrying',
  nextRetryAtMs: now + 5_000,
  ...changes,
});
const outcome = (changes: Partial<Outcome> = {}): Outcome => ({
  tenantId: 'acme',
  webhookId: 'wh_1',
  succeeded: 0,
  succeededDurationMs: 0,
  firstSuccessAtMs: null,
  lastSuccess: null,
  last: { atMs: now },
  failures: [],
  ...changes,
});
const success = (count: number, firstAtMs: number, lastAtMs: number, changes: Partial<Outcome> = {}) =>
  outcome({
    succeeded: count,
    succeededDurationMs: count * 10,
    firstSuccessAtMs: firstAtMs,
    lastSuccess: { deliveryId: `dlv_${lastAtMs}`, atMs: lastAtMs },
    ...changes,
  });

describe('a batch of outcomes', () => {
  test('sums up successes a webhook, whatever their order', () => {
    const { successes } = foldOutcomes(
      [
        success(3, now - 50, now - 10),
        success(2, now - 90, now - 60),
        success(1, now, now, { webhookId: 'wh_2' }),
        success(1, now, now, { tenantId: 'other' }),
      ],
      now,
    );
    expect(successes).toEqual([
      expect.objectContaining({
        tenantId: 'acme',
        webhookId: 'wh_1',
        count: 5,
        durationMs: 50,
        firstAtMs: now - 90,
        lastAtMs: now - 10,
        lastDeliveryId: `dlv_${now - 10}`,
      }),
      expect.objectContaining({ tenantId: 'acme', webhookId: 'wh_2', count: 1 }),
      expect.objectContaining({ tenantId: 'other', webhookId: 'wh_1', count: 1 }),
    ]);
  });

  test.each<[string, Partial<Failure>, string, string]>([
    [
      'will be tried again',
      {},
      'warning',
      'Attempt 2 to deliver leasing.lease.renewed failed: the receiver answered 500; the next one is due at 2026-01-02T00:00:05.000Z',
    ],
    [
      'was the last one',
      { deliveryStatus: 'failed', nextRetryAtMs: null },
      'error',
      'Attempt 2 to deliver leasing.lease.renewed failed: the receiver answered 500; it was the last one, the delivery is given up',
    ],
    [
      'was blocked',
      { outcome: 'blocked_address', error: 'the address is not allowed' },
      'error',
      'Attempt 2 to deliver leasing.lease.renewed failed: the address is not allowed; the next one is due at 2026-01-02T00:00:05.000Z',
    ],
    [
      'is held meanwhile',
      { deliveryStatus: 'held', nextRetryAtMs: null },
      'warning',
      'Attempt 2 to deliver leasing.lease.renewed failed: the receiver answered 500; the delivery is held',
    ],
    [
      'was a test',
      { deliveryStatus: 'failed', isTest: true },
      'error',
      'Test: attempt 2 to deliver leasing.lease.renewed failed: the receiver answered 500; it was the last one, the delivery is given up',
    ],
  ])('a failed attempt that %s is one entry', (_, changes, level, message) => {
    const { failures } = foldOutcomes([outcome({ failures: [failure(changes)] })], now);
    expect(failures).toEqual([
      expect.objectContaining({ level, message, source: 'dispatcher', causeKey: 'http_500', deliveryId: 'dlv_1' }),
    ]);
  });

  test('only what was given up, and was no test, is news', () => {
    const { exhaustions } = foldOutcomes(
      [
        outcome({
          failures: [
            failure(),
            failure({ deliveryId: 'dlv_2', deliveryStatus: 'failed' }),
            failure({ deliveryId: 'dlv_3', deliveryStatus: 'failed', isTest: true }),
          ],
        }),
      ],
      now,
    );
    expect(exhaustions.map(({ fact }) => fact.deliveryId)).toEqual(['dlv_2']);
  });

  test('an attempt has the same id whenever it is told, another one another', () => {
    const idOf = (changes: Partial<Failure>) =>
      foldOutcomes([outcome({ failures: [failure(changes)] })], now + 99).failures[0]!.uuid;
    expect(idOf({})).toBe(idOf({}));
    expect(new Set([idOf({}), idOf({ attempt: 3 }), idOf({ deliveryId: 'dlv_2' })]).size).toBe(3);
  });

  test('letters that a database refuses, and times that no clock has, do not get through', () => {
    const hostile = { error: 'a\u0000b\ud800', causeKey: 'x\u0000\r\ny', atMs: Number.MAX_VALUE, nextRetryAtMs: 1e300 };
    const { failures } = foldOutcomes([outcome({ failures: [failure(hostile)] })], now);
    expect(failures[0]).toMatchObject({ atMs: now, causeKey: 'x y' });
    expect(failures[0]!.message).toContain('ab\ufffd');
    const entry = { id: 'e', tenantId: 'acme', atMs: -1, level: 'error', durationMs: null, deliveryId: null } as const;
    expect(
      entryRow({ ...entry, source: 'a\nb', message: 'm\u0000', causeKey: 'c', webhookId: null }, now),
    ).toMatchObject({ atMs: now, source: 'a b', message: 'm', webhookId: '' });
  });
});

test('a change of health without readable times is told without them', () => {
  const message = {
    kind: 'webhook_failing',
    at: 'soon',
    reason: 'a\u0000\nb',
    failingSince: 'x',
    pausesAt: null,
  } as const;
  expect(healthChangeOf(message, now)).toEqual({
    kind: 'webhook_failing',
    atMs: now,
    reason: 'a b',
    failingSince: null,
    pausesAt: null,
  });
});

test('an id made of a hash is a UUIDv7 of its time', () => {
  const uuid = uuidOf(now, 'anything');
  expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidTimeMs(uuid)).toBe(now);
  expect(uuidOf(now, 'anything')).toBe(uuid);
  expect(uuidOf(now, 'else')).not.toBe(uuid);
});

test.each([
  [now, now],
  [now + 0.7, now],
  [now + 86_400_000, now + 86_400_000],
  [now + 3 * 86_400_000, now],
  [-1, now],
  [NaN, now],
  [Infinity, now],
])('the time %d is taken for %d', (given, expected) => {
  expect(saneTime(given, now)).toBe(expected);
});
