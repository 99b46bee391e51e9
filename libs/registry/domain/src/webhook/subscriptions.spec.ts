import { describe, expect, test } from '@jest/globals';
import { checkEventTypes } from './subscriptions';

const catalog = new Map([
  ['leasing.lease.drafted', { module: 'leasing', deprecatedAt: null }],
  ['leasing.lease.renewed', { module: 'leasing', deprecatedAt: '2026-01-01T00:00:00.000Z' }],
]);

describe('the event types of a webhook', () => {
  test.each([
    { types: ['leasing.lease.drafted', 'leasing.*'], subscribed: [], faults: [] },
    {
      types: ['leasing.lease.drafted', 'leasing.lease.melted'],
      subscribed: [],
      faults: [['/eventTypes/1', 'unknown_event_type']],
    },
    { types: ['warranty.*'], subscribed: [], faults: [['/eventTypes/0', 'unknown_module']] },
    { types: ['leasing.lease.renewed'], subscribed: [], faults: [['/eventTypes/0', 'deprecated_event_type']] },
    { types: ['leasing.lease.renewed'], subscribed: ['leasing.lease.renewed'], faults: [] },
    { types: ['gone.thing.done'], subscribed: ['gone.thing.done'], faults: [] },
  ])('$types, of which $subscribed are subscribed to: $faults', ({ types, subscribed, faults }) => {
    const errors = checkEventTypes(types, subscribed, catalog);
    expect(errors.map((error) => [error.pointer, error.code])).toEqual(faults);
  });
});
