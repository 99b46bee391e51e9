import { describe, expect, test } from '@jest/globals';
import { WrongExpectedRevisionError, type AppendResult, type ExpectedRevision } from '@arkan/ports';
import { appendAll, eventsOf, numbered, typesOf, type EventStoreBench } from './event-store-harness';

export function appendCases(bench: EventStoreBench): void {
  describe('append', () => {
    test.each<[string, number, ExpectedRevision, number | 'refused']>([
      ['no_stream, where there is none', 0, 'no_stream', 0],
      ['no_stream, where there is one', 2, 'no_stream', 'refused'],
      ['the last revision', 2, 1, 2],
      ['an older revision', 2, 0, 'refused'],
      ['a later revision', 2, 2, 'refused'],
      ['a revision, where there is no stream', 0, 0, 'refused'],
      ['any, where there is no stream', 0, 'any', 0],
      ['any, where there is one', 2, 'any', 2],
    ])('expecting %s', async (_, length, expected, outcome) => {
      if (length > 0) await bench.store.append('s-1', numbered('before-', 0, length), 'no_stream');
      const result = bench.store.append('s-1', eventsOf('new'), expected);
      if (outcome === 'refused') {
        const actual = length === 0 ? null : length - 1;
        const error = await result.catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(WrongExpectedRevisionError);
        expect(error).toMatchObject({ streamId: 's-1', expected, actual });
        expect(await bench.store.readStream('s-1')).toHaveLength(length);
      } else {
        expect((await result).revision).toBe(outcome);
        expect((await bench.store.readStream('s-1')).at(-1)).toMatchObject({ type: 'new', revision: outcome });
      }
    });

    test('of several events keeps them together and in order, and answers for the last', async () => {
      const result = await appendAll(bench.store, 's-1', 'a', 'b', 'c');
      const events = await bench.store.readStream('s-1');
      expect(events.map(({ type, revision }) => [type, revision])).toEqual([
        ['a', 0],
        ['b', 1],
        ['c', 2],
      ]);
      expect(result).toEqual({ revision: 2, position: events[2]?.position });
    });

    test('one of many at the same revision wins; the others are told the actual one', async () => {
      await appendAll(bench.store, 's-1', 'first');
      const tries = Array.from({ length: 10 }, (_, i) => bench.store.append('s-1', eventsOf(`try-${i}`, 'more'), 0));
      const outcomes = await Promise.allSettled(tries);
      const failures = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
      );
      expect(failures).toHaveLength(9);
      for (const error of failures) {
        expect(error).toBeInstanceOf(WrongExpectedRevisionError);
        expect(error).toMatchObject({ actual: 2 });
      }
      expect(await bench.store.readStream('s-1')).toHaveLength(3);
    });

    test('to different streams goes on side by side, without gaps in any', async () => {
      const appends = Array.from({ length: 40 }, (_, i) => appendAll(bench.store, `s-${i % 4}`, `n-${i}`));
      const results = await Promise.all(appends);
      expect(new Set(results.map(({ position }) => position)).size).toBe(40);
      for (let stream = 0; stream < 4; stream++) {
        const events = await bench.store.readStream(`s-${stream}`);
        expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      }
    });

    test.each<[string, ExpectedRevision]>([
      ['no_stream', 'no_stream'],
      ['any', 'any'],
    ])('again of the same events, expecting %s, is answered as the first time', async (_, expected) => {
      const events = eventsOf('a', 'b');
      const first = await bench.store.append('s-1', events, expected);
      await appendAll(bench.store, 's-1', 'later');
      expect(await bench.store.append('s-1', events, expected)).toEqual(first);
      expect(typesOf(await bench.store.readStream('s-1'))).toEqual(['a', 'b', 'later']);
    });

    test('again of the same events, at their revision, is answered as the first time; elsewhere it is refused', async () => {
      await appendAll(bench.store, 's-1', 'before');
      const events = eventsOf('a', 'b');
      const first = await bench.store.append('s-1', events, 0);
      expect(await bench.store.append('s-1', events, 0)).toEqual(first);
      await expect(bench.store.append('s-1', events, 'no_stream')).rejects.toBeInstanceOf(WrongExpectedRevisionError);
      await expect(bench.store.append('s-1', [...events, ...eventsOf('c')], 0)).rejects.toBeInstanceOf(
        WrongExpectedRevisionError,
      );
      expect(typesOf(await bench.store.readStream('s-1'))).toEqual(['before', 'a', 'b']);
    });

    test('of the same events many times at once happens once', async () => {
      const events = eventsOf('a', 'b');
      const results = await Promise.all(
        Array.from({ length: 8 }, () => bench.store.append('s-1', events, 'no_stream')),
      );
      expect(new Set(results.map(({ revision, position }: AppendResult) => `${revision}@${position}`)).size).toBe(1);
      expect(await bench.store.readStream('s-1')).toHaveLength(2);
    });

    test('is all or nothing', async () => {
      const batch = eventsOf('a', 'b', 'c');
      await bench.store.append('s-1', batch.slice(0, 1), 'no_stream');
      await expect(bench.store.append('s-1', batch, 'no_stream')).rejects.toBeInstanceOf(WrongExpectedRevisionError);
      expect(typesOf(await bench.store.readStream('s-1'))).toEqual(['a']);
      expect(typesOf(await bench.store.readAll({ after: null, limit: 10 }))).toEqual(['a']);
    });

    bench.whereIt(
      'uniqueIds',
      'of an event that its stream has already, among others, leaves none of them',
      async () => {
        const batch = eventsOf('a', 'b', 'c');
        await bench.store.append('s-1', batch.slice(1, 2), 'no_stream');
        await expect(bench.store.append('s-1', batch, 0)).rejects.toBeInstanceOf(WrongExpectedRevisionError);
        expect(typesOf(await bench.store.readStream('s-1'))).toEqual(['b']);
        expect(typesOf(await bench.store.readAll({ after: null, limit: 10 }))).toEqual(['b']);
      },
    );

    test.each([0, 101])('of %i events is refused', async (count) => {
      await expect(bench.store.append('s-1', numbered('n-', 0, count), 'any')).rejects.toBeInstanceOf(RangeError);
      expect(await bench.store.endPosition()).toBeNull();
    });

    test('of 100 events is taken', async () => {
      expect((await bench.store.append('s-1', numbered('n-', 0, 100), 'no_stream')).revision).toBe(99);
    });
  });
}
