import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { healthMessage, outcomeMessage, topics, type HealthMessage, type OutcomeMessage } from '@arkan/contracts';
import { ManualClock } from '@arkan/kernel';
import { eventually, type TestInfrastructure } from '@arkan/testing';
import { outcomesGroup } from './health/outcomes';
import {
  createRegistryInfrastructure,
  follow,
  newTenant,
  startRegistry,
  webhookBody,
  webhooksOf,
  type RegistryProcess,
} from './testing/harness';

const autoPauseMs = 400_000;
let infrastructure: TestInfrastructure;
let registry: RegistryProcess;
let clock: ManualClock;
let health: Awaited<ReturnType<typeof follow>>;
let published: Awaited<ReturnType<typeof follow>>;

beforeAll(async () => {
  infrastructure = await createRegistryInfrastructure();
  clock = new ManualClock(Date.UTC(2026, 0, 1));
  registry = await startRegistry(infrastructure, { clock, env: { ARKAN_AUTO_PAUSE_MS: String(autoPauseMs) } });
  health = await follow(infrastructure.bus, topics.health);
  published = await follow(infrastructure.bus, topics.webhooks);
});
afterAll(async () => {
  await health?.stop();
  await published?.stop();
  await registry?.stop();
  await infrastructure?.close();
});

interface Attempt {
  ok?: boolean;
  status?: number;
  exhausted?: boolean;
  atMs?: number;
}

let made = 0;
/** As the dispatcher tells a stretch of attempts, each a ms after the one before. */
function outcomeOf(tenantId: string, webhookId: string, attempts: Attempt[]): OutcomeMessage {
  const told = attempts.map((attempt) => {
    clock.advance(1);
    const { ok = false, status = ok ? 200 : 500, exhausted = false, atMs = clock.now() } = attempt;
    const deliveryStatus = ok ? ('success' as const) : exhausted ? ('failed' as const) : ('retrying' as const);
    return { ok, deliveryId: `dlv_${made++}`, atMs, deliveryStatus, httpStatus: status, durationMs: 5 };
  });
  const last = ({ ok: _, ...attempt }: (typeof told)[number]) => attempt;
  const successes = told.filter((attempt) => attempt.ok);
  return {
    v: 1,
    tenantId,
    webhookId,
    succeeded: successes.length,
    succeededDurationMs: successes.length * 5,
    firstSuccessAtMs: successes[0]?.atMs ?? null,
    lastSuccess: successes.length > 0 ? last(successes.at(-1)!) : null,
    last: last(told.at(-1)!),
    failures: told
      .filter((attempt) => !attempt.ok)
      .map((attempt) => ({
        ...last(attempt),
        eventId: 'e',
        eventType: 'leasing.lease.activated',
        attempt: 1,
        trigger: 'automatic' as const,
        isTest: false,
        outcome: 'http_error' as const,
        causeKey: `http_${attempt.httpStatus}`,
        error: 'x',
        nextRetryAtMs: null,
      })),
    gone: told.some((attempt) => attempt.httpStatus === 410),
  };
}

/** Publishes, and waits until the registry has handled it. */
async function tell(...outcomes: OutcomeMessage[]): Promise<void> {
  await infrastructure.bus.publish(
    outcomes.map((outcome) => ({
      topic: topics.outcomes,
      key: outcome.webhookId,
      value: outcomeMessage.encode(outcome),
    })),
  );
  const end = (await infrastructure.bus.endOffsets([topics.outcomes])).get(topics.outcomes)!.get(0)!;
  await eventually(async () => {
    const committed = await infrastructure.bus.committedOffsets(outcomesGroup, [topics.outcomes]);
    expect(committed.get(topics.outcomes)!.get(0)).toBe(end);
  });
}

const healthOf = async (id: string): Promise<HealthMessage[]> =>
  (await health.upToNow())
    .filter((message) => message.key === id)
    .map((message) => healthMessage.decode(message.value));

