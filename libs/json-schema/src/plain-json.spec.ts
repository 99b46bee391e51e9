import { describe, expect, test } from '@jest/globals';
import { textFaults } from './plain-json';

describe('text that every store can keep', () => {
  test.each([[{ a: ['é', '\u{1F600}', '\t\n'], b: null, c: 1 }], ['plain'], [[]], [7]])('%j is', (value) => {
    expect(textFaults(value, '')).toEqual([]);
  });

  test.each<[unknown, string[]]>([
    ['a\u0000', ['/at']],
    [{ a: ['x', '\ud800'] }, ['/at/a/1']],
    [{ 'a\u0000': 1, b: '\udc00' }, ['/at', '/at/b']],
    [{ 'a/b~c': '\u0000' }, ['/at/a~1b~0c']],
  ])('%j is not', (value, pointers) => {
    expect(textFaults(value, '/at').map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test('at most 20 are told', () => {
    expect(
      textFaults(
        Array.from({ length: 100 }, () => '\u0000'),
        '',
      ),
    ).toHaveLength(20);
  });
});
