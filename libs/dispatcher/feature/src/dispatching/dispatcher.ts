import {
  deliveryHeaders,
  FairQueue,
  packSignatures,
  receiverSignal,
  signatureHeaders,
  type FairQueueLimits,
  type Picked,
  type RetryPolicy,
} from '@arkan/dispatcher-domain';
import type { AttemptRow } from '@arkan/dispatcher-persistence';
import { isSecretHeaderName, maskedValue, toPublicId, type Clock, type Random } from '@arkan/kernel';
import type { Logger } from '@arkan/runtime';
import type { SendResult } from '../sending/exchange';
import type { Sender } from '../sending/sender';
import { treatmentOf, type WebhookState, type WebhookView } from '../webhook-view';
import { cancel, conclude, hold, putBack } from './conclude';
import type { Flusher } from './flusher';
import type { Freshness } from './freshness';
import type { Material, Materials } from './material';
import type { Result } from './result';
import type { Session } from './session';
import type { AttemptSpans } from './spans';
import type { WorkItem } from './work-item';

/** What can't be signed for is looked at again after this: a key is missing here, and the receiver has nothing to do with it. */
const unsealableRetryMs = 60_000;
/** Between tries to bring the view up to date while the bus is away. */
const staleRetryMs = 250;

export interface DispatcherDeps {
  limits: FairQueueLimits;
  maxInFlightPerWebhook: number;
  retry: Omit<RetryPolicy, 'retryCount'>;
  view: WebhookView;
  session: Session;
  freshness: Freshness;
  materials: Materials;
  sender: Sender;
  flusher: Flusher;
  spans: AttemptSpans | null;
  clock: Clock;
  random: Random;
  log: Logger;
  /** An attempt has ended. */
  onAttempt(item: WorkItem, attempt: AttemptRow): void;
  /** A webhook has a slot more. */
  onSettled(webhookId: string): void;
}

/** From memory to the receiver and back: picks fairly, signs by the present configuration, sends, and hands on what came of it. */
export class Dispatcher {
  readonly queue: FairQueue<WorkItem>;
  private isRunning = false;
  private isPumping = false;
  private stale: Picked<WorkItem>[] = [];
  private isRefreshing = false;
  private wake: { atMs: number; cancel: () => void } | null = null;
  private warnedAtMs = -Infinity;
  /** Picked, without a result. */
  private busy = 0;
  private whenDrained: (() => void) | null = null;

  constructor(private readonly deps: DispatcherDeps) {
    this.queue = new FairQueue<WorkItem>(deps.limits, () => ({ maxInFlight: deps.maxInFlightPerWebhook }));
  }

  start(): void {
    this.isRunning = true;
    this.pump();
  }

  /** Starts what may start now. To be called when something was put into the queue, too. */
  pump(): void {
    // An end makes room, and asks again: the loop that is under way goes on with it.
    if (this.isPumping) return;
    this.isPumping = true;
    const { clock, session, flusher } = this.deps;
    const nowMs = clock.now();
    while (this.isRunning && flusher.hasRoom && session.isAlive()) {
      const picked = this.queue.pick(nowMs);
      if (!picked) break;
      this.busy++;
      if (this.deps.freshness.isFresh()) this.begin(picked);
      else this.stale.push(picked);
    }
    this.isPumping = false;
    if (this.stale.length > 0 && !this.isRefreshing) void this.freshen();
    this.scheduleWake();
  }

  private scheduleWake(): void {
    const atMs = this.isRunning ? this.queue.wakeAtMs() : null;
    if (atMs === null || (this.wake && this.wake.atMs <= atMs)) return;
    this.wake?.cancel();
    const cancel = this.deps.clock.schedule(Math.max(1, atMs - this.deps.clock.now()), () => {
      this.wake = null;
      this.pump();
    });
    this.wake = { atMs, cancel };
  }

  /** What was picked before a barrier began may be sent after it. While the bus is away it waits here, in its slots. */
  private async freshen(): Promise<void> {
    this.isRefreshing = true;
    while (this.stale.length > 0) {
      const group = this.stale;
      this.stale = [];
      try {
        await this.deps.freshness.refresh();
        for (const picked of group) this.begin(picked);
      } catch {
        // The views have logged it.
        if (!this.isRunning) {
          for (const picked of group) this.settle(picked, putBack(picked.item, this.deps.clock.now()));
          continue;
        }
        this.stale.push(...group);
        await new Promise<void>((resolve) => this.deps.clock.schedule(staleRetryMs, resolve));
      }
    }
    this.isRefreshing = false;
  }

  private begin(picked: Picked<WorkItem>): void {
    const { view, session, clock } = this.deps;
    const { item } = picked;
    const nowMs = clock.now();
    // Given to others meanwhile: nothing of it may be sent or written here.
    if (!session.isAlive() || item.session !== session.id) return this.settle(picked, null);
    const state = view.get(item.webhookId);
    const treatment = treatmentOf(state);
    if (treatment === 'hold') return this.settle(picked, hold(item));
    if (treatment === 'cancel' || !state) return this.settle(picked, cancel(item, nowMs));
    if (!this.isRunning) return this.settle(picked, putBack(item, nowMs));
    const material = this.materialOf(state);
    if (material) this.send(picked, state, material, nowMs);
    else this.settle(picked, putBack(item, nowMs + unsealableRetryMs));
  }

