import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { topics } from '@arkan/contracts';
import { createTestDatabase } from '@arkan/testing';
import { takeEntries, takeHealth, takeOutcomes } from './consuming';
import {
  entries,
  entryOf,
  exhaustedOf,
  failureOf,
  healthOf,
  healths,
  ids,
  inboxOf,
  incoming,
  openTestNotifier,
  outcomeOf,
  outcomes,
  successesOf,
  webhookIdOf,
  type TestNotifier,
} from './notifier.fixture';
import { tellDueNotices } from './telling';

let notifier: TestNotifier;
beforeEach(async () => {
  notifier = await openTestNotifier();
  notifier.know({});
});
afterEach(() => notifier.close());

const tell = async (afterMs: number) => {
  notifier.clock.advance(afterMs);
  return tellDueNotices(notifier.parts);
};
const mails = async () =>
  (
    await notifier.deps.database.pool.query<{ recipient: string; subject: string }>(
      'select recipient, subject from mail order by id',
    )
  ).rows;

describe('an exhausted delivery', () => {
  test('is told once, however often and under whatever offset it is delivered', async () => {
    const exhausted = exhaustedOf();
    const message = outcomeOf({ failures: [exhausted] });
    await takeOutcomes(notifier.parts, outcomes(1, message));
    await takeOutcomes(notifier.parts, outcomes(1, message));
    await takeOutcomes(notifier.parts, outcomes(2, message, outcomeOf({ failures: [exhausted, exhausted] })));
    expect(await tell(2_000)).toBe(1);
    await takeOutcomes(notifier.parts, outcomes(4, message));
    expect(await tell(10_000_000)).toBe(0);

    expect(await inboxOf(notifier)).toEqual([
      expect.objectContaining({
        tenant_id: ids.acme,
        kind: 'delivery_exhausted',
        kinds: ['delivery_exhausted'],
        webhook_id: webhookIdOf(1),
        delivery_id: exhausted.deliveryId,
        exhausted_count: 1,
        emailed_to: null,
        message: expect.stringMatching(
          /^A delivery of leasing\.lease\.renewed to "Ledger" \(hooks\.acme\.example\) was given up .*: the receiver answered 500\. What to do: /,
        ),
      }),
    ]);
    expect(await mails()).toEqual([
      { recipient: 'owner@acme.example', subject: 'A delivery to webhook "Ledger" given up' },
    ]);
  });

  test('is told once when a resend of it fails again, and when its id is none of ours', async () => {
    const again = exhaustedOf();
    const odd = exhaustedOf({ deliveryId: 'not an id' });
    await takeOutcomes(notifier.parts, outcomes(1, outcomeOf({ failures: [again, odd] })));
    await tell(2_000);
    const resent = { ...again, attempt: 7, trigger: 'manual' as const };
    await takeOutcomes(notifier.parts, outcomes(2, outcomeOf({ failures: [resent, odd] })));
    await tell(10_000_000);
    expect((await inboxOf(notifier)).map((row) => row.exhausted_count)).toEqual([2]);
  });

  test('is one of fifty in the window: one is told at once, the others together', async () => {
    for (let n = 0; n < 50; n++) {
      await takeOutcomes(notifier.parts, outcomes(n, outcomeOf({ failures: [exhaustedOf({ error: `error ${n}` })] })));
      await tell(5_000);
    }
    expect(await mails()).toHaveLength(1);
    await tell(900_000);
    await tell(900_000);
    const inbox = await inboxOf(notifier);
    expect(inbox.map((row) => row.exhausted_count)).toEqual([1, 49]);
    expect(inbox[1]?.message).toMatch(/^49 deliveries to "Ledger" .* The latest was .*: error \d+\. What to do/);
    expect((await mails()).map(({ subject }) => subject)).toEqual([
      'A delivery to webhook "Ledger" given up',
      '49 deliveries to webhook "Ledger" given up',
    ]);
  });

  test('and its failing webhook make one notice', async () => {
    await takeHealth(notifier.parts, healths(1, healthOf('webhook_failing')));
    await takeOutcomes(notifier.parts, outcomes(1, outcomeOf({ failures: [exhaustedOf()] })));
    await takeHealth(notifier.parts, healths(1, healthOf('webhook_failing')));
    await tell(2_000);
    await tell(10_000_000);
    expect(await inboxOf(notifier)).toEqual([
      expect.objectContaining({ kind: 'delivery_exhausted', kinds: ['delivery_exhausted', 'webhook_failing'] }),
    ]);
    expect(await mails()).toHaveLength(1);
  });

  test('of a test is not told, and what is retried, held or succeeded is not either', async () => {
    await takeOutcomes(
      notifier.parts,
      outcomes(
        1,
        outcomeOf({
          failures: [
            exhaustedOf({ isTest: true }),
            failureOf(),
            failureOf({ deliveryStatus: 'held', nextRetryAtMs: null }),
          ],
        }),
        successesOf(3, notifier.clock.now()),
      ),
    );
    await tell(10_000_000);
    expect(await inboxOf(notifier)).toEqual([]);
  });
});

