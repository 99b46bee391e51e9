import { describe, expect, test } from '@jest/globals';
import { explain, takes } from './why';

const event = { type: 'leasing.lease.activated', acceptedAt: '2026-03-02T08:00:00.000Z' };
const webhook = (id: string, ...eventTypes: string[]) => ({
  id,
  name: `Webhook ${id}`,
  status: 'active' as const,
  createdAt: '2026-01-01T00:00:00.000Z',
  eventTypes,
});

describe('a subscription takes', () => {
  test.each([
    [['leasing.lease.activated'], true],
    [['leasing.*'], true],
    [['leasing.lease.drafted'], false],
    [['lea.*'], false],
    [['warranty.*', 'leasing.*'], true],
    [[], false],
  ])('%j: %p', (types, wanted) => expect(takes(types, event.type)).toBe(wanted));
});

describe('why an event was not sent to a webhook', () => {
  const reason = (then: ReturnType<typeof webhook>[], now: ReturnType<typeof webhook>[]) =>
    explain(event, [], then, now).map((verdict) => verdict.reason);

  test.each([
    [
      'another subscription',
      [webhook('a', 'warranty.*')],
      [webhook('a', 'warranty.*')],
      /^It was not subscribed to leasing/,
    ],
    ['subscribed since', [webhook('a', 'warranty.*')], [webhook('a', 'leasing.*')], /subscribed now; earlier events/],
    ['added later', [], [webhook('a', 'leasing.*')], /^It was added after/],
    ['deleted', [webhook('a', 'leasing.*')], [], /^It was deleted/],
    ['cannot be told', [webhook('a', 'leasing.*')], [webhook('a', 'leasing.*')], /there is no delivery/],
  ])('%s', (_case, then, now, wanted) => expect(reason(then, now)).toEqual([expect.stringMatching(wanted)]));

  test('is not asked where it was sent', () => {
    const delivery = { webhookId: 'a', webhookName: 'as it was called' } as Parameters<typeof explain>[1][number];
    const verdicts = explain(event, [delivery], [webhook('a', 'leasing.*'), webhook('b')], [webhook('b')]);
    expect(verdicts).toEqual([
      { webhookId: 'a', name: 'as it was called', delivery, reason: null },
      { webhookId: 'b', name: 'Webhook b', delivery: null, reason: expect.any(String) as unknown },
    ]);
  });
});
