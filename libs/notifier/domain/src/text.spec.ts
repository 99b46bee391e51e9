import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cleanText, escapeHtml, oneLine } from './text';

describe('text of strangers', () => {
  test.each([
    ['a NUL', 'a\u0000b', 'ab'],
    ['half a pair', 'a\ud83dz', 'a\ufffdz'],
    ['a whole pair', 'a😀z', 'a😀z'],
    ['line ends, which may stay', 'a\nb', 'a\nb'],
  ])('is stored without %s', (_, given, expected) => {
    expect(cleanText(given, 100)).toBe(expected);
  });

  test.each([
    ['a header', 'Ledger\r\nBcc: all@acme.example', 'Ledger Bcc: all@acme.example'],
    ['a line separator', 'a\u2028b\u0085c', 'a b c'],
    ['a turned direction', 'a\u202egpj.exe', 'agpj.exe'],
    ['blanks', '  a \t\t b  ', 'a b'],
  ])('becomes one line, without %s', (_, given, expected) => {
    expect(oneLine(given, 100)).toBe(expected);
  });

  test('is cut to its bound, never within a pair, and is then what a database and a header can take', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 3, max: 40 }), (text, max) => {
        for (const made of [cleanText(text, max), oneLine(text, max)]) {
          expect(made.length).toBeLessThanOrEqual(max);
          expect(made).not.toMatch(/\u0000|\p{Surrogate}/u);
        }
        expect(oneLine(text, max)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });

  test('is escaped for HTML', () => {
    expect(escapeHtml(`<a href="x">'&'</a>`)).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;');
  });
});
