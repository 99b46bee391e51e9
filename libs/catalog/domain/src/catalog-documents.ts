import type { JsonObject } from '@arkan/kernel';
import type { EventTypeDefinition } from './event-type';
import { moduleOf } from './event-type';

/** What the documents tell of a type; rows of the catalog and shipped types fit as they are. */
export interface DocumentedEventType extends EventTypeDefinition {
  type: string;
  deprecatedAt?: string | null;
}

const text = (description: string, more: JsonObject = {}): JsonObject => ({ type: 'string', description, ...more });
const instant = (description: string) => text(description, { format: 'date-time' });

const deliveryHeaders: [name: string, description: string, required: boolean][] = [
  ['X-Signature', 'Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8.', true],
  ['X-Signature-Previous', 'The same with the previous secret, during the overlap of a rotation.', false],
  ['webhook-id', 'Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it.', true],
  ['webhook-timestamp', 'Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970.', true],
  [
    'webhook-signature',
    'Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces.',
    true,
  ],
  ['X-Event-Type', 'The event type.', true],
  ['X-Event-Id', 'The event id, as its emitter gave it.', true],
  ['X-Delivery-Id', 'The delivery, as the delivery log shows it.', true],
  ['X-Delivery-Attempt', 'Counts from 1.', true],
];

/** The `webhooks` of an OpenAPI 3.1 document: for each event type, the request that a receiver gets. Each stands by itself. */
export function catalogWebhooks(types: readonly DocumentedEventType[]): Record<string, JsonObject> {
  return Object.fromEntries(sorted(types).map((type) => [type.type, { post: receive(type) }]));
}

function receive({ type, title, description, schema, example, deprecatedAt }: DocumentedEventType): JsonObject {
  return {
    operationId: `receive ${type}`.replaceAll(/[ ._]+(\w)/g, (_, letter: string) => letter.toUpperCase()),
    tags: [moduleOf(type)],
    summary: title,
    description,
    ...(deprecatedAt ? { deprecated: true } : {}),
    // The signatures are the security; there is no credential of the receiver's that the platform could send.
    security: [],
    parameters: deliveryHeaders.map(([name, about, required]) => ({
      name,
      in: 'header',
      required,
      description: about,
      schema: { type: 'string' },
    })),
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: {
              id: text('The event id, as its emitter gave it.'),
              type: { type: 'string', const: type },
              timestamp: instant('When it happened.'),
              tenantId: text('Whose event it is.'),
              data: embedded(type, schema),
            },
            required: ['id', 'type', 'timestamp', 'tenantId', 'data'],
          },
          example: {
            id: `evt_${type}_1`,
            type,
            timestamp: '2026-03-02T08:14:05.120Z',
            tenantId: 'acme',
            data: example,
          },
        },
      },
    },
    responses: {
      '2XX': { description: 'Taken. Anything else, or no answer within the timeout, is tried again.' },
      '410': { description: 'Gone: the webhook is paused.' },
    },
  };
}

/**
 * AsyncAPI 3.0 of what the platform takes from the bus: one channel a module, one message an event type. `kafkaOf` gives the binding
 * of a module's topic.
 */
export function catalogAsyncApi(
  types: readonly DocumentedEventType[],
  version: string,
  kafkaOf: (module: string) => JsonObject,
): JsonObject {
  const modules = [...new Set(sorted(types).map(({ type }) => moduleOf(type)))];
  const of = (module: string) => sorted(types).filter(({ type }) => moduleOf(type) === module);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'ArkanPM Webhooks: events of the product modules',
      version,
      description:
        'Modules emit CloudEvents 1.0, structured or binary, keyed by tenant. An event is identified by tenant and id; a second one is a duplicate and delivers nothing. What can not be read goes to arkan.events.dead with the reason.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(
      modules.map((module) => [
        module,
        {
          address: `arkan.events.${module}`,
          title: `Events of ${module}`,
          messages: Object.fromEntries(of(module).map(({ type }) => [type, { $ref: `#/components/messages/${type}` }])),
          bindings: { kafka: kafkaOf(module) },
        },
      ]),
    ),
    operations: Object.fromEntries(
      modules.map((module) => [
        `ingest_${module}`,
        {
          action: 'receive',
          channel: { $ref: `#/channels/${module}` },
          summary: `Takes the events of ${module}`,
          messages: of(module).map(({ type }) => ({ $ref: `#/channels/${module}/messages/${type}` })),
        },
      ]),
    ),
    components: { messages: Object.fromEntries(sorted(types).map((type) => [type.type, message(type)])) },
  };
}

function message({ type, title, description, schema, example, deprecatedAt }: DocumentedEventType): JsonObject {
  return {
    name: type,
    title,
    summary: description,
    contentType: 'application/cloudevents+json',
    ...(deprecatedAt ? { tags: [{ name: 'deprecated' }] } : {}),
    payload: {
      type: 'object',
      properties: {
        specversion: { type: 'string', const: '1.0' },
        id: text('Unique within the tenant.', { minLength: 1, maxLength: 200 }),
        source: text('Where it happened.', { minLength: 1, maxLength: 2_048 }),
        type: { type: 'string', const: type },
        time: instant('When it happened; absent: when it is taken.'),
        tenantid: text('Whose event it is; absent: the message key says.'),
        datacontenttype: { type: 'string', const: 'application/json' },
        data: embedded(type, schema),
      },
      required: ['specversion', 'id', 'source', 'type', 'data'],
    },
    bindings: { kafka: { key: text('The tenant id.'), bindingVersion: '0.5.0' } },
    examples: [
      {
        name: 'example',
        payload: {
          specversion: '1.0',
          id: `evt_${type}_1`,
          source: `/${moduleOf(type)}`,
          type,
          time: '2026-03-02T08:14:05.120Z',
          tenantid: 'acme',
          data: example,
        },
      },
    ],
  };
}

/** References within the schema are meant from its own root, which an id of its own makes true inside another document. */
function embedded(type: string, { $schema: _, ...schema }: JsonObject): JsonObject {
  return JSON.stringify(schema).includes('"$ref"') ? { $id: `urn:arkanpm:event-data:${type}`, ...schema } : schema;
}

const sorted = <T extends DocumentedEventType>(types: readonly T[]): T[] =>
  [...types].sort((a, b) => (a.type < b.type ? -1 : 1));
