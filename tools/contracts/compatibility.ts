import { isDeepStrictEqual } from 'node:util';

/** JSON Schema, as far as zod writes it. */
export type JsonSchema = { [keyword: string]: unknown };

/**
 * Who must be able to read what. `both`: what is sent, for releases run beside each other while one is rolled out, and topics keep what
 * the older one wrote. `new_only`: what is stored for ever and read by nobody but the newest code.
 */
export type Reading = 'both' | 'new_only';

/** What a change does to the set of values: with `narrower` new code can't read some old ones, with `wider` old code some new ones. */
type Effect = 'narrower' | 'wider' | 'other' | 'gone';

const consequences: Record<Effect, string> = {
  narrower: 'new code could not read what was written before',
  wider: 'the code of the release before could not read what is written now',
  other: 'it can not be told that old and new code read each other',
  gone: 'what was written before would lose it, and a later field could take its name with another meaning',
};

interface Path {
  steps: string;
  depth: number;
  note(path: string, effect: Effect, what: string): void;
  released: JsonSchema;
  present: JsonSchema;
}

/** Deeper ones than any message has; what refers to itself has no end. */
const depthMax = 32;

/**
 * Sentences that say what would break between a schema that was released and the present one, and what to do; empty: nothing.
 * Fields may be added that need not be there. `new_only` also takes whatever lets more values in.
 */
export function incompatibilities(released: JsonSchema, present: JsonSchema, reading: Reading): string[] {
  const sentences: string[] = [];
  const note = (path: string, effect: Effect, what: string) => {
    if (effect === 'wider' && reading === 'new_only') return;
    sentences.push(`${path || 'the whole'} ${what}: ${consequences[effect]}. ${remedyOf(what)}`);
  };
  compare({ steps: '', depth: 0, note, released, present }, [released], [present]);
  return sentences;
}

const remedyOf = (what: string): string =>
  what.startsWith('is a new field that must be there')
    ? 'Make it optional, or make a new version.'
    : 'Leave it as it was, or make a new version.';

/** One type of value, with the keywords that bound it. */
interface Branch {
  type: string;
  schema: JsonSchema;
}

function compare(at: Path, old: readonly JsonSchema[], now: readonly JsonSchema[]): void {
  if (at.depth > depthMax) throw new Error(`${at.steps}: schemas that refer to themselves can not be compared`);
  const oldBranches = old.flatMap((schema) => branchesOf(schema, at.released, at.depth));
  const nowBranches = now.flatMap((schema) => branchesOf(schema, at.present, at.depth));
  const oldLeft = oldBranches.filter((one) => !nowBranches.some((other) => isDeepStrictEqual(one, other)));
  const nowLeft = nowBranches.filter((one) => !oldBranches.some((other) => isDeepStrictEqual(one, other)));
  for (const branch of oldLeft) {
    const partner = partnerOf(branch, oldLeft, nowLeft);
    if (partner) compareBranch(at, branch.type, branch.schema, partner.schema);
    else if (!nowLeft.some(({ type }) => type === 'any'))
      at.note(at.steps, 'narrower', `no longer takes ${nameOf(branch)}`);
  }
  for (const branch of nowLeft)
    if (!partnerOf(branch, nowLeft, oldLeft) && !oldLeft.some(({ type }) => type === 'any'))
      at.note(at.steps, 'wider', `now takes ${nameOf(branch)} too`);
}

/** The branch that the other side has in its place: the only one of its type, or else the one with the same constants. */
function partnerOf(branch: Branch, own: readonly Branch[], others: readonly Branch[]): Branch | undefined {
  const ofType = others.filter(({ type }) => type === branch.type);
  if (ofType.length === 1 && own.filter(({ type }) => type === branch.type).length === 1) return ofType[0];
  const constants = constantsOf(branch.schema);
  return constants === '{}' ? undefined : ofType.find(({ schema }) => constantsOf(schema) === constants);
}

const propertiesOf = (schema: JsonSchema) => (schema.properties ?? {}) as Record<string, JsonSchema>;
const constantsOf = (schema: JsonSchema): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(propertiesOf(schema)).flatMap(([name, { const: is }]) => (is === undefined ? [] : [[name, is]])),
    ),
  );
const nameOf = ({ type, schema }: Branch): string => {
  const constants = constantsOf(schema);
  return type === 'any' ? 'just anything' : constants === '{}' ? type : `${type} with ${constants}`;
};

/** A union as its parts, several types as one each, a constant as an enum of one, a whole number as a number that is whole. */
function branchesOf(schema: JsonSchema, root: JsonSchema, depth: number): Branch[] {
  if (depth > depthMax) throw new Error('schemas that refer to themselves can not be compared');
  const { $ref, anyOf, oneOf, type, const: constant, ...rest } = schema;
  if (typeof $ref === 'string') return branchesOf(pointedAt($ref, root), root, depth + 1);
  const parts = (anyOf ?? oneOf) as JsonSchema[] | undefined;
  if (parts) return parts.flatMap((part) => branchesOf(part, root, depth + 1));
  if (Array.isArray(type)) return type.flatMap((one) => branchesOf({ ...schema, type: one }, root, depth));
  const bounded = constant === undefined ? rest : { ...rest, enum: [constant] };
  if (type === 'integer') return [{ type: 'number', schema: { ...bounded, multipleOf: rest.multipleOf ?? 1 } }];
  return [{ type: typeof type === 'string' ? type : 'any', schema: bounded }];
}

