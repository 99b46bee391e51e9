import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { brokenPromises, fileOf, releaseOf, unfrozen, unreadable, type Release } from './check';
import type { JsonSchema, Reading } from './compatibility';
import { presentContracts, type Contract } from './released';
import { samplesOf } from './samples';

const json = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
const contract = (schema: z.ZodType, version = 1, reading: Reading = 'both'): Contract => ({
  folder: 'here',
  name: 'thing',
  version,
  schema: json(schema),
  reading,
});
const release = (schema: z.ZodType, version = 1, addition = 0): Release => ({
  folder: 'here',
  name: 'thing',
  version,
  addition,
  schema: json(schema),
});
const first = z.object({ a: z.string() });
const more = first.extend({ b: z.string().optional() });

describe('released schemas', () => {
  test('are kept in files that say what they are', () => {
    const names = [release(first), release(first, 2, 3)].map(fileOf);
    expect(names).toEqual(['here/thing.v1.json', 'here/thing.v2.3.json']);
    expect(names.map((name) => releaseOf('here', name.slice(5), json(first)))).toEqual([
      release(first),
      release(first, 2, 3),
    ]);
    expect(releaseOf('here', 'thing.json', {})).toBeNull();
  });

  test('get another file when fields are added, and the first stays', () => {
    expect(unfrozen([contract(first)], [])).toEqual([release(first)]);
    expect(unfrozen([contract(more)], [release(first)])).toEqual([release(more, 1, 1)]);
    expect(unfrozen([contract(more)], [release(first), release(more, 1, 1)])).toEqual([]);
    expect(unfrozen([contract(first, 2)], [release(first)])).toEqual([release(first, 2)]);
  });

  test('all hold: a field that was added later can not change any more either', () => {
    const changed = first.extend({ b: z.number().optional() });
    expect(brokenPromises([contract(changed)], [release(first)])).toEqual([]);
    expect(brokenPromises([contract(changed)], [release(first), release(more, 1, 1)])).toEqual([
      expect.stringMatching(/^here\/thing\.v1\.1\.json: \/b no longer takes string/),
      expect.stringContaining('/b now takes number too'),
    ]);
  });

  test('of a message are read until their file goes', () => {
    const second = contract(z.object({ b: z.string() }), 2);
    expect(brokenPromises([contract(first), second], [release(first)])).toEqual([]);
    expect(brokenPromises([second], [release(first)])).toEqual([
      expect.stringMatching(/thing\.v1\.json: nothing reads this any more.*delete the file/),
    ]);
  });

  test('of a stored event may be followed by a version, and never be forgotten', () => {
    const second = contract(z.object({ b: z.string() }), 2, 'new_only');
    expect(brokenPromises([second], [release(first)])).toEqual([]);
    expect(brokenPromises([{ ...second, name: 'other' }], [release(first)])).toEqual([
      expect.stringContaining('nothing reads this any more. Events are stored for ever'),
    ]);
  });
});

describe('stored events', () => {
  const folder = 'libs/registry/domain/events';
  const of = (name: string) => presentContracts.find((one) => one.folder === folder && one.name === name)!;
  const metadata: Release = { ...of('metadata'), addition: 0 };
  const paused: Release = { ...of('webhook.WebhookPaused'), addition: 0 };

  test('are read by the present code', () => {
    expect(unreadable([metadata, paused], presentContracts)).toEqual([]);
  });

  test.each([
    {
      what: 'a shape that it does not take',
      spoiled: { schema: json(z.object({ by: z.string() })) },
      words: /statusReason/,
    },
    { what: 'a version that no code knows', spoiled: { version: 2 }, words: /reads 1 at most/ },
    { what: 'a type that is gone', spoiled: { name: 'webhook.WebhookMelted' }, words: /no event type WebhookMelted/ },
  ])('of $what are found', ({ spoiled, words }) => {
    const found = unreadable([metadata, { ...paused, ...spoiled }], presentContracts);
    expect(found).toEqual([expect.stringContaining('can not be read any more')]);
    expect(found[0]).toMatch(words);
  });

  test('are tried with each value of an enum, each part of a union, with and without what is optional', () => {
    const schema = z.object({
      kind: z.enum(['a', 'b', 'c']),
      text: z.string().nullable(),
      may: z.array(z.int().min(3)).optional(),
    });
    const samples = samplesOf(json(schema)) as z.infer<typeof schema>[];
    for (const one of samples) expect(schema.parse(one)).toEqual(one);
    expect(new Set(samples.map(({ kind }) => kind)).size).toBe(3);
    expect(new Set(samples.map(({ text }) => text === null)).size).toBe(2);
    expect(new Set(samples.map((one) => 'may' in one)).size).toBe(2);
  });
});
