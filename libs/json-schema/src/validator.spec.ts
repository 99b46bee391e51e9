import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@arkan/kernel';
import { schemaBytesMax } from './schema-rules';
import { checkSchema, createValidator } from './validator';

const doubled = (level: number): JsonObject => ({
  allOf: [{ $ref: `#/$defs/d${level}` }, { $ref: `#/$defs/d${level}` }],
});
const doubling = (levels: number): JsonObject => ({
  $ref: '#/$defs/d0',
  $defs: Object.fromEntries(
    Array.from({ length: levels }, (_, level) => [`d${level}`, level === levels - 1 ? {} : doubled(level + 1)]),
  ),
});

describe('a schema that an operator gives', () => {
  test.each<[string, JsonObject]>([
    ['the empty one', {}],
    ['its dialect named', { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' }],
    ['a reference to its definitions', { $defs: { a: { type: 'string' } }, properties: { x: { $ref: '#/$defs/a' } } }],
    ['a reference with escapes', { $defs: { 'a/b': {} }, properties: { x: { $ref: '#/$defs/a~1b' } } }],
    [
      'fields named like keywords',
      { properties: { $ref: { type: 'string' }, pattern: {}, $id: {}, enum: { type: 'string' } } },
    ],
    ['a value that looks like a reference', { enum: [{ $ref: 'http://elsewhere.example/' }], default: { $id: 1 } }],
    ['a format that is not checked', { properties: { x: { format: 'idn-email' } } }],
    ['an unknown keyword', { 'x-owner': 'leasing' }],
    ['unique scalars', { properties: { x: { type: 'array', items: { type: 'string' }, uniqueItems: true } } }],
    ['2020-12 keywords', { prefixItems: [{}], unevaluatedProperties: false, dependentRequired: { a: ['b'] } }],
  ])('may be %s', (_, schema) => {
    expect(checkSchema(schema)).toEqual([]);
  });

  test.each<[string, JsonObject, string, string]>([
    ['a remote reference', { $ref: 'https://elsewhere.example/s.json' }, '/$ref', 'not_allowed'],
    [
      'a reference to a file',
      { properties: { x: { $ref: 'file:///etc/passwd' } } },
      '/properties/x/$ref',
      'not_allowed',
    ],
    ['a reference that is no text', { $ref: 7 }, '/$ref', 'not_allowed'],
    ['a reference to nothing', { $ref: '#/$defs/none' }, '/$ref', 'unresolved'],
    ['a reference past the prototype', { $ref: '#/constructor' }, '/$ref', 'unresolved'],
    ['a reference to what was not checked', { $ref: '#/x', x: { pattern: '^(a+)+$' } }, '/$ref', 'unresolved'],
    ['a reference to itself', { properties: { x: { $ref: '#' } } }, '/properties/x/$ref', 'circular'],
    [
      'a circle of two',
      { $defs: { a: { $ref: '#/$defs/b' }, b: { not: { $ref: '#/$defs/a' } } } },
      '/$defs/b/not/$ref',
      'circular',
    ],
    ['references that multiply', doubling(40), '', 'too_costly'],
    ['a pattern that backtracks', { properties: { x: { pattern: '^(a+)+$' } } }, '/properties/x/pattern', 'too_costly'],
    ['such a pattern for names', { patternProperties: { '(a|a)*b': {} } }, '/patternProperties/(a|a)*b', 'too_costly'],
    [
      'one deep within',
      { anyOf: [{ items: { if: { pattern: '(a*)*' } } }] },
      '/anyOf/0/items/if/pattern',
      'too_costly',
    ],
    ['a pattern that is none', { pattern: '(' }, '/pattern', 'invalid_pattern'],
    ['a long pattern', { pattern: 'a'.repeat(257) }, '/pattern', 'too_big'],
    ['unique objects', { uniqueItems: true, items: { type: 'object' } }, '/uniqueItems', 'too_costly'],
    ['unique anything', { uniqueItems: true }, '/uniqueItems', 'too_costly'],
    ['an id', { $id: 'https://json-schema.org/draft/2020-12/schema' }, '/$id', 'not_allowed'],
    ['another dialect', { $schema: 'http://json-schema.org/draft-07/schema#' }, '/$schema', 'not_allowed'],
    ['a dynamic reference', { $dynamicRef: '#meta' }, '/$dynamicRef', 'not_allowed'],
    ['too many bytes', { description: 'é'.repeat(schemaBytesMax / 2) }, '', 'too_big'],
    ['no JSON Schema', { properties: { x: { type: 'text' } } }, '/properties/x/type', 'enum'],
    ['a bound that is no number', { minimum: 'one' }, '/minimum', 'type'],
  ])('may not have %s', (_, schema, pointer, code) => {
    expect(checkSchema(schema)).toContainEqual(expect.objectContaining({ pointer, code }));
  });

  test('is told at most 20 faults', () => {
    const properties = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, { pattern: '(' }]));
    expect(checkSchema({ properties })).toHaveLength(20);
  });
});

