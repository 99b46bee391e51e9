/** What the form holds, and how it becomes a body of the API. The rules are the contracts' own. */
import { createWebhookBody, limits } from '@arkan/contracts/http';
import { checkCustomHeaders } from '@arkan/kernel';
import { zodResolver } from '@hookform/resolvers/zod';
import type { FieldErrors, Resolver } from 'react-hook-form';
import type { Schemas } from '../../api/client';

export { limits };

export interface HeaderRow {
  name: string;
  value: string;
}

export interface Values {
  name: string;
  description: string;
  url: string;
  eventTypes: string[];
  secretFrom: 'platform' | 'person';
  secret: string;
  headers: HeaderRow[];
  retryCount: number;
  timeoutMs: number;
  ownerEmail: string;
  reason: string;
}

export type Webhook = Schemas['Webhook'];

export const emptyValues: Values = {
  name: '',
  description: '',
  url: '',
  eventTypes: [],
  secretFrom: 'platform',
  secret: '',
  headers: [],
  retryCount: limits.retryCountDefault,
  timeoutMs: limits.timeoutDefaultMs,
  ownerEmail: '',
  reason: '',
};

export function valuesOf(webhook: Webhook): Values {
  const { name, description, url, eventTypes, customHeaders, retryCount, timeoutMs, ownerEmail } = webhook;
  const headers = Object.entries(customHeaders).map(([header, value]) => ({ name: header, value }));
  return { ...emptyValues, name, description, url, eventTypes, headers, retryCount, timeoutMs, ownerEmail };
}

/** Rows of which nothing was typed are not there. */
export const filledRows = (rows: readonly HeaderRow[]) => rows.filter((row) => row.name !== '' || row.value !== '');

export function bodyOf(values: Values) {
  const { name, description, url, eventTypes, headers, retryCount, timeoutMs, ownerEmail, reason } = values;
  return {
    name: name.trim(),
    description: description.trim(),
    url: url.trim(),
    eventTypes,
    customHeaders: Object.fromEntries(filledRows(headers).map((row) => [row.name, row.value])),
    retryCount,
    timeoutMs,
    ownerEmail: ownerEmail.trim(),
    ...(values.secretFrom === 'person' ? { secret: values.secret } : {}),
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  };
}

export type Body = ReturnType<typeof bodyOf>;

/** Only what differs, so that the history shows what was changed and nothing else. */
export function changesOf(body: Body, webhook: Webhook): Partial<Body> {
  const before: Record<string, unknown> = { ...webhook };
  return Object.fromEntries(
    Object.entries(body).filter(([key, value]) => key === 'reason' || !sameJson(value, before[key])),
  );
}

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    : Array.isArray(value)
      ? [...(value as unknown[])].sort()
      : value;
const sameJson = (a: unknown, b: unknown) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** What is wrong with each row, in the words of the kernel; null where it may be sent. */
export function headerFaults(rows: readonly HeaderRow[]): (string | null)[] {
  const filled = filledRows(rows);
  return rows.map((row) => {
    if (!filled.includes(row)) return null;
    if (row.name === '') return 'needs a name';
    // An object can't hold a name twice, so rows are compared here.
    const first = filled.find((other) => other.name.toLowerCase() === row.name.toLowerCase());
    if (first !== row) return 'is there twice: header names have no case';
    return checkCustomHeaders({ [row.name]: row.value })[0]?.message ?? null;
  });
}

const byContract = zodResolver(createWebhookBody) as unknown as Resolver<Body>;

/** The contract judges the body; what it says of `customHeaders` belongs to the rows. */
export const resolver: Resolver<Values> = async (values, context, options) => {
  const judged = await byContract(bodyOf(values), context, options as never);
  const { customHeaders, ...errors } = judged.errors as FieldErrors<Body>;
  const isWrong = customHeaders !== undefined || headerFaults(values.headers).some((fault) => fault !== null);
  const all = (
    isWrong ? { ...errors, headers: { type: 'custom', message: messageOfHeaders(values.headers) } } : errors
  ) as FieldErrors<Values>;
  return Object.keys(all).length === 0 ? { values, errors: {} } : { values: {}, errors: all };
};

function messageOfHeaders(rows: readonly HeaderRow[]): string {
  return filledRows(rows).length > limits.customHeadersMax
    ? `must have at most ${limits.customHeadersMax} headers`
    : 'some headers can not be sent: see the rows';
}
