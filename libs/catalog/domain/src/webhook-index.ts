/** What matching needs of a webhook; the messages of `registry.webhooks` fit as they are. */
export interface IndexedWebhook {
  webhookId: string;
  tenantId: string;
  /** Catalog names, or `module.*`. */
  eventTypes: readonly string[];
  status: 'active' | 'paused' | 'failing' | 'deleted';
  /** In the event store, decimal; grows with every change of the webhook. */
  position: string;
}

interface Known {
  tenantId: string;
  subscriptions: readonly string[];
  position: bigint;
}

/** Which webhooks an event is for: a view of all tenants' webhooks, by tenant and subscription. */
export interface WebhookIndex {
  /** Takes a webhook as it stands. One that is older than what is known of it changes nothing. */
  apply(webhook: IndexedWebhook): void;
  /** Forgets a webhook altogether: its key was cleaned from the topic. */
  forget(webhookId: string): void;
  /** Subscribed to `type` or to `<module>.*`; each once, in no order. O(matches). */
  match(tenantId: string, type: string): string[];
  /** The greatest position that any webhook has; 0 where there is none. */
  position(): bigint;
  readonly size: number;
}

/**
 * Deleted webhooks stay known by their position alone, so that an older message can't bring them back. Paused and failing ones
 * match: what becomes of their deliveries is the dispatcher's to say.
 */
export function createWebhookIndex(): WebhookIndex {
  const known = new Map<string, Known>();
  const byTenant = new Map<string, Map<string, Set<string>>>();
  let greatest = 0n;

  function unlink(webhookId: string, { tenantId, subscriptions }: Known): void {
    const bySubscription = byTenant.get(tenantId);
    if (!bySubscription) return;
    for (const subscription of subscriptions) {
      const webhooks = bySubscription.get(subscription);
      webhooks?.delete(webhookId);
      if (webhooks?.size === 0) bySubscription.delete(subscription);
    }
    if (bySubscription.size === 0) byTenant.delete(tenantId);
  }

  function link(webhookId: string, { tenantId, subscriptions }: Known): void {
    if (subscriptions.length === 0) return;
    let bySubscription = byTenant.get(tenantId);
    if (!bySubscription) byTenant.set(tenantId, (bySubscription = new Map()));
    for (const subscription of subscriptions) {
      const webhooks = bySubscription.get(subscription);
      if (webhooks) webhooks.add(webhookId);
      else bySubscription.set(subscription, new Set([webhookId]));
    }
  }

  return {
    apply(webhook) {
      const position = BigInt(webhook.position);
      const before = known.get(webhook.webhookId);
      if (before && before.position >= position) return;
      if (before) unlink(webhook.webhookId, before);
      const after = { tenantId: webhook.tenantId, subscriptions: subscriptionsOf(webhook), position };
      known.set(webhook.webhookId, after);
      link(webhook.webhookId, after);
      if (position > greatest) greatest = position;
    },
    forget(webhookId) {
      const before = known.get(webhookId);
      if (before) unlink(webhookId, before);
      known.delete(webhookId);
    },
    match(tenantId, type) {
      const bySubscription = byTenant.get(tenantId);
      if (!bySubscription) return [];
      const exact = bySubscription.get(type);
      const wholeModule = bySubscription.get(`${type.slice(0, type.indexOf('.'))}.*`);
      if (!exact) return wholeModule ? [...wholeModule] : [];
      return wholeModule ? [...exact, ...wholeModule] : [...exact];
    },
    position: () => greatest,
    get size() {
      return known.size;
    },
  };
}

/** Without the types whose whole module is subscribed to: then no event can find a webhook twice. */
function subscriptionsOf({ status, eventTypes }: IndexedWebhook): readonly string[] {
  if (status === 'deleted') return [];
  const modules = new Set(eventTypes.filter((type) => type.endsWith('.*')));
  return [...new Set(eventTypes)].filter(
    (type) => modules.has(type) || !modules.has(`${type.slice(0, type.indexOf('.'))}.*`),
  );
}
