import { describe, expect, test } from '@jest/globals';
import { momentParams, parseMoment } from './moment';
import { containing, cut, pageKey, pagePosition } from './paging';

describe('a moment', () => {
  test.each([
    { text: '42', params: ['42', null] },
    { text: '99999999999999999999', params: ['9223372036854775807', null] },
    { text: '2026-01-01T01:00:00+01:00', params: [null, '2026-01-01T00:00:00.000Z'] },
  ])('$text is $params', ({ text, params }) => expect(momentParams(parseMoment(text))).toEqual(params));
});

describe('a page', () => {
  test('has a next one only where there is more', () => {
    expect(cut([1, 2, 3], 2, String)).toEqual({ rows: [1, 2], next: '2' });
    expect(cut([1, 2], 2, String)).toEqual({ rows: [1, 2], next: null });
    expect(cut([], 2, String)).toEqual({ rows: [], next: null });
  });

  test('goes on where the cursor says, also where an id holds the bar', () => {
    const position = { createdAt: '2026-01-01T00:00:00.000Z', id: 'a|b' };
    expect(pagePosition(pageKey(position))).toEqual(position);
    expect(pagePosition(null)).toBeNull();
  });

  test('is searched for the text itself', () => expect(containing('100%_\\')).toBe('%100\\%\\_\\\\%'));
});
