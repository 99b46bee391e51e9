import { z } from 'zod';
import { line, listOf, page, pathId, tenantId, text, timestamp } from './common';
import { operation } from './operation';
import { historyEntrySchema } from './registry';

/** Bytes of `data` as JSON, UTF-8. */
export const eventDataMaxBytes = 262_144;
export const eventBatchMax = 1_000;
/** Objects and arrays within one another, in `data`. */
export const eventDataDepthMax = 64;

export const eventTypeName = z
  .string()
  .max(200)
  .regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){2}$/, {
    message: 'must be of the form module.entity.what_happened, in lower case',
  });

const json = z.record(z.string(), z.unknown());

export const eventTypeSchema = z
  .object({
    type: z.string(),
    module: z.string(),
    title: z.string(),
    description: z.string(),
    schema: json,
    example: json,
    deprecatedAt: timestamp.nullable(),
    revision: z.int(),
  })
  .meta({ id: 'EventType' });

/** A CloudEvents 1.0 event as this platform takes it. Other extension attributes are allowed and not kept. */
export const cloudEventSchema = z
  .looseObject({
    specversion: z.literal('1.0', { message: 'must be "1.0"' }),
    id: line(200, 1),
    source: line(2_048, 1),
    type: eventTypeName,
    time: timestamp.optional(),
    tenantid: tenantId.optional(),
    datacontenttype: z
      .string()
      .regex(/^application\/(json|[a-z0-9.+-]+\+json)(;.*)?$/i, { message: 'must be a JSON type' })
      .optional(),
    data: z.record(z.string(), z.unknown(), { message: 'must be a JSON object' }),
  })
  .meta({ id: 'CloudEvent' });

export const acceptedEventSchema = z
  .object({ id: z.string(), duplicate: z.boolean(), deliveries: z.int().nullable() })
  .meta({ id: 'AcceptedEvent' });

export const eventSchema = z
  .object({
    id: z.string(),
    tenantId,
    type: z.string(),
    source: z.string(),
    time: timestamp,
    data: json,
    acceptedAt: timestamp,
  })
  .meta({ id: 'Event' });

const readers = ['tenant_admin', 'developer', 'auditor'] as const;

export const catalogOperations = {
  listEventTypes: operation({
    id: 'listEventTypes',
    service: 'catalog',
    tenant: 'none',
    method: 'GET',
    path: '/v1/event-types',
    summary: 'List the event types',
    roles: ['tenant_admin', 'developer', 'auditor', 'producer'],
    query: z.strictObject({ ...page, module: text(100).optional() }),
    status: 200,
    response: listOf(eventTypeSchema),
  }),
  getEventType: operation({
    id: 'getEventType',
    service: 'catalog',
    tenant: 'none',
    method: 'GET',
    path: '/v1/event-types/{type}',
    summary: 'Read an event type',
    roles: ['tenant_admin', 'developer', 'auditor', 'producer'],
    params: z.object({ type: pathId }),
    status: 200,
    response: eventTypeSchema,
  }),
  putEventType: operation({
    id: 'putEventType',
    service: 'catalog',
    tenant: 'none',
    method: 'PUT',
    path: '/v1/event-types/{type}',
    summary: 'Add, change, deprecate or bring back an event type',
    roles: [],
    ifMatch: true,
    params: z.object({ type: pathId }),
    body: z.strictObject({
      title: text(200, 1),
      description: text(2_000),
      schema: json,
      example: json,
      deprecated: z.boolean().default(false),
      reason: text(500).optional(),
    }),
    status: 200,
    response: eventTypeSchema,
    problems: ['revision_mismatch'],
  }),
  eventTypeHistory: operation({
    id: 'eventTypeHistory',
    service: 'catalog',
    tenant: 'none',
    method: 'GET',
    path: '/v1/event-types/{type}/history',
    summary: 'Each change of an event type, newest first',
    roles: ['tenant_admin', 'auditor'],
    params: z.object({ type: pathId }),
    query: z.strictObject(page),
    status: 200,
    response: listOf(historyEntrySchema),
  }),
  catalogOpenApi: operation({
    id: 'catalogOpenApi',
    service: 'catalog',
    tenant: 'none',
    method: 'GET',
    path: '/v1/catalog/openapi.json',
    summary: 'The present catalog as the webhooks of an OpenAPI 3.1 document: what receivers get',
    roles: ['tenant_admin', 'developer', 'auditor', 'producer'],
    status: 200,
    response: json,
  }),
  catalogAsyncApi: operation({
    id: 'catalogAsyncApi',
    service: 'catalog',
    tenant: 'none',
    method: 'GET',
    path: '/v1/catalog/asyncapi.json',
    summary: 'The present catalog as an AsyncAPI 3 document: what modules emit',
    roles: ['tenant_admin', 'developer', 'auditor', 'producer'],
    status: 200,
    response: json,
  }),
  /** In binary mode, `application/json` with `ce-…` headers, the body is the event's `data`. */
  publishEvents: operation({
    id: 'publishEvents',
    service: 'catalog',
    tenant: 'optional',
    method: 'POST',
    path: '/v1/events',
    summary: 'Emit one event or a batch',
    roles: ['producer', 'tenant_admin'],
    bodies: {
      'application/cloudevents+json': cloudEventSchema,
      'application/json': cloudEventSchema,
      'application/cloudevents-batch+json': z.array(cloudEventSchema).min(1).max(eventBatchMax),
    },
    status: 202,
    response: z.union([acceptedEventSchema, z.object({ data: z.array(acceptedEventSchema) })]),
    problems: ['data_too_large', 'unsupported_media_type'],
  }),
  listEvents: operation({
    id: 'listEvents',
    service: 'catalog',
    tenant: 'required',
    method: 'GET',
    path: '/v1/events',
    summary: 'List the events, newest first',
    roles: readers,
    query: z.strictObject({
      ...page,
      eventType: text(200).optional(),
      from: timestamp.optional(),
      to: timestamp.optional(),
    }),
    status: 200,
    response: listOf(eventSchema),
  }),
  getEvent: operation({
    id: 'getEvent',
    service: 'catalog',
    tenant: 'required',
    method: 'GET',
    path: '/v1/events/{id}',
    summary: 'Read an event',
    roles: readers,
    params: z.object({ id: pathId }),
    status: 200,
    response: eventSchema,
  }),
};
