import { z } from 'zod';
import { csrfHeader, sessionCookie, problemSchema, problems, type Operation } from '@arkan/contracts';

type JsonSchema = Record<string, unknown>;

export interface OpenApiOptions {
  operations: readonly Operation[];
  /** The `webhooks` of the document: what receivers get, by event type. */
  webhooks: Record<string, unknown>;
  version: string;
}

/** OpenAPI 3.1 of the given operations, from the contracts alone: the same input gives the same bytes, so that it can be compared. */
export function createOpenApi({ operations, webhooks, version }: OpenApiOptions): JsonSchema {
  const components: Record<string, JsonSchema> = {};
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => hoist(toJsonSchema(schema, io), components);
  const problem = schemaOf(problemSchema, 'output');
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of [...operations].sort(
    (a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method),
  )) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = describe(operation, schemaOf, problem);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'ArkanPM Webhooks',
      version,
      description: 'Register webhooks, emit events, read the delivery log, and replay every change of configuration.',
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { session: [] }],
    paths,
    webhooks,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key (ak_…) or a JWT of the configured issuer.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: sessionCookie,
          description: `The console's session, of POST /v1/session. Every method but GET also needs its csrfToken as ${csrfHeader}.`,
        },
      },
      schemas: Object.fromEntries(Object.entries(components).sort(([a], [b]) => a.localeCompare(b))),
    },
  };
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
  }) as JsonSchema;
  return rest;
}

/** Schemas with an id stand under components; zod puts them into `$defs`, and an outermost one has its id on itself. */
function hoist(schema: JsonSchema, components: Record<string, JsonSchema>): JsonSchema {
  const { $defs, ...own } = schema as JsonSchema & { $defs?: Record<string, JsonSchema> };
  for (const [name, definition] of Object.entries($defs ?? {}))
    components[name] = rewrite(withoutId(definition)) as JsonSchema;
  const rewritten = rewrite(withoutId(own)) as JsonSchema;
  if (typeof own.id !== 'string') return rewritten;
  components[own.id] = rewritten;
  return { $ref: `#/components/schemas/${own.id}` };
}

const withoutId = ({ id: _, ...rest }: JsonSchema): JsonSchema => rest;

function rewrite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewrite);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      key === '$ref' && typeof item === 'string'
        ? [key, item.replace('#/$defs/', '#/components/schemas/')]
        : [key, rewrite(item)],
    ),
  );
}

function requestBody(operation: Operation, schemaOf: SchemaOf): JsonSchema {
  const bodies = operation.bodies ?? (operation.body ? { 'application/json': operation.body } : null);
  if (!bodies) return {};
  const content = Object.entries(bodies).map(([type, schema]) => [type, { schema: schemaOf(schema, 'input') }]);
  return { requestBody: { required: !operation.bodyOptional, content: Object.fromEntries(content) as JsonSchema } };
}

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;

function describe(operation: Operation, schemaOf: SchemaOf, problem: JsonSchema): JsonSchema {
  const parameters = [
    ...fields(operation.params, 'path', schemaOf),
    ...fields(operation.query, 'query', schemaOf),
    ...(operation.tenant === 'none'
      ? []
      : [header('X-Tenant-Id', 'For an operator: the tenant that the call is about.')]),
    ...(operation.ifMatch ? [header('If-Match', 'The ETag of a read; a change to an older revision gets 412.')] : []),
    ...(operation.method === 'POST' && !operation.public
      ? [header('Idempotency-Key', 'The same key and request get the same answer, for a day.')]
      : []),
  ];
  return {
    operationId: operation.id,
    tags: [operation.service],
    summary: operation.summary,
    ...(operation.public
      ? { description: 'Without a credential.', security: [] }
      : { description: `Roles: ${['operator', ...operation.roles].join(', ')}.` }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...requestBody(operation, schemaOf),
    responses: { ...success(operation, schemaOf), ...refusals(operation, problem) },
  };
}

function fields(schema: z.ZodType | undefined, place: 'path' | 'query', schemaOf: SchemaOf): JsonSchema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

const header = (name: string, description: string): JsonSchema => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
});

function success(operation: Operation, schemaOf: SchemaOf): JsonSchema {
  const content = operation.response
    ? { content: { 'application/json': { schema: schemaOf(operation.response, 'output') } } }
    : {};
  return { [operation.status]: { description: operation.summary, ...content } };
}

function refusals(operation: Operation, problem: JsonSchema): JsonSchema {
  const codes = new Set([
    'unauthenticated',
    ...(operation.public ? [] : ['forbidden']),
    'invalid',
    'unavailable',
    ...(operation.params ? ['not_found'] : []),
    ...(operation.problems ?? []),
  ] as (keyof typeof problems)[]);
  if (operation.body || operation.bodies)
    for (const code of ['malformed_json', 'body_too_large', 'unsupported_media_type'] as const) codes.add(code);
  const byStatus = new Map<number, string[]>();
  for (const code of codes) byStatus.set(problems[code].status, [...(byStatus.get(problems[code].status) ?? []), code]);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, list]) => [
        status,
        { description: list.join(', '), content: { 'application/problem+json': { schema: problem } } },
      ]),
  );
}