describe('owners', () => {
  test('are told of each webhook by itself, and of health by its kind', async () => {
    const kinds = ['webhook_failing', 'webhook_recovered', 'auto_pause_warning', 'webhook_auto_paused'] as const;
    await takeHealth(
      notifier.parts,
      healths(1, ...kinds.map((kind, n) => healthOf(kind, { webhookId: webhookIdOf(n + 1) }))),
    );
    await tell(2_000);
    expect((await inboxOf(notifier)).map((row) => [row.webhook_id, row.kind]).sort()).toEqual(
      kinds.map((kind, n) => [webhookIdOf(n + 1), kind]),
    );
  });

  test('are told of a change of health once a position, also when it is published again', async () => {
    const failing = healthOf('webhook_failing', { position: '1000' });
    await takeHealth(notifier.parts, healths(1, failing, failing));
    await tell(2_000);
    await takeHealth(notifier.parts, healths(3, failing, healthOf('webhook_recovered', { position: '999' })));
    expect(await tell(10_000_000)).toBe(0);
    await takeHealth(notifier.parts, healths(5, failing, { ...failing, position: '18446744073709551616' }));
    expect(await tell(10_000_000)).toBe(1);
    await takeHealth(notifier.parts, healths(7, { ...failing, position: 'none' }));
    expect(await tell(10_000_000)).toBe(1);
    expect((await inboxOf(notifier)).map((row) => row.kinds)).toEqual(Array(3).fill(['webhook_failing']));
  });

  test('are those of now, at the address of now; a webhook that is not known is told of without a mail', async () => {
    await takeHealth(
      notifier.parts,
      healths(1, healthOf('webhook_failing'), healthOf('webhook_failing', { webhookId: webhookIdOf(2) })),
    );
    notifier.know({ ownerEmail: 'new@acme.example', name: 'Renamed' });
    notifier.know({ ownerEmail: 'old@acme.example', position: '0' });
    // Another tenant's webhook of that id is none of this tenant's.
    notifier.know({ webhookId: webhookIdOf(2), tenantId: ids.globex, ownerEmail: 'spy@globex.example' });
    await tell(2_000);
    expect((await inboxOf(notifier)).map((row) => row.message.slice(0, 22)).sort()).toEqual([
      'The webhook "Renamed" ',
      'The webhook "wh_000000',
    ]);
    expect((await mails()).map(({ recipient }) => recipient)).toEqual(['new@acme.example']);
  });

  test.each([
    ['nothing chosen', null, 1, 'A delivery to webhook "Ledger" given up'],
    ['mail off', { on: false, kinds: ['delivery_exhausted'] }, 0, null],
    ['none of the kinds', { on: true, kinds: ['webhook_recovered'] }, 0, null],
    ['one of the kinds', { on: true, kinds: ['webhook_failing'] }, 1, 'Webhook "Ledger" is failing'],
  ] as const)(
    'are mailed what the tenant wants (%s), and find all of it in the inbox',
    async (_, chosen, count, subject) => {
      if (chosen)
        await notifier.deps.database.pool.query('insert into notification_settings values ($1, $2, $3)', [
          ids.acme,
          chosen.on,
          chosen.kinds,
        ]);
      await takeOutcomes(notifier.parts, outcomes(1, outcomeOf({ failures: [exhaustedOf()] })));
      await takeHealth(notifier.parts, healths(1, healthOf('webhook_failing')));
      await tell(2_000);
      expect(await inboxOf(notifier)).toEqual([expect.objectContaining({ kind: 'delivery_exhausted' })]);
      const sent = await mails();
      expect(sent).toHaveLength(count);
      if (subject) expect(sent[0]?.subject).toBe(subject);
    },
  );

  test('are told by one of two notifiers, and exhaustions that both take up are all counted', async () => {
    const shared = await createTestDatabase();
    const both = await Promise.all([openTestNotifier({ shared }), openTestNotifier({ shared })]);
    try {
      const webhooks = 20;
      const list = Array.from({ length: 200 }, (_, n) =>
        outcomeOf({ webhookId: webhookIdOf(n % webhooks), failures: [exhaustedOf()] }),
      );
      await Promise.all(
        list.flatMap((outcome, n) => [
          takeOutcomes(both[n % 2]!.parts, [{ ...outcomes(n, outcome)[0]!, partition: n }]),
          takeHealth(both[(n + 1) % 2]!.parts, [
            {
              ...healths(n, healthOf('webhook_failing', { webhookId: webhookIdOf((n * 7) % webhooks) }))[0]!,
              partition: n,
            },
          ]),
        ]),
      );
      for (const { clock } of both) clock.advance(2_000);
      await Promise.all([...both, ...both].map(({ parts }) => tellDueNotices(parts)));
      const inbox = await inboxOf(both[0]!);
      expect(new Set(inbox.map((row) => row.webhook_id)).size).toBe(webhooks);
      expect(inbox).toHaveLength(webhooks);
      expect(inbox.reduce((sum, row) => sum + row.exhausted_count, 0)).toBe(200);
    } finally {
      for (const { close } of both) await close();
      await shared.drop();
    }
  });

  test('are told later where the configuration can not be read up to now', async () => {
    await takeHealth(notifier.parts, healths(1, healthOf('webhook_failing')));
    const views = notifier.parts.views;
    notifier.parts.views = { barrier: () => Promise.reject(new Error('the bus is gone')) } as unknown as typeof views;
    await expect(tell(2_000)).rejects.toThrow('the bus is gone');
    expect(await inboxOf(notifier)).toEqual([]);
    notifier.parts.views = views;
    expect(await tell(1_000)).toBe(1);
  });
});

