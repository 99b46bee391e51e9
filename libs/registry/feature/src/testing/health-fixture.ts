import { healthMessage, outcomeMessage, topics, type HealthMessage, type OutcomeMessage } from '@arkan/contracts';
import { ManualClock } from '@arkan/kernel';
import { eventually, type TestInfrastructure } from '@arkan/testing';
import { outcomesGroup } from '../health/outcomes';
import {
  createRegistryInfrastructure,
  follow,
  newTenant,
  startRegistry,
  webhookBody,
  type RegistryProcess,
} from './harness';

// For this lib's tests only: webhooks whose attempts are told as the dispatcher tells them.

export const autoPauseMs = 400_000;

export interface Attempt {
  ok?: boolean;
  status?: number;
  exhausted?: boolean;
  atMs?: number;
}

export const failures = (count: number): Attempt[] => Array.from({ length: count }, () => ({}));

/** The projection may be a moment behind what no caller has waited for. */
export const soon = (check: () => Promise<void>) => eventually(async () => (await check(), true));

export type HealthFixture = Awaited<ReturnType<typeof createHealthFixture>>;

export async function createHealthFixture() {
  const infrastructure: TestInfrastructure = await createRegistryInfrastructure();
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const env = { ARKAN_AUTO_PAUSE_MS: String(autoPauseMs) };
  const registry: RegistryProcess = await startRegistry(infrastructure, { clock, env });
  const health = await follow(infrastructure.bus, topics.health);
  const published = await follow(infrastructure.bus, topics.webhooks);
  let made = 0;
  let tenants = 0;

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
      return committed.get(topics.outcomes)!.get(0) === end;
    });
  }

  const healthOf = async (id: string): Promise<HealthMessage[]> =>
    (await health.upToNow())
      .filter((message) => message.key === id)
      .map((message) => healthMessage.decode(message.value));

  async function newWebhook() {
    const tenant = await newTenant(registry.url, `health-${tenants++}`);
    const { id } = (await tenant.admin.post('/v1/webhooks', webhookBody())).body as { id: string };
    const read = async () => (await tenant.admin.get(`/v1/webhooks/${id}`)).body;
    const types = async () =>
      (await tenant.admin.get(`/v1/webhooks/${id}/history`)).body.data.map((entry: { type: string }) => entry.type);
    const attempted = (...attempts: Attempt[]) => tell(outcomeOf(tenant.id, id, attempts));
    return { ...tenant, id, tenantId: tenant.id, read, types, attempted };
  }

  return {
    infrastructure,
    registry,
    clock,
    published,
    outcomeOf,
    tell,
    healthOf,
    newWebhook,
    /** Of the last attempt that was told. */
    lastDeliveryId: () => `dlv_${made - 1}`,
    async close() {
      await health.stop();
      await published.stop();
      await registry.stop();
      await infrastructure.close();
    },
  };
}
