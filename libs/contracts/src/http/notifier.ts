import { z } from 'zod';
import { listOf, page, pathId, timestamp } from './common';
import { operation } from './operation';

export const notificationKinds = [
  'delivery_exhausted',
  'webhook_failing',
  'webhook_recovered',
  'auto_pause_warning',
  'webhook_auto_paused',
] as const;
export type NotificationKind = (typeof notificationKinds)[number];
export const logLevels = ['success', 'warning', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export const notificationSchema = z
  .object({
    id: z.string(),
    at: timestamp,
    kind: z.enum(notificationKinds),
    webhookId: z.string(),
    deliveryId: z.string().nullable(),
    message: z.string(),
    emailedTo: z.string().nullable(),
    readAt: timestamp.nullable(),
  })
  .meta({ id: 'Notification' });

export const logEntrySchema = z
  .object({
    id: z.string(),
    at: timestamp,
    level: z.enum(logLevels),
    source: z.string(),
    message: z.string(),
    durationMs: z.number().nullable(),
    webhookId: z.string().nullable(),
    deliveryId: z.string().nullable(),
    cause: z.object({ key: z.string(), count: z.int(), firstSeenAt: timestamp, lastSeenAt: timestamp }),
  })
  .meta({ id: 'LogEntry' });

export const notificationSettingsSchema = z
  .object({ emailEnabled: z.boolean(), kinds: z.array(z.enum(notificationKinds)) })
  .meta({ id: 'NotificationSettings' });

const readers = ['tenant_admin', 'developer', 'auditor'] as const;
const notifier = { service: 'notifier', tenant: 'required' } as const;

export const notifierOperations = {
  listNotifications: operation({
    ...notifier,
    id: 'listNotifications',
    method: 'GET',
    path: '/v1/notifications',
    summary: 'The inbox, newest first',
    roles: readers,
    query: z.strictObject({
      ...page,
      unread: z.enum(['true', 'false']).optional(),
      webhookId: pathId.optional(),
      kind: z.enum(notificationKinds).optional(),
    }),
    status: 200,
    response: listOf(notificationSchema),
  }),
  readNotification: operation({
    ...notifier,
    id: 'readNotification',
    method: 'POST',
    path: '/v1/notifications/{id}/read',
    summary: 'Mark as read',
    roles: ['tenant_admin', 'developer'],
    params: z.object({ id: pathId }),
    body: z.strictObject({}),
    bodyOptional: true,
    status: 200,
    response: notificationSchema,
  }),
  getNotificationSettings: operation({
    ...notifier,
    id: 'getNotificationSettings',
    method: 'GET',
    path: '/v1/notification-settings',
    summary: 'What is mailed',
    roles: readers,
    status: 200,
    response: notificationSettingsSchema,
  }),
  putNotificationSettings: operation({
    ...notifier,
    id: 'putNotificationSettings',
    method: 'PUT',
    path: '/v1/notification-settings',
    summary: 'Choose what is mailed',
    roles: ['tenant_admin'],
    body: z.strictObject({ emailEnabled: z.boolean(), kinds: z.array(z.enum(notificationKinds)).max(10) }),
    status: 200,
    response: notificationSettingsSchema,
  }),
  listIntegrationLogs: operation({
    ...notifier,
    id: 'listIntegrationLogs',
    method: 'GET',
    path: '/v1/integration-logs',
    summary: 'What went well and wrong, newest first; or the recurring causes',
    roles: readers,
    query: z.strictObject({
      ...page,
      level: z.enum(logLevels).optional(),
      webhookId: pathId.optional(),
      from: timestamp.optional(),
      to: timestamp.optional(),
      /** `cause`: one entry a cause, the latest of it. */
      groupBy: z.enum(['cause']).optional(),
    }),
    status: 200,
    response: listOf(logEntrySchema),
  }),
};
