import {
  claimedBy,
  closeSession,
  dayOfUuid,
  declareDead,
  findDead,
  leasedBy,
  sessionDeadMs,
  type AttemptRow,
  type DeadSession,
  type LeasedRow,
} from '@arkan/dispatcher-persistence';
import { judgeFailure, type RetryPolicy } from '@arkan/dispatcher-domain';
import { toPublicId, uuidTimeMs, type Clock, type Service } from '@arkan/kernel';
import type { Logger } from '@arkan/runtime';
import type { Pool } from 'pg';
import { conclude, putBack } from '../dispatching/conclude';
import { flushMax, type Flusher } from '../dispatching/flusher';
import type { Freshness } from '../dispatching/freshness';
import { configOf } from '../dispatching/material';
import type { Result } from '../dispatching/result';
import type { Session } from '../dispatching/session';
import { ownTrigger, type Cohort, type WorkItem } from '../dispatching/work-item';
import { createLoop } from '../loop';
import { treatmentOf, type WebhookView } from '../webhook-view';
import { toItem } from './claimer';

const everyMs = 5_000;
/** Of one look; there may be another at once. */
const rowsMax = 5_000;
/** More than memory may hold. */
const heldMax = 40_000;
/** What is held by our session and not in memory is looked for so often, and when a statement's answer was lost. */
const auditEveryMs = 60_000;

export interface JanitorDeps {
  pool: Pool;
  session: Session;
  flusher: Flusher;
  freshness: Freshness;
  view: WebhookView;
  retry: Omit<RetryPolicy, 'retryCount'>;
  clock: Clock;
  log: Logger;
  onReclaimed(count: number): void;
  /** Results were written that wait. */
  onWritten(written: readonly Result[]): void;
}

/**
 * Takes over what dead sessions held. Whether a delivery of theirs was being sent is not known, so each gets an attempt `unknown`,
 * and is due at once. Any process does it, also several at the same time: each row is fenced by the session that held it.
 */
export class Janitor implements Service {
  private readonly loop;
  private auditAtMs = -Infinity;
  /** Seen at the last audit; still so at the next, they are lost. */
  private suspects = new Set<string>();
  private doubts: { cohort: Cohort | null; audits: number }[] = [];

  constructor(private readonly deps: JanitorDeps) {
    this.loop = createLoop({
      name: 'taking over from dead processes',
      clock: deps.clock,
      log: deps.log,
      everyMs,
      run: (isStopping) => this.run(isStopping),
    });
  }

