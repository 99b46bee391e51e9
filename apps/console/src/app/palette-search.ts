import { queryOptions, useQuery } from '@tanstack/react-query';
import type { LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { can } from '../api/access';
import { answer, type Schemas } from '../api/client';
import { ApiError } from '../api/problem';
import { eventTypesQuery, pageMax, tenantsQuery, webhooksQuery } from '../api/queries';
import { useSession } from '../api/session';
import { useTenant, type Tenant } from '../api/tenant';
import { usePaths } from './links';
import { paths } from './paths';
import { useScreens } from './screens';

export type FoundKind = 'screen' | 'action' | 'webhook' | 'delivery' | 'event' | 'type' | 'tenant';
export interface Found {
  kind: FoundKind;
  to: string;
  label: string;
  detail?: string;
  icon?: LucideIcon;
}

/** Of each kind; more would be no help. */
const shownMax = 8;
/** After the last key, before the API is asked. */
const pauseMs = 200;
const idMin = 4;

/** An id that is not there is an answer here, and no failure. */
async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

const exactQuery = ({ tenantId, api }: Tenant, id: string) =>
  queryOptions({
    queryKey: [tenantId, 'palette', 'exact', id],
    queryFn: async ({ signal }): Promise<Exact> => {
      const params = { path: { id } };
      const [delivery, event] = await Promise.all([
        id.startsWith('dlv_') ? orNull(answer(api.GET('/v1/deliveries/{id}', { params, signal }))) : null,
        orNull(answer(api.GET('/v1/events/{id}', { params, signal }))),
      ]);
      return { delivery, event };
    },
    staleTime: 10_000,
  });

const latestQuery = ({ tenantId, api }: Tenant) =>
  queryOptions({
    queryKey: [tenantId, 'palette', 'latest'],
    queryFn: async ({ signal }): Promise<Latest> => {
      const params = { query: { limit: pageMax } };
      const [deliveries, events] = await Promise.all([
        answer(api.GET('/v1/deliveries', { params, signal })),
        answer(api.GET('/v1/events', { params, signal })),
      ]);
      return { deliveries: deliveries.data, events: events.data };
    },
    staleTime: 10_000,
  });

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

export function useFound(typed: string) {
  const text = typed.trim();
  const needle = text.toLowerCase();
  const tenant = useTenant();
  const { role } = useSession().principal;
  const settled = useSettled(text);
  const isIdLike = text.length >= idMin && !/\s/.test(text);
  const mayLook = can(role, 'listDeliveries') && can(role, 'listEvents');
  const enabled = isIdLike && settled === text && mayLook;
  const exact = useQuery({ ...exactQuery(tenant, settled), enabled });
  const latest = useQuery({ ...latestQuery(tenant), enabled });

  const groups = [
    { title: 'Go to', found: useScreensFound(needle) },
    { title: 'Webhooks', found: useWebhooksFound(needle) },
    { title: 'Deliveries and events', found: useByIdFound(text, enabled ? exact.data : undefined, latest.data) },
    { title: 'Event types', found: useTypesFound(needle) },
    { title: 'Tenants', found: useTenantsFound(needle) },
  ].filter(({ found }) => found.length > 0);
  return { groups, isIdLike, isSearching: isIdLike && mayLook && (settled !== text || exact.isFetching) };
}

function useScreensFound(needle: string): Found[] {
  const { role } = useSession().principal;
  const to = usePaths();
  const screens = useScreens()
    .filter(({ needs }) => can(role, needs))
    .map((screen): Found => ({ kind: 'screen', to: screen.to, label: screen.name, icon: screen.icon }));
  const add: Found = { kind: 'action', to: to.newWebhook, label: 'Add a webhook' };
  return [...screens, ...(can(role, 'createWebhook') ? [add] : [])].filter(({ label }) =>
    label.toLowerCase().includes(needle),
  );
}

function useWebhooksFound(needle: string): Found[] {
  const { role } = useSession().principal;
  const to = usePaths();
  const { data = [] } = useQuery({ ...webhooksQuery(useTenant()), enabled: can(role, 'listWebhooks') });
  if (needle === '') return [];
  return data
    .filter(({ id, name, url }) => id.startsWith(needle) || `${name} ${url}`.toLowerCase().includes(needle))
    .slice(0, shownMax)
    .map(({ id, name, url }) => ({ kind: 'webhook', to: to.webhook(id), label: name, detail: `${url} · ${id}` }));
}

interface Exact {
  delivery: Schemas['Delivery'] | null;
  event: Schemas['Event'] | null;
}
interface Latest {
  deliveries: Schemas['Delivery'][];
  events: Schemas['Event'][];
}

function useByIdFound(text: string, exact: Exact | undefined, latest: Latest | undefined): Found[] {
  const to = usePaths();
  if (text.length < idMin) return [];
  const byId = <T extends { id: string }>(one: T | null | undefined, many: readonly T[] | undefined) => {
    const begin = (many ?? []).filter(({ id }) => id.startsWith(text) && id !== one?.id);
    return [...(one ? [one] : []), ...begin].slice(0, shownMax);
  };
  return [
    ...byId(exact?.delivery, latest?.deliveries).map(({ id, eventType, status, webhookName }): Found => ({
      kind: 'delivery',
      to: to.delivery(id),
      label: id,
      detail: `${eventType} to ${webhookName}, ${status}`,
    })),
    ...byId(exact?.event, latest?.events).map(({ id, type }): Found => ({
      kind: 'event',
      to: to.event(id),
      label: id,
      detail: type,
    })),
  ];
}

function useTypesFound(needle: string): Found[] {
  const to = usePaths();
  const { data = [] } = useQuery({ ...eventTypesQuery(useTenant()), enabled: needle.length >= 2 });
  if (needle.length < 2) return [];
  return data
    .filter(({ type, title }) => `${type} ${title}`.toLowerCase().includes(needle))
    .slice(0, shownMax)
    .map(({ type, title }) => ({ kind: 'type', to: to.catalog(type), label: type, detail: title }));
}

function useTenantsFound(needle: string): Found[] {
  const isOperator = useSession().tenantId === null;
  const { data = [] } = useQuery({ ...tenantsQuery, enabled: isOperator });
  if (needle === '' || !isOperator) return [];
  return data
    .filter(({ id, name }) => `${name} ${id}`.toLowerCase().includes(needle))
    .slice(0, shownMax)
    .map(({ id, name }) => ({ kind: 'tenant', to: paths(id).webhooks, label: name, detail: id }));
}
