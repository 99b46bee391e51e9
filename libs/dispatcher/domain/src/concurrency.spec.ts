import { expect, test } from '@jest/globals';
import { defaultConcurrencyLimits, ReceiverConcurrency } from './concurrency';
import type { Signal } from './outcome';

/** Each request starts after the one before has ended. */
function after(signals: [Signal, number][], max = 64): ReceiverConcurrency {
  const receiver = new ReceiverConcurrency(defaultConcurrencyLimits, max);
  signals.forEach(([signal, latencyMs], i) => receiver.observe(signal, latencyMs, i, i));
  return receiver;
}
const times = (n: number, signal: Signal, latencyMs = 50) =>
  Array.from({ length: n }, () => [signal, latencyMs] as [Signal, number]);

test.each<[string, [Signal, number][], number, boolean]>([
  ['is not trusted before it answered', [], 32, true],
  ['learns nothing from an unknown result', times(3, 'none'), 32, true],
  ['grows by one with each success', times(5, 'ok'), 37, false],
  ['grows up to its maximum', times(100, 'ok'), 64, false],
  ['is quick though it declines', times(5, 'refused'), 32, false],
  ['halves when it does not answer', times(1, 'unreachable', 10_000), 16, true],
  ['never falls below one', times(20, 'unreachable'), 1, true],
  [
    'is forgiven single overloads',
    [...times(1, 'overloaded'), ...times(1, 'ok'), ...times(1, 'overloaded')],
    33,
    false,
  ],
  ['halves on a run of overloads', times(3, 'overloaded'), 16, true],
  ['is slow when its answers are', times(5, 'ok', 3_000), 37, true],
  ['is quick again after some quick answers', [...times(1, 'ok', 3_000), ...times(8, 'ok')], 41, false],
])('a receiver %s', (_, signals, limit, isSlow) => {
  const receiver = after(signals);
  expect(receiver.limit).toBe(limit);
  expect(receiver.isSlow).toBe(isSlow);
});

test('requests that were under way together cost one halving', () => {
  const receiver = new ReceiverConcurrency(defaultConcurrencyLimits, 64);
  for (let sequence = 1; sequence <= 32; sequence++) receiver.observe('unreachable', 100, sequence, 32);
  expect(receiver.limit).toBe(16);
  receiver.observe('unreachable', 100, 33, 40);
  expect(receiver.limit).toBe(8);
});

test('a lower maximum holds at once', () => {
  const receiver = after(times(10, 'ok'));
  receiver.setMax(1);
  expect(receiver.limit).toBe(1);
  receiver.observe('ok', 1, 100, 100);
  expect(receiver.limit).toBe(1);
});
