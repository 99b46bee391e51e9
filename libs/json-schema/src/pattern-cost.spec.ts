import { describe, expect, test } from '@jest/globals';
import { patternCost, patternCostMax, patternTextMax as n } from './pattern-cost';

describe('what a pattern may cost', () => {
  test.each<[string, number]>([
    ['^abc$', 1],
    ['^[A-Z]{3}$', 1],
    ['^[A-Z]{1,3}$', 3],
    ['^a?b?$', 4],
    ['^a+$', n],
    ['^a*$', n + 1],
    ['a+', n * n],
    ['^(?:ab|cd|ef)$', 3],
    ['^ab|cd$', 2 * n],
    ['^(?:a|b){2}$', 4],
    ['^(?:a|b){1,2}$', 6],
    ['^(?<year>\\d{4})-(?=\\d)\\d{2}$', 1],
    ['^\\p{L}{1,5}\\u{1F600}?$', 10],
    ['^[^\\]|(]{1,7}$', 7],
    ['^\\($', 1],
    ['^a{2,}$', n - 1],
    ['^a{5}?$', 1],
  ])('%s: %d', (pattern, cost) => {
    expect(patternCost(pattern)).toBe(cost);
  });

  test.each([
    '^(a+)+$',
    '^(a|aa)+$',
    '^(a*)*b$',
    '^([a-zA-Z]+)*$',
    '^(.*?,){11}P',
    '^a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaaaaaaaaaaa$',
    '^a*a*a*a*b$',
    '(x+x+)+y',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '^(?:(?:a{0,9}){0,9}){0,9}b$',
  ])('%s backtracks without bound, and is beyond it', (pattern) => {
    expect(patternCost(pattern)).toBeGreaterThan(patternCostMax);
  });

  test.each([
    '^\\+?[0-9]{7,15}$',
    '^[a-z0-9-]{1,63}(?:\\.[a-z0-9-]{1,63})?$',
    '^#[0-9a-f]{6}$',
    'INV-\\d+',
    '^\\S+ \\S+$',
  ])('%s is what people write, and within it', (pattern) => {
    expect(patternCost(pattern)).toBeLessThanOrEqual(patternCostMax);
  });
});
