import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  decideNotice,
  kindsOf,
  leadingKind,
  onlyKinds,
  tellDue,
  untold,
  type Exhaustion,
  type Fact,
  type Gathered,
  type HealthChange,
  type NoticeState,
} from './notice';

const policy = { windowMs: 900_000, settleMs: 2_000 };

const exhausted = (deliveryId: string, atMs = 0): Exhaustion => ({
  kind: 'delivery_exhausted',
  atMs,
  deliveryId,
  eventType: 'leasing.lease.renewed',
  attempt: 6,
  error: `error of ${deliveryId}`,
});
const health = (kind: HealthChange['kind'], atMs = 0): HealthChange => ({
  kind,
  atMs,
  reason: 'as told',
  failingSince: null,
  pausesAt: null,
});

/** Given facts at times, what is told when, if the clock is looked at often? */
function play(facts: readonly (readonly [atMs: number, Fact])[], untilMs: number, stepMs = 500, given = policy) {
  let state: NoticeState = untold;
  const told: { atMs: number; gathered: Gathered }[] = [];
  const look = (nowMs: number) => {
    const due = tellDue(state, nowMs);
    state = due.state;
    if (due.told) told.push({ atMs: nowMs, gathered: due.told });
  };
  const waiting = [...facts].sort(([a], [b]) => a - b);
  for (let nowMs = 0; nowMs <= untilMs; nowMs += stepMs) {
    while (waiting[0] && waiting[0][0] <= nowMs) {
      const [atMs, fact] = waiting.shift()!;
      state = decideNotice(state, fact, atMs, given);
    }
    look(nowMs);
  }
  return { told, state };
}

