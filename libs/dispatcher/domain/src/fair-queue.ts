import { Fifo, TimeHeap } from './collections';
import { ReceiverConcurrency } from './concurrency';
import {
  defaultFairQueueLimits,
  webhookMaxInFlightDefault,
  type FairQueueLimits,
  type WebhookSettings,
} from './fair-queue-limits';
import {
  canStart,
  fast,
  Flight,
  newTenant,
  slow,
  StartOrder,
  type Lane,
  type Picked,
  type QueueItem,
  type Tenant,
  type Webhook,
} from './fair-queue-state';
import type { Signal } from './outcome';

/**
 * Which delivery is sent next, of those that wait in memory. In order per webhook; in turn over tenants, and within a tenant over
 * its webhooks; every operation in O(1) amortised, whatever the number of webhooks and the depth of a backlog.
 *
 * Webhooks run in two lanes. The slow lane has those whose receiver is slow, does not answer, or has not been seen to answer yet;
 * a request that is under way for too long moves its webhook there at once. Each lane starts work up to half of all slots, so that
 * any number of receivers known as dead leaves the other half to the quick; one that turns slow gives its slots back to the fast lane.
 *
 * Room to wait is shared by dynamic thresholds (Choudhury and Hahne, 1998): a tenant may hold as much as is still free. One that
 * floods takes half of the room, two take a third each, and some is always left for those that come later.
 *
 * Pure: time is given, and there is no randomness.
 */
export class FairQueue<T extends QueueItem> {
  private readonly webhooks = new Map<string, Webhook<T>>();
  private readonly tenants = new Map<string, Tenant<T>>();
  /** Insertion order is the order of becoming idle. */
  private readonly idle = new Map<string, Webhook<T>>();
  private readonly rounds: [Fifo<Tenant<T>>, Fifo<Tenant<T>>] = [new Fifo(), new Fifo()];
  private readonly laneInFlight: [number, number] = [0, 0];
  private readonly parked = new TimeHeap<Webhook<T>>();
  private readonly laneMax: number;
  /** Those under way that are not yet known to be slow. */
  private readonly young = new StartOrder<T>();
  private turn: Lane = fast;
  private sequence = 0;
  private queued = 0;
  private bytes = 0;

  /** `settingsOf` is asked when a webhook comes up, and again on `refresh`. */
  constructor(
    private readonly limits: FairQueueLimits = defaultFairQueueLimits,
    private readonly settingsOf: (webhookId: string) => WebhookSettings = () => ({}),
  ) {
    this.laneMax = Math.max(1, limits.maxInFlight >> 1);
  }

  /** `full`: there is no room for it in memory; nothing was taken. An item that is larger than a window gets in where it is alone. */
  offer(item: T): 'taken' | 'full' {
    if (this.reserve(item) === 'full') return 'full';
    this.place(item);
    return 'taken';
  }

  /** Keeps room for an item that is to come; then `place` or `release` must follow, with the same webhook and size. */
  reserve(item: QueueItem): 'taken' | 'full' {
    const webhook = this.webhooks.get(item.webhookId);
    const tenant = webhook?.tenant ?? this.tenants.get(item.tenantId);
    if (!this.hasRoom(item, webhook, tenant)) return 'full';
    const into = webhook ?? this.add(item);
    into.reserved += 1;
    into.tenant.queued += 1;
    this.queued += 1;
    this.addBytes(into, item.bytes);
    this.idle.delete(into.id);
    return 'taken';
  }

  /** Puts it where room was kept for it. */
  place(item: T): void {
    const webhook = this.webhooks.get(item.webhookId)!;
    webhook.reserved -= 1;
    webhook.items.push(item);
    this.makeReady(webhook);
  }

  /** It won't come. */
  release(item: QueueItem): void {
    const webhook = this.webhooks.get(item.webhookId)!;
    webhook.reserved -= 1;
    webhook.tenant.queued -= 1;
    this.queued -= 1;
    this.addBytes(webhook, -item.bytes);
    this.rest(webhook);
  }

  /**
   * How much more of a webhook is worth having in memory, for one that takes from a long backlog: twice what its receiver is let
   * have at once, and not more than there is room for.
   */
  appetite(tenantId: string, webhookId: string): { count: number; bytes: number } {
    const webhook = this.webhooks.get(webhookId);
    const tenant = webhook?.tenant ?? this.tenants.get(tenantId);
    const { maxQueued, maxBytes, maxQueuedPerWebhook, maxBytesPerWebhook, startInFlight } = this.limits;
    const held = webhook ? webhook.items.size + webhook.reserved : 0;
    const limit = webhook?.concurrency.limit ?? startInFlight;
    return {
      count: Math.max(
        0,
        Math.min(2 * limit - held, maxQueuedPerWebhook - held, maxQueued - this.queued - (tenant?.queued ?? 0)),
      ),
      bytes: Math.max(
        0,
        Math.min(maxBytesPerWebhook - (webhook?.bytes ?? 0), maxBytes - this.bytes - (tenant?.bytes ?? 0)),
      ),
    };
  }

