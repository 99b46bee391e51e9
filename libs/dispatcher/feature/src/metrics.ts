import type { AttemptOutcome } from '@arkan/contracts';
import { Counter, Gauge, Histogram, latencyBuckets, type MetricsRegistry } from '@arkan/runtime';

export interface DispatcherMetrics {
  attempts: Counter<'outcome'>;
  attemptSeconds: Histogram;
  acceptToAttemptSeconds: Histogram;
  leasesReclaimed: Counter;
  lateResults: Counter;
  parked: Counter;
  flushSize: Histogram;
}

/** What is read when somebody asks. */
export interface Gauges {
  inFlight(): number;
  queued(): number;
  oldestDueMs(): number;
  waiting(): Promise<number>;
}

export function createDispatcherMetrics(registry: MetricsRegistry, gauges: Gauges): DispatcherMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const value = await Promise.resolve(read()).catch(() => NaN);
        this.set(value);
      },
    });
  gauge('arkan_deliveries_in_flight', 'Attempts under way in this process', gauges.inFlight);
  gauge('arkan_deliveries_queued', 'Deliveries in the memory of this process that wait for their turn', gauges.queued);
  gauge(
    'arkan_deliveries_waiting',
    'Deliveries in the database that wait for later, counted up to 100,000',
    gauges.waiting,
  );
  gauge(
    'arkan_oldest_due_seconds',
    'How long the delivery that is due longest has been waiting to be claimed; 0 where none is',
    () => gauges.oldestDueMs() / 1_000,
  );
  return {
    attempts: new Counter<'outcome'>({
      name: 'arkan_attempts_total',
      help: 'Attempts, by what they came to',
      labelNames: ['outcome'],
      registers,
    }),
    attemptSeconds: new Histogram({
      name: 'arkan_attempt_duration_seconds',
      help: 'Duration of an attempt, connecting included',
      buckets: latencyBuckets,
      registers,
    }),
    acceptToAttemptSeconds: new Histogram({
      name: 'arkan_accept_to_attempt_seconds',
      help: 'From the acceptance of an event to the start of a first attempt',
      buckets: latencyBuckets,
      registers,
    }),
    leasesReclaimed: new Counter({
      name: 'arkan_leases_reclaimed_total',
      help: 'Deliveries that were taken over from a process that died',
      registers,
    }),
    lateResults: new Counter({
      name: 'arkan_late_results_total',
      help: 'Results that came after their deliveries had been taken over from this process, and were left out',
      registers,
    }),
    parked: new Counter({
      name: 'arkan_dispatcher_parked_total',
      help: 'Messages that could not be read, and went to the dead-letter topic',
      registers,
    }),
    flushSize: new Histogram({
      name: 'arkan_flush_size',
      help: 'Results that were written at once',
      buckets: [1, 2, 5, 10, 25, 50, 100, 150, 200],
      registers,
    }),
  };
}

/** prom-client looks a label's place up by text at each call; these are looked up once. */
export function countersByOutcome(counter: Counter<'outcome'>): (outcome: AttemptOutcome) => void {
  const known = new Map<AttemptOutcome, Counter.Internal>();
  return (outcome) => {
    let one = known.get(outcome);
    if (!one) known.set(outcome, (one = counter.labels(outcome)));
    one.inc();
  };
}
