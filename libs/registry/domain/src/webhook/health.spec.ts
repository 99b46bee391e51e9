import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { metaAt, noon, sealedAs, specificationOf } from '../specification';
import { webhookDecider } from './decide';
import type { WebhookEvent } from './events';
import { applyAttempts, healthChangesPerWindowMax, type AttemptFacts, type DeliveryHealth } from './health';

const given = specificationOf(webhookDecider);
const fresh: DeliveryHealth = {
  consecutiveFailures: 0,
  failingSinceMs: null,
  lastFailureAtMs: null,
  lastSuccessAtMs: null,
  exhaustedAtMs: null,
  goneAtMs: null,
  countsFromMs: noon,
};
const created: WebhookEvent = {
  type: 'WebhookCreated',
  data: {
    webhookId: 'wh_1',
    config: {
      name: 'Ledger',
      description: '',
      url: 'https://ledger.example/hook',
      eventTypes: ['leasing.*'],
      customHeaders: [],
      retryCount: 5,
      timeoutMs: 10_000,
      ownerEmail: 'owner@acme.example',
    },
    secret: sealedAs('first'),
    revision: 1,
  },
  meta: metaAt(0),
};
const failing: WebhookEvent = {
  type: 'WebhookFailing',
  data: { since: metaAt(100).at, statusReason: 'x', revision: 1 },
  meta: metaAt(200),
};
const paused: WebhookEvent = {
  type: 'WebhookPaused',
  data: { statusReason: 'x', revision: 2 },
  meta: metaAt(300),
};
const resumed: WebhookEvent = { type: 'WebhookResumed', data: { revision: 3 }, meta: metaAt(400) };
const failedAt = (...afterMs: number[]): AttemptFacts => ({
  lastSuccessAtMs: null,
  failures: afterMs.map((ms) => ({ atMs: noon + ms, exhausted: false, gone: false })),
});
const succeededAt = (ms: number): AttemptFacts => ({ lastSuccessAtMs: noon + ms, failures: [] });
const told = (...facts: AttemptFacts[]) => facts.reduce(applyAttempts, fresh);

