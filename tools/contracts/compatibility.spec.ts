import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { incompatibilities, type JsonSchema } from './compatibility';

const json = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
const field = (schema: z.ZodType) => z.object({ id: z.string(), a: schema });
const isNew = 'new code could not read';
const isOld = 'the release before could not read';

interface Change {
  change: string;
  from: z.ZodType;
  to: z.ZodType;
  /** Words of the sentence that a message's change is refused with; null: allowed. */
  sent: string | null;
  /** The same of a stored event. */
  stored: string | null;
}

const same = (change: string, from: z.ZodType, to: z.ZodType, words: string | null): Change => ({
  change,
  from,
  to,
  sent: words,
  stored: words,
});
const wider = (change: string, from: z.ZodType, to: z.ZodType, words: string): Change => ({
  change,
  from,
  to,
  sent: words,
  stored: null,
});
const object = z.object({ x: z.string() });

const changes: Change[] = [
  same('nothing', field(z.string()), field(z.string()), null),
  same('a description', field(z.string()), field(z.string().describe('words').meta({ title: 'A' })), null),
  same('an optional field added', z.object({}), z.object({ a: z.number().optional() }), null),
  same('a field with a default added', z.object({}), z.object({ a: z.number().default(1) }), null),
  same('the order of fields', z.object({ a: z.string(), b: z.null() }), z.object({ b: z.null(), a: z.string() }), null),
  same('the order of a union', field(z.string().nullable()), field(z.union([z.null(), z.string()])), null),
  same('a schema that is referred to, not repeated', field(object), field(object.meta({ id: 'Named' })), null),
  same(
    'a required field added',
    z.object({}),
    z.object({ a: z.number() }),
    `/a is a new field that must be there: ${isNew}`,
  ),
  same(
    'a field removed',
    field(z.string()),
    z.object({ id: z.string() }),
    '/a was removed: what was written before would lose it',
  ),
  same('an optional field removed', field(z.string().optional()), z.object({ id: z.string() }), '/a was removed'),
  same('a field renamed', z.object({ a: z.string() }), z.object({ b: z.string().optional() }), '/a was removed'),
  same('a field made required', field(z.string().optional()), field(z.string()), `/a must be there now: ${isNew}`),
  wider(
    'a field made optional',
    field(z.string()),
    field(z.string().optional()),
    `/a need not be there any more: the code of ${isOld}`,
  ),
  same('null no longer taken', field(z.string().nullable()), field(z.string()), `/a no longer takes null: ${isNew}`),
  wider('null taken', field(z.string()), field(z.string().nullable()), `/a now takes null too: the code of ${isOld}`),
  wider('null taken in place of an object', field(object), field(object.nullable()), '/a now takes null too'),
  same('another type', field(z.string()), field(z.number()), '/a no longer takes string'),
  same(
    'numbers that must be whole',
    field(z.number()),
    field(z.number().multipleOf(1)),
    '/a has multipleOf 1 in place of none',
  ),
  wider(
    'numbers that need not be whole',
    field(z.number().multipleOf(1)),
    field(z.number()),
    '/a has multipleOf none in place of 1',
  ),
  same('whole numbers in place of any', field(z.number().min(-5).max(5)), field(z.int().min(-5).max(5)), isNew),
  wider('any value in place of text', field(z.string()), field(z.any()), '/a now takes just anything too'),
  wider(
    'any value in place of text or null',
    field(z.string().nullable()),
    field(z.any()),
    '/a now takes just anything too',
  ),
  same(
    'text or null in place of any value',
    field(z.any()),
    field(z.string().nullable()),
    '/a no longer takes just anything',
  ),
  same('text in place of any value', field(z.any()), field(z.string()), '/a no longer takes just anything'),
  same('an enum value removed', field(z.enum(['a', 'b'])), field(z.enum(['a'])), `/a no longer takes "b": ${isNew}`),
  wider(
    'an enum value added',
    field(z.enum(['a'])),
    field(z.enum(['a', 'b'])),
    `/a now takes "b" too: the code of ${isOld}`,
  ),
  same('an enum in place of text', field(z.string()), field(z.enum(['a'])), '/a takes only ["a"] now'),
  wider('text in place of an enum', field(z.enum(['a'])), field(z.string()), '/a takes other values than ["a"] now'),
  same('another constant', field(z.literal(1)), field(z.literal(2)), '/a no longer takes 1'),
  same('a longer minimum', field(z.string().min(1)), field(z.string().min(2)), '/a has minLength 2 in place of 1'),
  wider('a shorter minimum', field(z.string().min(2)), field(z.string().min(1)), '/a has minLength 1 in place of 2'),
  same(
    'a lower maximum',
    field(z.array(z.null()).max(9)),
    field(z.array(z.null()).max(8)),
    '/a has maxItems 8 in place of 9',
  ),
  wider('a higher maximum', field(z.number().max(8)), field(z.number().max(9)), '/a has maximum 9 in place of 8'),
  same(
    'a maximum where there was none',
    field(z.string()),
    field(z.string().max(8)),
    '/a has maxLength 8 in place of none',
  ),
  wider('no maximum any more', field(z.string().max(8)), field(z.string()), '/a has maxLength none in place of 8'),
  same('a pattern', field(z.string()), field(z.string().regex(/^x/)), '/a has pattern "^x" in place of none'),
  wider('no pattern any more', field(z.string().regex(/^x/)), field(z.string()), '/a has pattern none'),
  same('another pattern', field(z.string().regex(/^x/)), field(z.string().regex(/^y/)), 'it can not be told'),
  same('a format', field(z.string()), field(z.email()), '/a has format "email" in place of none'),
  same('a keyword without a rule', field(z.array(z.any())), field(z.tuple([z.any()])), 'it can not be told'),
  same(
    'a field deep inside',
    field(z.array(field(z.string()))),
    field(z.array(field(z.null()))),
    '/a/*/a no longer takes string',
  ),
  same('unknown fields refused', object, z.strictObject({ x: z.string() }), '/(other fields) are refused now'),
  wider('unknown fields taken', z.strictObject({ x: z.string() }), object, '/(other fields) are taken now'),
  wider(
    'a field added where unknown ones are refused',
    z.strictObject({}),
    z.strictObject({ a: z.any().optional() }),
    '/a is new where',
  ),
  same(
    'values of a map',
    field(z.record(z.string(), z.string())),
    field(z.record(z.string(), z.null())),
    '/(other fields) no longer takes string',
  ),
  wider(
    'a kind added to a union',
    field(z.discriminatedUnion('k', [z.object({ k: z.literal('a') })])),
    field(z.discriminatedUnion('k', [z.object({ k: z.literal('a') }), z.object({ k: z.literal('b') })])),
    '/a now takes object with {"k":"b"} too',
  ),
  same(
    'a kind of a union changed',
    field(z.discriminatedUnion('k', [z.object({ k: z.literal('a'), n: z.null() }), z.object({ k: z.literal('b') })])),
    field(
      z.discriminatedUnion('k', [
        z.object({ k: z.literal('a'), n: z.string() }),
        z.object({ k: z.literal('b'), m: z.null().optional() }),
      ]),
    ),
    '/a/n no longer takes null',
  ),
];

