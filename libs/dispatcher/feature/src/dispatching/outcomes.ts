import { failuresPerOutcomeMax, outcomeMessage, topics, type OutcomeMessage } from '@arkan/contracts';
import { durationClass, tallyOf, type AttemptRow, type TallyDelta } from '@arkan/dispatcher-persistence';
import { toPublicId } from '@arkan/kernel';
import type { OutgoingMessage } from '@arkan/ports';
import type { Result } from './result';

type Attempted = Result & { attempt: AttemptRow };

const endedAtMs = ({ startedAtMs, durationMs }: AttemptRow): number => Math.round(startedAtMs + (durationMs ?? 0));

/** What is told of the attempts of one flush: a message a webhook, and more where it has more failures than one may hold. */
export function outcomeMessages(results: readonly Result[]): OutgoingMessage[] {
  const byWebhook = new Map<string, Attempted[]>();
  for (const result of results) {
    if (result.attempt === null) continue;
    const known = byWebhook.get(result.item.webhookId);
    if (known) known.push(result as Attempted);
    else byWebhook.set(result.item.webhookId, [result as Attempted]);
  }
  const messages: OutgoingMessage[] = [];
  for (const [webhookId, attempted] of byWebhook) {
    for (const message of outcomesOf(webhookId, attempted))
      messages.push({ topic: topics.outcomes, key: webhookId, value: outcomeMessage.encode(message) });
  }
  return messages;
}

function* outcomesOf(webhookId: string, attempted: Attempted[]): Generator<OutcomeMessage> {
  if (attempted.length > 1) attempted.sort((a, b) => endedAtMs(a.attempt) - endedAtMs(b.attempt));
  const isFailure = ({ attempt }: Attempted) => attempt.outcome !== 'success';
  let from = 0;
  while (from < attempted.length) {
    let failures = 0;
    let to = from;
    for (; to < attempted.length; to++) {
      if (isFailure(attempted[to]!) && failures++ === failuresPerOutcomeMax) break;
    }
    yield outcomeOf(webhookId, attempted.slice(from, to));
    from = to;
  }
}

function outcomeOf(webhookId: string, attempted: Attempted[]): OutcomeMessage {
  const successes = attempted.filter(({ attempt }) => attempt.outcome === 'success');
  const failures = attempted.filter(({ attempt }) => attempt.outcome !== 'success');
  return {
    v: 1,
    tenantId: attempted[0]!.item.tenantId,
    webhookId,
    succeeded: successes.length,
    succeededDurationMs:
      Math.round(successes.reduce((sum, { attempt }) => sum + (attempt.durationMs ?? 0), 0) * 10) / 10,
    firstSuccessAtMs: successes[0] ? endedAtMs(successes[0].attempt) : null,
    lastSuccess: successes.length > 0 ? lastOf(successes.at(-1)!) : null,
    last: lastOf(attempted.at(-1)!),
    failures: failures.map(failureOf),
    gone: attempted.some((result) => result.isGone),
  };
}

const lastOf = ({ item, attempt, status }: Attempted): OutcomeMessage['last'] => ({
  deliveryId: toPublicId('dlv', item.deliveryId),
  atMs: endedAtMs(attempt),
  deliveryStatus: status,
  httpStatus: attempt.httpStatus,
  durationMs: attempt.durationMs,
});

const failureOf = ({ item, attempt, status, wait }: Attempted): OutcomeMessage['failures'][number] => ({
  deliveryId: toPublicId('dlv', item.deliveryId),
  eventId: item.eventId,
  eventType: item.eventType,
  attempt: item.attemptCount + 1,
  trigger: attempt.trigger,
  isTest: item.isTest,
  atMs: endedAtMs(attempt),
  outcome: attempt.outcome,
  httpStatus: attempt.httpStatus,
  durationMs: attempt.durationMs,
  causeKey: attempt.causeKey ?? attempt.outcome,
  error: attempt.error ?? '',
  deliveryStatus: status,
  nextRetryAtMs: status === 'retrying' && wait ? Math.round(wait.dueAtMs) : null,
});

/** What the statistics count of a flush; null where there is nothing. */
export function tallyResults(results: readonly Result[]): TallyDelta | null {
  const delta: TallyDelta = {};
  let isEmpty = true;
  for (const { item, attempt, status, endedAtMs: endedMs } of results) {
    const became =
      status !== item.priorStatus && (status === 'success' || status === 'failed' || status === 'cancelled');
    if (attempt === null && !became) continue;
    isEmpty = false;
    const atMs = attempt ? endedAtMs(attempt) : endedMs!;
    const tally = tallyOf(delta, atMs, item.webhookId.slice(3), item.tenantId);
    if (attempt) {
      if (attempt.outcome === 'success') tally.succeeded++;
      else tally.failed++;
      if (attempt.durationMs !== null) {
        const index = durationClass(attempt.durationMs);
        tally.durations[index] = (tally.durations[index] ?? 0) + 1;
      }
    }
    if (!became) continue;
    const by = { success: 'becameSuccess', failed: 'becameFailed', cancelled: 'becameCancelled' } as const;
    tally[by[status]]++;
    if (item.priorStatus === 'success' || item.priorStatus === 'failed' || item.priorStatus === 'cancelled')
      tally[by[item.priorStatus]]--;
  }
  return isEmpty ? null : delta;
}