describe('the health that attempts tell', () => {
  test('counts failures since the last success, and knows the first of them', () => {
    expect(told(failedAt(1), succeededAt(2), failedAt(3, 4))).toMatchObject({
      consecutiveFailures: 2,
      failingSinceMs: noon + 3,
      lastSuccessAtMs: noon + 2,
    });
  });

  test('does not count failures that are told late, after a success that came after them', () => {
    expect(told(succeededAt(10), failedAt(1, 2, 3))).toMatchObject({ consecutiveFailures: 0, failingSinceMs: null });
  });

  test('does not let a success that is told late clear the failures after it', () => {
    const late = told(failedAt(5, 6, 7), succeededAt(4));
    expect(late).toMatchObject({ consecutiveFailures: 3, failingSinceMs: noon + 5 });
    expect(told(failedAt(5, 6, 7), succeededAt(6))).toMatchObject({
      consecutiveFailures: 1,
      failingSinceMs: noon + 7,
    });
  });

  test('passes over what ended before a resume', () => {
    const reset = { ...fresh, countsFromMs: noon + 400 };
    expect(applyAttempts(reset, failedAt(100, 399, 400)).consecutiveFailures).toBe(0);
    expect(applyAttempts(reset, { ...failedAt(401), lastSuccessAtMs: noon + 100 })).toMatchObject({
      consecutiveFailures: 1,
      lastSuccessAtMs: null,
    });
  });

  test('is the same however the attempts are cut into messages', () => {
    const attempts = fc.array(
      fc.record({ success: fc.boolean(), exhausted: fc.boolean(), gone: fc.boolean(), cut: fc.boolean() }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(attempts, (list) => {
        const one = messagesOf(list.map((attempt) => ({ ...attempt, cut: true }))).reduce(applyAttempts, fresh);
        expect(messagesOf(list).reduce(applyAttempts, fresh)).toEqual(one);
      }),
    );
  });
});

interface Attempt {
  success: boolean;
  exhausted: boolean;
  gone: boolean;
  cut: boolean;
}

/** As the dispatcher tells them: successes by the last one's time, failures one by one. */
function messagesOf(attempts: Attempt[]): AttemptFacts[] {
  const messages: AttemptFacts[] = [];
  let failures: { atMs: number; exhausted: boolean; gone: boolean }[] = [];
  let lastSuccessAtMs: number | null = null;
  attempts.forEach(({ success, exhausted, gone, cut }, index) => {
    const atMs = noon + index + 1;
    if (success) lastSuccessAtMs = atMs;
    else failures.push({ atMs, exhausted, gone });
    if (!cut && index < attempts.length - 1) return;
    messages.push({ lastSuccessAtMs, failures });
    failures = [];
    lastSuccessAtMs = null;
  });
  return messages;
}

describe('a webhook whose attempts are told', () => {
  const meta = metaAt(1_000);
  const report = (health: DeliveryHealth) => ({ type: 'ReportHealth' as const, meta, health });

  test.each([
    { failures: 4, exhausted: false, fails: false },
    { failures: 5, exhausted: false, fails: true },
    { failures: 1, exhausted: true, fails: true },
  ])('is failing after $failures failures in a row, exhausted $exhausted: $fails', ({ failures, exhausted, fails }) => {
    const facts = failedAt(...Array.from({ length: failures }, (_, index) => 500 + index));
    const health = told({ ...facts, failures: facts.failures.map((failure) => ({ ...failure, exhausted })) });
    const when = given([created]).when(report(health));
    if (!fails) return when.thenNothing();
    const statusReason = exhausted ? 'a delivery failed at its last attempt' : '5 attempts in a row failed';
    when.then({ type: 'WebhookFailing', data: { since: metaAt(500).at, statusReason, revision: 1 }, meta });
  });

  test('recovers by a success, once', () => {
    const health = told(failedAt(100, 101, 102, 103, 104), succeededAt(150));
    const recovered: WebhookEvent = {
      type: 'WebhookRecovered',
      data: { failingSince: metaAt(100).at, revision: 1 },
      meta,
    };
    given([created, failing]).when(report(health)).then(recovered);
    given([created, failing, recovered]).when(report(health)).thenNothing();
  });

  test('does not recover while it goes on failing', () => {
    given([created, failing])
      .when(report(told(failedAt(100, 101, 102, 103, 104, 105))))
      .thenNothing();
  });

  test('stays paused when attempts are told late', () => {
    for (const health of [told(failedAt(1, 2, 3, 4, 5)), told(succeededAt(350))]) {
      given([created, failing, paused]).when(report(health)).thenNothing();
    }
  });

  test('is not failing after a resume for what failed before it', () => {
    given([created, failing, paused, resumed])
      .when(report(told(failedAt(1, 2, 3, 4, 5))))
      .thenNothing();
  });

  test('is paused when the receiver says that it is gone', () => {
    const gone = told({ lastSuccessAtMs: null, failures: [{ atMs: noon + 500, exhausted: true, gone: true }] });
    given([created])
      .when(report(gone))
      .then({
        type: 'WebhookAutoPaused',
        data: {
          cause: 'gone',
          failingSince: null,
          statusReason: 'paused by the platform: the receiver answered 410 Gone: it wants no more deliveries',
          revision: 2,
        },
        meta: { ...meta, reason: 'the receiver answered 410 Gone: it wants no more deliveries' },
      });
    given([created, paused]).when(report(gone)).thenNothing();
  });

  test('that flaps is written so many times a minute, no more', () => {
    const flap = Array.from({ length: healthChangesPerWindowMax / 2 }, (): WebhookEvent[] => [
      failing,
      { type: 'WebhookRecovered', data: { failingSince: metaAt(100).at, revision: 1 }, meta: metaAt(200) },
    ]).flat();
    const health = told(failedAt(901, 902, 903, 904, 905));
    given([created, ...flap])
      .when(report(health))
      .thenNothing();
    expect(
      webhookDecider.decide({ type: 'ReportHealth', meta: metaAt(60_300), health }, given([created, ...flap]).state),
    ).toHaveLength(1);
  });
});

describe('a webhook that fails on', () => {
  const autoPauseMs = 400_000;
  const check = (afterMs: number) => ({ type: 'CheckAutoPause' as const, meta: metaAt(100 + afterMs), autoPauseMs });
  const warned = (stage: 'half' | 'three_quarters', afterMs: number): WebhookEvent => ({
    type: 'AutoPauseWarned',
    data: { stage, failingSince: metaAt(100).at, pausesAt: metaAt(100 + autoPauseMs).at, revision: 1 },
    meta: metaAt(100 + afterMs),
  });

  test.each([
    { afterMs: 199_999, before: [], then: null },
    { afterMs: 200_000, before: [], then: 'half' as const },
    { afterMs: 299_999, before: [warned('half', 200_000)], then: null },
    { afterMs: 300_000, before: [warned('half', 200_000)], then: 'three_quarters' as const },
    { afterMs: 350_000, before: [], then: 'three_quarters' as const },
    { afterMs: 399_999, before: [warned('three_quarters', 350_000)], then: null },
  ])('after $afterMs ms of 400,000 its owner is warned: $then', ({ afterMs, before, then }) => {
    const when = given([created, failing, ...before]).when(check(afterMs));
    if (then === null) when.thenNothing();
    else when.then(warned(then, afterMs));
  });

  test('is paused when the time is over', () => {
    const [event] = webhookDecider.decide(check(400_000), given([created, failing]).state);
    expect(event).toMatchObject({
      type: 'WebhookAutoPaused',
      data: { cause: 'failed_too_long', failingSince: metaAt(100).at, revision: 2 },
    });
  });

  test('is warned again in a new episode only', () => {
    const recovered: WebhookEvent = {
      type: 'WebhookRecovered',
      data: { failingSince: metaAt(100).at, revision: 1 },
      meta: metaAt(210_000),
    };
    const again: WebhookEvent = { ...failing, data: { ...failing.data, since: metaAt(220_000).at } };
    const events = [created, failing, warned('half', 200_000), recovered];
    given(events).when(check(300_000)).thenNothing();
    expect(webhookDecider.decide(check(420_000), given([...events, again]).state)).toMatchObject([
      { type: 'AutoPauseWarned', data: { stage: 'half', failingSince: metaAt(220_000).at } },
    ]);
  });
});
