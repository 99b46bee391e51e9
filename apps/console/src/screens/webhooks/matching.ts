import type { Schemas } from '../../api/client';

export const statusFilters = [
  { value: 'all', label: 'All' },
  { value: 'active', label: 'Active' },
  { value: 'failing', label: 'Failing' },
  { value: 'paused', label: 'Paused' },
] as const;
export type StatusFilter = (typeof statusFilters)[number]['value'];

/** Those that have every word of the search in what a person knows them by. */
export function matching(
  webhooks: readonly Schemas['Webhook'][],
  filters: { q: string; status: StatusFilter },
): Schemas['Webhook'][] {
  const words = filters.q.toLowerCase().split(/\s+/).filter(Boolean);
  return webhooks.filter((webhook) => {
    if (filters.status !== 'all' && webhook.status !== filters.status) return false;
    const { id, name, description, url, eventTypes, ownerEmail } = webhook;
    const text = [id, name, description, url, ownerEmail, ...eventTypes].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
