import { toTimestamp } from '@arkan/kernel';
import { uuidOf } from './ids';
import type { Exhaustion, HealthChange } from './notice';
import { cleanText, oneLine } from './text';

export type LogLevel = 'success' | 'warning' | 'error';

/** Cause key of every success. */
export const deliveredCause = 'delivered';
/** Successes of a webhook within this time of the first one stand in one entry. Milliseconds. */
export const successGroupMs = 60_000;

/** An entry of the integration log. Text is clean and bounded. */
export interface LogRow {
  uuid: string;
  tenantId: string;
  /** '' where it is about none. */
  webhookId: string;
  deliveryId: string | null;
  atMs: number;
  level: LogLevel;
  source: string;
  message: string;
  durationMs: number | null;
  causeKey: string;
}

/** Successes of one webhook, to be added to its open entry or to start one. */
export interface SuccessRow {
  tenantId: string;
  webhookId: string;
  count: number;
  /** Sum, milliseconds. */
  durationMs: number;
  firstAtMs: number;
  lastAtMs: number;
  lastDeliveryId: string | null;
}

/** The part of an outcome message that the log and the notices are made of. */
export interface Outcome {
  tenantId: string;
  webhookId: string;
  succeeded: number;
  succeededDurationMs: number;
  firstSuccessAtMs: number | null;
  lastSuccess: { deliveryId: string; atMs: number } | null;
  last: { atMs: number };
  failures: readonly Failure[];
}

export interface Failure {
  deliveryId: string;
  eventType: string;
  attempt: number;
  isTest: boolean;
  atMs: number;
  outcome: string;
  durationMs: number | null;
  causeKey: string;
  error: string;
  deliveryStatus: string;
  nextRetryAtMs: number | null;
}

/** An entry that another part wrote. */
export interface Entry {
  id: string;
  tenantId: string;
  atMs: number;
  level: LogLevel;
  source: string;
  message: string;
  causeKey: string;
  durationMs: number | null;
  webhookId: string | null;
  deliveryId: string | null;
}

export interface FoldedOutcomes {
  successes: SuccessRow[];
  failures: LogRow[];
  exhaustions: { tenantId: string; webhookId: string; fact: Exhaustion }[];
}

/** The id of the entry that holds the successes of a webhook from `firstAtMs` on. */
export const successEntryUuid = (tenantId: string, webhookId: string, firstAtMs: number): string =>
  uuidOf(firstAtMs, `${tenantId}|${webhookId}|${deliveredCause}`);

/** A batch of outcomes, made ready to be written in bulk: successes summed up a webhook, failures one by one. */
export function foldOutcomes(outcomes: readonly Outcome[], nowMs: number): FoldedOutcomes {
  const successes = new Map<string, SuccessRow>();
  const folded: FoldedOutcomes = { successes: [], failures: [], exhaustions: [] };
  for (const outcome of outcomes) {
    if (outcome.succeeded > 0) addSuccesses(successes, outcome, nowMs);
    for (const failure of outcome.failures) {
      folded.failures.push(failureRow(outcome, failure, nowMs));
      // A failed test is its sender's to see: it is in the log, and no news to the owner.
      if (failure.deliveryStatus !== 'failed' || failure.isTest) continue;
      folded.exhaustions.push({
        tenantId: outcome.tenantId,
        webhookId: outcome.webhookId,
        fact: exhaustionOf(failure, nowMs),
      });
    }
  }
  folded.successes = [...successes.values()];
  return folded;
}

