import type { FairQueue } from '@arkan/dispatcher-domain';
import {
  claimDue,
  dayOfUuid,
  findWaitingHooks,
  firstHook,
  endWithoutPayload,
  readPayloads,
  type Claimed,
  type ClaimShare,
  type WaitingRow,
} from '@arkan/dispatcher-persistence';
import { toPublicId, type Clock, type Service } from '@arkan/kernel';
import type { Logger } from '@arkan/runtime';
import type { Pool } from 'pg';
import { putBack } from '../dispatching/conclude';
import type { Flusher } from '../dispatching/flusher';
import type { Freshness } from '../dispatching/freshness';
import type { Session } from '../dispatching/session';
import type { WorkItem } from '../dispatching/work-item';
import { createLoop } from '../loop';
import { treatmentOf, type WebhookView } from '../webhook-view';
import { Agenda } from './agenda';
import { shareOut } from './share-out';

/** What no signal told of (another process wrote it, or died with it) is looked for so often, some webhooks at a time. */
const lookEveryMs = 1_000;
const lookMax = 200;
/** Of one round. */
const claimsMax = 500;
const webhooksMax = 100;

export interface ClaimerDeps {
  pool: Pool;
  queue: FairQueue<WorkItem>;
  view: WebhookView;
  session: Session;
  freshness: Freshness;
  flusher: Flusher;
  clock: Clock;
  log: Logger;
  onQueued(): void;
  /** What waits of the webhook does not fit how it is to be treated. */
  onMisfit(webhookId: string): void;
  /** It is not known whether a statement took effect. */
  onDoubt(): void;
}

/**
 * Brings what is due from the table into memory: when a known time comes, when something is made due, and when a webhook that has
 * more than it may have in memory gets room. Rounds are bounded, and no webhook gets more than it can use, so a backlog of any
 * length costs the others nothing.
 */
export class Claimer implements Service {
  private readonly agenda = new Agenda();
  /** Due, without room in memory. By webhook, its tenant. */
  private readonly crowded = new Map<string, string>();
  private crowdedSinceMs: number | null = null;
  /** More of them is due than they may have in memory. */
  private readonly backlogged = new Set<string>();
  private cursor = firstHook;
  private lookAtMs = -Infinity;

  private readonly loop;

  constructor(private readonly deps: ClaimerDeps) {
    this.loop = createLoop({
      name: 'claiming what is due',
      clock: deps.clock,
      log: deps.log,
      everyMs: lookEveryMs,
      run: (isStopping) => this.run(isStopping),
    });
  }

