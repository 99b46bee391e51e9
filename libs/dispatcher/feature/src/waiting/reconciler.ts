import {
  insertTally,
  reconcile,
  reconcileChunk,
  tallyOf,
  type Reconciliation,
  type TallyDelta,
} from '@arkan/dispatcher-persistence';
import type { Clock, Service } from '@arkan/kernel';
import type { Database, Logger } from '@arkan/runtime';
import type { Freshness } from '../dispatching/freshness';
import { createLoop } from '../loop';
import { treatmentOf, type Treatment, type WebhookView } from '../webhook-view';

export interface ReconcilerDeps {
  database: Database;
  view: WebhookView;
  freshness: Freshness;
  clock: Clock;
  log: Logger;
  /** What was held for the webhook is due. */
  onReleased(webhookId: string, tenantId: string): void;
}

const how: Record<Treatment, Reconciliation> = { send: 'release', hold: 'hold', cancel: 'cancel' };

/**
 * Makes what waits in the table fit how its webhook is to be treated: held while it is paused, due when it was resumed, cancelled
 * when it was deleted. In chunks, the webhooks in turn. Which of them need it is told by the view when it changes, and by the
 * claimer's rounds, which come by what changed while no process was up.
 */
export class Reconciler implements Service {
  private readonly asked = new Set<string>();
  private readonly loop;

  constructor(private readonly deps: ReconcilerDeps) {
    this.loop = createLoop({
      name: 'holding, releasing and cancelling what waits',
      clock: deps.clock,
      log: deps.log,
      everyMs: 5_000,
      run: (isStopping) => this.run(isStopping),
    });
  }

  start(): Promise<void> {
    return this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  ask(webhookId: string): void {
    this.asked.add(webhookId);
    this.loop.wake();
  }

  private async run(isStopping: () => boolean): Promise<void> {
    if (this.asked.size === 0) return;
    // What a webhook is not known by yet must not be cancelled for it.
    await this.deps.freshness.refresh();
    while (this.asked.size > 0 && !isStopping()) {
      const [webhookId] = this.asked;
      this.asked.delete(webhookId!);
      try {
        const isMore = await this.chunk(webhookId!);
        // To the end of the line.
        if (isMore) this.asked.add(webhookId!);
      } catch (error) {
        this.asked.add(webhookId!);
        throw error;
      }
    }
  }

  private async chunk(webhookId: string): Promise<boolean> {
    const { database, view, clock } = this.deps;
    const state = view.get(webhookId);
    const webhookUuid = webhookId.slice(3);
    const action = how[treatmentOf(state)];
    if (action !== 'cancel') {
      const { count } = await reconcile(database.pool, action, webhookUuid);
      if (action === 'release' && count > 0) this.deps.onReleased(webhookId, state!.tenantId);
      return count === reconcileChunk;
    }
    return database.transaction(async (tx) => {
      const { count, byTenant } = await reconcile(tx, 'cancel', webhookUuid);
      const delta: TallyDelta = {};
      for (const [tenantId, cancelled] of byTenant)
        tallyOf(delta, clock.now(), webhookUuid, tenantId).becameCancelled += cancelled;
      if (byTenant.size > 0) await insertTally(tx, delta);
      return count === reconcileChunk;
    });
  }
}