function addSuccesses(successes: Map<string, SuccessRow>, outcome: Outcome, nowMs: number): void {
  const key = `${outcome.tenantId}|${outcome.webhookId}`;
  const lastAtMs = saneTime(outcome.lastSuccess?.atMs ?? outcome.last.atMs, nowMs);
  const firstAtMs = Math.min(saneTime(outcome.firstSuccessAtMs ?? lastAtMs, nowMs), lastAtMs);
  const count = Math.round(outcome.succeeded);
  const known = successes.get(key);
  if (!known) {
    successes.set(key, {
      tenantId: outcome.tenantId,
      webhookId: outcome.webhookId,
      count,
      durationMs: outcome.succeededDurationMs,
      firstAtMs,
      lastAtMs,
      lastDeliveryId: outcome.lastSuccess?.deliveryId ?? null,
    });
    return;
  }
  known.count += count;
  known.durationMs += outcome.succeededDurationMs;
  known.firstAtMs = Math.min(known.firstAtMs, firstAtMs);
  if (lastAtMs < known.lastAtMs) return;
  known.lastAtMs = lastAtMs;
  known.lastDeliveryId = outcome.lastSuccess?.deliveryId ?? known.lastDeliveryId;
}

function failureRow(outcome: Outcome, failure: Failure, nowMs: number): LogRow {
  const atMs = saneTime(failure.atMs, nowMs);
  const ended = failure.deliveryStatus === 'failed';
  const next = ended
    ? 'it was the last one, the delivery is given up'
    : failure.nextRetryAtMs === null
      ? `the delivery is ${oneLine(failure.deliveryStatus, 50)}`
      : `the next one is due at ${toTimestamp(saneTime(failure.nextRetryAtMs, nowMs))}`;
  const what = `${failure.isTest ? 'Test: attempt' : 'Attempt'} ${failure.attempt} to deliver ${oneLine(failure.eventType, 200)} failed`;
  return {
    uuid: uuidOf(atMs, `${failure.deliveryId}|${failure.attempt}`),
    tenantId: outcome.tenantId,
    webhookId: outcome.webhookId,
    deliveryId: cleanText(failure.deliveryId, 64),
    atMs,
    level: ended || failure.outcome === 'blocked_address' ? 'error' : 'warning',
    source: 'dispatcher',
    message: `${what}: ${cleanText(failure.error, 500).replace(/[\s.]+$/, '')}; ${next}`,
    durationMs: failure.durationMs,
    causeKey: oneLine(failure.causeKey, 100),
  };
}

function exhaustionOf(failure: Failure, nowMs: number): Exhaustion {
  return {
    kind: 'delivery_exhausted',
    atMs: saneTime(failure.atMs, nowMs),
    deliveryId: cleanText(failure.deliveryId, 64),
    eventType: oneLine(failure.eventType, 200),
    attempt: failure.attempt,
    error: oneLine(failure.error, 500),
  };
}

const knownTime = (timestamp: string | null): string | null =>
  timestamp === null || Number.isNaN(Date.parse(timestamp)) ? null : timestamp;

/** A message about a webhook's health, as a fact to be told. */
export function healthChangeOf(
  message: {
    kind: HealthChange['kind'];
    at: string;
    reason: string;
    failingSince: string | null;
    pausesAt: string | null;
  },
  nowMs: number,
): HealthChange {
  return {
    kind: message.kind,
    atMs: saneTime(Date.parse(message.at), nowMs),
    reason: oneLine(message.reason, 500),
    failingSince: knownTime(message.failingSince),
    pausesAt: knownTime(message.pausesAt),
  };
}

/** An entry of another part, as a row. */
export function entryRow(entry: Entry, nowMs: number): LogRow {
  const atMs = saneTime(entry.atMs, nowMs);
  return {
    uuid: uuidOf(atMs, `${entry.tenantId}|${entry.id}`),
    tenantId: entry.tenantId,
    webhookId: cleanText(entry.webhookId ?? '', 64),
    deliveryId: entry.deliveryId === null ? null : cleanText(entry.deliveryId, 64),
    atMs,
    level: entry.level,
    source: oneLine(entry.source, 100),
    message: cleanText(entry.message, 1_000),
    durationMs: entry.durationMs,
    causeKey: oneLine(entry.causeKey, 100),
  };
}

const farMs = 2 * 86_400_000;

/** A whole millisecond; a time that no clock of ours can have had (two days ahead, or none at all) is taken for now. */
export function saneTime(ms: number, nowMs: number): number {
  return Number.isFinite(ms) && ms >= 0 && ms <= nowMs + farMs ? Math.floor(ms) : nowMs;
}
