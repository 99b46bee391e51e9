import { describe, expect, test } from '@jest/globals';
import { fieldsOf } from './schema-fields';

describe('fieldsOf', () => {
  test('lists fields in order, those within another below it, with what is required and the rules in words', () => {
    const schema = {
      type: 'object',
      required: ['id', 'items'],
      properties: {
        id: { type: 'string', minLength: 1, maxLength: 20, description: 'Of the order' },
        state: { enum: ['open', 'done'] },
        items: {
          type: 'array',
          minItems: 1,
          items: { type: 'object', properties: { price: { type: ['number', 'null'] } } },
        },
        at: { type: 'string', format: 'date-time' },
      },
    };
    expect(
      fieldsOf(schema).map(({ path, depth, type, isRequired, rule }) => [path, depth, type, isRequired, rule]),
    ).toEqual([
      ['/id', 0, 'string', true, '1 to 20 characters'],
      ['/state', 0, 'one of', false, '"open", "done"'],
      ['/items', 0, 'object[]', true, 'at least 1 item'],
      ['/items/price', 1, 'number | null', false, ''],
      ['/at', 0, 'string', false, 'date-time'],
    ]);
  });

  test('a schema of another kind has no fields', () => {
    expect(fieldsOf({ type: 'string' })).toEqual([]);
  });

  test('stops at its bounds: a schema nested without end of sense gives a list that ends', () => {
    let node: Record<string, unknown> = { type: 'string' };
    for (let depth = 0; depth < 50; depth++) node = { type: 'object', properties: { a: node } };
    expect(fieldsOf(node)).toHaveLength(9);
  });
});
