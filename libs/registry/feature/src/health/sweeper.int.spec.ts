import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { webhooksOf } from '../testing/harness';
import { autoPauseMs, createHealthFixture, failures, soon, type HealthFixture } from '../testing/health-fixture';

let fixture: HealthFixture;
beforeAll(async () => {
  fixture = await createHealthFixture();
});
afterAll(() => fixture?.close());

describe('a webhook that fails on', () => {
  test('is warned of at half and at three quarters of the time, and paused at its end, each once', async () => {
    const { id, attempted, read } = await fixture.newWebhook();
    await attempted(...failures(5));
    await soon(async () => expect((await read()).status).toBe('failing'));
    const kinds = async () => (await fixture.healthOf(id)).map((message) => message.kind);
    const afterMs = async (ms: number) => {
      fixture.clock.advance(ms);
      await fixture.registry.feature.sweep();
      await fixture.registry.feature.sweep();
    };
    await afterMs(autoPauseMs / 2 - 10);
    expect(await kinds()).toEqual(['webhook_failing']);
    await afterMs(10);
    await soon(async () => expect(await kinds()).toEqual(['webhook_failing', 'auto_pause_warning']));
    await afterMs(autoPauseMs / 4);
    await attempted(...failures(1));
    await soon(async () => expect((await kinds()).length).toBe(3));
    await afterMs(autoPauseMs / 4);
    await soon(async () =>
      expect(await kinds()).toEqual([
        'webhook_failing',
        'auto_pause_warning',
        'auto_pause_warning',
        'webhook_auto_paused',
      ]),
    );
    expect(await read()).toMatchObject({
      status: 'paused',
      revision: 2,
      statusReason: expect.stringMatching(/since 2026/),
    });
    expect(webhooksOf(await fixture.published.upToNow(), id).at(-1)).toMatchObject({ status: 'paused', revision: 2 });
    await afterMs(autoPauseMs);
    expect(await kinds()).toHaveLength(4);
  });

  test('is swept on the clock, not only when asked', async () => {
    const { attempted, read } = await fixture.newWebhook();
    await attempted(...failures(5));
    await soon(async () => expect((await read()).status).toBe('failing'));
    fixture.clock.advance(autoPauseMs);
    await soon(async () => expect((await read()).status).toBe('paused'));
  });
});

describe('a change of health that was not written when it came', () => {
  test('is made up for by the sweeper', async () => {
    const { id, attempted, read } = await fixture.newWebhook();
    await attempted({ ok: true });
    await fixture.registry.database.pool.query(
      'update webhook_health set consecutive_failures = 5, failing_since = $2, last_failure_at = $2 where webhook_id = $1',
      [id, new Date(fixture.clock.now() + 1)],
    );
    await fixture.registry.feature.sweep();
    await soon(async () => expect((await read()).status).toBe('failing'));
  });
});

test('a creation of which nothing was heard gives its place back', async () => {
  const { tenantId } = await fixture.newWebhook();
  const { pool } = fixture.registry.database;
  await pool.query(
    `insert into webhook_key (webhook_id, tenant_id, key_id, wrapped, made_at) values
       ('wh_lost', $1, 'k', 'w', now() - interval '2 hours'), ('wh_young', $1, 'k', 'w', now())`,
    [tenantId],
  );
  await fixture.registry.feature.sweep();
  const { rows } = await pool.query(`select webhook_id from webhook_key where key_id = 'k'`);
  expect(rows).toEqual([{ webhook_id: 'wh_young' }]);
});
