import { checkCustomHeaders, checkUrl, parseCidrs } from '@arkan/kernel';
import { z } from 'zod';
import {
  asOf,
  keyId,
  line,
  listOf,
  page,
  pathId,
  reason,
  roleSchema,
  tenantId,
  text,
  timestamp,
  webhookId,
  wellFormed,
} from './common';
import { operation } from './operation';
import { settingsSchema } from './settings';

export const webhookStatuses = ['active', 'paused', 'failing'] as const;
export const deliveryStatuses = ['pending', 'retrying', 'success', 'failed', 'held', 'cancelled'] as const;

export const limits = {
  webhooksPerTenant: 1_000,
  /** That are not revoked. */
  apiKeysPerTenant: 1_000,
  retryCountMax: 15,
  retryCountDefault: 5,
  timeoutMinMs: 1_000,
  timeoutMaxMs: 30_000,
  timeoutDefaultMs: 10_000,
  secretMin: 16,
  secretMax: 128,
  customHeadersMax: 20,
  overlapDefaultSeconds: 86_400,
  overlapMaxSeconds: 604_800,
  urlMax: 2_048,
  eventTypesMax: 100,
} as const;

const name = line(100, 1);
const description = text(1_000);
/** Everything but the address behind it, which depends on the operator's settings and is checked by the registry. */
const anyNetwork = parseCidrs(['0.0.0.0/0', '::/0']);
const url = z
  .string()
  .min(1, { message: 'must not be empty' })
  .max(limits.urlMax, { message: `must have at most ${limits.urlMax} characters` })
  .refine(wellFormed, { message: 'must not contain halves of characters (lone surrogates)' })
  .superRefine((value, context) => {
    const checked = checkUrl(value, anyNetwork);
    if (!checked.ok && value.length > 0) {
      context.addIssue({ code: 'custom', message: checked.refusal.message, params: { code: checked.refusal.code } });
    }
  });
/** `module.entity.what_happened`, or `module.*`. Whether it exists is checked against the catalog. */
const subscription = z
  .string()
  .max(200)
  .regex(/^([a-z][a-z0-9_]*)(\.\*|(\.[a-z][a-z0-9_]*){2})$/, {
    message: 'must be an event type like maintenance.work_order.created, or a module like maintenance.*',
  });
const eventTypes = z
  .array(subscription)
  .min(1, { message: 'must name at least one event type' })
  .max(limits.eventTypesMax, {
    message: `must name at most ${limits.eventTypesMax} event types; use module.* for a whole module`,
  })
  .refine((types) => new Set(types).size === types.length, { message: 'must not name a type twice' });
const secret = z
  .string()
  .min(limits.secretMin, { message: `must have at least ${limits.secretMin} characters` })
  .max(limits.secretMax, { message: `must have at most ${limits.secretMax} characters` })
  .regex(/^[\x21-\x7e]+$/, { message: 'must be printable ASCII without spaces' })
  .refine((value) => !value.startsWith('whsec_') || /^[A-Za-z0-9+/]{4,}={0,2}$/.test(value.slice('whsec_'.length)), {
    message: 'must be Base64 after whsec_, because receivers decode it; leave whsec_ out for a text of your own',
  });
