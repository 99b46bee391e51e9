/** Text that a `pattern` looks at has at most so many characters; longer text does not match. */
export const patternTextMax = 1_000;
export const patternLengthMax = 256;
/** Enough for two open repeats (`*`, `+`, `{2,}`) in a pattern that starts with `^`, or for many bounded ones. */
export const patternCostMax = 10_000_000;

/**
 * How many ways a backtracking matcher can try at most, before it finds that a text of `patternTextMax` characters does not match.
 * Alternatives add up, what stands side by side multiplies, a repeat sums over its counts; a pattern without `^` is tried from
 * every character. Coarse, but never too low: `(a+)+` and its like come out beyond all bounds. `pattern` must be a valid regular
 * expression. Escapes, classes and look-arounds need no care of their own: they add no choices beyond those within them.
 */
export function patternCost(pattern: string): number {
  let at = 0;

  function alternatives(): number[] {
    const costs = [sequence()];
    while (pattern[at] === '|') {
      at++;
      costs.push(sequence());
    }
    return costs;
  }

  function sequence(): number {
    let product = 1;
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      product *= repeated(term());
    }
    return product;
  }

  /** Steps over one character, escape, class or group. */
  function term(): number {
    const first = pattern[at++];
    if (first === '\\') {
      const isBraced = /^[pPu]\{/.test(pattern.slice(at, at + 2));
      at = isBraced ? pattern.indexOf('}', at) + 1 : at + 1;
    } else if (first === '[') {
      while (pattern[at] !== ']') at += pattern[at] === '\\' ? 2 : 1;
      at++;
    } else if (first === '(') {
      at += /^\?(?:[:=!]|<[=!]|<[^>]*>)?/.exec(pattern.slice(at))?.[0].length ?? 0;
      const inner = alternatives();
      at++;
      return sum(inner);
    }
    return 1;
  }

  function repeated(once: number): number {
    const quantifier = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(pattern.slice(at));
    if (!quantifier) return once;
    at += quantifier[0].length;
    const { min, max } = countsOf(quantifier);
    if (once === 1) return max - min + 1;
    let total = 0;
    for (let count = min; count <= max && total <= patternCostMax; count++) total += once ** count;
    return total;
  }

  const costs = alternatives();
  // With alternatives outside all groups, `^` holds for the first of them only.
  const isAnchored = pattern.startsWith('^') && costs.length === 1;
  return isAnchored ? sum(costs) : sum(costs) * patternTextMax;
}

const sum = (costs: number[]) => costs.reduce((total, cost) => total + cost, 0);

function countsOf(quantifier: RegExpExecArray): { min: number; max: number } {
  const [text, least, comma, most] = quantifier;
  if (text.startsWith('*')) return { min: 0, max: patternTextMax };
  if (text.startsWith('+')) return { min: 1, max: patternTextMax };
  if (text.startsWith('?')) return { min: 0, max: 1 };
  const min = Math.min(Number(least), patternTextMax);
  if (!comma) return { min, max: min };
  return { min, max: most ? Math.min(Number(most), patternTextMax) : patternTextMax };
}
