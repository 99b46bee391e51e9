import { z } from 'zod';
import { attemptOutcomes, attemptTriggers, deliveryStatuses } from '../http/dispatcher';
import { jsonCodec } from './codec';

export const failuresPerOutcomeMax = 200;

const lastAttempt = z.object({
  deliveryId: z.string(),
  /** ms since 1970, when the attempt ended. */
  atMs: z.number(),
  deliveryStatus: z.enum(deliveryStatuses),
  httpStatus: z.number().nullable(),
  durationMs: z.number().nullable(),
});

/**
 * `delivery.outcomes`, key = webhook id: what the attempts to one webhook came to, in a short stretch of time. Successes are
 * counted, failures are told one by one, at most 200 a message. A redelivered message has the same offset: consumers keep
 * the offset with what they derived, and so count each once.
 */
export const outcomeMessageSchema = z.object({
  v: z.literal(1),
  tenantId: z.string(),
  webhookId: z.string(),
  succeeded: z.number(),
  /** Sum over the successes, for averages. */
  succeededDurationMs: z.number(),
  firstSuccessAtMs: z.number().nullable(),
  lastSuccess: lastAttempt.nullable(),
  /** The latest attempt of all. */
  last: lastAttempt,
  /** In order of time. */
  failures: z
    .array(
      z.object({
        deliveryId: z.string(),
        eventId: z.string(),
        eventType: z.string(),
        attempt: z.number(),
        trigger: z.enum(attemptTriggers),
        isTest: z.boolean(),
        atMs: z.number(),
        outcome: z.enum(attemptOutcomes),
        httpStatus: z.number().nullable(),
        durationMs: z.number().nullable(),
        /** Stable word for the cause, e.g. `http_500`, `timeout`, `connection_refused`. */
        causeKey: z.string(),
        /** In words. */
        error: z.string(),
        /** `failed`: this attempt exhausted the delivery. */
        deliveryStatus: z.enum(deliveryStatuses),
        nextRetryAtMs: z.number().nullable(),
      }),
    )
    .max(failuresPerOutcomeMax),
  /** The receiver answered 410 Gone: the registry pauses the webhook. */
  gone: z.boolean(),
});
export type OutcomeMessage = z.infer<typeof outcomeMessageSchema>;
export const outcomeMessage = jsonCodec('delivery.outcomes', outcomeMessageSchema);
