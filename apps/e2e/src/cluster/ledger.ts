import { expect } from '@jest/globals';
import { eventually } from '@arkan/testing';
import type { Target, Tenant } from '../target';
import type { Book } from './book';

/** A webhook, and what must become of its deliveries. */
export interface Expected {
  webhookId: string;
  path: string;
  /** Whether it takes events of this type. */
  takes(type: string): boolean;
  becomes: 'success' | 'failed';
}

export interface Row {
  id: string;
  webhookId: string;
  eventId: string;
  status: string;
  httpStatus: number | null;
  attemptCount: number;
}

export interface Faults {
  /** Times that a dispatcher ended without its time to finish: each may have one more request sent for what was in flight. */
  dispatcherCrashes: number;
  /** Most that may have been in flight at one of them, so most that may be sent once more than needed. */
  inFlightMax?: number;
}

export interface Finding {
  deliveries: number;
  requests: number;
  /** Requests for deliveries that had been answered with a 2xx before. */
  repeated: number;
}

const settleMs = 60_000;

/**
 * Holds the platform's word against the receiver's, from outside: all pairs of an accepted event and a webhook that takes it are
 * there once, each has ended as it must, each success was answered with a 2xx, and none was sent more often than a crash excuses.
 */
export async function checkLedger(
  tenant: Tenant,
  accepted: ReadonlyMap<string, string>,
  webhooks: readonly Expected[],
  book: Book,
  faults: Faults,
): Promise<Finding> {
  const wanted = pairsOf(accepted, webhooks);
  await book.waitFor(wanted.size, settleMs);
  const rows = await eventually(
    async () => {
      const all = await wholeLog(tenant);
      return all.length >= wanted.size && all.every(({ status }) => status === 'success' || status === 'failed') && all;
    },
    { timeoutMs: settleMs, what: `${wanted.size} deliveries stand in the log and have ended` },
  );
  const found = rows.map(({ eventId, webhookId }) => `${eventId} ${webhookId}`);
  expect(difference(found, [...wanted])).toEqual({ missing: [], unexpected: [] });
  // Two rows of one pair would have two ids.
  expect(found.length).toBe(wanted.size);
  const byId = new Map(webhooks.map((webhook) => [webhook.webhookId, webhook]));
  expect(rows.flatMap((row) => faultOf(row, byId.get(row.webhookId)!, book, faults) ?? [])).toEqual([]);
  const known = new Set(rows.map(({ id }) => id));
  expect(book.entries.filter(({ deliveryId }) => !known.has(deliveryId))).toEqual([]);
  const repeated = rows.reduce((sum, { id }) => sum + repeatsOf(book, id), 0);
  expect(repeated).toBeLessThanOrEqual(faults.dispatcherCrashes * (faults.inFlightMax ?? rows.length));
  return { deliveries: rows.length, requests: book.entries.length, repeated };
}

function pairsOf(accepted: ReadonlyMap<string, string>, webhooks: readonly Expected[]): Set<string> {
  const pairs = new Set<string>();
  for (const [eventId, type] of accepted)
    for (const { webhookId, takes } of webhooks) if (takes(type)) pairs.add(`${eventId} ${webhookId}`);
  return pairs;
}

function difference(found: readonly string[], wanted: readonly string[]) {
  const [have, want] = [new Set(found), new Set(wanted)];
  return {
    missing: wanted.filter((pair) => !have.has(pair)).slice(0, 10),
    unexpected: found.filter((pair) => !want.has(pair)).slice(0, 10),
  };
}

/** Requests after one that was answered with a 2xx. */
function repeatsOf(book: Book, deliveryId: string): number {
  const entries = book.of(deliveryId);
  const first = entries.findIndex(({ status }) => status < 300);
  return first < 0 ? 0 : entries.length - 1 - first;
}

function faultOf(row: Row, webhook: Expected, book: Book, { dispatcherCrashes }: Faults): string | null {
  const sent = book.of(row.id);
  const say = (fault: string) => `${row.id} of ${row.eventId}: ${fault}`;
  if (row.status !== webhook.becomes) return say(`is ${row.status}, not ${webhook.becomes}`);
  if (sent.length === 0) return say('was never received');
  if (new Set(sent.map(({ body }) => body)).size > 1) return say('had several bodies');
  if (sent.some(({ eventId, path }) => eventId !== row.eventId || path !== webhook.path)) return say('went elsewhere');
  // One attempt in the log for each request, at least: those whose result a crash hid are there as unknown.
  if (sent.length > row.attemptCount) return say(`was received ${sent.length} times in ${row.attemptCount} attempts`);
  if (repeatsOf(book, row.id) > dispatcherCrashes) return say(`was sent ${sent.length} times`);
  const hasSucceeded = sent.some(({ status }) => status < 300);
  if (row.status === 'success' && !(hasSucceeded && row.httpStatus! >= 200 && row.httpStatus! < 300))
    return say(`is a success with ${row.httpStatus}`);
  if (row.status === 'failed' && hasSucceeded) return say('was answered with a 2xx, and given up');
  return null;
}

/** All deliveries of the tenant. */
export async function wholeLog(tenant: Tenant, query = ''): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const at = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const page = await tenant.developer.must('GET', `/v1/deliveries?limit=250${query && `&${query}`}${at}`);
    rows.push(...page.data);
    cursor = page.nextCursor;
  }
  return rows;
}

/** Each delivery that was given up is told of in one notice, once: the notices of a webhook say how many they are for. */
export async function checkNotices(tenant: Tenant, webhookId: string, exhausted: number): Promise<void> {
  const told = async () => {
    const { data } = await tenant.developer.must('GET', `/v1/notifications?limit=250&webhookId=${webhookId}`);
    return (data as { message: string }[]).reduce((sum, { message }) => sum + exhaustedIn(message), 0);
  };
  await eventually(async () => (await told()) >= exhausted, {
    timeoutMs: 30_000,
    what: `${exhausted} exhausted deliveries are told of`,
  });
  expect(await told()).toBe(exhausted);
}

function exhaustedIn(message: string): number {
  const many = /(\d+) deliveries to ".*?" .*?were given up/.exec(message);
  if (many) return Number(many[1]);
  return /^A delivery of .* was given up/.test(message) ? 1 : 0;
}

/** The read models of both services that have some are what their events say. */
export async function checkReadModels(target: Target): Promise<void> {
  for (const service of ['registry', 'catalog'] as const) {
    const { code, output } = await target.run(service, ['--verify-read-models']);
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining(`${service}: the read models are what the events say`),
    });
  }
}

/** All services say that they are ready. */
export function allReady(target: Target, timeoutMs: number): Promise<unknown> {
  return eventually(
    async () => {
      const unready = await readiness(target);
      if (unready.length > 0) throw new Error(JSON.stringify(unready));
      return true;
    },
    { timeoutMs, what: 'all services are ready' },
  );
}

/** Of the services that are not ready: their checks that fail. */
export async function readiness(target: Target): Promise<{ service: string; checks: string[] }[]> {
  const all = await Promise.all(
    Object.entries(target.addresses).map(async ([service, url]) => {
      const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
      const { checks } = (await response.json()) as { checks: Record<string, string> };
      if ((response.status === 200) !== Object.values(checks).every((check) => check === 'ok'))
        throw new Error(`${service} answers ${response.status} with ${JSON.stringify(checks)}`);
      return { service, checks: Object.keys(checks).filter((name) => checks[name] !== 'ok') };
    }),
  );
  return all.filter(({ checks }) => checks.length > 0);
}
