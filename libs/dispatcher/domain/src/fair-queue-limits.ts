import { defaultConcurrencyLimits, type ConcurrencyLimits } from './concurrency';

export interface FairQueueLimits extends ConcurrencyLimits {
  /** Under way in all, never passed. Each lane takes new work up to half of it. */
  maxInFlight: number;
  /** Waiting items. */
  maxQueued: number;
  /** Of waiting items and of those under way. */
  maxBytes: number;
  maxQueuedPerWebhook: number;
  maxBytesPerWebhook: number;
  /** Idle webhooks whose learned limits are remembered. */
  maxIdleWebhooks: number;
}

export const defaultFairQueueLimits: FairQueueLimits = {
  ...defaultConcurrencyLimits,
  maxInFlight: 2_048,
  maxQueued: 20_000,
  maxBytes: 33_554_432,
  maxQueuedPerWebhook: 1_000,
  maxBytesPerWebhook: 8_388_608,
  maxIdleWebhooks: 20_000,
};

export interface WebhookSettings {
  /** Bound of what is learned; 64 unless told. 1 sends one at a time. */
  maxInFlight?: number | null;
  /** Starts a second, with a burst of one second's worth. */
  ratePerSecond?: number | null;
}

export const webhookMaxInFlightDefault = 64;
