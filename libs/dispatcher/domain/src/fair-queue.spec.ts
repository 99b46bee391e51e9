import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '@arkan/kernel';
import fc from 'fast-check';
import { FairQueue } from './fair-queue';
import { defaultFairQueueLimits, type FairQueueLimits, type WebhookSettings } from './fair-queue-limits';
import type { Picked } from './fair-queue-state';
import type { Signal } from './outcome';

interface Item {
  tenantId: string;
  webhookId: string;
  bytes: number;
  n: number;
}
let count = 0;
const item = (webhookId: string, tenantId = 't1', bytes = 100): Item => ({ tenantId, webhookId, bytes, n: count++ });
const queueOf = (limits: Partial<FairQueueLimits> = {}, settings: Record<string, WebhookSettings> = {}) =>
  new FairQueue<Item>({ ...defaultFairQueueLimits, ...limits }, (id) => settings[id] ?? {});

function pickAll(queue: FairQueue<Item>, nowMs = 0): Picked<Item>[] {
  const picked: Picked<Item>[] = [];
  for (let next = queue.pick(nowMs); next; next = queue.pick(nowMs)) picked.push(next);
  return picked;
}
/** Makes a webhook known: one request that ends as told. */
function teach(queue: FairQueue<Item>, webhookId: string, signal: Signal, tenantId = 't1', times = 1): void {
  for (let i = 0; i < times; i++) {
    expect(queue.offer(item(webhookId, tenantId))).toBe('taken');
    const [only] = pickAll(queue);
    queue.settle(only!, signal, 10);
  }
}
const ids = (picked: Picked<Item>[]) => picked.map((one) => one.item.webhookId).join(' ');