  private hasRoom(item: QueueItem, webhook: Webhook<T> | undefined, tenant: Tenant<T> | undefined): boolean {
    const { maxQueued, maxBytes, maxQueuedPerWebhook, maxBytesPerWebhook } = this.limits;
    const fits = (held: number, max: number) => held === 0 || held + item.bytes <= max;
    return (
      (webhook ? webhook.items.size + webhook.reserved : 0) < maxQueuedPerWebhook &&
      fits(webhook?.bytes ?? 0, maxBytesPerWebhook) &&
      (tenant?.queued ?? 0) < maxQueued - this.queued &&
      fits(this.bytes, maxBytes) &&
      fits(tenant?.bytes ?? 0, maxBytes - this.bytes)
    );
  }

  /** Starts the next one, or null where nothing may start now. */
  pick(nowMs: number): Picked<T> | null {
    this.unpark(nowMs);
    this.markStalled(nowMs);
    if (this.inFlight >= this.limits.maxInFlight) return null;
    const first = this.turn;
    return this.pickFrom(first, nowMs) ?? this.pickFrom(first === fast ? slow : fast, nowMs);
  }

  private pickFrom(lane: Lane, nowMs: number): Flight<T> | null {
    if (this.laneInFlight[lane] >= this.laneMax) return null;
    const round = this.rounds[lane];
    for (let tenant = round.shift(); tenant; tenant = round.shift()) {
      tenant.inRound[lane] = false;
      for (let webhook = tenant.ready[lane].shift(); webhook; webhook = tenant.ready[lane].shift()) {
        webhook.inReady[lane] = false;
        if (webhook.lane !== lane || !canStart(webhook)) continue;
        const flight = this.start(webhook, nowMs);
        this.makeReady(webhook);
        this.joinRound(tenant, lane);
        this.turn = lane === fast ? slow : fast;
        return flight;
      }
    }
    return null;
  }

  private start(webhook: Webhook<T>, nowMs: number): Flight<T> {
    const item = webhook.items.shift()!;
    this.queued -= 1;
    webhook.tenant.queued -= 1;
    webhook.inFlight += 1;
    this.laneInFlight[webhook.lane] += 1;
    const flight = new Flight(item, webhook, ++this.sequence, nowMs);
    this.young.push(flight);
    if (webhook.ratePerSecond !== null) this.spendCell(webhook, webhook.ratePerSecond, nowMs);
    return flight;
  }

  private spendCell(webhook: Webhook<T>, ratePerSecond: number, nowMs: number): void {
    const intervalMs = 1_000 / ratePerSecond;
    webhook.nextCellMs = Math.max(webhook.nextCellMs, nowMs) + intervalMs;
    const readyAtMs = webhook.nextCellMs - Math.max(0, 1_000 - intervalMs);
    if (readyAtMs <= nowMs) return;
    webhook.isParked = true;
    this.parked.push(readyAtMs, webhook);
  }

  private unpark(nowMs: number): void {
    for (let webhook = this.parked.shiftDue(nowMs); webhook; webhook = this.parked.shiftDue(nowMs)) {
      webhook.isParked = false;
      this.makeReady(webhook);
      this.rest(webhook);
    }
  }

  /** A receiver that lets requests hang is known as slow when the first of them is, not when it times out. */
  private markStalled(nowMs: number): void {
    const upToMs = nowMs - this.limits.slowMs;
    for (let flight = this.young.oldest; flight && flight.startedAtMs <= upToMs; flight = this.young.oldest) {
      this.young.remove(flight);
      flight.isStalled = true;
      flight.webhook.stalled += 1;
      this.chooseLane(flight.webhook);
    }
  }

  /** What was picked has ended, as `signal` says (see `receiverSignal`). A second call for the same one does nothing. */
  settle(picked: Picked<T>, signal: Signal, nowMs: number): void {
    const flight = picked as Flight<T>;
    if (flight.isSettled) return;
    flight.isSettled = true;
    const { webhook } = flight;
    if (flight.isStalled) webhook.stalled -= 1;
    else this.young.remove(flight);
    webhook.inFlight -= 1;
    this.laneInFlight[webhook.lane] -= 1;
    this.addBytes(webhook, -flight.item.bytes);
    webhook.concurrency.observe(signal, nowMs - flight.startedAtMs, flight.sequence, this.sequence);
    this.chooseLane(webhook);
    this.makeReady(webhook);
    this.rest(webhook);
  }

  /** Takes out all that waits for a webhook, in order; what is under way stays so. For a pause, a deletion, or a change of it. */
  drain(webhookId: string): T[] {
    const webhook = this.webhooks.get(webhookId);
    if (!webhook) return [];
    const items = webhook.items.drain();
    this.queued -= items.length;
    webhook.tenant.queued -= items.length;
    this.addBytes(webhook, -items.reduce((sum, item) => sum + item.bytes, 0));
    this.rest(webhook);
    return items;
  }