const customHeaders = z.record(z.string(), z.string({ message: 'must be a text' })).superRefine((headers, context) => {
  for (const { pointer, code, message, limit } of checkCustomHeaders(headers, '')) {
    const path = pointer === '' ? [] : [pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~')];
    context.addIssue({ code: 'custom', message, path, params: { code, limit } });
  }
});
const retryCount = z
  .int({ message: 'must be a whole number' })
  .min(0, { message: 'must be at least 0' })
  .max(limits.retryCountMax, { message: `must be at most ${limits.retryCountMax}` });
const timeoutMs = z
  .int({ message: 'must be a whole number of milliseconds' })
  .min(limits.timeoutMinMs, { message: `must be at least ${limits.timeoutMinMs}` })
  .max(limits.timeoutMaxMs, { message: `must be at most ${limits.timeoutMaxMs}` });
const ownerEmail = z.email({ message: 'must be an e-mail address' }).max(254);

export const createWebhookBody = z.strictObject({
  name,
  description: description.default(''),
  url,
  eventTypes,
  secret: secret.optional(),
  customHeaders: customHeaders.default({}),
  retryCount: retryCount.default(limits.retryCountDefault),
  timeoutMs: timeoutMs.default(limits.timeoutDefaultMs),
  ownerEmail,
  reason,
});
export const patchWebhookBody = z
  .strictObject({
    name: name.optional(),
    description: description.optional(),
    url: url.optional(),
    eventTypes: eventTypes.optional(),
    /** Replaces them all. A masked value (`***`) of a header that is there keeps what it has. */
    customHeaders: customHeaders.optional(),
    retryCount: retryCount.optional(),
    timeoutMs: timeoutMs.optional(),
    ownerEmail: ownerEmail.optional(),
    reason,
  })
  .refine((body) => Object.keys(body).some((key) => key !== 'reason'), { message: 'must change at least one field' });

export const webhookSchema = z
  .object({
    id: webhookId,
    tenantId,
    name: z.string(),
    description: z.string(),
    url: z.string(),
    eventTypes: z.array(z.string()),
    customHeaders: z.record(z.string(), z.string()),
    retryCount: z.int(),
    timeoutMs: z.int(),
    ownerEmail: z.string(),
    status: z.enum(webhookStatuses),
    /** Why it is paused or failing, in words; null while active. */
    statusReason: z.string().nullable(),
    statusSince: timestamp,
    revision: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
    lastDelivery: z
      .object({
        deliveryId: z.string(),
        at: timestamp,
        status: z.enum(deliveryStatuses),
        httpStatus: z.int().nullable(),
      })
      .nullable(),
    maxInFlight: z.int().nullable(),
    rateLimitPerSecond: z.int().nullable(),
    ordered: z.boolean(),
    filter: z.null(),
    previousSecretExpiresAt: timestamp.nullable(),
  })
  .meta({ id: 'Webhook' });
export const createdWebhookSchema = webhookSchema.extend({ secret: z.string() }).meta({ id: 'CreatedWebhook' });

export const historyEntrySchema = z
  .object({
    position: z.string(),
    webhookId: z.string().nullable(),
    revision: z.int(),
    type: z.string(),
    at: timestamp,
    actor: z.object({ id: z.string(), kind: z.enum(['api_key', 'user', 'system']), role: z.string().nullable() }),
    reason: z.string().nullable(),
    requestId: z.string().nullable(),
    sourceIp: z.string().nullable(),
    changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
    outcome: z.enum(['applied', 'refused']),
    /** Of a refused attempt: what it was and why; `count` is more than 1 where a flood of them was counted into one. */
    refusal: z.object({ operation: z.string(), code: z.string(), detail: z.string(), count: z.int() }).nullable(),
  })
  .meta({ id: 'HistoryEntry' });

export const tenantSchema = z.object({ id: tenantId, name: z.string(), createdAt: timestamp }).meta({ id: 'Tenant' });
export const apiKeySchema = z
  .object({
    id: keyId,
    name: z.string(),
    role: roleSchema,
    tenantId: tenantId.nullable(),
    createdAt: timestamp,
    expiresAt: timestamp.nullable(),
    revokedAt: timestamp.nullable(),
  })
  .meta({ id: 'ApiKey' });

/** Of the event that is sent where no other type is asked for. */
export const testEventType = 'webhook.test';

const byId = z.object({ id: pathId });
const readers = ['tenant_admin', 'developer', 'auditor'] as const;
const writers = ['tenant_admin', 'developer'] as const;
const registry = { service: 'registry', tenant: 'required' } as const;

export const registryOperations = {
  readSettings: operation({
    id: 'readSettings',
    service: 'registry',
    tenant: 'none',
    method: 'GET',
    path: '/v1/settings',
    summary: 'Limits, retries and version of this installation',
    roles: ['tenant_admin', 'developer', 'auditor', 'producer'],
    status: 200,
    response: settingsSchema,
  }),
  createTenant: operation({
    id: 'createTenant',
    service: 'registry',
    tenant: 'none',
    method: 'POST',
    path: '/v1/tenants',
    summary: 'Add a tenant',
    roles: [],
    body: z.strictObject({ id: tenantId.optional(), name: text(100, 1) }),
    status: 201,
    response: tenantSchema,
    problems: ['tenant_exists'],
  }),
  listTenants: operation({
    id: 'listTenants',
    service: 'registry',
    tenant: 'none',
    method: 'GET',
    path: '/v1/tenants',
    summary: 'List the tenants',
    roles: [],
    query: z.strictObject(page),
    status: 200,
    response: listOf(tenantSchema),
  }),
  createApiKey: operation({
    id: 'createApiKey',
    service: 'registry',
    tenant: 'optional',
    method: 'POST',
    path: '/v1/api-keys',
    summary: 'Make an API key; it is shown this once',
    roles: ['tenant_admin'],
    body: z.strictObject({
      name: text(100, 1),
      role: roleSchema,
      tenantId: tenantId.optional(),
      expiresAt: timestamp.optional(),
    }),
    status: 201,
    response: apiKeySchema.extend({ key: z.string() }).meta({ id: 'CreatedApiKey' }),
    problems: ['api_key_limit'],
  }),
  listApiKeys: operation({
    id: 'listApiKeys',
    service: 'registry',
    tenant: 'optional',
    method: 'GET',
    path: '/v1/api-keys',
    summary: 'List the API keys, without the keys themselves',
    roles: ['tenant_admin', 'auditor'],
    query: z.strictObject(page),
    status: 200,
    response: listOf(apiKeySchema),
  }),
  revokeApiKey: operation({
    id: 'revokeApiKey',
    service: 'registry',
    tenant: 'optional',
    method: 'DELETE',
    path: '/v1/api-keys/{id}',
    summary: 'Revoke an API key, effective on the next request',
    roles: ['tenant_admin'],
    params: byId,
    status: 204,
    response: null,
  }),
  createWebhook: operation({
    ...registry,
    id: 'createWebhook',
    method: 'POST',
    path: '/v1/webhooks',
    summary: 'Register a webhook',
    roles: writers,
    body: createWebhookBody,
    status: 201,
    response: createdWebhookSchema,
    problems: ['webhook_limit'],
  }),
  listWebhooks: operation({
    ...registry,
    id: 'listWebhooks',
    method: 'GET',
    path: '/v1/webhooks',
    summary: 'List the webhooks',
    roles: readers,
    query: z.strictObject({ ...page, asOf, status: z.enum(webhookStatuses).optional(), text: text(200).optional() }),
    status: 200,
    response: listOf(webhookSchema),
  }),
  getWebhook: operation({
    ...registry,
    id: 'getWebhook',
    method: 'GET',
    path: '/v1/webhooks/{id}',
    summary: 'Read a webhook',
    roles: readers,
    params: byId,
    query: z.strictObject({ asOf }),
    status: 200,
    response: webhookSchema,
  }),
  patchWebhook: operation({
    ...registry,
    id: 'patchWebhook',
    method: 'PATCH',
    path: '/v1/webhooks/{id}',
    summary: 'Change a webhook',
    roles: writers,
    ifMatch: true,
    params: byId,
    body: patchWebhookBody,
    status: 200,
    response: webhookSchema,
    problems: ['revision_mismatch'],
  }),
  deleteWebhook: operation({
    ...registry,
    id: 'deleteWebhook',
    method: 'DELETE',
    path: '/v1/webhooks/{id}',
    summary: 'Delete a webhook; what is pending is cancelled, the log stays',
    roles: writers,
    ifMatch: true,
    params: byId,
    query: z.strictObject({ reason }),
    status: 204,
    response: null,
    problems: ['revision_mismatch'],
  }),
  pauseWebhook: operation({
    ...registry,
    id: 'pauseWebhook',
    method: 'POST',
    path: '/v1/webhooks/{id}/pause',
    summary: 'Pause: what matches is held',
    roles: writers,
    ifMatch: true,
    params: byId,
    body: z.strictObject({ reason }),
    bodyOptional: true,
    status: 200,
    response: webhookSchema,
    problems: ['wrong_state', 'revision_mismatch'],
  }),
  resumeWebhook: operation({
    ...registry,
    id: 'resumeWebhook',
    method: 'POST',
    path: '/v1/webhooks/{id}/resume',
    summary: 'Resume: what was held is sent',
    roles: writers,
    ifMatch: true,
    params: byId,
    body: z.strictObject({ reason }),
    bodyOptional: true,
    status: 200,
    response: webhookSchema,
    problems: ['wrong_state', 'revision_mismatch'],
  }),
  testWebhook: operation({
    ...registry,
    id: 'testWebhook',
    method: 'POST',
    path: '/v1/webhooks/{id}/test',
    summary: 'Send a test event the real way',
    roles: writers,
    params: byId,
    body: z
      .strictObject({
        eventType: z.string().max(200).optional(),
        /** In place of the type's example; must fit its schema. */
        data: z.record(z.string(), z.unknown(), { message: 'must be a JSON object' }).optional(),
      })
      .refine((body) => body.data === undefined || (body.eventType ?? testEventType) !== testEventType, {
        message: 'is taken only with an eventType of the catalog, whose schema it must fit',
        path: ['data'],
      }),
    bodyOptional: true,
    status: 202,
    response: z.object({ deliveryId: z.string() }),
    problems: ['wrong_state', 'data_too_large'],
  }),
  rotateSecret: operation({
    ...registry,
    id: 'rotateSecret',
    method: 'POST',
    path: '/v1/webhooks/{id}/rotate-secret',
    summary: 'A new secret now; the previous one also signs for an overlap',
    roles: ['tenant_admin'],
    ifMatch: true,
    params: byId,
    body: z.strictObject({
      secret: secret.optional(),
      overlapSeconds: z
        .int()
        .min(0, { message: 'must be at least 0' })
        .max(limits.overlapMaxSeconds, { message: `must be at most ${limits.overlapMaxSeconds} (7 days)` })
        .default(limits.overlapDefaultSeconds),
      reason,
    }),
    bodyOptional: true,
    status: 200,
    response: z.object({ secret: z.string(), previousSecretExpiresAt: timestamp.nullable() }),
    problems: ['revision_mismatch'],
  }),
  readSecret: operation({
    ...registry,
    id: 'readSecret',
    method: 'GET',
    path: '/v1/webhooks/{id}/secret',
    summary: 'Read the secret; the read is kept in the history',
    roles: ['tenant_admin'],
    params: byId,
    status: 200,
    response: z.object({ secret: z.string() }),
  }),
  webhookHistory: operation({
    ...registry,
    id: 'webhookHistory',
    method: 'GET',
    path: '/v1/webhooks/{id}/history',
    summary: 'Each change, newest first',
    roles: readers,
    params: byId,
    query: z.strictObject(page),
    status: 200,
    response: listOf(historyEntrySchema),
  }),
  auditEvents: operation({
    ...registry,
    id: 'auditEvents',
    method: 'GET',
    path: '/v1/audit/events',
    summary: 'Changes of the tenant, newest first',
    roles: ['tenant_admin', 'auditor'],
    query: z.strictObject({
      ...page,
      from: timestamp.optional(),
      to: timestamp.optional(),
      actor: text(200).optional(),
      webhookId: pathId.optional(),
    }),
    status: 200,
    response: listOf(historyEntrySchema),
  }),
};
