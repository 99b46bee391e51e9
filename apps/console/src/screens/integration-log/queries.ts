import { answer, type Schemas } from '../../api/client';
import { byCursor } from '../../api/queries';
import { pollMs } from '../../api/query-client';
import type { Tenant } from '../../api/tenant';
import { boundsOf, type TimeRange } from '../../ui/time-range';

export type LogEntry = Schemas['LogEntry'];

export const levels = [
  { value: 'problems', label: 'Errors and warnings' },
  { value: 'error', label: 'Errors' },
  { value: 'warning', label: 'Warnings' },
  { value: 'success', label: 'Successes' },
  { value: 'all', label: 'All levels' },
] as const;

export interface Filters {
  level: (typeof levels)[number]['value'];
  webhookId: string | null;
  range: TimeRange;
}

export function logQuery({ tenantId, api }: Tenant, filters: Filters, groupBy: 'cause' | null) {
  const { level, webhookId, range } = filters;
  return {
    ...byCursor([tenantId, 'integration-log', groupBy, level, webhookId, range], (cursor) =>
      answer(
        api.GET('/v1/integration-logs', {
          params: {
            query: {
              limit: 100,
              ...boundsOf(range),
              ...(cursor === undefined ? {} : { cursor }),
              ...(groupBy === null ? {} : { groupBy }),
              ...(webhookId === null ? {} : { webhookId }),
              ...(level === 'problems' || level === 'all' ? {} : { level }),
            },
          },
        }),
      ),
    ),
    refetchInterval: pollMs * 2,
  };
}

/** The API takes one level; "errors and warnings" is what is left without the successes. */
export const fits = (level: Filters['level']) => (entry: LogEntry) => level !== 'problems' || entry.level !== 'success';
