import type { FieldError, JsonObject } from '@arkan/kernel';
import { patternCost, patternCostMax, patternLengthMax, patternTextMax } from './pattern-cost';

export const schemaBytesMax = 65_536;
/** Schemas within schemas, each counted as often as it is referred to. */
export const schemaWorkMax = 5_000;
const errorsMax = 20;

const dialect = 'https://json-schema.org/draft/2020-12/schema';
const mapsOfSchemas = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];
const listsOfSchemas = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const singleSchemas = [
  'items',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
];
const refused: Record<string, string> = {
  $id: 'is not taken: a schema stands under its event type',
  $anchor: 'is not taken; refer by #/$defs/…',
  $dynamicAnchor: 'is not taken; refer by #/$defs/…',
  $dynamicRef: 'is not taken; refer by $ref and #/$defs/…',
  $vocabulary: 'is not taken',
  dependencies: 'is not of JSON Schema 2020-12; use dependentSchemas or dependentRequired',
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const escape = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * What an event type's schema may not have, because whoever sends an event could then make its check cost without bound: references
 * to elsewhere or in circles, patterns that backtrack, `uniqueItems` over objects. Pointers are into the schema. Whether it is a
 * JSON Schema at all is for the compiler to say.
 */
export function schemaFaults(schema: JsonObject): FieldError[] {
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > schemaBytesMax)
    return [fault('', 'too_big', `must have at most ${schemaBytesMax} bytes`, schemaBytesMax)];
  const errors: FieldError[] = [];
  const seen = new Set<JsonObject>();
  const visit = (node: JsonObject, at: string): void => {
    seen.add(node);
    errors.push(...keywordFaults(node, at));
    for (const [child, pointer] of subschemas(node, at)) if (errors.length < errorsMax) visit(child, pointer);
  };
  visit(schema, '');
  if (errors.length === 0) errors.push(...workFaults(schema, seen));
  return errors.slice(0, errorsMax);
}

function fault(pointer: string, code: string, message: string, limit: FieldError['limit'] = null): FieldError {
  return { pointer, code, message, limit };
}

function keywordFaults(node: JsonObject, at: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [keyword, message] of Object.entries(refused))
    if (Object.hasOwn(node, keyword)) errors.push(fault(`${at}/${keyword}`, 'not_allowed', message));
  if (node.$schema !== undefined && node.$schema !== dialect && node.$schema !== `${dialect}#`)
    errors.push(fault(`${at}/$schema`, 'not_allowed', `must be ${dialect}, or absent`));
  if (node.$ref !== undefined && !(typeof node.$ref === 'string' && /^#(\/|$)/.test(node.$ref)))
    errors.push(fault(`${at}/$ref`, 'not_allowed', 'must refer into this schema, by #/$defs/…'));
  if (typeof node.pattern === 'string') errors.push(...patternFaults(node.pattern, `${at}/pattern`));
  if (isObject(node.patternProperties)) {
    for (const pattern of Object.keys(node.patternProperties))
      errors.push(...patternFaults(pattern, `${at}/patternProperties/${escape(pattern)}`));
  }
  if (node.uniqueItems === true && !hasScalarItems(node))
    errors.push(
      fault(
        `${at}/uniqueItems`,
        'too_costly',
        'takes items of type string, number, integer or boolean, named in items',
      ),
    );
  return errors;
}

/** Then duplicates are found by a hash; else every item would be compared with every other. */
function hasScalarItems({ items }: JsonObject): boolean {
  if (!isObject(items)) return false;
  const types = Array.isArray(items.type) ? items.type : [items.type];
  return types.every((type) => typeof type === 'string' && ['string', 'number', 'integer', 'boolean'].includes(type));
}

function patternFaults(pattern: string, at: string): FieldError[] {
  if (pattern.length > patternLengthMax)
    return [fault(at, 'too_big', `must have at most ${patternLengthMax} characters`, patternLengthMax)];
  try {
    new RegExp(pattern, 'u');
  } catch {
    return [fault(at, 'invalid_pattern', 'must be a regular expression of ECMAScript, with its u flag')];
  }
  if (patternCost(pattern) <= patternCostMax) return [];
  return [
    fault(
      at,
      'too_costly',
      `could be tried in too many ways on a text of ${patternTextMax} characters; bound the repeats ({1,64}), start it with ^, and repeat no repeats`,
    ),
  ];
}

function* subschemas(node: JsonObject, at: string): Generator<[JsonObject, string]> {
  for (const keyword of mapsOfSchemas) {
    const map = node[keyword];
    if (!isObject(map)) continue;
    for (const [name, child] of Object.entries(map))
      if (isObject(child)) yield [child, `${at}/${keyword}/${escape(name)}`];
  }
  for (const keyword of listsOfSchemas) {
    const list = node[keyword];
    if (!Array.isArray(list)) continue;
    for (const [index, child] of list.entries()) if (isObject(child)) yield [child, `${at}/${keyword}/${index}`];
  }
  for (const keyword of singleSchemas) {
    const child = node[keyword];
    if (isObject(child)) yield [child, `${at}/${keyword}`];
  }
}

/**
 * References that go in circles, to what is no schema (and so was not looked at), or to so much that the check of one value would
 * have no end.
 */
function workFaults(root: JsonObject, schemas: ReadonlySet<JsonObject>): FieldError[] {
  const done = new Map<JsonObject, number>();
  const open = new Set<JsonObject>();
  const errors: FieldError[] = [];

  function work(node: JsonObject, at: string): number {
    const known = done.get(node);
    if (known !== undefined) return known;
    open.add(node);
    let total = 1;
    for (const [child, pointer] of subschemas(node, at)) total += work(child, pointer);
    if (typeof node.$ref === 'string') total += workOfRef(node.$ref, `${at}/$ref`);
    open.delete(node);
    done.set(node, total);
    return total;
  }

  function workOfRef(ref: string, at: string): number {
    const target = resolve(root, ref);
    if (!target || !schemas.has(target)) errors.push(fault(at, 'unresolved', 'must refer to a schema within this one'));
    else if (open.has(target)) errors.push(fault(at, 'circular', 'refers to what it is a part of'));
    else return work(target, ref.slice(1));
    return 0;
  }

  const total = work(root, '');
  if (total > schemaWorkMax && errors.length === 0)
    errors.push(
      fault('', 'too_costly', `must come to at most ${schemaWorkMax} schemas, references counted`, schemaWorkMax),
    );
  return errors;
}

function resolve(root: JsonObject, ref: string): JsonObject | null {
  let node: unknown = root;
  for (const part of ref.split('/').slice(1)) {
    const name = decodePart(part);
    if (name === null) return null;
    if (Array.isArray(node)) node = node[Number(name)];
    else if (isObject(node) && Object.hasOwn(node, name)) node = node[name];
    else return null;
  }
  return isObject(node) ? node : null;
}

function decodePart(part: string): string | null {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return null;
  }
}
