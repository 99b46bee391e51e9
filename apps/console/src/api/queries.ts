/** Queries that more than one screen asks. A screen's own stand in its folder, made in the same way. */
import { infiniteQueryOptions, queryOptions, type QueryKey } from '@tanstack/react-query';
import { answer } from './client';
import { pollMs } from './query-client';
import { rootApi } from './session';
import type { Tenant } from './tenant';

export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/** Most rows that the API gives at once. */
export const pageMax = 250;
/** A bound for loops over pages; 40 pages are 10,000 rows. */
const pagesMax = 40;

/** A list by its cursor: `useInfiniteQuery(byCursor(key, fetchPage))`, then `rowsOf(query.data)`. */
export function byCursor<T>(queryKey: QueryKey, fetchPage: (cursor: string | undefined) => Promise<Page<T>>) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    maxPages: pagesMax,
  });
}

export function rowsOf<T>(data: { pages: Page<T>[] } | undefined): T[] {
  return data?.pages.flatMap((page) => page.data) ?? [];
}

/** Every page of a list that is known to be short (webhooks and event types are at most 1,000). */
export async function allPages<T>(fetchPage: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const { data, nextCursor } = await fetchPage(cursor);
    rows.push(...data);
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return rows;
}

export const tenantsQuery = queryOptions({
  queryKey: ['tenants'],
  queryFn: ({ signal }) =>
    allPages((cursor) =>
      answer(
        rootApi.GET('/v1/tenants', { params: { query: { limit: pageMax, ...(cursor ? { cursor } : {}) } }, signal }),
      ),
    ),
  staleTime: 60_000,
});

export const webhooksQuery = ({ tenantId, api }: Tenant) =>
  queryOptions({
    queryKey: [tenantId, 'webhooks'],
    queryFn: ({ signal }) =>
      allPages((cursor) =>
        answer(
          api.GET('/v1/webhooks', { params: { query: { limit: pageMax, ...(cursor ? { cursor } : {}) } }, signal }),
        ),
      ),
    refetchInterval: pollMs,
  });

export const webhookQuery = ({ tenantId, api }: Tenant, id: string) =>
  queryOptions({
    queryKey: [tenantId, 'webhooks', id],
    queryFn: ({ signal }) => answer(api.GET('/v1/webhooks/{id}', { params: { path: { id } }, signal })),
    refetchInterval: pollMs,
  });

export const apiKeysQuery = ({ tenantId, api }: Tenant) =>
  queryOptions({
    queryKey: [tenantId, 'api-keys'],
    queryFn: ({ signal }) =>
      allPages((cursor) =>
        answer(
          api.GET('/v1/api-keys', { params: { query: { limit: pageMax, ...(cursor ? { cursor } : {}) } }, signal }),
        ),
      ),
    staleTime: 30_000,
  });

export const eventTypesQuery = ({ tenantId, api }: Tenant) =>
  queryOptions({
    queryKey: [tenantId, 'event-types'],
    queryFn: ({ signal }) =>
      allPages((cursor) =>
        answer(
          api.GET('/v1/event-types', { params: { query: { limit: pageMax, ...(cursor ? { cursor } : {}) } }, signal }),
        ),
      ),
    staleTime: 60_000,
  });

/** How this installation is set up: limits, backoff, what is mailed. */
export const settingsQuery = ({ api }: Tenant) =>
  queryOptions({
    queryKey: ['settings'],
    queryFn: ({ signal }) => answer(api.GET('/v1/settings', { signal })),
    staleTime: 300_000,
  });

/** Enough to say "9+": the count beside the inbox is a hint, not a figure. */
export const unreadQuery = ({ tenantId, api }: Tenant) =>
  queryOptions({
    queryKey: [tenantId, 'notifications', 'unread-count'],
    queryFn: async ({ signal }) => {
      const query = { unread: 'true', limit: 10 } as const;
      return (await answer(api.GET('/v1/notifications', { params: { query }, signal }))).data.length;
    },
    refetchInterval: 15_000,
  });