describe('notices of a webhook', () => {
  test('given silence, when a delivery is exhausted, then it is told once, as soon as it has settled', () => {
    const { told, state } = play([[0, exhausted('a')]], 60_000);
    expect(told).toEqual([
      {
        atMs: 2_000,
        gathered: expect.objectContaining({ exhausted: { count: 1, firstAtMs: 0, latest: exhausted('a') } }),
      },
    ]);
    expect(state).toEqual({ lastToldAtMs: 2_000, gathered: null });
  });

  test('given an exhaustion that has not settled, when its webhook is failing, then both make one notice', () => {
    const { told } = play(
      [
        [0, exhausted('a')],
        [300, health('webhook_failing')],
      ],
      2_000_000,
    );
    expect(told.map(({ gathered }) => kindsOf(gathered))).toEqual([['delivery_exhausted', 'webhook_failing']]);
  });

  test('given a notice, when more comes within the window, then it is told together at its end, with the latest cause', () => {
    const facts = Array.from({ length: 50 }, (_, n) => [n * 10_000, exhausted(`d${n}`, n * 10_000)] as const);
    const { told } = play(facts, 2_000_000);
    expect(told.map(({ atMs, gathered }) => [atMs, gathered.exhausted?.count])).toEqual([
      [2_000, 1],
      [902_000, 49],
    ]);
    expect(told[1]?.gathered.exhausted).toMatchObject({ firstAtMs: 10_000, latest: exhausted('d49', 490_000) });
  });

  test('given a summary was told, when more comes, then the window starts again at the summary', () => {
    const { told } = play(
      [
        [0, exhausted('a')],
        [10_000, exhausted('b')],
        [903_000, exhausted('c')],
      ],
      3_000_000,
    );
    expect(told.map(({ atMs }) => atMs)).toEqual([2_000, 902_000, 1_802_000]);
  });

  test('given a long silence after a notice, when something comes, then it is told at once again', () => {
    const { told } = play(
      [
        [0, exhausted('a')],
        [5_000_000, health('webhook_recovered')],
      ],
      6_000_000,
    );
    expect(told.map(({ atMs }) => atMs)).toEqual([2_000, 5_002_000]);
  });

  test('given a cause that came late, when an earlier one follows, then the latest stays the latest', () => {
    const { told } = play(
      [
        [0, exhausted('late', 500)],
        [100, exhausted('early', 400)],
      ],
      10_000,
    );
    expect(told[0]?.gathered.exhausted).toEqual({ count: 2, firstAtMs: 400, latest: exhausted('late', 500) });
  });

  const spacings = fc.record({
    windowMs: fc.integer({ min: 0, max: 20_000 }),
    settleMs: fc.integer({ min: 0, max: 3_000 }),
  });
  const anyFact = fc.oneof(
    fc.uuid().map((id): Fact => exhausted(id)),
    fc
      .constantFrom('webhook_failing', 'webhook_recovered', 'auto_pause_warning', 'webhook_auto_paused')
      .map((kind): Fact => health(kind as HealthChange['kind'])),
  );

  test('never two within a window, every exhaustion in exactly one, nothing late, nothing left', () => {
    fc.assert(
      fc.property(
        spacings,
        fc.array(fc.tuple(fc.integer({ min: 0, max: 60_000 }), anyFact), { maxLength: 60 }),
        fc.integer({ min: 1, max: 700 }),
        (given, facts, stepMs) => {
          const endMs = 60_000 + given.windowMs + given.settleMs + 2 * stepMs;
          const { told, state } = play(facts, endMs, stepMs, given);
          for (let n = 1; n < told.length; n++)
            expect(told[n]!.atMs - told[n - 1]!.atMs).toBeGreaterThanOrEqual(given.windowMs);
          const count = facts.filter(([, fact]) => fact.kind === 'delivery_exhausted').length;
          expect(told.reduce((sum, { gathered }) => sum + (gathered.exhausted?.count ?? 0), 0)).toBe(count);
          for (const { atMs, gathered } of told)
            expect(atMs - gathered.sinceMs).toBeLessThanOrEqual(Math.max(given.windowMs, given.settleMs) + 2 * stepMs);
          for (const kind of ['webhook_failing', 'webhook_recovered', 'auto_pause_warning', 'webhook_auto_paused'])
            expect(told.some(({ gathered }) => gathered.health.some((change) => change.kind === kind))).toBe(
              facts.some(([, fact]) => fact.kind === kind),
            );
          expect(state.gathered).toBeNull();
        },
      ),
      { numRuns: 300 },
    );
  });

  test('what is gathered stays small, however much comes', () => {
    let state = untold;
    for (let n = 0; n < 10_000; n++) {
      state = decideNotice(state, exhausted(`d${n}`, n), n, policy);
      state = decideNotice(state, health(n % 2 ? 'webhook_failing' : 'webhook_recovered', n), n, policy);
    }
    expect(state.gathered?.exhausted?.count).toBe(10_000);
    expect(state.gathered?.health).toHaveLength(2);
    expect(JSON.stringify(state).length).toBeLessThan(1_000);
  });
});

describe('the kind of a notice of several', () => {
  test.each([
    [['webhook_failing', 'webhook_recovered'], 'webhook_recovered'],
    [['webhook_recovered', 'webhook_failing'], 'webhook_failing'],
    [['delivery_exhausted', 'webhook_failing'], 'delivery_exhausted'],
    [['delivery_exhausted', 'webhook_recovered'], 'delivery_exhausted'],
    [['delivery_exhausted', 'auto_pause_warning'], 'auto_pause_warning'],
    [['auto_pause_warning', 'webhook_auto_paused', 'delivery_exhausted'], 'webhook_auto_paused'],
  ] as const)('%j goes by %s', (kinds, expected) => {
    const state = kinds.reduce<NoticeState>(
      (before, kind) => decideNotice(before, kind === 'delivery_exhausted' ? exhausted('a') : health(kind), 0, policy),
      untold,
    );
    expect(leadingKind(state.gathered!)).toBe(expected);
  });

  test('only the chosen kinds are left', () => {
    const { gathered } = decideNotice(
      decideNotice(untold, exhausted('a'), 0, policy),
      health('webhook_failing'),
      0,
      policy,
    );
    expect(kindsOf(onlyKinds(gathered!, ['webhook_failing'])!)).toEqual(['webhook_failing']);
    expect(onlyKinds(gathered!, ['webhook_recovered'])).toBeNull();
  });
});