describe('a change of a schema that was released', () => {
  test.each(changes)('$change: sent $sent; stored $stored', ({ from, to, sent, stored }) => {
    for (const [reading, words] of [
      ['both', sent],
      ['new_only', stored],
    ] as const) {
      const found = incompatibilities(json(from), json(to), reading);
      if (words === null) expect(found).toEqual([]);
      else expect(found).toEqual([expect.stringContaining(words), ...found.slice(1)]);
    }
  });

  test('is answered with what to do, for each field', () => {
    const before = z.object({ gone: z.string(), kept: z.string() });
    const after = z.object({ kept: z.string().nullable(), added: z.string() });
    expect(incompatibilities(json(before), json(after), 'both')).toEqual([
      '/gone was removed: what was written before would lose it, and a later field could take its name with another meaning. Leave it as it was, or make a new version.',
      '/kept now takes null too: the code of the release before could not read what is written now. Leave it as it was, or make a new version.',
      '/added is a new field that must be there: new code could not read what was written before. Make it optional, or make a new version.',
    ]);
  });

  test('of one that refers to itself is refused, not followed for ever', () => {
    const node: z.ZodType = z.object({ next: z.lazy(() => node).nullable() });
    const other: z.ZodType = z.object({ next: z.lazy(() => other).nullable(), a: z.null().optional() });
    expect(() => incompatibilities(json(node), json(other), 'both')).toThrow(/refer to themselves/);
  });
});
