import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@arkan/kernel';
import { sweep } from '@arkan/notifier-persistence';
import { createTestDatabase } from '@arkan/testing';
import { takeEntries, takeHealth, takeOutcomes } from './consuming';
import {
  entries,
  entryOf,
  exhaustedOf,
  failureOf,
  healthOf,
  healths,
  inboxOf,
  openTestNotifier,
  outcomeOf,
  outcomes,
  successesOf,
  webhookIdOf,
  type TestNotifier,
} from './notifier.fixture';
import { tellDueNotices } from './telling';

const dayMs = 86_400_000;
let notifier: TestNotifier;
beforeEach(async () => {
  notifier = await openTestNotifier();
});
afterEach(() => notifier.close());

const rows = async <T extends object>(query: string, values: unknown[] = []) =>
  (await notifier.deps.database.pool.query<T>(query, values)).rows;
const log = () =>
  rows<{ level: string; count: string; duration_ms: number | null; at: Date }>(
    'select level, count, duration_ms, at from log_entry order by id',
  );
const causes = () =>
  rows<{ cause_key: string; count: string }>('select cause_key, count from cause order by webhook_id, cause_key');

describe('successes', () => {
  test('of a webhook share an entry for a minute from the first one', async () => {
    const start = notifier.clock.now();
    for (const [n, atMs] of [start, start + 30_000, start + 59_999, start + 60_000, start + 70_000].entries())
      await takeOutcomes(notifier.parts, outcomes(n, successesOf(n + 1, atMs)));
    expect((await log()).map((row) => [Number(row.count), row.duration_ms, row.at.getTime() - start])).toEqual([
      [6, 60, 0],
      [9, 90, 60_000],
    ]);
    expect(await causes()).toEqual([{ cause_key: 'delivered', count: '15' }]);
  });

  test('that come late join the entry of their time, or have one of their own', async () => {
    const start = notifier.clock.now();
    await takeOutcomes(notifier.parts, outcomes(1, successesOf(1, start)));
    await takeOutcomes(notifier.parts, outcomes(2, successesOf(1, start - 20_000)));
    await takeOutcomes(notifier.parts, outcomes(3, successesOf(1, start - 120_000)));
    expect((await log()).map((row) => Number(row.count))).toEqual([1, 2]);
    expect(await rows('select first_seen_at, last_seen_at from cause')).toEqual([
      { first_seen_at: new Date(start - 120_000), last_seen_at: new Date(start) },
    ]);
  });

  test('count once, however often their message comes', async () => {
    const batch = outcomes(1, successesOf(3, notifier.clock.now()), successesOf(4, notifier.clock.now()));
    await takeOutcomes(notifier.parts, batch);
    await takeOutcomes(notifier.parts, batch);
    await takeOutcomes(notifier.parts, [batch[1]!, ...outcomes(3, successesOf(1, notifier.clock.now()))]);
    expect((await log()).map((row) => Number(row.count))).toEqual([8]);
    expect(await causes()).toEqual([{ cause_key: 'delivered', count: '8' }]);
  });
});

describe('failures', () => {
  test('are an entry each, and count once under their cause, also when published again', async () => {
    const failures = [
      failureOf(),
      failureOf({ causeKey: 'timeout', outcome: 'timeout' }),
      exhaustedOf(),
      failureOf({ outcome: 'blocked_address', causeKey: 'blocked_address' }),
    ];
    await takeOutcomes(notifier.parts, outcomes(1, outcomeOf({ failures })));
    await takeOutcomes(
      notifier.parts,
      outcomes(2, outcomeOf({ failures }), outcomeOf({ failures: failures.slice(1) })),
    );
    expect((await log()).map(({ level }) => level).sort()).toEqual(['error', 'error', 'warning', 'warning']);
    expect(await causes()).toEqual([
      { cause_key: 'blocked_address', count: '1' },
      { cause_key: 'http_500', count: '2' },
      { cause_key: 'timeout', count: '1' },
    ]);
  });

  test('of thousands in one batch are all kept', async () => {
    const batch = Array.from({ length: 12 }, (_, n) =>
      outcomeOf({
        webhookId: webhookIdOf(n % 3),
        failures: Array.from({ length: 200 }, () => exhaustedOf()),
      }),
    );
    await takeOutcomes(notifier.parts, outcomes(1, ...batch));
    expect(await log()).toHaveLength(2_400);
    expect((await causes()).map(({ count }) => count)).toEqual(['800', '800', '800']);
    notifier.clock.advance(2_000);
    await tellDueNotices(notifier.parts);
    expect((await inboxOf(notifier)).map((row) => row.exhausted_count)).toEqual([800, 800, 800]);
  });

  test('keep their cause’s latest words, whatever their order', async () => {
    const start = notifier.clock.now();
    for (const [n, [late, error]] of (
      [
        [500, 'late'],
        [100, 'early'],
        [900, 'latest'],
      ] as const
    ).entries())
      await takeOutcomes(
        notifier.parts,
        outcomes(n, outcomeOf({ failures: [failureOf({ atMs: start + late, error })] })),
      );
    expect(await rows('select message, first_seen_at, last_seen_at, count from cause')).toEqual([
      {
        message: expect.stringContaining('latest'),
        first_seen_at: new Date(start + 100),
        last_seen_at: new Date(start + 900),
        count: '3',
      },
    ]);
  });
});

