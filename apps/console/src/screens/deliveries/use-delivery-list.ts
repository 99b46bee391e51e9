import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTenant } from '../../api/tenant';
import type { Filters } from './filters';
import { deliveriesQuery, firstPage, headQuery, insertRows, updateRows, type Delivery } from './queries';

/** Rows that a list has at most; who wants older ones narrows the time. */
export const rowsMax = 10_000;
/** Rows that are looked for ahead of the reader. */
const ahead = 50;
/** Pages without a row in them, after which it is asked whether to go on: each is up to 40,000 deliveries. */
const emptyPagesMax = 200;

/**
 * The list by its cursor. The page of a rare filter may come back short, with a cursor that goes on: it goes on by itself until there
 * are as many as are wanted, the log is over, or it is stopped.
 */
export function useDeliveryList(filters: Filters) {
  const query = useInfiniteQuery(deliveriesQuery(useTenant(), filters));
  const [goal, setGoal] = useState(ahead);
  const [isStopped, setStopped] = useState(false);
  const pages = query.data?.pages;
  const rows = useMemo(() => oncePerId(pages?.flatMap((page) => page.data) ?? []), [pages]);
  const isFull = rows.length >= rowsMax;
  const emptyPages = pages ? pages.length - 1 - pages.findLastIndex((page) => page.data.length > 0) : 0;
  const paused = isStopped || (emptyPages > 0 && emptyPages % emptyPagesMax === 0);
  const { hasNextPage, isFetching, isError, fetchNextPage } = query;
  const goesOn = hasNextPage && !isFull && !paused && !isError && rows.length < goal;
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage({ cancelRefetch: false });
  }, [goesOn, isFetching, fetchNextPage]);
  const lookedBackTo = pages?.at(-1)?.lookedBackTo ?? null;
  const more = useCallback(() => setGoal(rows.length + ahead), [rows.length]);
  return {
    query,
    rows,
    isFull,
    hasMore: hasNextPage && !isFull && !isStopped,
    more,
    /** While it looks through what does not fit. */
    search: {
      isUnderWay: goesOn && pages !== undefined && (pages.at(-1)?.data.length ?? 0) < firstPage,
      isStopped: paused && hasNextPage && !isFull,
      lookedBackTo,
      stop: () => setStopped(true),
      goOn() {
        setStopped(false);
        setGoal(rows.length + ahead);
        // Also past the bound of empty pages, which holds only until one more is there.
        void fetchNextPage({ cancelRefetch: false });
      },
    },
  };
}

/**
 * What came since: rows that are shown already are brought up to date in place, new ones are kept until they are wanted. Polls only
 * in a visible tab.
 */
export function useNewRows(filters: Filters, rows: readonly Delivery[], isLive: boolean) {
  const tenant = useTenant();
  const client = useQueryClient();
  const { data: head } = useQuery({ ...headQuery(tenant, filters), enabled: isLive });
  const fresh = useMemo(() => {
    const known = new Set(rows.map((row) => row.id));
    return head?.data.filter((row) => !known.has(row.id)) ?? [];
  }, [head, rows]);
  useEffect(() => {
    if (head) updateRows(client, tenant.tenantId, head.data);
  }, [client, tenant.tenantId, head]);
  /** None of the newest is known: between them and the list more may lie. */
  const hasGap = fresh.length >= firstPage;
  const show = useCallback(() => {
    const key = deliveriesQuery(tenant, filters).queryKey;
    if (hasGap) void client.resetQueries({ queryKey: key, exact: true });
    else insertRows(client, key, fresh);
  }, [client, tenant, filters, fresh, hasGap]);
  return { count: fresh.length, hasGap, show };
}

/** A row that was taken in by its new state may be met again further down. */
function oncePerId(rows: Delivery[]): Delivery[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return byId.size === rows.length ? rows : [...byId.values()];
}
