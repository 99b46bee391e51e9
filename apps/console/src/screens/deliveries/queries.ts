import { infiniteQueryOptions, queryOptions, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { answer, type Schemas } from '../../api/client';
import { pageMax } from '../../api/queries';
import type { Tenant } from '../../api/tenant';
import { rangeOf, toQuery, type Filters } from './filters';

export type Delivery = Schemas['Delivery'];
export interface DeliveryPage {
  data: Delivery[];
  nextCursor: string | null;
  /** How far down the log was searched, where more of it is below. */
  lookedBackTo: string | null;
}
type Pages = InfiniteData<DeliveryPage, string | undefined>;

/** Of the first page, which is waited for. */
export const firstPage = 100;
export const livePollMs = 2_000;
/** Bars that can still be told apart on a phone. */
const barsMax = 96;

const fetchPage = ({ api }: Tenant, filters: Filters, limit: number, cursor: string | undefined, signal: AbortSignal) =>
  answer(
    api.GET('/v1/deliveries', {
      params: { query: { ...toQuery(filters, Date.now()), limit, ...(cursor ? { cursor } : {}) } },
      signal,
    }),
  );

/** Never asked anew by itself: that would move the rows under the reader. `headQuery` brings what changed. */
export const deliveriesQuery = (tenant: Tenant, filters: Filters) =>
  infiniteQueryOptions({
    queryKey: [tenant.tenantId, 'deliveries', filters],
    queryFn: ({ pageParam, signal }): Promise<DeliveryPage> =>
      fetchPage(tenant, filters, pageParam === undefined ? firstPage : pageMax, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** The newest, again and again. */
export const headQuery = (tenant: Tenant, filters: Filters) =>
  queryOptions({
    queryKey: [tenant.tenantId, 'deliveries-head', filters],
    queryFn: ({ signal }) => fetchPage(tenant, filters, firstPage, undefined, signal),
    refetchInterval: livePollMs,
    gcTime: 0,
  });

export const statsQuery = (
  { tenantId, api }: Tenant,
  filters: Pick<Filters, 'webhookId' | 'range' | 'from' | 'to'>,
  pollMs: number | false,
) => {
  const { webhookId, range, from, to } = filters;
  return queryOptions({
    queryKey: [tenantId, 'stats', { webhookId, range, from, to }],
    queryFn: ({ signal }) => {
      const query = { ...rangeOf(filters, Date.now()), buckets: barsMax, ...(webhookId ? { webhookId } : {}) };
      return answer(api.GET('/v1/stats', { params: { query }, signal }));
    },
    refetchInterval: pollMs,
    // A new range is drawn in place of the old one, not after a gap.
    placeholderData: (before) => before,
  });
};

/** Puts changed rows in place in every list that has them; none moves. */
export function updateRows(client: QueryClient, tenantId: string, changed: readonly Delivery[]): void {
  if (changed.length === 0) return;
  const byId = new Map(changed.map((row) => [row.id, row]));
  client.setQueriesData<Pages>({ queryKey: [tenantId, 'deliveries'] }, (data) => {
    if (!data?.pages.some((page) => page.data.some((row) => differs(row, byId.get(row.id))))) return data;
    const pages = data.pages.map((page) =>
      page.data.some((row) => differs(row, byId.get(row.id)))
        ? {
            ...page,
            data: page.data.map((row) => (differs(row, byId.get(row.id)) ? byId.get(row.id)! : row)),
          }
        : page,
    );
    return { ...data, pages };
  });
}

export function differs(old: Delivery, fresh: Delivery | undefined): boolean {
  return fresh !== undefined && (Object.keys(old) as (keyof Delivery)[]).some((key) => old[key] !== fresh[key]);
}

/** Takes rows in at their time. */
export function insertRows(client: QueryClient, key: readonly unknown[], rows: readonly Delivery[]): void {
  client.setQueryData<Pages>(key, (data) => {
    const [first, ...rest] = data?.pages ?? [];
    if (!data || !first) return data;
    const newestFirst = [...rows, ...first.data].sort((a, b) => (a.id < b.id ? 1 : -1));
    return { ...data, pages: [{ ...first, data: newestFirst }, ...rest] };
  });
}
