import { queryOptions } from '@tanstack/react-query';
import { answer, type Schemas } from '../../api/client';
import type { Tenant } from '../../api/tenant';
import { fillBuckets, type Bucket } from '../../ui/buckets';

/** Results of the last 24 hours by the hour, of every webhook, in one call. */
export const webhookStatsQuery = ({ tenantId, api }: Tenant) =>
  queryOptions({
    queryKey: [tenantId, 'stats', 'webhooks'],
    queryFn: ({ signal }) => answer(api.GET('/v1/stats/webhooks', { signal })),
    refetchInterval: 15_000,
  });

export interface Strips {
  bucketMs: number;
  /** What a webhook shows to which nothing was sent. */
  empty: Bucket[];
  byWebhook: Map<string, Bucket[]>;
}

export function stripsOf(stats: Schemas['WebhookStats']): Strips {
  return {
    bucketMs: stats.bucketMs,
    empty: fillBuckets([], stats),
    byWebhook: new Map(stats.data.map(({ webhookId, buckets }) => [webhookId, fillBuckets(buckets, stats)])),
  };
}