  /** Takes out all that waits, for a stop. */
  drainAll(): T[] {
    return [...this.webhooks.keys()].flatMap((id) => this.drain(id));
  }

  /** Reads the settings of a webhook again. */
  refresh(webhookId: string): void {
    const webhook = this.webhooks.get(webhookId);
    if (!webhook) return;
    const settings = this.settingsOf(webhookId);
    webhook.concurrency.setMax(Math.max(1, settings.maxInFlight ?? webhookMaxInFlightDefault));
    webhook.ratePerSecond = settings.ratePerSecond ?? null;
    this.makeReady(webhook);
  }

  /** When `pick` may answer otherwise although nothing is offered or settled; null where only these two can change it. */
  wakeAtMs(): number | null {
    if (this.queued === 0) return null;
    const stallMs = this.young.oldest ? this.young.oldest.startedAtMs + this.limits.slowMs : null;
    const cellMs = this.parked.earliestMs;
    return stallMs === null || cellMs === null ? (stallMs ?? cellMs) : Math.min(stallMs, cellMs);
  }

  get inFlight(): number {
    return this.laneInFlight[fast] + this.laneInFlight[slow];
  }

  /** For metrics and tests. */
  stats(): { queued: number; bytes: number; inFlight: number; inFlightSlow: number; webhooks: number } {
    const { queued, bytes, inFlight } = this;
    return { queued, bytes, inFlight, inFlightSlow: this.laneInFlight[slow], webhooks: this.webhooks.size };
  }

  /** Of one webhook; null where it is not in memory. `queued` has those that room is kept for. */
  webhookStats(webhookId: string): { queued: number; inFlight: number; limit: number; isSlow: boolean } | null {
    const webhook = this.webhooks.get(webhookId);
    if (!webhook) return null;
    const { items, inFlight, concurrency, lane } = webhook;
    return { queued: items.size + webhook.reserved, inFlight, limit: concurrency.limit, isSlow: lane === slow };
  }

  private add(item: QueueItem): Webhook<T> {
    const settings = this.settingsOf(item.webhookId);
    const tenant = this.tenants.get(item.tenantId) ?? newTenant<T>(item.tenantId);
    this.tenants.set(item.tenantId, tenant);
    tenant.webhooks += 1;
    const webhook: Webhook<T> = {
      id: item.webhookId,
      tenant,
      items: new Fifo(),
      reserved: 0,
      bytes: 0,
      inFlight: 0,
      stalled: 0,
      lane: slow,
      inReady: [false, false],
      concurrency: new ReceiverConcurrency(this.limits, Math.max(1, settings.maxInFlight ?? webhookMaxInFlightDefault)),
      ratePerSecond: settings.ratePerSecond ?? null,
      nextCellMs: 0,
      isParked: false,
    };
    this.webhooks.set(webhook.id, webhook);
    return webhook;
  }

  private makeReady(webhook: Webhook<T>): void {
    const { lane, tenant } = webhook;
    if (webhook.inReady[lane] || !canStart(webhook)) return;
    webhook.inReady[lane] = true;
    tenant.ready[lane].push(webhook);
    this.joinRound(tenant, lane);
  }

  private joinRound(tenant: Tenant<T>, lane: Lane): void {
    if (tenant.inRound[lane] || tenant.ready[lane].size === 0) return;
    tenant.inRound[lane] = true;
    this.rounds[lane].push(tenant);
  }

  private chooseLane(webhook: Webhook<T>): void {
    const lane = webhook.stalled > 0 || webhook.concurrency.isSlow ? slow : fast;
    if (lane === webhook.lane) return;
    this.laneInFlight[webhook.lane] -= webhook.inFlight;
    this.laneInFlight[lane] += webhook.inFlight;
    webhook.lane = lane;
    this.makeReady(webhook);
  }

  private addBytes(webhook: Webhook<T>, bytes: number): void {
    webhook.bytes += bytes;
    webhook.tenant.bytes += bytes;
    this.bytes += bytes;
  }

  /** Nothing of it waits or is under way: what was learned of it may be forgotten when too many rest. */
  private rest(webhook: Webhook<T>): void {
    if (webhook.items.size > 0 || webhook.reserved > 0 || webhook.inFlight > 0 || webhook.isParked) return;
    this.idle.delete(webhook.id);
    this.idle.set(webhook.id, webhook);
    if (this.idle.size <= this.limits.maxIdleWebhooks) return;
    const [oldest] = this.idle.values();
    if (!oldest) return;
    this.idle.delete(oldest.id);
    this.webhooks.delete(oldest.id);
    oldest.tenant.webhooks -= 1;
    if (oldest.tenant.webhooks === 0) this.tenants.delete(oldest.tenant.id);
  }
}
