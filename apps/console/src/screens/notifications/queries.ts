import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, type Schemas } from '../../api/client';
import { byCursor } from '../../api/queries';
import { pollMs } from '../../api/query-client';
import { useTenant, type Tenant } from '../../api/tenant';
import type { Kind } from './words';

export type Notice = Schemas['Notification'];

export interface Filters {
  show: 'unread' | 'all';
  kind: Kind | null;
  webhookId: string | null;
}

export function noticesQuery({ tenantId, api }: Tenant, { show, kind, webhookId }: Filters) {
  return {
    ...byCursor([tenantId, 'notifications', 'list', show, kind, webhookId], (cursor) =>
      answer(
        api.GET('/v1/notifications', {
          params: {
            query: {
              limit: 100,
              ...(cursor === undefined ? {} : { cursor }),
              ...(show === 'unread' ? { unread: 'true' as const } : {}),
              ...(kind === null ? {} : { kind }),
              ...(webhookId === null ? {} : { webhookId }),
            },
          },
        }),
      ),
    ),
    refetchInterval: pollMs * 2,
  };
}

/** What one press may mark; what is left takes another. */
const markMax = 1_000;
const atOnce = 6;

export function useMarkRead() {
  const { tenantId, api } = useTenant();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answer(api.POST('/v1/notifications/{id}/read', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: [tenantId, 'notifications'] }),
  });
}

/** The API marks one at a time: page by page through what is unread. The answer is how many were marked. */
export function useMarkAllRead(onProgress: (marked: number) => void) {
  const { tenantId, api } = useTenant();
  const client = useQueryClient();
  return useMutation({
    async mutationFn() {
      let marked = 0;
      while (marked < markMax) {
        const query = { unread: 'true', limit: 100 } as const;
        const { data } = await answer(api.GET('/v1/notifications', { params: { query } }));
        if (data.length === 0) break;
        for (let at = 0; at < data.length; at += atOnce) {
          const some = data.slice(at, at + atOnce);
          await Promise.all(
            some.map(({ id }) => answer(api.POST('/v1/notifications/{id}/read', { params: { path: { id } } }))),
          );
          marked += some.length;
          onProgress(marked);
        }
      }
      return marked;
    },
    onSettled: () => client.invalidateQueries({ queryKey: [tenantId, 'notifications'] }),
  });
}