  private materialOf(state: WebhookState): Material | null {
    try {
      return this.deps.materials.get(state);
    } catch (error) {
      const nowMs = this.deps.clock.now();
      if (nowMs - this.warnedAtMs >= 10_000) {
        this.warnedAtMs = nowMs;
        this.deps.log.error({ err: error, webhookId: state.webhookId }, 'a webhook can not be signed for, and waits');
      }
      return null;
    }
  }

  private send(picked: Picked<WorkItem>, state: WebhookState, material: Material, nowMs: number): void {
    const { item } = picked;
    const deliveryId = toPublicId('dlv', item.deliveryId);
    const previous = material.previous && nowMs < material.previous.untilMs ? material.previous.key : undefined;
    const signature = signatureHeaders({
      keys: [material.key, previous],
      messageId: deliveryId,
      nowMs,
      body: item.body,
    });
    const headers = deliveryHeaders({
      eventType: item.eventType,
      eventId: item.eventId,
      deliveryId,
      attempt: item.attemptCount + 1,
      signature,
      custom: material.custom,
    });
    const span = this.deps.spans?.start(item, deliveryId);
    const { url, timeoutMs } = material;
    void this.deps.sender.send({ url, headers, body: item.body, timeoutMs, group: item.webhookId }).then((sent) => {
      span?.end(sent);
      this.sent(picked, state, material, nowMs, packSignatures(signature), sent);
    });
  }

  private sent(
    picked: Picked<WorkItem>,
    state: WebhookState,
    material: Material,
    startedAtMs: number,
    signatures: string,
    sent: SendResult,
  ): void {
    const { item } = picked;
    const attempt: AttemptRow = {
      outcome: sent.outcome,
      trigger: item.trigger,
      startedAtMs,
      durationMs: sent.durationMs,
      dnsMs: sent.timing.dnsMs,
      connectMs: sent.timing.connectMs,
      tlsMs: sent.timing.tlsMs,
      firstByteMs: sent.timing.firstByteMs,
      httpStatus: sent.httpStatus,
      causeKey: sent.outcome === 'success' ? null : sent.causeKey,
      error: sent.error,
      remoteAddress: sent.remoteAddress,
      signatures,
      responseHeaders: sent.responseHeaders && maskedJson(sent.responseHeaders),
      responseBody: sent.responseBody,
      bodyTruncated: sent.bodyTruncated,
      configRevision: material.revision,
    };
    this.deps.onAttempt(item, attempt);
    const result = conclude(item, {
      attempt,
      config: material.config,
      retryAfter: sent.retryAfter,
      policy: { ...this.deps.retry, retryCount: state.retryCount },
      treatment: treatmentOf(this.deps.view.get(item.webhookId)),
      random: this.deps.random.next(),
      nowMs: this.deps.clock.now(),
    });
    this.settle(picked, result);
  }

  private settle(picked: Picked<WorkItem>, result: Result | null): void {
    const { clock, flusher } = this.deps;
    const attempt = result?.attempt ?? null;
    const signal = attempt ? receiverSignal(attempt.outcome, attempt.httpStatus) : 'none';
    this.queue.settle(picked, signal, clock.now());
    this.busy--;
    if (result) flusher.push(result);
    this.deps.onSettled(picked.item.webhookId);
    if (this.busy === 0 && this.whenDrained) this.whenDrained();
    else this.pump();
  }

  /** The treatment of a webhook changed: what waits in memory is treated so at once. What is under way ends normally. */
  drain(webhookId: string, treatment: 'hold' | 'cancel'): void {
    const nowMs = this.deps.clock.now();
    for (const item of this.queue.drain(webhookId))
      this.deps.flusher.push(treatment === 'hold' ? hold(item) : cancel(item, nowMs));
  }

  /** All that waits in memory was given to others. */
  forget(): void {
    this.queue.drainAll();
  }

  /** Takes nothing more. What waits goes back to the table, what is under way is waited for, up to `graceMs`; then it is cut off. */
  async stop(graceMs: number): Promise<void> {
    if (!this.isRunning) return;
    this.isRunning = false;
    this.wake?.cancel();
    this.wake = null;
    const nowMs = this.deps.clock.now();
    const isOurs = (item: WorkItem) => this.deps.session.isAlive() && item.session === this.deps.session.id;
    for (const item of this.queue.drainAll()) if (isOurs(item)) this.deps.flusher.push(putBack(item, nowMs));
    const drained = this.busy === 0 ? Promise.resolve() : new Promise<void>((resolve) => (this.whenDrained = resolve));
    await this.deps.sender.close(graceMs);
    await drained;
  }
}

/** Most receivers answer with the same few names. */
const secretNames = new Map<string, boolean>();

function maskedJson(headers: Record<string, string>): string {
  let masked: Record<string, string> | null = null;
  for (const name in headers) {
    let isSecret = secretNames.get(name);
    if (isSecret === undefined) {
      if (secretNames.size > 1_000) secretNames.clear();
      secretNames.set(name, (isSecret = isSecretHeaderName(name)));
    }
    if (isSecret) (masked ??= { ...headers })[name] = maskedValue;
  }
  return JSON.stringify(masked ?? headers);
}
