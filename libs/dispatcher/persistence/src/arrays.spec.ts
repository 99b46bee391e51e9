import { describe, expect, test } from '@jest/globals';
import { packBytes, plainArray, same, textArray } from './arrays';

describe('array parameters', () => {
  test.each<[readonly (string | number | boolean | null)[], string]>([
    [[], '{}'],
    [[null], '{NULL}'],
    [[1, null, -0.5], '{1,NULL,-0.5}'],
    [['a', true, Infinity], '{a,true,Infinity}'],
  ])('plain %j', (values, expected) => {
    expect(plainArray(values, same)).toBe(expected);
  });

  test.each<[readonly (string | null)[], string]>([
    [[], '{}'],
    [[null, ''], '{NULL,""}'],
    [['NULL', 'a,b', '{x}'], '{"NULL","a,b","{x}"}'],
    [['say "no"', 'back\\slash', 'line\nend'], '{"say \\"no\\"","back\\\\slash","line\nend"}'],
  ])('texts %j', (values, expected) => {
    expect(textArray(values, same)).toBe(expected);
  });

  test('bytes are laid end to end, each with its place', () => {
    const packed = packBytes([Buffer.from('abc'), null, Buffer.alloc(0), Buffer.from('d')], same);
    expect(packed).toEqual({ bytes: Buffer.from('abcd'), starts: [1, 4, 4, 4], lengths: [3, 0, 0, 1] });
    expect(packBytes([null, Buffer.from('x')], same).bytes.toString()).toBe('x');
  });
});
