import { queryOptions } from '@tanstack/react-query';
import { answer, type Schemas } from '../../api/client';
import type { Tenant } from '../../api/tenant';

export type DeliveryWithAttempts = Schemas['DeliveryWithAttempts'];

const soonMs = 60_000;
const pollMs = 1_000;
const slowPollMs = 10_000;

/** Often while something is about to happen, seldom while it waits for hours, and never once it has ended. */
function pollOf(delivery: DeliveryWithAttempts | undefined): number | false {
  if (!delivery) return false;
  const { status, nextRetryAt } = delivery;
  if (status === 'pending') return pollMs;
  if (status === 'retrying')
    return nextRetryAt !== null && Date.parse(nextRetryAt) - Date.now() > soonMs ? slowPollMs : pollMs;
  return status === 'held' ? slowPollMs : false;
}

export const deliveryQuery = ({ tenantId, api }: Tenant, id: string) =>
  queryOptions({
    queryKey: [tenantId, 'delivery', id],
    queryFn: ({ signal }) => answer(api.GET('/v1/deliveries/{id}', { params: { path: { id } }, signal })),
    refetchInterval: (query) => pollOf(query.state.data),
  });

/** Without the attempts: what a list has of it. */
export function toRow({ attempts: _attempts, ...row }: DeliveryWithAttempts) {
  return row;
}
