import type { EventMeta } from '../metadata';
import type { AutoPauseCause, WarningStage, WebhookEvent } from './events';
import { healthWindowMs, type HealthChanges, type LiveWebhook } from './state';

/** So many failed attempts in a row make a webhook `failing`, whichever deliveries they were of. */
export const failuresInARow = 5;
/** A webhook whose deliveries fail and succeed in turn would fill the event store; past this the sweeper settles it, once a minute. */
export const healthChangesPerWindowMax = 20;

/** What the attempts told, as it stands: a row beside the webhook, never an event. Times in ms since 1970. */
export interface DeliveryHealth {
  /** Since the last success. */
  consecutiveFailures: number;
  /** The first of them. */
  failingSinceMs: number | null;
  lastFailureAtMs: number | null;
  lastSuccessAtMs: number | null;
  /** The last failure, since the last success, that used up a delivery's retries. */
  exhaustedAtMs: number | null;
  /** The receiver's last 410, since the last success. */
  goneAtMs: number | null;
  /** Attempts that ended before this don't count: the webhook was made, or resumed, then. */
  countsFromMs: number;
}

/** One message's worth of attempts to a webhook. */
export interface AttemptFacts {
  lastSuccessAtMs: number | null;
  /** In order of time. */
  failures: readonly { atMs: number; exhausted: boolean; gone: boolean }[];
}

/** Messages may come a little out of order (several workers send for one webhook): a success clears only what came before it. */
export function applyAttempts(before: DeliveryHealth, facts: AttemptFacts): DeliveryHealth {
  const health = facts.lastSuccessAtMs === null ? { ...before } : succeed(before, facts.lastSuccessAtMs);
  const from = Math.max(health.lastSuccessAtMs ?? 0, health.countsFromMs);
  for (const failure of facts.failures) {
    if (failure.atMs <= from) continue;
    health.consecutiveFailures++;
    health.failingSinceMs = Math.min(health.failingSinceMs ?? failure.atMs, failure.atMs);
    health.lastFailureAtMs = Math.max(health.lastFailureAtMs ?? 0, failure.atMs);
    if (failure.exhausted) health.exhaustedAtMs = Math.max(health.exhaustedAtMs ?? 0, failure.atMs);
    if (failure.gone) health.goneAtMs = Math.max(health.goneAtMs ?? 0, failure.atMs);
  }
  return health;
}

function succeed(health: DeliveryHealth, atMs: number): DeliveryHealth {
  if (atMs <= Math.max(health.lastSuccessAtMs ?? 0, health.countsFromMs)) return { ...health };
  const after = (ms: number | null) => (ms !== null && ms > atMs ? ms : null);
  const lastFailureAtMs = after(health.lastFailureAtMs);
  // How many of the failures came after a success that is told late is not known; the last one did.
  const consecutiveFailures =
    lastFailureAtMs === null ? 0 : after(health.failingSinceMs) === null ? 1 : health.consecutiveFailures;
  return {
    ...health,
    consecutiveFailures,
    failingSinceMs: after(health.failingSinceMs) ?? lastFailureAtMs,
    lastFailureAtMs,
    lastSuccessAtMs: atMs,
    exhaustedAtMs: after(health.exhaustedAtMs),
    goneAtMs: after(health.goneAtMs),
  };
}

/** What the health makes of a webhook, or null where its status says it already. A paused one stays paused, whatever comes late. */
export function healthVerdict(
  state: Pick<LiveWebhook, 'status' | 'countsFrom' | 'failing'>,
  health: DeliveryHealth,
): 'gone' | 'failing' | 'recovered' | null {
  if (state.status === 'paused') return null;
  const countsFromMs = Date.parse(state.countsFrom);
  if (health.goneAtMs !== null && health.goneAtMs > countsFromMs) return 'gone';
  // Before the row was reset by a resume, it tells of the time before that.
  if ((health.lastFailureAtMs ?? health.lastSuccessAtMs ?? 0) <= countsFromMs) return null;
  const failing = health.exhaustedAtMs !== null || health.consecutiveFailures >= failuresInARow;
  if (failing) return state.status === 'active' ? 'failing' : null;
  const succeededSince =
    state.failing !== null &&
    health.lastSuccessAtMs !== null &&
    health.lastSuccessAtMs >= Date.parse(state.failing.since);
  return succeededSince ? 'recovered' : null;
}

/** Safe to repeat: the state that the first one made answers the second. */
export function decideHealth(state: LiveWebhook, health: DeliveryHealth, meta: EventMeta): WebhookEvent[] {
  const verdict = healthVerdict(state, health);
  if (verdict === null) return [];
  if (verdict === 'gone') {
    return [autoPaused(state, 'gone', 'the receiver answered 410 Gone: it wants no more deliveries', meta)];
  }
  if (tooManyHealthChanges(state.healthChanges, meta.at)) return [];
  const { revision } = state;
  if (verdict === 'recovered') {
    const failingSince = state.failing?.since ?? meta.at;
    return [{ type: 'WebhookRecovered', data: { failingSince, revision }, meta }];
  }
  const since = new Date(health.failingSinceMs ?? Date.parse(meta.at)).toISOString();
  const statusReason =
    health.exhaustedAtMs !== null
      ? 'a delivery failed at its last attempt'
      : `${health.consecutiveFailures} attempts in a row failed`;
  return [{ type: 'WebhookFailing', data: { since, statusReason, revision }, meta }];
}

function tooManyHealthChanges(changes: HealthChanges, at: string): boolean {
  return changes.count >= healthChangesPerWindowMax && Date.parse(at) - changes.windowStartMs < healthWindowMs;
}

/** Of the time until the pause, in order; each stage is warned of once in an episode, and one that was missed is not made up for. */
const stages: readonly { stage: WarningStage; share: number }[] = [
  { stage: 'half', share: 0.5 },
  { stage: 'three_quarters', share: 0.75 },
];

/** Pauses what has failed for `autoPauseMs` without a success, and warns its owner before. Safe to repeat. */
export function decideAutoPause(state: LiveWebhook, autoPauseMs: number, meta: EventMeta): WebhookEvent[] {
  if (state.status !== 'failing' || state.failing === null) return [];
  const { since, warned } = state.failing;
  const sinceMs = Date.parse(since);
  const share = (Date.parse(meta.at) - sinceMs) / autoPauseMs;
  if (share >= 1) {
    return [autoPaused(state, 'failed_too_long', `no delivery has succeeded since ${since}`, meta)];
  }
  const due = stages.findLastIndex((stage) => share >= stage.share);
  if (due === -1 || due <= stages.findIndex((stage) => stage.stage === warned)) return [];
  const pausesAt = new Date(sinceMs + autoPauseMs).toISOString();
  const data = { stage: stages[due]!.stage, failingSince: since, pausesAt, revision: state.revision };
  return [{ type: 'AutoPauseWarned', data, meta }];
}

function autoPaused(state: LiveWebhook, cause: AutoPauseCause, reason: string, meta: EventMeta): WebhookEvent {
  const data = {
    cause,
    failingSince: state.failing?.since ?? null,
    statusReason: `paused by the platform: ${reason}`,
    revision: state.revision + 1,
  };
  return { type: 'WebhookAutoPaused', data, meta: { ...meta, reason } };
}
