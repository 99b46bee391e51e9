/** Every address of the console, below its base. Links are made here, so that a screen can move. */
export const paths = (tenantId: string) => {
  const base = `/t/${encodeURIComponent(tenantId)}`;
  return {
    base,
    webhooks: `${base}/webhooks`,
    newWebhook: `${base}/webhooks/new`,
    webhook: (id: string) => `${base}/webhooks/${id}`,
    editWebhook: (id: string) => `${base}/webhooks/${id}/edit`,
    deliveries: (filters: Record<string, string> = {}) => withQuery(`${base}/deliveries`, filters),
    delivery: (id: string) => `${base}/deliveries/${id}`,
    events: (filters: Record<string, string> = {}) => withQuery(`${base}/events`, filters),
    event: (id: string) => `${base}/events/${encodeURIComponent(id)}`,
    catalog: (type?: string) => (type ? `${base}/catalog/${encodeURIComponent(type)}` : `${base}/catalog`),
    integrationLog: (filters: Record<string, string> = {}) => withQuery(`${base}/integration-log`, filters),
    notifications: `${base}/notifications`,
    apiKeys: `${base}/api-keys`,
    audit: (filters: Record<string, string> = {}) => withQuery(`${base}/audit`, filters),
  };
};

function withQuery(path: string, query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}?${text}`;
}