describe('messages that can not be taken', () => {
  test('are parked with their reason, once, and the others are taken', async () => {
    const batch = [
      incoming(topics.outcomes, 1, Buffer.from('not JSON')),
      ...outcomes(
        2,
        successesOf(1e300, notifier.clock.now()),
        outcomeOf({ failures: [exhaustedOf({ error: 'a\u0000b\ud800' })] }),
      ),
      incoming(topics.outcomes, 4, Buffer.from('{"v":2}')),
      incoming(topics.outcomes, 5, null),
    ];
    await takeOutcomes(notifier.parts, batch);
    await takeOutcomes(notifier.parts, batch);
    await tell(2_000);
    expect(await inboxOf(notifier)).toHaveLength(1);
    const reasons = new Map(
      notifier.parked.map(({ headers }) => [headers!['dead-letter-offset'], headers!['dead-letter-reason']]),
    );
    expect(notifier.parked).toHaveLength(4);
    expect([...reasons.keys()].sort()).toEqual(['1', '2', '4', '5']);
    expect(reasons.get('1')).toMatch(/not JSON/);
    expect(notifier.parked.every(({ topic }) => topic === topics.dead)).toBe(true);
  });

  test('are no reason to drop any where the database is gone: the batch is refused as a whole', async () => {
    const gone = await openTestNotifier();
    await gone.deps.database.pool.query('drop table log_entry');
    await expect(takeEntries(gone.parts, entries(1, entryOf()))).rejects.toThrow(/log_entry/);
    expect(gone.parked).toEqual([]);
    await gone.close();
  });
});
