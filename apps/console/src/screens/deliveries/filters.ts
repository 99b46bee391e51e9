import { parseAsArrayOf, parseAsBoolean, parseAsIsoDateTime, parseAsString, parseAsStringLiteral } from 'nuqs';
import { useQueryStates, type inferParserType } from 'nuqs';
import { useMemo } from 'react';

export const statuses = ['pending', 'retrying', 'success', 'failed', 'held', 'cancelled'] as const;

const hourMs = 3_600_000;
/** Of the whole log, which is kept for 30 days, and of what the statistics give at once. */
export const presets = {
  '15m': { ms: hourMs / 4, label: 'Last 15 minutes' },
  '1h': { ms: hourMs, label: 'Last hour' },
  '6h': { ms: 6 * hourMs, label: 'Last 6 hours' },
  '24h': { ms: 24 * hourMs, label: 'Last 24 hours' },
  '7d': { ms: 7 * 24 * hourMs, label: 'Last 7 days' },
  '30d': { ms: 30 * 24 * hourMs, label: 'Last 30 days' },
} as const;
export type Preset = keyof typeof presets;
const presetNames = Object.keys(presets) as Preset[];

/** Named as the API names them, so that who knows one knows the other. */
const parsers = {
  webhookId: parseAsString,
  status: parseAsArrayOf(parseAsStringLiteral(statuses)).withDefault([]),
  eventType: parseAsString,
  eventId: parseAsString,
  httpStatus: parseAsString,
  text: parseAsString,
  range: parseAsStringLiteral(presetNames).withDefault('24h'),
  from: parseAsIsoDateTime,
  to: parseAsIsoDateTime,
};
const viewParsers = { open: parseAsString, live: parseAsBoolean.withDefault(true) };

export type Filters = inferParserType<typeof parsers>;

export const isHttpStatus = (text: string) => /^([1-5]\d\d|[1-5]xx)$/.test(text);

/** What is asked for, from the address. The webhook is given where the list is that webhook's. */
export function useFilters(webhookId?: string) {
  const [state, set] = useQueryStates(parsers, { history: 'push' });
  const filters = useMemo(() => (webhookId === undefined ? state : { ...state, webhookId }), [state, webhookId]);
  return [filters, set] as const;
}

/** How it is looked at: the open row, and whether new ones are looked for. */
export const useView = () => useQueryStates(viewParsers, { history: 'replace' });

/** A preset goes with the clock; an exact range stays. */
export function rangeOf({ range, from, to }: Pick<Filters, 'range' | 'from' | 'to'>, nowMs: number) {
  const fromMs = from?.getTime() ?? (to?.getTime() ?? nowMs) - presets[range].ms;
  return { from: new Date(fromMs).toISOString(), ...(to ? { to: to.toISOString() } : {}) };
}

export function toQuery(filters: Filters, nowMs: number) {
  const { webhookId, status, eventType, eventId, httpStatus, text } = filters;
  return {
    ...rangeOf(filters, nowMs),
    ...(webhookId ? { webhookId } : {}),
    ...(status.length > 0 ? { status: status.join(',') } : {}),
    ...(eventType ? { eventType } : {}),
    ...(eventId ? { eventId } : {}),
    ...(httpStatus && isHttpStatus(httpStatus) ? { httpStatus } : {}),
    ...(text ? { text } : {}),
  };
}

/** Whether anything but the time is asked for. */
export const isFiltered = ({ status, eventType, eventId, httpStatus, text }: Filters) =>
  status.length > 0 || [eventType, eventId, httpStatus, text].some(Boolean);
