import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newUuid, seededRandom, uuidTimeMs } from '@arkan/kernel';
import { countOpen, findDelivery, listDeliveries, type DeliveryFilter, type ScanBounds } from './delivery-queries';
import type { NewDelivery } from './intake-store';
import { searchPatterns } from './payload-search';
import { writeResults } from './result-store';
import { openSession } from './session-store';
import { failed, newDelivery, openStores, resultOf, succeeded, type Stores } from './stores.fixture';

const hour = 3_600_000;
const hooks = ['01980000-0000-7000-8000-000000000001', '01980000-0000-7000-8000-000000000002'];
const today = Date.UTC(2026, 0, 3, 12);

interface Made extends NewDelivery {
  status: string;
  httpStatus: number | null;
}

let stores: Stores;
const made: Made[] = [];

/** 400 deliveries over three days, of two tenants and two webhooks, with every status. */
beforeAll(async () => {
  stores = await openStores();
  const session = await openSession(stores.pool, newUuid(0));
  const { next } = seededRandom(7);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)]!;
  for (let i = 0; i < 400; i++) {
    const disposition = pick(['leased', 'leased', 'leased', 'held', 'cancelled', 'queued'] as const);
    const delivery = newDelivery({
      atMs: today - Math.floor(next() * 60 * hour),
      tenantId: pick(['acme', 'acme', 'acme', 'other']),
      webhookUuid: pick(hooks),
      eventId: `evt ${i % 97}`,
      eventType: pick(['leasing.lease.renewed', 'leasing.lease.renewed', 'warranty.claim.resolved']),
      disposition,
    });
    const status =
      disposition === 'leased'
        ? pick(['success', 'success', 'failed', 'pending'])
        : disposition === 'queued'
          ? 'pending'
          : disposition;
    const httpStatus = status === 'success' ? 204 : status === 'failed' ? pick([500, 503, 404]) : null;
    made.push({ ...delivery, status, httpStatus });
  }
  await stores.insert(session, made);
  const ended = made.filter(({ httpStatus }) => httpStatus !== null);
  await stores.database.transaction((tx) =>
    writeResults(
      tx,
      ended.map((one) =>
        resultOf(one, session, {
          status: one.status as 'success' | 'failed',
          attempt: { ...(one.status === 'success' ? succeeded : failed), httpStatus: one.httpStatus },
        }),
      ),
    ),
  );
  made.sort((a, b) => (a.id < b.id ? 1 : -1));
});
afterAll(() => stores.close());

const tight: ScanBounds = { rowsMax: 60, timeMaxMs: 1e9, chunkFirst: 7, chunkMax: 30, searchFirst: 5, searchMax: 11 };

/** Page after page. Also tells the sizes of the pages. */
async function all(filter: DeliveryFilter, limit: number, bounds?: ScanBounds) {
  const ids: string[] = [];
  const sizes: number[] = [];
  let before: string | null = null;
  do {
    const page = await listDeliveries(stores.pool, filter, { limit, before }, bounds);
    ids.push(...page.rows.map((row) => row.id));
    sizes.push(page.rows.length);
    before = page.next;
  } while (before !== null && sizes.length < 500);
  return { ids, sizes };
}

