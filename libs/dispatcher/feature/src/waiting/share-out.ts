/** A webhook that has something due. */
export interface Candidate {
  webhookId: string;
  tenantId: string;
  /** How many of its deliveries are worth having in memory; at least 1. */
  appetite: number;
}

/**
 * Divides `budget` claims: one at a time, in turn over the tenants, and within a tenant over its webhooks, until the budget or the
 * appetite is spent. So a tenant with a thousand webhooks gets no more than one with a single one, while both want more.
 */
export function shareOut(candidates: readonly Candidate[], budget: number): Map<string, number> {
  const tenants = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const known = tenants.get(candidate.tenantId);
    if (known) known.push(candidate);
    else tenants.set(candidate.tenantId, [candidate]);
  }
  const shares = new Map<string, number>();
  let round = [...tenants.values()].map((webhooks) => ({ webhooks, next: 0 }));
  let left = budget;
  while (left > 0 && round.length > 0) {
    for (const tenant of round) {
      if (left === 0) break;
      const webhook = tenant.webhooks[tenant.next]!;
      const share = (shares.get(webhook.webhookId) ?? 0) + 1;
      shares.set(webhook.webhookId, share);
      left--;
      if (share === webhook.appetite) tenant.webhooks.splice(tenant.next, 1);
      else tenant.next++;
      if (tenant.next >= tenant.webhooks.length) tenant.next = 0;
    }
    round = round.filter((tenant) => tenant.webhooks.length > 0);
  }
  return shares;
}
