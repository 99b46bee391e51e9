import type { JsonObject, JsonValue } from '@arkan/kernel';
import type { EventTypeDefinition } from '../event-type';

/** A type of the shipped catalog. */
export interface ShippedEventType extends EventTypeDefinition {
  type: string;
}

interface Field {
  schema: JsonObject;
  optional: boolean;
}

const field = (schema: JsonObject): Field => ({ schema, optional: false });

export const optional = ({ schema }: Field): Field => ({ schema, optional: true });

/** An id of the product: opaque to receivers. */
export const id = (description: string) => field({ type: 'string', minLength: 1, maxLength: 100, description });
export const text = (description: string, maxLength = 200) => field({ type: 'string', maxLength, description });
export const timestamp = (description: string) => field({ type: 'string', format: 'date-time', description });
export const date = (description: string) => field({ type: 'string', format: 'date', description });
export const email = (description: string) => field({ type: 'string', format: 'email', maxLength: 254, description });
export const flag = (description: string) => field({ type: 'boolean', description });
export const count = (description: string, minimum = 0) => field({ type: 'integer', minimum, description });
export const oneOf = (description: string, ...values: string[]) => field({ type: 'string', enum: values, description });
export const list = (description: string, items: Field, maxItems = 200) =>
  field({ type: 'array', items: items.schema, maxItems, description });

/** An amount in the smallest unit of its currency, so that no receiver has to round. */
export const money = (description: string) =>
  field({
    type: 'object',
    description,
    properties: {
      amountMinor: { type: 'integer', minimum: 0, description: 'In the smallest unit of the currency, e.g. cents.' },
      currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217.' },
    },
    required: ['amountMinor', 'currency'],
  });

export const person = (description: string) =>
  field({
    type: 'object',
    description,
    properties: {
      id: { type: 'string', minLength: 1, maxLength: 100 },
      name: { type: 'string', maxLength: 200 },
      role: { type: 'string', maxLength: 100 },
    },
    required: ['id', 'name'],
  });

export const record = (description: string, fields: Record<string, Field>) =>
  field({ ...objectSchema(fields), description });

/** Modules add fields as they grow, so fields beyond those named are allowed. */
function objectSchema(fields: Record<string, Field>): JsonObject {
  const properties: JsonObject = {};
  const required: JsonValue[] = [];
  for (const [name, { schema, optional: mayLack }] of Object.entries(fields)) {
    properties[name] = schema;
    if (!mayLack) required.push(name);
  }
  return { type: 'object', properties, required, additionalProperties: true };
}

export function eventType(
  type: string,
  title: string,
  description: string,
  fields: Record<string, Field>,
  example: JsonObject,
): ShippedEventType {
  return {
    type,
    title,
    description,
    schema: { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...objectSchema(fields) },
    example,
  };
}