test('an entry of another part is kept once, of a webhook or of none', async () => {
  const list = [entryOf(), entryOf({ id: 'entry-2', webhookId: webhookIdOf(1), level: 'warning' })];
  await takeEntries(notifier.parts, entries(1, ...list));
  await takeEntries(notifier.parts, entries(5, ...list));
  expect((await log()).map(({ level }) => level).sort()).toEqual(['error', 'warning']);
  expect(await causes()).toEqual([
    { cause_key: 'event_refused', count: '1' },
    { cause_key: 'event_refused', count: '1' },
  ]);
});

describe('retention', () => {
  const days = async (table: string) =>
    (
      await rows<{ day: string }>(
        `select substr(relname, length($1) + 2) as day from pg_class where relkind = 'r' and relname ~ ('^' || $1 || '_[0-9]{8}$') order by 1`,
        [table],
      )
    ).map(({ day }) => day);

  test('drops whole days, makes those to come, and keeps the count of causes that are still seen', async () => {
    const { clock, deps, parts } = notifier;
    for (let day = 0; day < 35; day++) {
      await parts.logDays.maintain(clock.now());
      await takeOutcomes(
        parts,
        outcomes(
          day,
          outcomeOf({ failures: [failureOf({ atMs: clock.now(), deliveryId: newId('dlv', clock.now()) })] }),
        ),
      );
      clock.advance(dayMs);
    }
    expect(await parts.logDays.maintain(clock.now())).toEqual(['log_entry_20260105']);
    await sweep(deps.database.pool, clock.now(), 30);
    const kept = await days('log_entry');
    expect([kept[0], kept.at(-1), kept.length]).toEqual(['20260106', '20260207', 33]);
    expect(await log()).toHaveLength(30);
    expect(await causes()).toEqual([{ cause_key: 'http_500', count: '35' }]);
  });

  test('leaves nothing behind of what is past its time, and everything else', async () => {
    const { clock, deps, parts } = notifier;
    notifier.know({});
    await takeOutcomes(parts, outcomes(1, outcomeOf({ failures: [exhaustedOf()] })));
    clock.advance(2_000);
    await tellDueNotices(parts);
    const { pool } = deps.database;
    await pool.query(`update mail set state = 'sent', done_at = created_at`);
    const counts = async () =>
      (
        await rows(
          'select (select count(*)::int from mail) as mails, (select count(*)::int from notification) as notices, (select count(*)::int from cause) as causes, (select count(*)::int from notice_state) as states',
        )
      )[0];
    const after: [days: number, left: object][] = [
      [1, { mails: 1, notices: 1, causes: 1, states: 1 }],
      [29, { mails: 1, notices: 1, causes: 1, states: 1 }],
      [1, { mails: 0, notices: 1, causes: 1, states: 0 }],
      [2, { mails: 0, notices: 1, causes: 0, states: 0 }],
      [340, { mails: 0, notices: 0, causes: 0, states: 0 }],
    ];
    for (const [daysOn, left] of after) {
      clock.advance(daysOn * dayMs);
      await sweep(pool, clock.now(), 30);
      expect(await counts()).toEqual(left);
    }
  });

  test('takes rows of any day, and passes over what would be dropped at once; a day that is gone is made again', async () => {
    const { clock, parts } = notifier;
    const now = clock.now();
    const old = (days: number) => failureOf({ atMs: now - days * dayMs });
    await takeOutcomes(parts, outcomes(1, outcomeOf({ failures: [old(0), old(3), old(30), old(31), old(400)] })));
    expect(await log()).toHaveLength(3);
    // Another notifier, whose clock is ahead, dropped the day.
    await rows('drop table log_entry_20251229');
    const again = () => takeOutcomes(parts, outcomes(2, outcomeOf({ failures: [old(3)] })));
    await expect(again()).rejects.toThrow(/no partition/);
    await again();
    expect(await log()).toHaveLength(3);
    expect(notifier.parked).toEqual([]);
  });

  test('of who was told outlasts the log, for deliveries that were held long', async () => {
    const { clock, parts } = notifier;
    const held = exhaustedOf({ deliveryId: newId('dlv', clock.now()) });
    await takeOutcomes(parts, outcomes(1, outcomeOf({ failures: [held] })));
    clock.advance(50 * dayMs);
    await parts.logDays.maintain(clock.now());
    await parts.toldDays.maintain(clock.now());
    await tellDueNotices(parts);
    await takeOutcomes(parts, outcomes(2, outcomeOf({ failures: [{ ...held, atMs: clock.now(), attempt: 9 }] })));
    await takeHealth(parts, healths(1, healthOf('webhook_recovered')));
    clock.advance(dayMs);
    await tellDueNotices(parts);
    expect((await inboxOf(notifier)).map((row) => row.kinds)).toEqual([['delivery_exhausted'], ['webhook_recovered']]);
  });

  test('lets two notifiers make and drop the same days at once', async () => {
    const shared = await createTestDatabase();
    const both = [await openTestNotifier({ shared }), await openTestNotifier({ shared })];
    for (const { clock } of both) clock.advance(40 * dayMs);
    await Promise.all([...both, ...both, ...both].map(({ clock, parts }) => parts.logDays.maintain(clock.now())));
    const own = notifier;
    notifier = both[0]!;
    expect(await days('log_entry')).toEqual(['20260210', '20260211', '20260212']);
    notifier = own;
    for (const { close } of both) await close();
    await shared.drop();
  });
});