describe('a list of deliveries', () => {
  test.each<[string, Omit<DeliveryFilter, 'tenantId'>, (one: Made) => boolean]>([
    ['of a tenant', {}, () => true],
    ['of a webhook', { webhookUuid: hooks[1] }, (one) => one.webhookUuid === hooks[1]],
    ['of a status', { statuses: ['failed'] }, (one) => one.status === 'failed'],
    ['of some statuses', { statuses: ['held', 'cancelled'] }, (one) => ['held', 'cancelled'].includes(one.status)],
    ['of a type', { eventType: 'warranty.claim.resolved' }, (one) => one.eventType === 'warranty.claim.resolved'],
    ['of a type that nobody has', { eventType: "o'clock" }, () => false],
    ['of an event', { eventId: 'evt 13' }, (one) => one.eventId === 'evt 13'],
    [
      'of an event and a webhook',
      { eventId: 'evt 13', webhookUuid: hooks[0] },
      (one) => one.eventId === 'evt 13' && one.webhookUuid === hooks[0],
    ],
    ['of an event and a text', { eventId: 'evt 13', text: 'EVT 13"' }, (one) => one.eventId === 'evt 13'],
    ['of an HTTP status', { httpStatus: [503, 503] }, (one) => one.httpStatus === 503],
    ['of an HTTP class', { httpStatus: [500, 599] }, (one) => one.httpStatus !== null && one.httpStatus >= 500],
    [
      'of a time',
      { fromMs: today - 40 * hour, toMs: today - 20 * hour },
      (one) => uuidTimeMs(one.id) >= today - 40 * hour && uuidTimeMs(one.id) < today - 20 * hour,
    ],
    ['of a text', { text: 'of evt 1' }, (one) => one.eventId.startsWith('evt 1')],
    ['of a text in other letters', { text: 'ÄÖÜ OF EVT 2' }, () => false],
    ['of a text in other plain letters', { text: 'OF EVT 2' }, (one) => one.eventId.startsWith('evt 2')],
    ['of a text that looks like a pattern', { text: 'e_t %' }, () => false],
    ['of a text within JSON', { text: '{"id":"evt 33"' }, (one) => one.eventId === 'evt 33'],
    [
      'of all of it',
      {
        webhookUuid: hooks[0],
        statuses: ['success'],
        eventType: 'leasing.lease.renewed',
        httpStatus: [200, 299],
        text: 'note',
        fromMs: today - 50 * hour,
      },
      (one) =>
        one.webhookUuid === hooks[0] &&
        one.status === 'success' &&
        one.eventType === 'leasing.lease.renewed' &&
        uuidTimeMs(one.id) >= today - 50 * hour,
    ],
  ])('%s has them all, newest first, whatever the bounds of a page', async (name, filter, fits) => {
    for (const tenantId of ['acme', 'other', 'nobody']) {
      const expected = made.filter((one) => one.tenantId === tenantId && fits(one)).map((one) => one.id);
      // A collation that knows more than ASCII may find more.
      if (name === 'of a text in other letters') continue;
      expect((await all({ tenantId, ...filter }, 50)).ids).toEqual(expected);
      expect((await all({ tenantId, ...filter }, 10, tight)).ids).toEqual(expected);
    }
  });

  test('of something rare stops at its bound, and tells where to go on', async () => {
    const { sizes } = await all({ tenantId: 'acme', eventType: 'none' }, 10, tight);
    expect(sizes.length).toBeGreaterThan(3);
    expect(sizes.every((size) => size === 0)).toBe(true);
    const timed = await listDeliveries(
      stores.pool,
      { tenantId: 'acme', eventType: 'none' },
      { limit: 10, before: null },
      { ...tight, rowsMax: 1e9, timeMaxMs: 0 },
    );
    expect(timed).toEqual({ rows: [], next: expect.any(String) });
  });

  test('has no cursor where the last page is full', async () => {
    const count = made.filter((one) => one.tenantId === 'other').length;
    expect((await all({ tenantId: 'other' }, count)).sizes).toEqual([count]);
  });
});

test('a delivery is found by its tenant only', async () => {
  const [one] = made;
  expect(await findDelivery(stores.pool, one!.tenantId, one!.id)).toMatchObject({ id: one!.id, eventId: one!.eventId });
  expect(await findDelivery(stores.pool, 'nobody', one!.id)).toBeNull();
});

test('what is open is counted by status, in memory and in the table', async () => {
  const open = made.filter((one) => one.tenantId === 'acme' && one.webhookUuid === hooks[0]);
  const range = { fromMs: today - 48 * hour, toMs: today };
  const inRange = open.filter((one) => uuidTimeMs(one.id) >= range.fromMs && uuidTimeMs(one.id) < range.toMs);
  const pending = inRange.filter((one) => one.status === 'pending');
  expect(
    await countOpen(stores.pool, { tenantId: 'acme', webhookUuid: hooks[0]!, ...range, lowDeliveryId: newUuid(0) }),
  ).toEqual({
    pending: pending.length,
    retrying: 0,
    held: inRange.filter((one) => one.status === 'held').length,
    oldestMs: uuidTimeMs(pending.at(-1)!.id),
  });
  const nobody = { tenantId: 'nobody', webhookUuid: null, ...range, lowDeliveryId: newUuid(0) };
  expect(await countOpen(stores.pool, nobody)).toEqual({ pending: 0, retrying: 0, held: 0, oldestMs: null });
});

test.each([
  ['plain', ['%plain%']],
  ['50%_\\', ['%50\\%\\_\\\\%', '%50\\%\\_\\\\\\\\%']],
  ['say "x"', ['%say "x"%', '%say \\\\"x\\\\"%']],
])('the text %j is searched as %j', (text, expected) => {
  expect(searchPatterns(text)).toEqual(expected);
});