let tenants = 0;
async function newWebhook() {
  const tenant = await newTenant(registry.url, `health-${tenants++}`);
  const { id } = (await tenant.admin.post('/v1/webhooks', webhookBody())).body as { id: string };
  const read = async () => (await tenant.admin.get(`/v1/webhooks/${id}`)).body;
  const types = async () =>
    (await tenant.admin.get(`/v1/webhooks/${id}/history`)).body.data.map((entry: { type: string }) => entry.type);
  const attempted = (...attempts: Attempt[]) => tell(outcomeOf(tenant.id, id, attempts));
  return { ...tenant, id, tenantId: tenant.id, read, types, attempted };
}
const failures = (count: number): Attempt[] => Array.from({ length: count }, () => ({}));
/** The projection may be a moment behind what no caller has waited for. */
const soon = (check: () => Promise<void>) => eventually(async () => (await check(), true));

describe('the last delivery', () => {
  test('is the newest by time, whatever order it is told in', async () => {
    const { attempted, read } = await newWebhook();
    expect((await read()).lastDelivery).toBeNull();
    await attempted({ ok: true }, { ok: false, status: 503 });
    const newest = (await read()).lastDelivery;
    expect(newest).toEqual({
      deliveryId: `dlv_${made - 1}`,
      at: new Date(clock.now()).toISOString(),
      status: 'retrying',
      httpStatus: 503,
    });
    await attempted({ ok: true, atMs: clock.now() - 60_000 });
    expect((await read()).lastDelivery).toEqual(newest);
  });
});

describe('a webhook', () => {
  test('fails by an exhausted delivery, recovers by a success, and both are told', async () => {
    const { id, attempted, read } = await newWebhook();
    await attempted({ exhausted: true });
    const since = new Date(clock.now()).toISOString();
    await soon(async () =>
      expect(await read()).toMatchObject({
        status: 'failing',
        statusReason: 'a delivery failed at its last attempt',
        revision: 1,
        lastDelivery: { status: 'failed' },
      }),
    );
    await attempted({ ok: true });
    await soon(async () => expect(await read()).toMatchObject({ status: 'active', statusReason: null, revision: 1 }));
    await soon(async () =>
      expect(await healthOf(id)).toMatchObject([
        {
          kind: 'webhook_failing',
          webhookName: 'Ledger',
          ownerEmail: 'owner@acme.example',
          failingSince: since,
          pausesAt: new Date(Date.parse(since) + autoPauseMs).toISOString(),
        },
        { kind: 'webhook_recovered', failingSince: since },
      ]),
    );
    expect(webhooksOf(await published.upToNow(), id).map((message) => message.status)).toEqual([
      'active',
      'failing',
      'active',
    ]);
  });

  test('fails by five failures in a row over several messages, and is told of once', async () => {
    const { id, attempted, read, types } = await newWebhook();
    await attempted(...failures(2), { ok: true }, ...failures(2));
    await attempted(...failures(2));
    expect((await read()).status).toBe('active');
    await attempted(...failures(1));
    await soon(async () => expect((await read()).status).toBe('failing'));
    await attempted(...failures(10));
    expect(await types()).toEqual(['WebhookFailing', 'WebhookCreated']);
    expect(await healthOf(id)).toHaveLength(1);
  });

  test('is counted once where a message comes again, and what follows from it is made up for', async () => {
    const { tenantId, id, read } = await newWebhook();
    const { append } = registry.deps.eventStore;
    registry.deps.eventStore.append = () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
    const telling = tell(outcomeOf(tenantId, id, failures(5)));
    const count = async () => {
      const { rows } = await registry.database.pool.query(
        'select consecutive_failures as n from webhook_health where webhook_id = $1',
        [id],
      );
      return (rows[0] as { n: number }).n;
    };
    await eventually(async () => expect(await count()).toBe(5));
    registry.deps.eventStore.append = append;
    await telling;
    await soon(async () => expect((await read()).status).toBe('failing'));
    expect(await count()).toBe(5);
  });

  test('is paused by a 410, and starts anew when it is resumed', async () => {
    const { id, attempted, admin, read, types } = await newWebhook();
    await attempted(...failures(4), { status: 410, exhausted: true });
    await soon(async () =>
      expect(await read()).toMatchObject({
        status: 'paused',
        revision: 2,
        statusReason: expect.stringMatching(/410 Gone/),
      }),
    );
    expect((await healthOf(id)).map((message) => message.kind)).toEqual(['webhook_auto_paused']);
    const late = clock.now();
    clock.advance(1_000);
    await admin.post(`/v1/webhooks/${id}/resume`);
    await attempted({ atMs: late, status: 410, exhausted: true }, ...failures(4));
    expect(await types()).toEqual(['WebhookResumed', 'WebhookAutoPaused', 'WebhookCreated']);
    expect(await read()).toMatchObject({ status: 'active', revision: 3 });
  });

  test('stays paused when attempts are told late', async () => {
    const { id, attempted, admin, read, types } = await newWebhook();
    await admin.post(`/v1/webhooks/${id}/pause`);
    await attempted(...failures(6));
    await attempted({ ok: true });
    await registry.feature.sweep();
    expect(await read()).toMatchObject({ status: 'paused', revision: 2, lastDelivery: { status: 'success' } });
    expect(await types()).toEqual(['WebhookPaused', 'WebhookCreated']);
  });

  test('that is unknown, deleted or unreadable holds up no other', async () => {
    const { tenantId, id, read } = await newWebhook();
    const gone = await newWebhook();
    await gone.admin.delete(`/v1/webhooks/${gone.id}`);
    const dead = await follow(infrastructure.bus, topics.dead);
    await infrastructure.bus.publish([{ topic: topics.outcomes, key: id, value: Buffer.from('{"v":2}') }]);
    await tell(
      outcomeOf(tenantId, 'wh_unknown', failures(5)),
      outcomeOf(gone.tenantId, gone.id, failures(5)),
      outcomeOf(tenantId, id, failures(5)),
    );
    await soon(async () => expect((await read()).status).toBe('failing'));
    expect((await dead.upToNow()).map((message) => message.headers['dead-letter-topic'])).toEqual([topics.outcomes]);
    await dead.stop();
  });
});

