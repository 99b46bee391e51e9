import { outcomeMessage, topics, UnreadableMessageError, type OutcomeMessage } from '@arkan/contracts';
import { errorMessage, Refusal, toTimestamp } from '@arkan/kernel';
import { deadLetter, type IncomingMessage } from '@arkan/ports';
import { applyAttempts, healthVerdict, systemMeta, webhookStream, type AttemptFacts } from '@arkan/registry-domain';
import {
  loadToldHealth,
  lockHealth,
  writeHealthRows,
  type HealthRow,
  type ToldHealth,
} from '@arkan/registry-persistence';
import { handleOnce, isDataError } from '@arkan/runtime';
import { UnreadableEventError } from '@arkan/registry-domain';
import type { PoolClient } from 'pg';
import type { RegistryContext } from '../context';

export const outcomesGroup = 'registry.health';

/**
 * What attempts came to, batch by batch: rows of health once each, by the inbox; then, from the rows as they stand, whatever
 * follows for the webhooks. That second part is repeated with a batch that comes again, and finds nothing left to decide. What can be
 * read and yet can't be kept is found by handling the messages one by one, and parked: it must not hold up its partition for ever.
 */
export async function handleOutcomes(context: RegistryContext, messages: readonly IncomingMessage[]): Promise<void> {
  try {
    await takeOutcomes(context, messages);
  } catch (error) {
    if (!isDataError(error)) throw error;
    for (const message of messages) await takeOrPark(context, message);
  }
}

async function takeOrPark(context: RegistryContext, message: IncomingMessage): Promise<void> {
  try {
    await takeOutcomes(context, [message]);
  } catch (error) {
    if (!isDataError(error)) throw error;
    await park(context, [[message, errorMessage(error)]]);
    await handleOnce(context.deps.database.pool, outcomesGroup, [message], async () => undefined);
  }
}

async function takeOutcomes(context: RegistryContext, messages: readonly IncomingMessage[]): Promise<void> {
  const { deps } = context;
  const { outcomes, unreadable } = decode(messages);
  await handleOnce(deps.database.pool, outcomesGroup, messages, (tx, fresh) =>
    applyOutcomes(
      tx,
      fresh.flatMap((message) => outcomes.get(message) ?? []),
    ),
  );
  // Last, so that a batch that fails has not parked what will come again with it.
  if (unreadable.length > 0) await park(context, unreadable);
  const webhookIds = [...new Set([...outcomes.values()].map((outcome) => outcome.webhookId))];
  if (webhookIds.length > 0) await decideHealth(context, await loadToldHealth(deps.database.pool, webhookIds));
}

type Unreadable = [message: IncomingMessage, reason: string];

async function park({ deps }: RegistryContext, list: readonly Unreadable[]): Promise<void> {
  for (const [{ topic, offset }, reason] of list)
    deps.log.error({ topic, offset: String(offset), reason }, 'a message can not be taken and is parked');
  await deps.bus.publish(list.map(([message, reason]) => deadLetter(message, topics.dead, reason)));
}

function decode(messages: readonly IncomingMessage[]) {
  const outcomes = new Map<IncomingMessage, OutcomeMessage>();
  const unreadable: Unreadable[] = [];
  for (const message of messages) {
    try {
      outcomes.set(message, outcomeMessage.decode(message.value));
    } catch (error) {
      if (!(error instanceof UnreadableMessageError)) throw error;
      unreadable.push([message, error.message]);
    }
  }
  return { outcomes, unreadable };
}

/** Two statements, whatever the size of the batch. */
async function applyOutcomes(tx: PoolClient, outcomes: readonly OutcomeMessage[]): Promise<void> {
  const rows = await lockHealth(tx, [...new Set(outcomes.map((outcome) => outcome.webhookId))]);
  if (rows.size === 0) return;
  for (const outcome of outcomes) {
    const row = rows.get(outcome.webhookId);
    if (row) rows.set(outcome.webhookId, applyOutcome(row, outcome));
  }
  await writeHealthRows(tx, rows);
}

function applyOutcome(row: HealthRow, outcome: OutcomeMessage): HealthRow {
  const { last } = outcome;
  const newest = row.last === null || last.atMs >= Date.parse(row.last.at);
  return {
    health: applyAttempts(row.health, factsOf(outcome)),
    last: newest
      ? {
          deliveryId: last.deliveryId,
          at: toTimestamp(last.atMs),
          status: last.deliveryStatus,
          httpStatus: last.httpStatus,
        }
      : row.last,
  };
}

function factsOf(outcome: OutcomeMessage): AttemptFacts {
  return {
    lastSuccessAtMs: outcome.lastSuccess?.atMs ?? null,
    failures: outcome.failures.map(({ atMs, deliveryStatus, httpStatus }) => ({
      atMs,
      exhausted: deliveryStatus === 'failed',
      gone: outcome.gone && httpStatus === 410,
    })),
  };
}

/**
 * Appends what the health makes of the webhooks. Safe to repeat. An event store that can't be reached is thrown on, so that the
 * batch comes again; what goes wrong with one webhook is left to the sweeper, or it would hold up all the others.
 */
export async function decideHealth(context: RegistryContext, told: readonly ToldHealth[]): Promise<void> {
  const { deps } = context;
  for (const { webhookId, tenantId, state, health } of told) {
    if (healthVerdict(state, health) === null) continue;
    const meta = systemMeta(tenantId, toTimestamp(deps.clock.now()), null);
    await reportQuietly(context, webhookId, () =>
      context.webhooks.execute(webhookStream(webhookId), () => ({ type: 'ReportHealth', meta, health })),
    );
  }
}

export async function reportQuietly(
  { deps }: RegistryContext,
  webhookId: string,
  run: () => Promise<unknown>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof UnreadableEventError)) throw error;
    deps.log.error({ webhookId, problem: errorMessage(error) }, 'the health of a webhook could not be settled');
  }
}