describe('checking a value', () => {
  const validate = createValidator({
    type: 'object',
    properties: {
      name: { type: 'string', maxLength: 3 },
      kind: { enum: ['a', 'b'] },
      at: { type: 'string', format: 'date-time' },
      code: { type: 'string', pattern: '^x+$' },
      'a/b': { type: 'object', required: ['c~d'] },
      strict: { type: 'object', properties: { known: {} }, additionalProperties: false },
      list: { type: 'array', items: { type: 'integer', minimum: 1 } },
    },
    required: ['name'],
  });

  test.each<[string, JsonObject, { pointer: string; code: string; limit?: unknown }[]]>([
    ['what is missing', {}, [{ pointer: '/data/name', code: 'missing' }]],
    ['what is too long', { name: 'abcd' }, [{ pointer: '/data/name', code: 'maxLength', limit: 3 }]],
    ['what is of another type', { name: 1 }, [{ pointer: '/data/name', code: 'type' }]],
    ['what is not allowed', { name: 'a', kind: 'c' }, [{ pointer: '/data/kind', code: 'enum', limit: 'a, b' }]],
    ['what is no time', { name: 'a', at: 'yesterday' }, [{ pointer: '/data/at', code: 'format' }]],
    ['escaped names', { name: 'a', 'a/b': {} }, [{ pointer: '/data/a~1b/c~0d', code: 'missing' }]],
    [
      'what is too much',
      { name: 'a', strict: { other: 1 } },
      [{ pointer: '/data/strict/other', code: 'unknown_field' }],
    ],
    ['a place in a list', { name: 'a', list: [1, 0] }, [{ pointer: '/data/list/1', code: 'minimum', limit: 1 }]],
    [
      'each of several',
      { kind: 1, at: 1 },
      [
        { pointer: '/data/name', code: 'missing' },
        { pointer: '/data/kind', code: 'enum' },
        { pointer: '/data/at', code: 'type' },
      ],
    ],
  ])('names %s', (_, value, expected) => {
    expect(validate(value, '/data')).toEqual(expected.map((error) => expect.objectContaining(error)));
  });

  test('never repeats a value', () => {
    const errors = validate({ name: 'sekrit', kind: 'sekrit', at: 'sekrit', code: 'sekrit' }, '/data');
    expect(errors).toHaveLength(4);
    expect(JSON.stringify(errors)).not.toContain('sekrit');
  });

  test('tells at most 20 faults', () => {
    expect(validate({ name: 'a', list: Array.from({ length: 1_000 }, () => 0) }, '/data')).toHaveLength(20);
  });

  test('a pattern takes no text that is longer than it looks at', () => {
    expect(validate({ name: 'a', code: 'x'.repeat(1_000) }, '')).toEqual([]);
    expect(validate({ name: 'a', code: 'x'.repeat(1_001) }, '')).toHaveLength(1);
  });

  test('leaves the value as it is', () => {
    const withDefault = createValidator({ properties: { x: { type: 'string', default: 'y' }, n: { type: 'string' } } });
    const value = { n: 1 };
    expect(withDefault(value, '')).toHaveLength(1);
    expect(value).toEqual({ n: 1 });
  });
});
