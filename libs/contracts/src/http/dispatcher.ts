import { z } from 'zod';
import { listOf, page, pathId, tenantId, text, timestamp } from './common';
import { operation } from './operation';
import { deliveryStatuses } from './registry';

export { deliveryStatuses };
export type DeliveryStatus = (typeof deliveryStatuses)[number];
export const attemptOutcomes = [
  'success',
  'http_error',
  'timeout',
  'connect_error',
  'tls_error',
  'blocked_address',
  'unknown',
] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];
export const attemptTriggers = ['automatic', 'manual', 'replay', 'test'] as const;
export type AttemptTrigger = (typeof attemptTriggers)[number];

/** Bytes of a response body that are kept. */
export const responseBodyMaxBytes = 16_384;

const headers = z.record(z.string(), z.string());
export const attemptSchema = z
  .object({
    id: z.string(),
    number: z.int(),
    trigger: z.enum(attemptTriggers),
    startedAt: timestamp,
    outcome: z.enum(attemptOutcomes),
    request: z.object({ url: z.string(), method: z.literal('POST'), headers, body: z.string() }),
    response: z.object({ status: z.int(), headers, body: z.string(), bodyTruncated: z.boolean() }).nullable(),
    durationMs: z.number().nullable(),
    timing: z.object({
      dnsMs: z.number().nullable(),
      connectMs: z.number().nullable(),
      tlsMs: z.number().nullable(),
      firstByteMs: z.number().nullable(),
      totalMs: z.number().nullable(),
    }),
    remoteAddress: z.string().nullable(),
    error: z.string().nullable(),
    configRevision: z.int(),
  })
  .meta({ id: 'Attempt' });

export const deliverySchema = z
  .object({
    id: z.string(),
    tenantId,
    webhookId: z.string(),
    webhookName: z.string(),
    eventId: z.string(),
    eventType: z.string(),
    status: z.enum(deliveryStatuses),
    httpStatus: z.int().nullable(),
    durationMs: z.number().nullable(),
    attemptCount: z.int(),
    nextRetryAt: timestamp.nullable(),
    createdAt: timestamp,
    completedAt: timestamp.nullable(),
    configRevision: z.int(),
    isTest: z.boolean(),
  })
  .meta({ id: 'Delivery' });
export const deliveryWithAttemptsSchema = deliverySchema
  .extend({ attempts: z.array(attemptSchema) })
  .meta({ id: 'DeliveryWithAttempts' });

/** Attempts in a bucket of time. */
const bucket = z.object({ at: timestamp, succeeded: z.int(), failed: z.int() });
const attemptCounts = z.object({ total: z.int(), succeeded: z.int(), failed: z.int() });
/** Buckets of the statistics that fill any range. */
const statsBucketsMax = 200;

export const statsSchema = z
  .object({
    from: timestamp,
    to: timestamp,
    deliveries: z.record(z.enum(deliveryStatuses), z.int()),
    attempts: attemptCounts,
    durationMs: z.object({ p50: z.number().nullable(), p95: z.number().nullable(), p99: z.number().nullable() }),
    oldestPendingAt: timestamp.nullable(),
    /** Width of a bucket. Buckets in which nothing happened are left out. */
    bucketMs: z.int(),
    buckets: z.array(bucket),
  })
  .meta({ id: 'Stats' });

export const webhookStatsSchema = z
  .object({
    from: timestamp,
    to: timestamp,
    bucketMs: z.int(),
    data: z.array(
      z.object({
        webhookId: z.string(),
        buckets: z.array(bucket),
        attempts: attemptCounts,
        durationMs: z.object({ p50: z.number().nullable(), p95: z.number().nullable() }),
      }),
    ),
  })
  .meta({ id: 'WebhookStats' });

const readers = ['tenant_admin', 'developer', 'auditor'] as const;
const dispatcher = { service: 'dispatcher', tenant: 'required' } as const;

export const dispatcherOperations = {
  listDeliveries: operation({
    ...dispatcher,
    id: 'listDeliveries',
    method: 'GET',
    path: '/v1/deliveries',
    summary: 'The delivery log, newest first',
    roles: readers,
    query: z.strictObject({
      ...page,
      webhookId: pathId.optional(),
      /** One, or several separated by commas. */
      status: z
        .string()
        .max(100)
        .refine((value) => value.split(',').every((part) => (deliveryStatuses as readonly string[]).includes(part)), {
          message: `must be one or more of ${deliveryStatuses.join(', ')}`,
        })
        .optional(),
      eventType: text(200).optional(),
      eventId: text(200).optional(),
      httpStatus: z
        .string()
        .regex(/^([1-5]\d\d|[1-5]xx)$/, { message: 'must be a status like 500 or a class like 5xx' })
        .optional(),
      from: timestamp.optional(),
      to: timestamp.optional(),
      text: text(200, 1).optional(),
    }),
    status: 200,
    response: listOf(deliverySchema).extend({
      /** A page of a rare filter may have few rows or none: down to this time the log was searched. Null with the last page. */
      lookedBackTo: timestamp.nullable(),
    }),
  }),
  getDelivery: operation({
    ...dispatcher,
    id: 'getDelivery',
    method: 'GET',
    path: '/v1/deliveries/{id}',
    summary: 'A delivery with its attempts',
    roles: readers,
    params: z.object({ id: pathId }),
    status: 200,
    response: deliveryWithAttemptsSchema,
  }),
  retryDelivery: operation({
    ...dispatcher,
    id: 'retryDelivery',
    method: 'POST',
    path: '/v1/deliveries/{id}/retry',
    summary: 'Send it again now, with the present configuration',
    roles: ['tenant_admin', 'developer'],
    params: z.object({ id: pathId }),
    body: z.strictObject({}),
    bodyOptional: true,
    status: 202,
    response: deliverySchema,
    problems: ['wrong_state'],
  }),
  cancelDelivery: operation({
    ...dispatcher,
    id: 'cancelDelivery',
    method: 'POST',
    path: '/v1/deliveries/{id}/cancel',
    summary: 'Send no more of what is pending, retrying or held',
    roles: ['tenant_admin', 'developer'],
    params: z.object({ id: pathId }),
    body: z.strictObject({}),
    bodyOptional: true,
    status: 202,
    response: deliverySchema,
    problems: ['wrong_state'],
  }),
  stats: operation({
    ...dispatcher,
    id: 'stats',
    method: 'GET',
    path: '/v1/stats',
    summary: 'Volume, results and latency over a time',
    roles: readers,
    query: z.strictObject({
      webhookId: pathId.optional(),
      from: timestamp.optional(),
      to: timestamp.optional(),
      /** How many buckets may fill the range; the narrowest width that makes no more of them is taken. */
      buckets: z.coerce
        .number({ message: 'must be a number' })
        .int()
        .min(1, { message: 'must be at least 1' })
        .max(statsBucketsMax, { message: `must be at most ${statsBucketsMax}` })
        .default(statsBucketsMax),
    }),
    status: 200,
    response: statsSchema,
  }),
  webhookStats: operation({
    ...dispatcher,
    id: 'webhookStats',
    method: 'GET',
    path: '/v1/stats/webhooks',
    summary: 'Results by hours and latency of each webhook, over 24 hours at most',
    roles: readers,
    query: z.strictObject({ from: timestamp.optional(), to: timestamp.optional() }),
    status: 200,
    response: webhookStatsSchema,
  }),
};