describe('FairQueue', () => {
  test('a webhook gets its items in order', () => {
    const queue = queueOf();
    const items = Array.from({ length: 20 }, () => item('a'));
    for (const one of items) queue.offer(one);
    expect(pickAll(queue).map((one) => one.item)).toEqual(items);
  });

  test('takes turns over tenants, and over the webhooks of each', () => {
    const queue = queueOf();
    for (const [webhook, tenant] of [
      ['a1', 'A'],
      ['a2', 'A'],
      ['b1', 'B'],
    ] as const) {
      for (let i = 0; i < 4; i++) queue.offer(item(webhook, tenant));
    }
    expect(ids(pickAll(queue))).toBe('a1 b1 a2 b1 a1 b1 a2 b1 a1 a2 a1 a2');
  });

  test('a webhook has no more under way than its limit, and goes on when one ends', () => {
    const queue = queueOf({ startInFlight: 2 }, { single: { maxInFlight: 1 } });
    for (let i = 0; i < 5; i++) queue.offer(item('a'));
    for (let i = 0; i < 5; i++) queue.offer(item('single'));
    const [a, single] = pickAll(queue);
    expect(queue.stats().inFlight).toBe(3);
    queue.settle(single!, 'ok', 1);
    queue.settle(single!, 'ok', 1);
    expect(ids(pickAll(queue))).toBe('single');
    queue.settle(a!, 'ok', 1);
    expect(queue.webhookStats('a')).toEqual({ queued: 3, inFlight: 1, limit: 3, isSlow: false });
    expect(ids(pickAll(queue))).toBe('a a');
  });

  test('each lane starts work in half of all slots', () => {
    const queue = queueOf({ maxInFlight: 20 });
    teach(queue, 'quick', 'ok');
    teach(queue, 'dead', 'unreachable');
    for (let i = 0; i < 15; i++) {
      queue.offer(item('dead'));
      queue.offer(item('quick'));
    }
    const picked = pickAll(queue);
    expect(picked.filter((one) => one.item.webhookId === 'dead')).toHaveLength(10);
    expect(picked.filter((one) => one.item.webhookId === 'quick')).toHaveLength(10);
  });

  test('receivers that begin to hang give their slots back to the quick once they are seen to hang', () => {
    const queue = queueOf({ maxInFlight: 64 });
    for (let i = 0; i < 32; i++) teach(queue, `w${i}`, 'ok', `t${i}`);
    teach(queue, 'quick', 'ok', 'other');
    for (let i = 0; i < 32; i++) for (let k = 0; k < 5; k++) queue.offer(item(`w${i}`, `t${i}`));
    expect(pickAll(queue)).toHaveLength(32);
    queue.offer(item('quick', 'other'));
    expect(queue.wakeAtMs()).toBe(1_000);
    expect(queue.pick(999)).toBeNull();
    expect(ids(pickAll(queue, 1_000))).toBe('quick');
    expect(queue.stats()).toMatchObject({ inFlight: 33, inFlightSlow: 32 });
  });

  test('a receiver that turns quick again comes back to the fast lane', () => {
    const queue = queueOf();
    queue.offer(item('a'));
    const [hanging] = pickAll(queue, 0);
    expect(queue.pick(5_000)).toBeNull();
    expect(queue.webhookStats('a')?.isSlow).toBe(true);
    queue.settle(hanging!, 'ok', 5_000);
    expect(queue.webhookStats('a')?.isSlow).toBe(true);
    teach(queue, 'a', 'ok', 't1', 10);
    expect(queue.webhookStats('a')?.isSlow).toBe(false);
    expect(queue.stats().inFlightSlow).toBe(0);
  });

  test('a dead webhook with any backlog changes nothing in the order of the others', () => {
    const script = fc.array(fc.tuple(fc.nat(4), fc.nat(2)), { minLength: 1, maxLength: 60 });
    const run = (offers: [number, number][], backlog: number): string => {
      const queue = queueOf({ maxQueued: 100_000 });
      for (let w = 0; w < 5; w++) for (let t = 0; t < 3; t++) teach(queue, `w${w}-t${t}`, 'ok', `t${t}`);
      if (backlog > 0) teach(queue, 'dead', 'unreachable', 't0', 8);
      for (let i = 0; i < backlog; i++) queue.offer(item('dead', 't0'));
      const order: string[] = [];
      for (const [w, t] of offers) {
        queue.offer(item(`w${w}-t${t}`, `t${t}`));
        if (order.length % 3 === 0) continue;
        order.push(...pickAll(queue).map((one) => one.item.webhookId));
      }
      order.push(...pickAll(queue).map((one) => one.item.webhookId));
      return order.filter((id) => id !== 'dead').join(' ');
    };
    fc.assert(
      fc.property(script, fc.integer({ min: 1, max: 800 }), (offers, backlog) => {
        expect(run(offers, backlog)).toBe(run(offers, 0));
      }),
      { numRuns: 50 },
    );
  });

  test('the lanes take turns', () => {
    const queue = queueOf();
    teach(queue, 'quick', 'ok', 't1', 2);
    for (let i = 0; i < 3; i++) {
      queue.offer(item('quick'));
      queue.offer(item('new'));
    }
    expect(ids(pickAll(queue))).toBe('new quick new quick new quick');
  });

  test('a rate holds, with a burst of one second', () => {
    const queue = queueOf({}, { a: { ratePerSecond: 10 } });
    const starts: number[] = [];
    for (let i = 0; i < 60; i++) queue.offer(item('a'));
    for (let nowMs = 0; nowMs <= 3_000; nowMs += 10) {
      for (const one of pickAll(queue, nowMs)) {
        starts.push(nowMs);
        queue.settle(one, 'ok', nowMs);
      }
      if (queue.stats().queued > 0) expect(queue.wakeAtMs()).toBeGreaterThan(nowMs);
    }
    expect(starts.filter((at) => at === 0)).toHaveLength(10);
    expect(starts).toHaveLength(40);
  });

  test('windows are bounded in count and bytes, and a single large item still gets in', () => {
    const queue = queueOf({ maxQueuedPerWebhook: 3, maxBytesPerWebhook: 1_000, maxQueued: 100, maxBytes: 100_000 });
    expect(['a', 'a', 'a', 'a'].map((id) => queue.offer(item(id)))).toEqual(['taken', 'taken', 'taken', 'full']);
    expect(queue.offer(item('b', 't1', 5_000))).toBe('taken');
    expect(queue.offer(item('b', 't1', 1))).toBe('full');
  });

  test('bytes are held until the request has ended', () => {
    const queue = queueOf({ maxBytesPerWebhook: 1_000 });
    queue.offer(item('a', 't1', 900));
    const [only] = pickAll(queue);
    expect(queue.offer(item('a', 't1', 200))).toBe('full');
    queue.settle(only!, 'ok', 1);
    expect(queue.offer(item('a', 't1', 200))).toBe('taken');
  });

  test('room that is kept counts as taken, and its item is not sent before it is there', () => {
    const queue = queueOf({ maxQueuedPerWebhook: 2 });
    const [first, second] = [item('a'), item('a')];
    expect([first, second, item('a')].map((one) => queue.reserve(one))).toEqual(['taken', 'taken', 'full']);
    expect(queue.pick(0)).toBeNull();
    queue.release(first);
    queue.place(second);
    expect(pickAll(queue).map((one) => one.item)).toEqual([second]);
    expect(queue.stats()).toMatchObject({ queued: 0, bytes: 100 });
  });

  test('the appetite for a backlog is twice what its receiver is let have, within the room', () => {
    const queue = queueOf({ startInFlight: 4, maxQueued: 20, maxQueuedPerWebhook: 15, maxBytesPerWebhook: 1_000 });
    expect(queue.appetite('t1', 'a')).toEqual({ count: 8, bytes: 1_000 });
    queue.reserve(item('a'));
    queue.offer(item('a'));
    expect(queue.appetite('t1', 'a')).toEqual({ count: 6, bytes: 800 });
    for (let i = 0; i < 4; i++) queue.offer(item('b'));
    // 14 are free, and the tenant has 6.
    expect(queue.appetite('t1', 'c').count).toBe(8);
    for (let i = 0; i < 3; i++) queue.offer(item('b'));
    expect(queue.appetite('t1', 'c').count).toBe(2);
    expect(queue.appetite('t2', 'c').count).toBe(8);
    teach(queue, 'dead', 'unreachable', 't3', 3);
    expect(queue.appetite('t3', 'dead').count).toBe(2);
  });

  test('one tenant that floods leaves room for others', () => {
    const queue = queueOf({ maxQueued: 1_000, maxQueuedPerWebhook: 10 });
    const taken = (tenant: string) => {
      let n = 0;
      for (let i = 0; i < 2_000; i++) if (queue.offer(item(`${tenant}-${i % 400}`, tenant)) === 'taken') n += 1;
      return n;
    };
    expect(taken('flood')).toBe(500);
    expect(taken('second')).toBe(250);
    expect(queue.offer(item('x', 'third'))).toBe('taken');
  });

  test('drain takes what waits, in order, and leaves what is under way', () => {
    const queue = queueOf({ startInFlight: 1 });
    const items = Array.from({ length: 4 }, () => item('a'));
    for (const one of items) queue.offer(one);
    queue.offer(item('b'));
    const [first] = pickAll(queue);
    expect(queue.drain('a')).toEqual(items.slice(1));
    expect(queue.drain('nobody')).toEqual([]);
    queue.settle(first!, 'ok', 1);
    expect(queue.pick(2)).toBeNull();
    expect(queue.stats()).toMatchObject({ queued: 0, inFlight: 1 });
  });

  test('what it learned of a webhook at rest is kept, up to a bound', () => {
    const queue = queueOf({ maxIdleWebhooks: 2 });
    for (const id of ['a', 'b', 'c']) teach(queue, id, 'ok');
    expect(queue.webhookStats('a')).toBeNull();
    expect(queue.webhookStats('b')?.limit).toBe(33);
    expect(queue.stats().webhooks).toBe(2);
  });

  test('new settings hold after refresh', () => {
    const settings: Record<string, WebhookSettings> = { a: { maxInFlight: 1 } };
    const queue = queueOf({}, settings);
    for (let i = 0; i < 3; i++) queue.offer(item('a'));
    expect(pickAll(queue)).toHaveLength(1);
    settings.a = { maxInFlight: 2 };
    queue.refresh('a');
    queue.refresh('nobody');
    expect(queue.webhookStats('a')?.limit).toBe(1);
  });

  test('whatever happens, limits hold and each item comes out exactly once', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => simulate(seededRandom(seed).next)),
      { numRuns: 150 },
    );
  });
});

