import { createParser, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import type { Schemas } from '../../api/client';
import type { Sort } from '../../ui/data-table';

export const statusFilters = [
  { value: 'all', label: 'All' },
  { value: 'active', label: 'Active' },
  { value: 'failing', label: 'Failing' },
  { value: 'paused', label: 'Paused' },
] as const;
export type StatusFilter = (typeof statusFilters)[number]['value'];

/** `name`, or `-name` for descending. */
const parseAsSort = createParser<Sort>({
  parse: (text) => (/^-?[a-z]+$/i.test(text) ? { id: text.replace('-', ''), desc: text.startsWith('-') } : null),
  serialize: ({ id, desc }) => (desc ? `-${id}` : id),
  eq: (a, b) => a.id === b.id && a.desc === b.desc,
});

export function useFilters() {
  return useQueryStates({
    q: parseAsString.withDefault(''),
    status: parseAsStringLiteral(statusFilters.map(({ value }) => value)).withDefault('all'),
    sort: parseAsSort,
  });
}

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
