/** Reads the part of JSON Schema that says what fields there are. What it does not know, the schema itself still shows. */

type Json = Record<string, unknown>;

export interface SchemaField {
  /** Unique in the schema. */
  path: string;
  name: string;
  depth: number;
  type: string;
  isRequired: boolean;
  description: string;
  /** Bounds and choices, in words. */
  rule: string;
}

const depthMax = 8;
const fieldsMax = 500;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

export function fieldsOf(schema: Json): SchemaField[] {
  const fields: SchemaField[] = [];
  const walk = (node: Json, parent: string, depth: number) => {
    const properties = isObject(node.properties) ? node.properties : {};
    const required = new Set(texts(node.required));
    for (const [name, value] of Object.entries(properties)) {
      if (!isObject(value) || fields.length >= fieldsMax) continue;
      const path = `${parent}/${name}`;
      const description = typeof value.description === 'string' ? value.description : '';
      fields.push({
        path,
        name,
        depth,
        type: typeOf(value),
        isRequired: required.has(name),
        description,
        rule: ruleOf(value),
      });
      const inner = isObject(value.items) ? value.items : value;
      if (depth < depthMax) walk(inner, path, depth + 1);
    }
  };
  walk(schema, '', 0);
  return fields;
}

function typeOf(node: Json): string {
  if ('const' in node) return JSON.stringify(node.const);
  const type = Array.isArray(node.type) ? node.type.join(' | ') : typeof node.type === 'string' ? node.type : '';
  if (type === 'array') return isObject(node.items) ? `${typeOf(node.items)}[]` : 'array';
  if (Array.isArray(node.anyOf)) return node.anyOf.filter(isObject).map(typeOf).join(' | ');
  return type || (Array.isArray(node.enum) ? 'one of' : 'any');
}

const bounds: [key: string, words: (limit: string) => string][] = [
  ['minimum', (limit) => `at least ${limit}`],
  ['exclusiveMinimum', (limit) => `more than ${limit}`],
  ['maximum', (limit) => `at most ${limit}`],
  ['minLength', (limit) => `at least ${limit} characters`],
  ['maxLength', (limit) => `at most ${limit} characters`],
  ['minItems', (limit) => `at least ${limit} items`],
  ['maxItems', (limit) => `at most ${limit} items`],
];

function ruleOf(node: Json): string {
  const parts = bounds.filter(([key]) => typeof node[key] === 'number').map(([key, words]) => words(String(node[key])));
  if (typeof node.format === 'string') parts.unshift(node.format);
  if (Array.isArray(node.enum)) parts.unshift(`one of ${node.enum.map((value) => JSON.stringify(value)).join(', ')}`);
  return parts.join(' · ');
}
