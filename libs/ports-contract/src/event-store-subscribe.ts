import { describe, expect, test } from '@jest/globals';
import { EventStoreUnavailableError } from '@arkan/ports';
import { appendAll, eventsOf, numbered, typesOf, type EventStoreBench } from './event-store-harness';
import { deferred, within } from './message-bus-harness';

export function subscribeCases(bench: EventStoreBench): void {
  describe('subscribe', () => {
    test('gives what is there, says that it has caught up, and goes on with what comes', async () => {
      await appendAll(bench.store, 's-1', 'a', 'b');
      const { seen, subscription } = await bench.subscribe();
      await seen.catchesUp();
      expect(seen.types).toEqual(['a', 'b']);
      expect(subscription.isLive()).toBe(true);
      await appendAll(bench.store, 's-2', 'c');
      await appendAll(bench.store, 's-1', 'd');
      await seen.last('d');
      expect(seen.events).toEqual(await bench.store.readAll({ after: null, limit: 10 }));
    });

    test('of an empty store has caught up at once', async () => {
      const { seen } = await bench.subscribe();
      await seen.catchesUp();
      expect(seen.batches).toEqual([]);
    });

    test('resumes from any position it gave, without loss or repetition', async () => {
      await appendAll(bench.store, 's-1', 'a', 'b', 'c', 'd', 'e');
      const { seen } = await bench.subscribe({ batchMax: 1 });
      await seen.last('e');
      const all = seen.types;
      expect(seen.batches).toHaveLength(5);
      for (const [index, { position }] of seen.batches.entries()) {
        const resumed = await bench.subscribe({ after: position });
        await resumed.seen.catchesUp();
        expect(resumed.seen.types).toEqual(all.slice(index + 1));
        await resumed.subscription.stop();
      }
    });

    test('may be stopped and resumed while others append: each event comes once', async () => {
      const total = 200;
      const appending = (async () => {
        for (let i = 0; i < total; i++) await appendAll(bench.store, `s-${i % 7}`, `n-${i}`);
      })();
      const types: string[] = [];
      let after: bigint | null = null;
      for (let round = 1; types.length < total; round++) {
        const { seen, subscription } = await bench.subscribe({ after, batchMax: 10 });
        await seen.until('some more', () => types.length + seen.types.length >= Math.min(total, round * 40));
        await subscription.stop();
        types.push(...seen.types);
        after = seen.position ?? after;
      }
      await appending;
      expect(types).toEqual(Array.from({ length: total }, (_, i) => `n-${i}`));
    });

    test('hands over 1,000 events in batches of at most batchMax, one call at a time', async () => {
      for (let from = 0; from < 1_000; from += 100) await bench.store.append('s-1', numbered('n-', from, 100), 'any');
      const { seen } = await bench.subscribe({ batchMax: 64 });
      await seen.last('n-999');
      expect(seen.types).toEqual(Array.from({ length: 1_000 }, (_, i) => `n-${i}`));
      expect(Math.max(...seen.batches.map(({ events }) => events.length))).toBe(64);
      expect(seen.sideBySide).toBe(1);
      const positions = seen.batches.map(({ position }) => position);
      expect(positions).toEqual([...new Set(positions)].sort((a, b) => (a < b ? -1 : 1)));
    });

    test('with a filter passes over the rest, and its position moves on', async () => {
      await appendAll(bench.store, 'webhook-1', 'a');
      for (let from = 0; from < 600; from += 100) await bench.store.append('other-1', numbered('n-', from, 100), 'any');
      const { seen } = await bench.subscribe({ streamPrefixes: ['webhook-', 'tenant-'], batchMax: 10 });
      await seen.catchesUp();
      expect(seen.types).toEqual(['a']);
      const end = await bench.store.endPosition();
      await seen.until('the position at the end', () => seen.position !== null && seen.position >= (end ?? 0n));
      await appendAll(bench.store, 'tenant-1', 'b');
      await seen.last('b');

      const resumed = await bench.subscribe({ after: end, streamPrefixes: ['webhook-', 'tenant-'] });
      await resumed.seen.last('b');
      expect([seen.types, resumed.seen.types]).toEqual([['a', 'b'], ['b']]);
    });

    test('ends where the handler rejects, says why, and disturbs no other', async () => {
      const failure = new Error('can not write');
      const broken = await bench.subscribe({
        onEvents: async (events) => {
          if (typesOf(events).includes('bad')) throw failure;
        },
      });
      const sound = await bench.subscribe();
      await broken.seen.catchesUp();
      await appendAll(bench.store, 's-1', 'good');
      await broken.seen.last('good');
      await appendAll(bench.store, 's-1', 'bad');
      await broken.seen.until('to be told', () => broken.seen.stopped.length > 0);
      expect(broken.seen.stopped).toEqual([failure]);
      expect(broken.subscription.isLive()).toBe(false);
      await appendAll(bench.store, 's-1', 'after');
      await sound.seen.last('after');
      expect(sound.seen.types).toEqual(['good', 'bad', 'after']);
      expect(broken.seen.types).toEqual(['good', 'bad']);
      await broken.subscription.stop();
      expect(broken.seen.stopped).toHaveLength(1);
    });

    test('stop waits for the call under way, twice is safe, and nothing comes after it', async () => {
      const [called, gate] = [deferred(), deferred()];
      const order: string[] = [];
      const { seen, subscription } = await bench.subscribe({
        onEvents: async () => {
          called.resolve();
          await gate.promise;
          order.push('handled');
        },
      });
      await appendAll(bench.store, 's-1', 'a');
      await within(bench.waitMs, 'the first call', called.promise);
      const stopping = [subscription.stop(), subscription.stop()].map((stop) => stop.then(() => order.push('stopped')));
      const witness = await bench.subscribe();
      await appendAll(bench.store, 's-1', 'b');
      await witness.seen.last('b');
      expect(order).toEqual([]);
      gate.resolve();
      await within(bench.waitMs, 'stop', Promise.all(stopping));
      expect(order).toEqual(['handled', 'stopped', 'stopped']);
      await appendAll(bench.store, 's-1', 'c');
      await witness.seen.last('c');
      expect(seen.types).toEqual(['a']);
      expect(subscription.isLive()).toBe(false);
      expect(seen.stopped).toEqual([]);
    });

    test('several, at their own pace and from their own places, each get all of theirs', async () => {
      const first = await bench.store.append('s-1', numbered('n-', 0, 50), 'any');
      const gate = deferred();
      const slow = await bench.subscribe({ batchMax: 7, onEvents: () => gate.promise });
      const fast = await bench.subscribe({ batchMax: 3 });
      const late = await bench.subscribe({ after: first.position });
      await bench.store.append('s-2', numbered('n-', 50, 50), 'any');
      await Promise.all([fast.seen.last('n-99'), late.seen.last('n-99')]);
      expect(slow.seen.batches).toHaveLength(1);
      gate.resolve();
      await slow.seen.last('n-99');
      const all = Array.from({ length: 100 }, (_, i) => `n-${i}`);
      expect([slow.seen.types, fast.seen.types, late.seen.types]).toEqual([all, all, all.slice(50)]);
    });

    test('is ended by closing the store, which then refuses to append', async () => {
      const { seen, subscription } = await bench.subscribe();
      await seen.catchesUp();
      await bench.store.close();
      expect(subscription.isLive()).toBe(false);
      await expect(appendAll(bench.store, 's-1', 'late')).rejects.toBeInstanceOf(EventStoreUnavailableError);
      expect(seen.types).toEqual([]);
    });

    bench.whereIt('reopen', 'sees what another process appends', async () => {
      const other = await bench.reopen();
      const { seen } = await bench.subscribe();
      await seen.catchesUp();
      await appendAll(other, 's-1', 'from elsewhere');
      await seen.last('from elsewhere');
    });

    bench.whereIt('outage', 'is not live while the store is unreachable, and then goes on by itself', async () => {
      const other = await bench.reopen();
      const { seen, subscription } = await bench.subscribe();
      await appendAll(bench.store, 's-1', 'before');
      await seen.last('before');
      await seen.catchesUp();
      const caughtUp = seen.caughtUp;

      await bench.harness.outage!.begin();
      await within(
        bench.waitMs,
        'no longer live',
        turnsFalse(() => subscription.isLive()),
      );
      await expect(appendAll(bench.store, 's-1', 'unsure')).rejects.toBeInstanceOf(EventStoreUnavailableError);
      await expect(bench.store.readStream('s-1')).rejects.toBeInstanceOf(EventStoreUnavailableError);
      await appendAll(other, 's-2', 'during');
      expect(seen.types).toEqual(['before']);

      await bench.harness.outage!.end();
      await seen.last('during');
      await seen.catchesUp(caughtUp + 1);
      expect(subscription.isLive()).toBe(true);
      await bench.store.append('s-2', eventsOf('after'), 0);
      await seen.last('after');
      expect(seen.types).toEqual(['before', 'during', 'after']);
      expect(seen.stopped).toEqual([]);
    });
  });
}

/** `isLive` gives no signal: it is for a readiness check, which asks now and then, as this does. */
async function turnsFalse(ask: () => boolean): Promise<void> {
  while (ask()) await new Promise((resolve) => setTimeout(resolve, 10));
}
