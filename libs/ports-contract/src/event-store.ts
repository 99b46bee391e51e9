import { afterEach, beforeEach, describe } from '@jest/globals';
import type { EventStore } from '@arkan/ports';
import { appendCases } from './event-store-append';
import {
  declareEventStoreCapability,
  SeenEvents,
  type EventStoreBench,
  type EventStoreContractOptions,
  type EventStoreHarness,
} from './event-store-harness';
import { overlapCases } from './event-store-overlap';
import { readCases } from './event-store-read';
import { subscribeCases } from './event-store-subscribe';

/** What every adapter of the EventStore port must do. Call it at the top of a spec file. */
export function eventStoreContract(name: string, options: EventStoreContractOptions): void {
  describe(`event store: ${name}`, () => {
    const { missing, waitMs = 20_000 } = options;
    let harness: EventStoreHarness;
    let reopened: EventStore[] = [];

    beforeEach(async () => {
      harness = await options.create();
      reopened = [];
    });
    afterEach(async () => {
      await Promise.all([harness.store, ...reopened].map((store) => store.close()));
      await harness.dispose();
    });

    const bench: EventStoreBench = {
      waitMs,
      get harness() {
        return harness;
      },
      get store() {
        return harness.store;
      },
      async reopen() {
        const store = await harness.reopen!();
        reopened.push(store);
        return store;
      },
      whereIt: (capability, title, run) => declareEventStoreCapability(missing, capability, title, run),
      async subscribe(over = {}, on = harness.store) {
        const seen = new SeenEvents(waitMs);
        return { seen, subscription: await on.subscribe(seen.recording(over)) };
      },
    };

    appendCases(bench);
    readCases(bench);
    subscribeCases(bench);
    overlapCases(bench);
  });
}