  start(): Promise<void> {
    return this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** A statement may have taken effect without our knowing; `cohort` is of the deliveries that it may have leased. */
  doubt(cohort: Cohort | null): void {
    this.doubts.push({ cohort, audits: 0 });
  }

  wake(): void {
    this.loop.wake();
  }

  private async run(isStopping: () => boolean): Promise<void> {
    const { pool, session, log } = this.deps;
    if (!session.isAlive()) return;
    // While the database was away nobody's heart could beat: the others get their time, too.
    if (session.steadyMs() >= sessionDeadMs) {
      for (const dead of await declareDead(pool, session.id))
        log.warn({ session: dead }, 'a process died, or was cut off');
    }
    for (const dead of await findDead(pool)) await this.takeOver(dead, isStopping);
    await this.audit();
  }

  private async takeOver(dead: DeadSession, isStopping: () => boolean): Promise<void> {
    const { pool, freshness, onReclaimed, log } = this.deps;
    await freshness.refresh();
    let reclaimed = 0;
    for (;;) {
      const leased = await leasedBy(pool, dead.id, dead.lowDeliveryId, rowsMax);
      const items = [
        ...leased.map((row) => leasedItem(row, dead.id)),
        ...(await claimedBy(pool, dead.id)).map((row) => toItem(row, dead.id)),
      ];
      for (let i = 0; i < items.length && !isStopping(); i += flushMax)
        reclaimed += await this.write(items.slice(i, i + flushMax).map((item) => this.unknown(item, dead)));
      if (isStopping()) return;
      if (leased.length < rowsMax) break;
    }
    if (reclaimed > 0) {
      onReclaimed(reclaimed);
      log.warn({ session: dead.id, deliveries: reclaimed }, 'what a dead process held was taken over');
    }
    // The look began after it was settled, and found the last of it.
    if (dead.isSettled) await closeSession(pool, dead.id);
  }

  private async write(results: Result[]): Promise<number> {
    const refused = await this.deps.flusher.writeNow(results);
    const written = results.filter((result) => !refused.has(result));
    this.deps.onWritten(written);
    return written.length;
  }

  private unknown(item: WorkItem, dead: DeadSession): Result {
    const { view, clock, retry } = this.deps;
    const state = view.get(item.webhookId);
    const { causeKey, error, outcome } = judgeFailure({ kind: 'interrupted' });
    const attempt: AttemptRow = {
      outcome,
      trigger: item.trigger,
      startedAtMs: Math.max(dead.lastHeartbeatMs, uuidTimeMs(item.deliveryId)),
      durationMs: null,
      dnsMs: null,
      connectMs: null,
      tlsMs: null,
      firstByteMs: null,
      httpStatus: null,
      causeKey,
      error,
      remoteAddress: null,
      signatures: null,
      responseHeaders: null,
      responseBody: null,
      bodyTruncated: false,
      configRevision: state?.revision ?? 0,
    };
    return conclude(item, {
      attempt,
      config: state ? configOf(state) : null,
      retryAfter: null,
      policy: { ...retry, retryCount: state?.retryCount ?? 0 },
      treatment: treatmentOf(state),
      random: 0.5,
      nowMs: clock.now(),
    });
  }

  /**
   * The answer of a statement can be lost although it took effect: then the database says that we hold what we know nothing of. It
   * was never sent, and goes back to the table. What was seen once may just be on its way into memory; twice is enough.
   */
  async audit(): Promise<void> {
    const { pool, session, clock, flusher } = this.deps;
    const nowMs = clock.now();
    if (this.doubts.length === 0 && this.suspects.size === 0 && nowMs - this.auditAtMs < auditEveryMs) return;
    const doubts = this.doubts;
    this.auditAtMs = nowMs;
    const by = session.id;
    const items = [
      ...(await leasedBy(pool, by, session.low(), heldMax)).map((row) => leasedItem(row, by)),
      ...(await claimedBy(pool, by)).map((row) => toItem(row, by)),
    ].filter((item) => !session.holds(item.deliveryId));
    const lost = items.filter((item) => this.suspects.has(item.deliveryId));
    this.suspects = new Set(items.map((item) => item.deliveryId));
    for (const item of lost) {
      this.suspects.delete(item.deliveryId);
      flusher.push(putBack(item, nowMs));
    }
    for (const doubt of doubts) doubt.audits++;
    this.doubts = this.doubts.filter(({ cohort, audits }) => {
      if (audits > 1 && cohort) session.closeCohort(cohort);
      return audits <= 1;
    });
  }
}

function leasedItem(row: LeasedRow, session: number): WorkItem {
  return {
    tenantId: row.tenantId,
    webhookId: toPublicId('wh', row.webhookUuid),
    bytes: row.bytes,
    deliveryId: row.deliveryId,
    day: dayOfUuid(row.deliveryId),
    eventKey: row.eventKey,
    eventId: row.eventId,
    eventType: row.eventType,
    isTest: row.isTest,
    body: Buffer.alloc(0),
    traceparent: null,
    session,
    isClaimed: false,
    attemptCount: row.attemptCount,
    runAttempt: 0,
    runUnknown: 0,
    trigger: ownTrigger(row),
    priorStatus: null,
    acceptedAtMs: null,
    cohort: null,
  };
}
