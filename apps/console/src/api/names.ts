import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { can } from './access';
import { apiKeysQuery, webhooksQuery } from './queries';
import { useSession } from './session';
import { useTenant } from './tenant';
import type { Schemas } from './client';

/** The webhooks of the tenant by id. Names are the present ones; a deleted webhook is not here. */
export function useWebhooks(): Map<string, Schemas['Webhook']> | null {
  const { data } = useQuery(webhooksQuery(useTenant()));
  return useMemo(() => (data ? new Map(data.map((webhook) => [webhook.id, webhook])) : null), [data]);
}

/** For a filter: name and host. */
export function useWebhookOptions() {
  const webhooks = useWebhooks();
  return useMemo(
    () =>
      [...(webhooks?.values() ?? [])]
        .map(({ id, name, url }) => ({ value: id, label: name, description: hostOf(url) }))
        .sort((a, b) => a.label.localeCompare(b.label)),
    [webhooks],
  );
}

export function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** The tenant's API keys by id, empty where the role may not list them. */
export function useApiKeys(): Map<string, Schemas['ApiKey']> {
  const tenant = useTenant();
  const may = can(useSession().principal.role, 'listApiKeys');
  const { data } = useQuery({ ...apiKeysQuery(tenant), enabled: may });
  return useMemo(() => new Map(data?.map((key) => [key.id, key])), [data]);
}
