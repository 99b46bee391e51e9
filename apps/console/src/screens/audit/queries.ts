import { answer } from '../../api/client';
import { byCursor } from '../../api/queries';
import type { Tenant } from '../../api/tenant';
import { boundsOf, type TimeRange } from '../../ui/time-range';

export interface Filters {
  actor: string | null;
  webhookId: string | null;
  range: TimeRange;
}

export const auditQuery = ({ tenantId, api }: Tenant, { actor, webhookId, range }: Filters) =>
  byCursor([tenantId, 'audit', actor, webhookId, range], (cursor) =>
    answer(
      api.GET('/v1/audit/events', {
        params: {
          query: {
            limit: 100,
            ...boundsOf(range),
            ...(cursor === undefined ? {} : { cursor }),
            ...(actor === null ? {} : { actor }),
            ...(webhookId === null ? {} : { webhookId }),
          },
        },
      }),
    ),
  );
