import { createParser, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import type { Sort } from '../../ui/data-table';
import { statusFilters } from './matching';

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
