import { describe, expect, test } from '@jest/globals';
import { newUuid } from '@arkan/kernel';
import { checkAppend, checkLimit } from './event-store-support';

const event = (id = newUuid(), type = 'x.happened') => ({ id, type, data: {}, metadata: {} });

describe('an append', () => {
  const id = newUuid();
  test.each([
    ['no events', 's', []],
    ['101 events', 's', Array.from({ length: 101 }, () => event())],
    ['an id that is no UUID', 's', [event('1')]],
    ['an id in upper case', 's', [event('0193F3A0-0000-7000-8000-00000000000A')]],
    ['one id twice', 's', [event(id), event(id)]],
    ['a type with NUL', 's', [event(newUuid(), 'a\0b')]],
    ['an empty stream id', '', [event()]],
    ['a stream id of 513 characters', 'x'.repeat(513), [event()]],
  ])('of %s is refused', (_, streamId, events) => {
    expect(() => checkAppend(streamId, events)).toThrow(RangeError);
  });

  test('of 100 events to a long name is taken', () => {
    expect(() =>
      checkAppend(
        'ü'.repeat(512),
        Array.from({ length: 100 }, () => event()),
      ),
    ).not.toThrow();
  });
});

test.each([0, -1, 1.5, Number.NaN])('a limit of %p is refused', (limit) => {
  expect(() => checkLimit(limit)).toThrow(RangeError);
});
