import type { JsonSchema } from './compatibility';

/** As many as make every value of an enum and every part of a union come up; none of ours has more. */
const sampleCount = 12;

/** Values that the schema takes, the same every time: with and without what is optional, with each part of what is a choice. */
export function samplesOf(schema: JsonSchema): unknown[] {
  return Array.from({ length: sampleCount }, (_, turn) => sample(schema, turn));
}

function sample(schema: JsonSchema, turn: number): unknown {
  const choices = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (choices) return sample(choices[turn % choices.length]!, turn);
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[turn % schema.enum.length];
  const types = schema.type as string | string[] | undefined;
  switch (Array.isArray(types) ? types[turn % types.length] : types) {
    case 'string':
      return schema.format === 'date-time' ? '2026-03-02T08:14:05.120Z' : 'x'.repeat(Number(schema.minLength ?? 1));
    case 'number':
    case 'integer':
      return schema.minimum !== undefined && Number(schema.minimum) > 0 ? schema.minimum : turn;
    case 'boolean':
      return turn % 2 === 0;
    case 'null':
      return null;
    case 'array': {
      const length = Math.max(Number(schema.minItems ?? 0), turn % 3);
      return Array.from({ length }, (_, n) => sample((schema.items ?? {}) as JsonSchema, turn + n));
    }
    case 'object':
      return sampleObject(schema, turn);
    default:
      return { any: turn };
  }
}

function sampleObject({ properties = {}, required = [] }: JsonSchema, turn: number): object {
  const fields = Object.entries(properties as Record<string, JsonSchema>);
  const isThere = (name: string) => turn % 2 === 0 || (required as string[]).includes(name);
  return Object.fromEntries(
    fields.filter(([name]) => isThere(name)).map(([name, field]) => [name, sample(field, turn)]),
  );
}