const limits = {
  maxInFlight: 12,
  maxQueued: 60,
  maxBytes: 6_000,
  maxQueuedPerWebhook: 15,
  maxBytesPerWebhook: 2_000,
  maxIdleWebhooks: 3,
};
const signals: Signal[] = ['ok', 'refused', 'overloaded', 'unreachable', 'none'];

/** Random offers, picks, ends and drains; checks the bounds after each step and the whole at the end. */
function simulate(random: () => number): void {
  const below = (n: number) => Math.floor(random() * n);
  const queue = queueOf(limits, {
    'w0-t0': { maxInFlight: 1 },
    'w1-t0': { ratePerSecond: 5 },
    'w2-t1': { maxInFlight: 3, ratePerSecond: 50 },
  });
  const waiting = new Set<Item>();
  const reserved: Item[] = [];
  const underWay: Picked<Item>[] = [];
  const lastOf = new Map<string, number>();
  let nowMs = 0;
  const take = (one: Item) => assertThat(waiting.delete(one), 'it waited, and comes out once');

  const offer = () => {
    const tenantId = `t${below(3)}`;
    const one = item(`w${below(4)}-${tenantId}`, tenantId, below(300));
    if (queue.offer(one) === 'taken') waiting.add(one);
  };
  const reserve = () => {
    const tenantId = `t${below(3)}`;
    const one = item(`w${below(4)}-${tenantId}`, tenantId, below(300));
    if (queue.reserve(one) === 'taken') reserved.push(one);
  };
  const redeem = () => {
    const [one] = reserved.splice(below(reserved.length), 1);
    if (!one) return;
    if (below(3) === 0) return queue.release(one);
    one.n = count++;
    queue.place(one);
    waiting.add(one);
  };
  const pick = () => {
    const slowBefore = queue.stats().inFlightSlow;
    const next = queue.pick(nowMs);
    if (!next) return;
    take(next.item);
    const { webhookId, n } = next.item;
    assertThat(n > (lastOf.get(webhookId) ?? -1), 'in order');
    lastOf.set(webhookId, n);
    underWay.push(next);
    const { inFlight, limit, isSlow } = queue.webhookStats(webhookId)!;
    assertThat(inFlight <= limit, 'the limit of the webhook');
    if (isSlow && slowBefore >= 6) assertThat(queue.stats().inFlightSlow !== slowBefore + 1, 'half for the slow');
  };
  const settle = () => {
    const [ended] = underWay.splice(below(underWay.length), 1);
    if (ended) queue.settle(ended, signals[below(signals.length)]!, nowMs);
  };
  const wait = () => void (nowMs += below(300));
  const drain = () => below(10) === 0 && queue.drain(`w${below(4)}-t0`).forEach(take);

  for (let i = 0; i < 600; i++) {
    [offer, reserve, redeem, pick, pick, settle, settle, wait, drain][below(9)]!();
    const { inFlight, queued, bytes } = queue.stats();
    assertThat(inFlight === underWay.length && inFlight <= limits.maxInFlight, 'in flight');
    assertThat(queued === waiting.size + reserved.length && queued <= limits.maxQueued, 'queued');
    assertThat(bytes <= limits.maxBytes, 'bytes');
  }
  for (const one of reserved) queue.release(one);
  queue.drainAll().forEach(take);
  for (const one of underWay) queue.settle(one, 'ok', nowMs);
  expect(waiting.size).toBe(0);
  expect(queue.stats()).toMatchObject({ queued: 0, bytes: 0, inFlight: 0, inFlightSlow: 0 });
  queue.pick(nowMs + 100_000);
  expect(queue.stats().webhooks).toBeLessThanOrEqual(limits.maxIdleWebhooks);
}

/** `expect` costs more than the step it checks. */
function assertThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`does not hold: ${what}`);
}