describe('a webhook that fails on', () => {
  test('is warned of at half and at three quarters of the time, and paused at its end, each once', async () => {
    const { id, attempted, read } = await newWebhook();
    await attempted(...failures(5));
    await soon(async () => expect((await read()).status).toBe('failing'));
    const kinds = async () => (await healthOf(id)).map((message) => message.kind);
    const afterMs = async (ms: number) => {
      clock.advance(ms);
      await registry.feature.sweep();
      await registry.feature.sweep();
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
    expect(webhooksOf(await published.upToNow(), id).at(-1)).toMatchObject({ status: 'paused', revision: 2 });
    await afterMs(autoPauseMs);
    expect(await kinds()).toHaveLength(4);
  });

  test('is swept on the clock, not only when asked', async () => {
    const { attempted, read } = await newWebhook();
    await attempted(...failures(5));
    await soon(async () => expect((await read()).status).toBe('failing'));
    clock.advance(autoPauseMs);
    await soon(async () => expect((await read()).status).toBe('paused'));
  });
});

describe('a change of health that was not written when it came', () => {
  test('is made up for by the sweeper', async () => {
    const { id, attempted, read } = await newWebhook();
    await attempted({ ok: true });
    await registry.database.pool.query(
      'update webhook_health set consecutive_failures = 5, failing_since = $2, last_failure_at = $2 where webhook_id = $1',
      [id, new Date(clock.now() + 1)],
    );
    await registry.feature.sweep();
    await soon(async () => expect((await read()).status).toBe('failing'));
  });
});

test('a creation of which nothing was heard gives its place back', async () => {
  const { tenantId } = await newWebhook();
  const { pool } = registry.database;
  await pool.query(
    `insert into webhook_key (webhook_id, tenant_id, key_id, wrapped, made_at) values
       ('wh_lost', $1, 'k', 'w', now() - interval '2 hours'), ('wh_young', $1, 'k', 'w', now())`,
    [tenantId],
  );
  await registry.feature.sweep();
  const { rows } = await pool.query(`select webhook_id from webhook_key where key_id = 'k'`);
  expect(rows).toEqual([{ webhook_id: 'wh_young' }]);
});