function pointedAt($ref: string, root: JsonSchema): JsonSchema {
  const steps = $ref.split('/').slice(1);
  const found = steps.reduce<unknown>((node, step) => (node as JsonSchema | undefined)?.[step], root);
  if (!$ref.startsWith('#') || typeof found !== 'object') throw new Error(`${$ref} leads nowhere`);
  return found as JsonSchema;
}

/** Keywords that say nothing about which values are taken. */
const annotations = new Set([
  '$schema',
  '$id',
  '$defs',
  'id',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
]);
const lowerBounds = new Set(['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties']);
const upperBounds = new Set(['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties']);
const conditions = new Set(['pattern', 'format', 'multipleOf', 'uniqueItems']);
const subschemas = new Set(['properties', 'required', 'additionalProperties', 'items', 'enum']);

function compareBranch(at: Path, type: string, old: JsonSchema, now: JsonSchema): void {
  compareEnums(at, old.enum as unknown[] | undefined, now.enum as unknown[] | undefined);
  for (const keyword of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const [before, after] = [old[keyword], now[keyword]];
    if (annotations.has(keyword) || subschemas.has(keyword) || isDeepStrictEqual(before, after)) continue;
    const isBound = lowerBounds.has(keyword) || upperBounds.has(keyword);
    at.note(
      at.steps,
      isBound ? effectOfBound(keyword, before as number, after as number) : effectOfOther(keyword, before, after),
      `has ${keyword} ${shown(after)} in place of ${shown(before)}`,
    );
  }
  if (type === 'array') compareItems(at, old.items as JsonSchema | undefined, now.items as JsonSchema | undefined);
  if (type === 'object') compareObjects(at, old, now);
}

const shown = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value));

function effectOfBound(keyword: string, before: number | undefined, after: number | undefined): Effect {
  if (before === undefined) return 'narrower';
  if (after === undefined) return 'wider';
  return lowerBounds.has(keyword) === after > before ? 'narrower' : 'wider';
}

function effectOfOther(keyword: string, before: unknown, after: unknown): Effect {
  if (!conditions.has(keyword)) return 'other';
  return before === undefined ? 'narrower' : after === undefined ? 'wider' : 'other';
}

function compareEnums(at: Path, old: unknown[] | undefined, now: unknown[] | undefined): void {
  if (!old && !now) return;
  if (!old) return at.note(at.steps, 'narrower', `takes only ${shown(now)} now`);
  if (!now) return at.note(at.steps, 'wider', `takes other values than ${shown(old)} now`);
  const removed = old.filter((value) => !now.includes(value));
  const added = now.filter((value) => !old.includes(value));
  if (removed.length > 0) at.note(at.steps, 'narrower', `no longer takes ${removed.map(shown).join(', ')}`);
  if (added.length > 0) at.note(at.steps, 'wider', `now takes ${added.map(shown).join(', ')} too`);
}

const below = (at: Path, step: string): Path => ({ ...at, steps: `${at.steps}/${step}`, depth: at.depth + 1 });

function compareItems(at: Path, old: JsonSchema | undefined, now: JsonSchema | undefined): void {
  if (old || now) compare(below(at, '*'), [old ?? {}], [now ?? {}]);
}

function compareObjects(at: Path, old: JsonSchema, now: JsonSchema): void {
  const [oldFields, nowFields] = [propertiesOf(old), propertiesOf(now)];
  const must = (schema: JsonSchema, name: string) => ((schema.required ?? []) as string[]).includes(name);
  for (const [name, field] of Object.entries(oldFields)) {
    const here = below(at, name);
    const present = Object.hasOwn(nowFields, name) ? nowFields[name] : undefined;
    if (!present) {
      here.note(here.steps, 'gone', 'was removed');
      continue;
    }
    if (must(old, name) && !must(now, name)) here.note(here.steps, 'wider', 'need not be there any more');
    if (!must(old, name) && must(now, name)) here.note(here.steps, 'narrower', 'must be there now');
    compare(here, [field], [present]);
  }
  for (const name of Object.keys(nowFields)) {
    if (Object.hasOwn(oldFields, name)) continue;
    const here = below(at, name);
    if (must(now, name)) here.note(here.steps, 'narrower', 'is a new field that must be there');
    else if (isClosed(old)) here.note(here.steps, 'wider', 'is new where readers refuse what they do not know');
  }
  compareOthers(below(at, '(other fields)'), old.additionalProperties ?? {}, now.additionalProperties ?? {});
}

const isClosed = ({ additionalProperties: other = true }: JsonSchema) =>
  other !== true && !isDeepStrictEqual(other, {});

function compareOthers(at: Path, old: unknown, now: unknown): void {
  if (old === false && now === false) return;
  if (old === false) return at.note(at.steps, 'wider', 'are taken now');
  if (now === false) return at.note(at.steps, 'narrower', 'are refused now');
  compare(at, [old === true ? {} : (old as JsonSchema)], [now === true ? {} : (now as JsonSchema)]);
}
