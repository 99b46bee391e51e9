import type { PoolClient } from 'pg';
import {
  healthMessage,
  integrationEntry,
  outcomeMessage,
  topics,
  UnreadableMessageError,
  type Codec,
} from '@arkan/contracts';
import { errorMessage } from '@arkan/kernel';
import { entryRow, foldOutcomes, healthChangeOf } from '@arkan/notifier-domain';
import { gatherFacts, toldTimes, writeLog, type WebhookFact } from '@arkan/notifier-persistence';
import { deadLetter, type IncomingMessage, type OutgoingMessage } from '@arkan/ports';
import { handleOnce, isDataError } from '@arkan/runtime';
import type { Parts } from './parts';

export const groups = {
  outcomes: 'notifier.outcomes',
  health: 'notifier.health',
  entries: 'notifier.entries',
} as const;

/** Attempts go into the log, and what was given up into notices. Returns when the first of those is due, or null. */
export async function takeOutcomes(parts: Parts, messages: readonly IncomingMessage[]): Promise<number | null> {
  let dueMs: number | null = null;
  await handleReadable(parts, groups.outcomes, messages, outcomeMessage, async (tx, outcomes) => {
    const nowMs = parts.deps.clock.now();
    const { successes, failures, exhaustions } = foldOutcomes(outcomes, nowMs);
    const timesMs = [...failures.map(({ atMs }) => atMs), ...successes.map(({ firstAtMs }) => firstAtMs)];
    await parts.logDays.ensure(timesMs, nowMs);
    await parts.toldDays.ensure(toldTimes(exhaustions, parts.toldDays, nowMs), nowMs);
    await writeLog(tx, { rows: failures, successes, floorMs: parts.logDays.floorMs(nowMs) });
    dueMs = earliest(dueMs, await gatherFacts(tx, exhaustions, parts.toldDays, nowMs, parts.policy));
  });
  return dueMs;
}

/** Changes of a webhook's health go into notices. Each is of one position of the event store, and told once. */
export async function takeHealth(parts: Parts, messages: readonly IncomingMessage[]): Promise<number | null> {
  let dueMs: number | null = null;
  await handleReadable(parts, groups.health, messages, healthMessage, async (tx, changes) => {
    const nowMs = parts.deps.clock.now();
    const facts = changes.map((change): WebhookFact => {
      const { tenantId, webhookId } = change;
      return { tenantId, webhookId, fact: healthChangeOf(change, nowMs), position: positionOf(change.position) };
    });
    dueMs = earliest(dueMs, await gatherFacts(tx, facts, parts.toldDays, nowMs, parts.policy));
  });
  return dueMs;
}

/** Entries that other parts wrote go into the log. */
export async function takeEntries(parts: Parts, messages: readonly IncomingMessage[]): Promise<void> {
  await handleReadable(parts, groups.entries, messages, integrationEntry, async (tx, entries) => {
    const nowMs = parts.deps.clock.now();
    const rows = entries.map((entry) => entryRow(entry, nowMs));
    await parts.logDays.ensure(
      rows.map(({ atMs }) => atMs),
      nowMs,
    );
    await writeLog(tx, { rows, successes: [], floorMs: parts.logDays.floorMs(nowMs) });
  });
}

/** Decimal; what is none counts as news. */
const positionOf = (text: string): bigint | undefined => (/^\d{1,30}$/.test(text) ? BigInt(text) : undefined);

const earliest = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.min(a, b));

/**
 * Handles a batch once, and parks what can't be read. What is read but can't be kept (the database refuses its data) is found
 * by handling the messages one by one, and parked too: one bad message must not hold up its partition for ever.
 */
async function handleReadable<T>(
  parts: Parts,
  group: string,
  messages: readonly IncomingMessage[],
  codec: Codec<T>,
  handle: (tx: PoolClient, values: T[]) => Promise<void>,
): Promise<void> {
  const { pool } = parts.deps.database;
  const once = (batch: readonly IncomingMessage[]) =>
    handleOnce(pool, group, batch, async (tx, fresh) => {
      const values: T[] = [];
      const unreadable: [IncomingMessage, unknown][] = [];
      for (const message of fresh) {
        try {
          values.push(codec.decode(message.value));
        } catch (error) {
          if (!(error instanceof UnreadableMessageError)) throw error;
          unreadable.push([message, error]);
        }
      }
      if (values.length > 0) await handle(tx, values);
      // Last, so that a batch that fails has not parked what will come again with it.
      if (unreadable.length > 0) await park(parts, unreadable);
    });
  try {
    await once(messages);
  } catch (error) {
    if (!isOfData(parts, error)) throw error;
    for (const message of messages) {
      try {
        await once([message]);
      } catch (failure) {
        if (!isOfData(parts, failure)) throw failure;
        await handleOnce(pool, group, [message], () => park(parts, [[message, failure]]));
      }
    }
  }
}

async function park(parts: Parts, list: readonly [message: IncomingMessage, error: unknown][]): Promise<void> {
  const { bus, log } = parts.deps;
  const letters = list.map(([message, error]): OutgoingMessage => {
    log.error(
      { err: error, topic: message.topic, offset: String(message.offset) },
      'a message can not be taken and is parked',
    );
    return deadLetter(message, topics.dead, errorMessage(error));
  });
  await bus.publish(letters);
  for (const [{ topic }] of list) parts.metrics.parked.inc({ topic });
}

function isOfData(parts: Parts, error: unknown): boolean {
  if ((error as { code?: unknown } | null)?.code === '23514') {
    // No day for a row: another process dropped it since it was looked for. The batch comes again, and finds it made.
    parts.logDays.forget();
    parts.toldDays.forget();
  }
  return isDataError(error);
}
