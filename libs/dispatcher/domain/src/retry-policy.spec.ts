import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  defaultRetryPolicy,
  nextAttempt,
  parseRetryAfter,
  retryAfterMaxMs,
  unknownAttemptsFree,
  type AttemptEnded,
} from './retry-policy';

const nowMs = Date.UTC(2026, 0, 15, 12);
const step = (ended: Partial<AttemptEnded>) =>
  nextAttempt({
    attempt: 1,
    unknownCount: 0,
    outcome: 'http_error',
    httpStatus: 500,
    retryAfter: null,
    policy: defaultRetryPolicy,
    random: 0.5,
    nowMs,
    ...ended,
  });
const delayOf = (ended: Partial<AttemptEnded>) => {
  const next = step(ended);
  return next.kind === 'retry' ? next.atMs - nowMs : null;
};

describe('nextAttempt', () => {
  test('a success needs nothing more, whatever else is told', () => {
    expect(step({ outcome: 'success', httpStatus: 200, attempt: 99, retryAfter: '60' })).toEqual({ kind: 'done' });
  });

  test('the delay doubles from the base up to the maximum', () => {
    const policy = { ...defaultRetryPolicy, retryCount: 15 };
    const delays = Array.from({ length: 15 }, (_, i) => delayOf({ attempt: i + 1, policy }));
    expect(delays.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(delays.slice(-2)).toEqual([21_600_000, 21_600_000]);
  });

  test.each([
    [0, 4_000],
    [0.25, 4_500],
    [0.999999999, 6_000],
  ])('jitter at %f makes 5 s %i ms', (random, delayMs) => {
    expect(delayOf({ random })).toBe(delayMs);
  });

  test('after the last retry nothing more is tried', () => {
    expect(step({ attempt: 5 }).kind).toBe('retry');
    expect(step({ attempt: 6 })).toEqual({ kind: 'exhausted', pauseWebhook: false });
    expect(step({ attempt: 1, policy: { ...defaultRetryPolicy, retryCount: 0 } }).kind).toBe('exhausted');
  });

  test.each(['timeout', 'connect_error', 'tls_error', 'blocked_address', 'unknown'] as const)(
    '%s is retried',
    (outcome) => {
      expect(delayOf({ outcome, httpStatus: null })).toBe(5_000);
    },
  );

  test('410 pauses the webhook, with or without retries left', () => {
    expect(step({ httpStatus: 410 })).toMatchObject({ kind: 'retry', pauseWebhook: true });
    expect(step({ httpStatus: 410, attempt: 6 })).toEqual({ kind: 'exhausted', pauseWebhook: true });
  });

  test('attempts hidden by a crash are made up for, a bounded number of times', () => {
    expect(step({ attempt: 6, unknownCount: 1 }).kind).toBe('retry');
    expect(step({ attempt: 7, unknownCount: 1 }).kind).toBe('exhausted');
    const onlyUnknown = (attempt: number) =>
      step({ attempt, unknownCount: attempt, outcome: 'unknown', httpStatus: null });
    expect(onlyUnknown(5 + unknownAttemptsFree).kind).toBe('retry');
    expect(onlyUnknown(6 + unknownAttemptsFree).kind).toBe('exhausted');
    expect(delayOf({ attempt: 3, unknownCount: 2 })).toBe(5_000);
  });

  test.each([
    ['1', 5_000],
    ['5', 5_000],
    ['7', 7_000],
    ['86400', retryAfterMaxMs],
    ['999999999', retryAfterMaxMs],
    ['99999999999999999999', retryAfterMaxMs],
    ['Thu, 15 Jan 2026 12:01:00 GMT', 60_000],
    ['Thu, 15 Jan 2026 11:00:00 GMT', 5_000],
    ['Mon, 15 Jan 2029 12:00:00 GMT', retryAfterMaxMs],
    ['soon', 5_000],
    ['-10', 5_000],
    ['10.5', 5_000],
    ['', 5_000],
  ])('Retry-After %j makes the delay %i ms', (retryAfter, delayMs) => {
    expect(delayOf({ retryAfter })).toBe(delayMs);
  });

  test('every schedule stays within its bounds', () => {
    const policy = fc.record({
      baseMs: fc.integer({ min: 1, max: 60_000 }),
      maxMs: fc.integer({ min: 1, max: 100_000_000 }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
      retryCount: fc.integer({ min: 0, max: 15 }),
    });
    const attempt = fc.integer({ min: 1, max: 40 });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const retryAfter = fc.option(
      fc.oneof(
        fc.string(),
        fc.nat().map(String),
        fc.date({ noInvalidDate: true }).map((d) => d.toUTCString()),
      ),
    );
    fc.assert(
      fc.property(policy, attempt, fc.nat(40), random, retryAfter, (policy, attempt, unknown, random, retryAfter) => {
        const unknownCount = Math.min(unknown, attempt);
        const next = step({ policy, attempt, unknownCount, random, retryAfter });
        if (next.kind !== 'retry') {
          expect(attempt).toBeGreaterThan(policy.retryCount);
          return;
        }
        expect(attempt).toBeLessThanOrEqual(policy.retryCount + unknownAttemptsFree);
        const delayMs = next.atMs - nowMs;
        const longest = Math.max(
          Math.min(policy.maxMs, policy.baseMs * 2 ** 40) * (1 + policy.jitter),
          retryAfterMaxMs,
        );
        expect(delayMs).toBeGreaterThanOrEqual(Math.floor(Math.min(policy.baseMs, policy.maxMs) * (1 - policy.jitter)));
        expect(delayMs).toBeLessThanOrEqual(Math.ceil(longest));
      }),
    );
  });
});

describe('parseRetryAfter', () => {
  test.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sun Nov  6 08:49:37 1994', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sun, 06 Nov 2044 08:49:60 GMT', Date.UTC(2044, 10, 6, 8, 49, 59)],
    ['Sunday, 06-Nov-44 08:49:37 GMT', Date.UTC(2044, 10, 6, 8, 49, 37)],
  ])('reads %s', (text, at) => {
    expect(parseRetryAfter(text, Date.UTC(1990, 0, 1))).toBe(
      text.includes('-44')
        ? Math.max(0, Date.UTC(1944, 10, 6, 8, 49, 37) - Date.UTC(1990, 0, 1))
        : at - Date.UTC(1990, 0, 1),
    );
    if (text.includes('-44')) expect(parseRetryAfter(text, nowMs)).toBe(at - nowMs);
  });

  test.each([
    null,
    '',
    'tomorrow',
    '2026-01-15T12:00:00Z',
    'Thu, 32 Jan 2026 12:00:00 GMT',
    'Thu, 30 Feb 2026 12:00:00 GMT',
    'Thu, 15 Jan 2026 24:00:00 GMT',
    'Thu, 15 Jan 2026 12:00:61 GMT',
    'Thu, 15 Jan 2026 12:00:00 CET',
    'Thu, 15 Jan 2026 12:00:00 GMT, 5',
    '1'.repeat(21),
    '0x10',
  ])('ignores %j', (text) => {
    expect(parseRetryAfter(text, nowMs)).toBeNull();
  });
});
