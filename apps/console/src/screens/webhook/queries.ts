import { queryOptions } from '@tanstack/react-query';
import { answer, type Schemas } from '../../api/client';
import { byCursor, pageMax } from '../../api/queries';
import { pollMs } from '../../api/query-client';
import type { Tenant } from '../../api/tenant';

export type Webhook = Schemas['Webhook'];
export type HistoryEntry = Schemas['HistoryEntry'];

/** Newest first. */
export const historyQuery = ({ tenantId, api }: Tenant, id: string) =>
  byCursor([tenantId, 'webhooks', id, 'history'], (cursor) =>
    answer(
      api.GET('/v1/webhooks/{id}/history', {
        params: { path: { id }, query: { limit: 100, ...(cursor ? { cursor } : {}) } },
      }),
    ),
  );

/** As it was: at a time, or right after the change at a position. What was does not change. */
export const asOfQuery = ({ tenantId, api }: Tenant, id: string, asOf: string) =>
  queryOptions({
    queryKey: [tenantId, 'webhooks', id, 'as-of', asOf],
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/webhooks/{id}', { params: { path: { id }, query: { asOf } }, signal })),
    staleTime: 60_000,
  });

/** Those of one state, newest first; as many as one page has. */
export const waitingQuery = ({ tenantId, api }: Tenant, webhookId: string, status: 'retrying' | 'held') =>
  queryOptions({
    queryKey: [tenantId, 'waiting', webhookId, status],
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/deliveries', { params: { query: { webhookId, status, limit: pageMax } }, signal })),
    refetchInterval: pollMs,
  });
