import type { Pool } from 'pg';
import type { InputOf, notifierOperations, ResponseOf } from '@arkan/contracts';
import { toPublicId, toTimestamp } from '@arkan/kernel';
import {
  listCauses,
  listLogEntries,
  type CausePosition,
  type LogEntryView,
  type LogFilter,
} from '@arkan/notifier-persistence';
import type { Cursors } from '@arkan/runtime';

type List = typeof notifierOperations.listIntegrationLogs;

export interface IntegrationLog {
  /** Entries newest first, or causes by when they were last seen. */
  list(tenantId: string, query: InputOf<List>['query']): Promise<ResponseOf<List>>;
}

export function createIntegrationLog({ pool, cursors }: { pool: Pool; cursors: Cursors }): IntegrationLog {
  return {
    async list(tenantId, { limit, cursor, level, webhookId, from, to, groupBy }) {
      const list = `integration-logs|${groupBy ?? 'entry'}|${tenantId}`;
      const before = cursors.decode(list, cursor);
      const filter: LogFilter = {
        tenantId,
        limit: limit + 1,
        ...(level ? { level } : {}),
        ...(webhookId === undefined ? {} : { webhookId }),
        ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
        ...(to === undefined ? {} : { toMs: Date.parse(to) }),
      };
      const rows =
        groupBy === 'cause'
          ? await listCauses(pool, {
              ...filter,
              before: before === null ? null : (JSON.parse(before) as CausePosition),
            })
          : await listLogEntries(pool, { ...filter, beforeUuid: before });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const next = rows.length > limit && last ? (groupBy === 'cause' ? causePosition(last) : last.uuid) : null;
      return { data: page.map(entryOf), nextCursor: next === null ? null : cursors.encode(list, next) };
    },
  };
}

const causePosition = ({ cause, webhookId }: LogEntryView): string =>
  JSON.stringify({
    lastSeenMs: cause.lastSeenAt.getTime(),
    webhookId: webhookId ?? '',
    causeKey: cause.key,
  } satisfies CausePosition);

function entryOf({ uuid, at, cause, ...entry }: LogEntryView): ResponseOf<List>['data'][number] {
  return {
    id: toPublicId('log', uuid),
    at: toTimestamp(at.getTime()),
    level: entry.level,
    source: entry.source,
    message: entry.message,
    durationMs: entry.durationMs,
    webhookId: entry.webhookId,
    deliveryId: entry.deliveryId,
    cause: {
      key: cause.key,
      count: cause.count,
      firstSeenAt: toTimestamp(cause.firstSeenAt.getTime()),
      lastSeenAt: toTimestamp(cause.lastSeenAt.getTime()),
    },
  };
}
