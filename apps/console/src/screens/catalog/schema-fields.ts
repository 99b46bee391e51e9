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

/** `1 to 100 characters`, `at least 1 item`, `more than 0`. */
const bounds: [low: string, high: string, unit: string][] = [
  ['minimum', 'maximum', ''],
  ['minLength', 'maxLength', ' character'],
  ['minItems', 'maxItems', ' item'],
];

function boundOf(low: unknown, high: unknown, unit: string): string[] {
  const counted = (limit: number) => `${limit}${unit}${unit === '' || limit === 1 ? '' : 's'}`;
  if (typeof low === 'number' && typeof high === 'number') return [`${low} to ${counted(high)}`];
  if (typeof low === 'number') return [`at least ${counted(low)}`];
  return typeof high === 'number' ? [`at most ${counted(high)}`] : [];
}

function ruleOf(node: Json): string {
  const parts = bounds.flatMap(([low, high, unit]) => boundOf(node[low], node[high], unit));
  if (typeof node.exclusiveMinimum === 'number') parts.push(`more than ${node.exclusiveMinimum}`);
  if (typeof node.format === 'string') parts.unshift(node.format);
  if (Array.isArray(node.enum)) parts.unshift(node.enum.map((value) => JSON.stringify(value)).join(', '));
  return parts.join(' · ');
}
