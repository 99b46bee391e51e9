import { Fifo } from './collections';
import type { ReceiverConcurrency } from './concurrency';

export interface QueueItem {
  tenantId: string;
  webhookId: string;
  /** What it holds in memory. */
  bytes: number;
}

/** An item under way, until `settle`. */
export interface Picked<T extends QueueItem> {
  readonly item: T;
  readonly startedAtMs: number;
}

export type Lane = 0 | 1;
export const fast: Lane = 0;
export const slow: Lane = 1;

export interface Tenant<T extends QueueItem> {
  id: string;
  webhooks: number;
  queued: number;
  bytes: number;
  /** Per lane: webhooks that may start one, and whether the tenant itself stands in the lane's round. */
  ready: [Fifo<Webhook<T>>, Fifo<Webhook<T>>];
  inRound: [boolean, boolean];
}

export interface Webhook<T extends QueueItem> {
  id: string;
  tenant: Tenant<T>;
  items: Fifo<T>;
  /** Room kept for items that are to come. */
  reserved: number;
  bytes: number;
  inFlight: number;
  /** Of those under way, how many have been for longer than `slowMs`. */
  stalled: number;
  lane: Lane;
  inReady: [boolean, boolean];
  concurrency: ReceiverConcurrency;
  ratePerSecond: number | null;
  /** Theoretical arrival time of the generic cell rate algorithm. */
  nextCellMs: number;
  isParked: boolean;
}

export function newTenant<T extends QueueItem>(id: string): Tenant<T> {
  return { id, webhooks: 0, queued: 0, bytes: 0, ready: [new Fifo(), new Fifo()], inRound: [false, false] };
}

export function canStart<T extends QueueItem>(webhook: Webhook<T>): boolean {
  return webhook.items.size > 0 && !webhook.isParked && webhook.inFlight < webhook.concurrency.limit;
}

export class Flight<T extends QueueItem> implements Picked<T> {
  isSettled = false;
  isStalled = false;
  older: Flight<T> | null = null;
  younger: Flight<T> | null = null;

  constructor(
    readonly item: T,
    readonly webhook: Webhook<T>,
    readonly sequence: number,
    readonly startedAtMs: number,
  ) {}
}

/** A linked list in order of start, from which any one is taken in O(1). */
export class StartOrder<T extends QueueItem> {
  oldest: Flight<T> | null = null;
  private youngest: Flight<T> | null = null;

  push(flight: Flight<T>): void {
    flight.older = this.youngest;
    if (this.youngest) this.youngest.younger = flight;
    else this.oldest = flight;
    this.youngest = flight;
  }

  remove(flight: Flight<T>): void {
    if (flight.older) flight.older.younger = flight.younger;
    else this.oldest = flight.younger;
    if (flight.younger) flight.younger.older = flight.older;
    else this.youngest = flight.older;
    flight.older = flight.younger = null;
  }
}
