import { Counter, Histogram, type MetricsRegistry } from '@arkan/runtime';
import type { Accepted } from './ingest/acceptance';

export interface CatalogMetrics {
  /** A group was committed. */
  accepted(results: readonly Accepted[], via: 'http' | 'bus'): void;
  /** `code` is one of a fixed set: problem codes, and those of unusable messages. */
  invalid(code: string, count?: number): void;
  /** From the request's or batch's reading to its commit. */
  took(seconds: number, via: 'http' | 'bus'): void;
}

export function createCatalogMetrics(registry: MetricsRegistry): CatalogMetrics {
  const registers = [registry];
  const acceptedTotal = new Counter({
    name: 'arkan_events_accepted_total',
    help: 'Events stored, duplicates not counted',
    labelNames: ['via'],
    registers,
  });
  const duplicateTotal = new Counter({
    name: 'arkan_events_duplicate_total',
    help: 'Events that were there already, by tenant and id',
    registers,
  });
  const matchedTotal = new Counter({
    name: 'arkan_events_matched_total',
    help: 'Accepted events that at least one webhook takes',
    registers,
  });
  const invalidTotal = new Counter({
    name: 'arkan_events_invalid_total',
    help: 'Requests and messages that were refused, by reason',
    labelNames: ['code'],
    registers,
  });
  const groupSize = new Histogram({
    name: 'arkan_ingest_group_size',
    help: 'Events committed together',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
    registers,
  });
  const acceptSeconds = new Histogram({
    name: 'arkan_event_accept_seconds',
    help: 'From the reading of a request or batch to its commit',
    labelNames: ['via'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  return {
    accepted(results, via) {
      let [fresh, matched] = [0, 0];
      for (const { duplicate, deliveries } of results) {
        if (!duplicate) fresh++;
        if (deliveries > 0) matched++;
      }
      groupSize.observe(results.length);
      acceptedTotal.inc({ via }, fresh);
      matchedTotal.inc(matched);
      duplicateTotal.inc(results.length - fresh);
    },
    invalid: (code, count = 1) => invalidTotal.inc({ code }, count),
    took: (seconds, via) => acceptSeconds.observe({ via }, seconds),
  };
}
