import { describe, expect, test } from '@jest/globals';
import type { AttemptOutcome, DeliveryStatus } from '@arkan/contracts';
import { cancel, conclude, hold, putBack, type Ended } from './conclude';
import { newItem } from './work-item.fixture';

const nowMs = 1_000_000;
const policy = { baseMs: 1_000, maxMs: 60_000, jitter: 0, retryCount: 2 };
const ended = (outcome: AttemptOutcome, over: Partial<Ended> & { httpStatus?: number } = {}): Ended => ({
  attempt: {
    outcome,
    trigger: 'automatic',
    startedAtMs: nowMs - 10,
    durationMs: 10,
    dnsMs: null,
    connectMs: null,
    tlsMs: null,
    firstByteMs: null,
    httpStatus: over.httpStatus ?? (outcome === 'success' ? 200 : outcome === 'http_error' ? 500 : null),
    causeKey: null,
    error: null,
    remoteAddress: null,
    signatures: null,
    responseHeaders: null,
    responseBody: null,
    bodyTruncated: false,
    configRevision: 1,
  },
  config: null,
  retryAfter: null,
  policy,
  treatment: 'send',
  random: 0.5,
  nowMs,
  ...over,
});

describe('an attempt', () => {
  type Expected = [status: DeliveryStatus, dueInMs: number | null, runAttempt?: number];
  test.each<[string, Parameters<typeof newItem>[0], Ended, Expected]>([
    ['that succeeds ends it', {}, ended('success'), ['success', null]],
    ['that fails is followed by a retry', {}, ended('timeout'), ['retrying', 1_000, 1]],
    ['the second, too', { runAttempt: 1 }, ended('http_error'), ['retrying', 2_000, 2]],
    ['with no retry left ends it', { runAttempt: 2 }, ended('http_error'), ['failed', null]],
    ['is put off as the receiver asks', {}, ended('http_error', { retryAfter: '30' }), ['retrying', 30_000, 1]],
    ['answered 410 holds it', {}, ended('http_error', { httpStatus: 410 }), ['held', 10_000, 1]],
    [
      'answered 410 of a paused webhook holds it',
      {},
      ended('http_error', { httpStatus: 410, treatment: 'hold' }),
      ['held', Infinity, 1],
    ],
    [
      'answered 410 ends it where no retry is left',
      { runAttempt: 2 },
      ended('http_error', { httpStatus: 410 }),
      ['failed', null],
    ],
    [
      'of a webhook that was paused meanwhile holds it',
      {},
      ended('timeout', { treatment: 'hold' }),
      ['held', Infinity, 1],
    ],
    [
      'of a webhook that was deleted meanwhile ends it',
      {},
      ended('timeout', { treatment: 'cancel' }),
      ['cancelled', null],
    ],
    ['that succeeds for a deleted one is a success', {}, ended('success', { treatment: 'cancel' }), ['success', null]],
    ['that a crash hid is made up for at once', {}, ended('unknown'), ['retrying', 0, 1]],
    ['hidden by a crash uses up no retry', { runAttempt: 2, runUnknown: 0 }, ended('unknown'), ['retrying', 0, 3]],
    ['hidden for the sixth time does', { runAttempt: 7, runUnknown: 5 }, ended('unknown'), ['failed', null]],
    [
      'by hand keeps the place in the schedule',
      { trigger: 'manual', runAttempt: 2 },
      ended('timeout'),
      ['retrying', 2_000, 2],
    ],
    ['by hand before any other counts as the first', { trigger: 'manual' }, ended('timeout'), ['retrying', 1_000, 1]],
    [
      'by hand that fails leaves a success',
      { priorStatus: 'success', trigger: 'manual' },
      ended('timeout'),
      ['success', null],
    ],
    [
      'by hand that fails leaves a failure',
      { priorStatus: 'failed', trigger: 'manual' },
      ended('timeout'),
      ['failed', null],
    ],
    [
      'by hand that fails: the cancelled one has failed',
      { priorStatus: 'cancelled', trigger: 'manual' },
      ended('timeout'),
      ['failed', null],
    ],
    [
      'by hand that succeeds makes a success',
      { priorStatus: 'failed', trigger: 'manual' },
      ended('success'),
      ['success', null],
    ],
    [
      'by hand that a crash hid is made up for',
      { priorStatus: 'failed', trigger: 'manual' },
      ended('unknown'),
      ['retrying', 0, 0],
    ],
    [
      'by hand that crashes hide for ever ends',
      { priorStatus: 'success', runUnknown: 5 },
      ended('unknown'),
      ['success', null],
    ],
  ])('%s', (_, item, what, [status, dueInMs, runAttempt]) => {
    const result = conclude(newItem(item), what);
    expect(result.status).toBe(status);
    expect(result.wait && result.wait.dueAtMs - nowMs).toBe(dueInMs);
    if (runAttempt !== undefined) expect(result.wait!.runAttempt).toBe(runAttempt);
    expect(result.endedAtMs).toBe(dueInMs === null && !result.keepsLast ? nowMs : null);
    expect(result.isGone).toBe(what.attempt.httpStatus === 410);
  });

  test.each([
    ['an automatic one', {}, 'timeout', 'automatic'],
    ['one by hand', { trigger: 'manual' }, 'timeout', 'automatic'],
    ['one of a test', { isTest: true, trigger: 'manual' }, 'timeout', 'test'],
    ['one by hand that a crash hid', { trigger: 'manual' }, 'unknown', 'manual'],
  ] as const)('the retry of %s is told as what it is', (_, item, outcome, trigger) => {
    expect(conclude(newItem(item), ended(outcome)).wait!.trigger).toBe(trigger);
  });

  test('by hand that fails leaves what the success was known by', () => {
    const item = newItem({ priorStatus: 'success', trigger: 'manual' });
    expect(conclude(item, ended('timeout'))).toMatchObject({ keepsLast: true, endedAtMs: null });
    expect(conclude(newItem({ priorStatus: 'failed' }), ended('timeout'))).toMatchObject({ keepsLast: false });
  });
});

test('what is not sent keeps its place: put back, held, or cancelled as it had been', () => {
  const item = newItem({ runAttempt: 2, runUnknown: 1, attemptCount: 3, trigger: 'manual' });
  const kept = { trigger: 'manual', runAttempt: 2, runUnknown: 1, priorStatus: null };
  expect(putBack(item, 7)).toMatchObject({ status: 'retrying', attempt: null, wait: { ...kept, dueAtMs: 7 } });
  expect(putBack(newItem(), 7)).toMatchObject({ status: 'pending', endedAtMs: null });
  expect(hold(item)).toMatchObject({ status: 'held', wait: { ...kept, dueAtMs: Infinity } });
  expect(cancel(item, 9)).toMatchObject({ status: 'cancelled', endedAtMs: 9, wait: null });
  expect(cancel(newItem({ priorStatus: 'success' }), 9)).toMatchObject({
    status: 'success',
    endedAtMs: null,
    keepsLast: true,
  });
});