  async start(): Promise<void> {
    // All that waits, once: what came to wait in another life is known from here on.
    do await this.look();
    while (this.cursor !== firstHook);
    await this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** Something of the webhook is due in `delayMs`. */
  note(webhookId: string, tenantId: string, delayMs: number): void {
    if (delayMs === Infinity) return;
    const atMs = this.deps.clock.now() + delayMs;
    this.agenda.note(webhookId, tenantId, atMs);
    if (delayMs <= 0) this.loop.wake();
    else this.loop.wakeAt(atMs);
  }

  /** A slot of the webhook is free: where more of it is due, and half of what it may have in memory is spent, it is time for more. */
  settled(webhookId: string): void {
    const tenantId = this.crowded.get(webhookId);
    if (tenantId === undefined) return;
    const stats = this.deps.queue.webhookStats(webhookId);
    if (stats && stats.queued > stats.limit) return;
    this.crowded.delete(webhookId);
    this.note(webhookId, tenantId, 0);
  }

  wake(): void {
    this.loop.wake();
  }

  /** Whether more of the webhook is due than it may have in memory. */
  isBacklogged(webhookId: string): boolean {
    return this.backlogged.has(webhookId);
  }

  /** For how long the longest due has been known to be due; ms. */
  get oldestDueMs(): number {
    const nowMs = this.deps.clock.now();
    const oldest = Math.min(this.agenda.nextAtMs ?? Infinity, this.crowdedSinceMs ?? Infinity);
    return Math.max(0, oldest === Infinity ? 0 : nowMs - oldest);
  }

  private async run(isStopping: () => boolean): Promise<void> {
    if (!this.deps.session.isAlive() || !this.deps.flusher.hasRoom) return;
    if (this.deps.clock.now() - this.lookAtMs >= lookEveryMs) {
      for (const [webhookId, tenantId] of this.crowded) this.agenda.note(webhookId, tenantId, this.deps.clock.now());
      this.crowded.clear();
      await this.look();
    }
    while (!isStopping() && (await this.round()));
    if (this.crowded.size === 0) this.crowdedSinceMs = null;
    const { nextAtMs } = this.agenda;
    if (nextAtMs !== null) this.loop.wakeAt(nextAtMs);
  }

  /** The next webhooks that something waits for, around and around. */
  private async look(): Promise<void> {
    const { pool, clock, view } = this.deps;
    this.lookAtMs = clock.now();
    const found = await findWaitingHooks(pool, this.cursor, lookMax);
    this.cursor = found.length < lookMax ? firstHook : found.at(-1)!.webhookUuid;
    for (const { webhookUuid, tenantId, dueInMs, hasHeld } of found) {
      const webhookId = toPublicId('wh', webhookUuid);
      const treatment = treatmentOf(view.get(webhookId));
      if (treatment === 'cancel' || (treatment === 'hold' && dueInMs !== null) || (treatment === 'send' && hasHeld))
        this.deps.onMisfit(webhookId);
      if (treatment === 'send' && dueInMs !== null && !this.crowded.has(webhookId))
        this.agenda.note(webhookId, tenantId, clock.now() + dueInMs);
    }
  }

  /** Claims once. True where there may be more to do at once. */
  private async round(): Promise<boolean> {
    const { pool, session, clock, queue, view, freshness } = this.deps;
    if (!session.isAlive()) return false;
    const due = this.agenda.takeDue(clock.now(), webhooksMax);
    if (due.length === 0) return false;
    const tenants = new Map<string, string>();
    const appetites = new Map<string, { count: number; bytes: number }>();
    for (const { webhookId, tenantId, dueAtMs } of due) {
      if (treatmentOf(view.get(webhookId)) !== 'send') {
        this.backlogged.delete(webhookId);
        this.deps.onMisfit(webhookId);
        continue;
      }
      const appetite = queue.appetite(tenantId, webhookId);
      if (appetite.count === 0 || appetite.bytes === 0) {
        this.crowded.set(webhookId, tenantId);
        this.backlogged.add(webhookId);
        this.crowdedSinceMs = Math.min(this.crowdedSinceMs ?? Infinity, dueAtMs);
        continue;
      }
      tenants.set(webhookId, tenantId);
      appetites.set(webhookId, appetite);
    }
    const shares = shareOut(
      [...appetites].map(([webhookId, { count }]) => ({
        webhookId,
        tenantId: tenants.get(webhookId)!,
        appetite: count,
      })),
      claimsMax,
    );
    try {
      if (shares.size > 0) {
        await freshness.refresh();
        const asked = [...shares].map(([webhookId, count]) => ({
          webhookUuid: webhookId.slice(3),
          count,
          bytes: appetites.get(webhookId)!.bytes,
        }));
        const by = session.id;
        const claimed = await claimDue(pool, by, asked).catch((error: unknown) => {
          this.deps.onDoubt();
          throw error;
        });
        this.noteNext(claimed, asked, tenants);
        await this.take(claimed.rows, by);
      }
    } catch (error) {
      for (const [webhookId, tenantId] of tenants) this.agenda.note(webhookId, tenantId, clock.now());
      throw error;
    }
    for (const [webhookId, tenantId] of tenants)
      if (!shares.has(webhookId)) this.agenda.note(webhookId, tenantId, clock.now());
    return true;
  }

  /** What is still due of them, and when the next comes. */
  private noteNext(claimed: Claimed, asked: readonly ClaimShare[], tenants: ReadonlyMap<string, string>): void {
    const nowMs = this.deps.clock.now();
    const got = new Map<string, { count: number; bytes: number }>();
    for (const row of claimed.rows) {
      const sum = got.get(row.webhookUuid) ?? { count: 0, bytes: 0 };
      got.set(row.webhookUuid, { count: sum.count + 1, bytes: sum.bytes + row.bytes });
    }
    const dashed = new Map([...claimed.nextDueInMs.keys()].map((uuid) => [uuid.replaceAll('-', ''), uuid]));
    for (const { webhookUuid, count, bytes } of asked) {
      const uuid = dashed.get(webhookUuid);
      // The session is dead: nothing was looked at.
      if (uuid === undefined) continue;
      const webhookId = `wh_${webhookUuid}`;
      const sum = got.get(uuid);
      const nextInMs = claimed.nextDueInMs.get(uuid) ?? null;
      const isMoreDue = sum !== undefined && (sum.count >= count || sum.bytes >= bytes);
      if (isMoreDue) this.backlogged.add(webhookId);
      else this.backlogged.delete(webhookId);
      if (isMoreDue) this.agenda.note(webhookId, tenants.get(webhookId)!, nowMs);
      else if (nextInMs !== null) this.agenda.note(webhookId, tenants.get(webhookId)!, nowMs + Math.max(1, nextInMs));
    }
  }

  private async take(rows: readonly WaitingRow[], by: number): Promise<void> {
    if (rows.length === 0) return;
    const { pool, queue, session, flusher, clock } = this.deps;
    const items = rows.map((row) => toItem(row, by));
    for (const item of items) session.hold(item);
    const payloads = await readPayloads(
      pool,
      rows.map((row) => row.eventKey),
    ).catch((error: unknown) => {
      for (const item of items) flusher.push(putBack(item, clock.now()));
      throw error;
    });
    const lost: WorkItem[] = [];
    for (const item of items) {
      const payload = payloads.get(item.eventKey);
      if (payload) {
        item.body = payload.body;
        item.traceparent = payload.traceparent;
        if (queue.offer(item) === 'full') flusher.push(putBack(item, clock.now()));
      } else lost.push(item);
    }
    if (lost.length > 0) await this.forget(lost, by);
    this.deps.onQueued();
  }

  private async forget(lost: readonly WorkItem[], by: number): Promise<void> {
    const { pool, session, log } = this.deps;
    log.error(
      { count: lost.length },
      'deliveries waited whose payload is gone with its day of the log; they are cancelled',
    );
    await endWithoutPayload(pool, by, lost);
    for (const item of lost) session.letGo(item);
  }
}

const noBody = Buffer.alloc(0);

export function toItem(row: WaitingRow, session: number): WorkItem {
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
    body: noBody,
    traceparent: null,
    session,
    isClaimed: true,
    attemptCount: row.attemptCount,
    runAttempt: row.runAttempt,
    runUnknown: row.runUnknown,
    trigger: row.trigger,
    priorStatus: row.priorStatus,
    acceptedAtMs: null,
    cohort: null,
  };
}
