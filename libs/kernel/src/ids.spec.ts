import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newId, newUuid, toPublicId, toUuid, uuidFloor, uuidTimeMs } from './ids';

describe('ids', () => {
  test('carry the time they were made at, and a floor of that time is not above them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 47 }), (ms) => {
        const uuid = newUuid(ms);
        expect(uuidTimeMs(uuid)).toBe(ms);
        expect(uuidFloor(ms) <= uuid && uuid < uuidFloor(ms + 1)).toBe(true);
      }),
    );
  });

  test('go there and back between the public and the stored form', () => {
    const id = newId('dlv');
    const uuid = toUuid('dlv', id);
    expect(uuid && toPublicId('dlv', uuid)).toBe(id);
  });

  test.each([
    '',
    'dlv_',
    `wh_${'0'.repeat(32)}`,
    `dlv_${'g'.repeat(32)}`,
    `dlv_${'0'.repeat(33)}`,
    "dlv_' or 1=1 --00000000000000000000",
  ])('refuse %p as an id of a delivery', (id) => expect(toUuid('dlv', id)).toBeNull());
});
