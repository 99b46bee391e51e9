import type { Attempt } from './diagnosis';

export interface Difference {
  field: string;
  before: string;
  after: string;
}

const shown = (value: unknown) => (value === null || value === undefined ? '—' : String(value));
/** They differ on every attempt, by what they are. */
const alwaysNew = new Set(['x-delivery-attempt', 'webhook-timestamp', 'webhook-signature']);

/** What is different between two attempts, in the order in which it is read. What is new on every attempt is left out. */
export function differences(before: Attempt, after: Attempt): Difference[] {
  const pairs: [string, unknown, unknown][] = [
    ['Outcome', before.outcome, after.outcome],
    ['HTTP status', before.response?.status, after.response?.status],
    ['Error', before.error, after.error],
    ['Caused by', before.trigger, after.trigger],
    ['URL', before.request.url, after.request.url],
    ['Remote address', before.remoteAddress, after.remoteAddress],
    ['Configuration revision', before.configRevision, after.configRevision],
    ...headerPairs('Request', before.request.headers, after.request.headers),
    ...headerPairs('Response', before.response?.headers ?? {}, after.response?.headers ?? {}),
    ['Request body', before.request.body, after.request.body],
    ['Response body', before.response?.body, after.response?.body],
  ];
  return pairs
    .filter(([, one, other]) => one !== other)
    .map(([field, one, other]) => ({ field, before: shown(one), after: shown(other) }));
}

function headerPairs(side: string, before: Record<string, string>, after: Record<string, string>) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => !alwaysNew.has(name.toLowerCase()))
    .map((name): [string, unknown, unknown] => [`${side} header ${name}`, before[name], after[name]]);
}
