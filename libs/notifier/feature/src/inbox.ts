import type { DataSource } from 'typeorm';
import { notificationKinds, type InputOf, type notifierOperations, type ResponseOf } from '@arkan/contracts';
import { Refusal, toPublicId, toTimestamp, toUuid, type Clock } from '@arkan/kernel';
import { NotificationRow, NotificationSettingsRow } from '@arkan/notifier-persistence';
import type { Cursors } from '@arkan/runtime';

type Operations = typeof notifierOperations;
type Notification = ResponseOf<Operations['readNotification']>;
type Settings = ResponseOf<Operations['getNotificationSettings']>;

export interface Inbox {
  list(
    tenantId: string,
    query: InputOf<Operations['listNotifications']>['query'],
  ): Promise<ResponseOf<Operations['listNotifications']>>;
  /** The time of the first reading stays. Throws Refusal `not_found`. */
  markRead(tenantId: string, id: string): Promise<Notification>;
  settings(tenantId: string): Promise<Settings>;
  changeSettings(tenantId: string, settings: Settings): Promise<Settings>;
}

/** Until a tenant chooses, everything is mailed. */
const defaults: Settings = { emailEnabled: true, kinds: [...notificationKinds] };

export function createInbox(options: { orm: DataSource; cursors: Cursors; clock: Clock }): Inbox {
  const { orm, cursors, clock } = options;
  const notifications = orm.getRepository(NotificationRow);
  const settings = orm.getRepository(NotificationSettingsRow);
  return {
    async list(tenantId, { limit, cursor, unread, webhookId, kind }) {
      const list = `notifications|${tenantId}`;
      const before = cursors.decode(list, cursor);
      const query = notifications.createQueryBuilder('n').where('n.tenantId = :tenantId', { tenantId });
      if (before !== null) query.andWhere('n.id < :before', { before });
      if (unread !== undefined) query.andWhere(`n.readAt is ${unread === 'true' ? '' : 'not '}null`);
      if (webhookId !== undefined) query.andWhere('n.webhookId = :webhookId', { webhookId });
      if (kind !== undefined) query.andWhere('n.kinds @> array[:kind]', { kind });
      const rows = await query
        .orderBy('n.id', 'DESC')
        .limit(limit + 1)
        .getMany();
      const page = rows.slice(0, limit);
      return {
        data: page.map(notificationOf),
        nextCursor: rows.length > limit ? cursors.encode(list, page.at(-1)!.id) : null,
      };
    },
    async markRead(tenantId, id) {
      const uuid = toUuid('ntc', id);
      const row = uuid === null ? null : await notifications.findOneBy({ tenantId, id: uuid });
      if (!row) throw new Refusal('not_found', 'there is no such notification');
      if (row.readAt === null) {
        row.readAt = new Date(clock.now());
        await notifications.update({ tenantId, id: row.id }, { readAt: row.readAt });
      }
      return notificationOf(row);
    },
    async settings(tenantId) {
      const row = await settings.findOneBy({ tenantId });
      return row ? { emailEnabled: row.emailEnabled, kinds: row.kinds } : defaults;
    },
    async changeSettings(tenantId, { emailEnabled, kinds }) {
      const chosen = notificationKinds.filter((kind) => kinds.includes(kind));
      await settings.upsert({ tenantId, emailEnabled, kinds: chosen }, ['tenantId']);
      return { emailEnabled, kinds: chosen };
    },
  };
}

function notificationOf(row: NotificationRow): Notification {
  return {
    id: toPublicId('ntc', row.id),
    at: toTimestamp(row.at.getTime()),
    kind: row.kind,
    webhookId: row.webhookId,
    deliveryId: row.deliveryId,
    message: row.message,
    emailedTo: row.emailedTo,
    readAt: row.readAt === null ? null : toTimestamp(row.readAt.getTime()),
  };
}
