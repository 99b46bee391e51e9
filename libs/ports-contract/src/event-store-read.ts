import { describe, expect, test } from '@jest/globals';
import { newUuid, type JsonObject } from '@arkan/kernel';
import { appendAll, eventsOf, numbered, typesOf, type EventStoreBench } from './event-store-harness';

const awkward: [string, JsonObject][] = [
  ['nothing', {}],
  ['every kind of value', { a: null, b: true, c: -1.5, d: 'x', e: [1, [2, {}]], f: { g: { h: [] } } }],
  ['numbers at the edge', { a: 9_007_199_254_740_991, b: 1e21, c: 5e-324, d: 1.7976931348623157e308, e: 0.1 }],
  [
    'text of all planes',
    { a: 'äß', b: '漢字', c: '👩‍👩‍👧', d: '\u2028\u2029', e: '"\\/\b\f\n\r\t', f: '\u007f\ufeff\uffff' },
  ],
  ['NUL in values and in names', { a: 'before\u0000after', 'b\u0000': [{ '\u0000': '\u0000' }] }],
  ['half a surrogate pair', { a: 'x\ud800y' }],
  [
    'names that mean something elsewhere',
    JSON.parse('{"__proto__":{"x":1},"constructor":1,"toString":2,"":3}') as JsonObject,
  ],
  ['a long text', { a: 'ä'.repeat(200_000) }],
];

export function readCases(bench: EventStoreBench): void {
  describe('read', () => {
    test('of a stream that does not exist, and of an empty store, is empty', async () => {
      expect(await bench.store.readStream('s-none')).toEqual([]);
      expect(await bench.store.readAll({ after: null, limit: 10 })).toEqual([]);
      expect(await bench.store.endPosition()).toBeNull();
    });

    test('gives back all of an event', async () => {
      const id = newUuid();
      const event = { id, type: 'thing.made', data: { x: 1 }, metadata: { actor: 'me', reason: null } };
      const { position } = await bench.store.append('s-1', [event], 'no_stream');
      const [read] = await bench.store.readStream('s-1');
      expect(read).toEqual({ ...event, streamId: 's-1', revision: 0, position, recordedAt: expect.any(Date) });
      expect(Number.isNaN(read?.recordedAt.getTime())).toBe(false);
      expect(await bench.store.readAll({ after: null, limit: 10 })).toEqual([read]);
    });

    test.each(awkward)('gives back data and metadata as they were: %s', async (_, value) => {
      await bench.store.append(
        's-1',
        [{ id: newUuid(), type: 't', data: value, metadata: value }, ...eventsOf('next')],
        'any',
      );
      const [read, next] = await bench.store.readStream('s-1');
      expect(read?.data).toEqual(value);
      expect(JSON.stringify(read?.data)).toBe(JSON.stringify(value));
      expect(JSON.stringify(read?.metadata)).toBe(JSON.stringify(value));
      expect(next?.type).toBe('next');
    });

    test('what a reader does to an event does not reach the next reader', async () => {
      await appendAll(bench.store, 's-1', 'a');
      const [first] = await bench.store.readStream('s-1');
      if (first) first.data.is = 'changed';
      expect((await bench.store.readStream('s-1'))[0]?.data).toEqual({ is: 'a' });
    });

    test.each([
      [undefined, undefined, [0, 1, 2, 3, 4]],
      [2, undefined, [2, 3, 4]],
      [0, 2, [0, 1]],
      [3, 10, [3, 4]],
      [5, 1, []],
    ])('of a stream from revision %p, at most %p', async (fromRevision, limit, expected) => {
      await bench.store.append('s-1', numbered('n-', 0, 5), 'no_stream');
      await appendAll(bench.store, 's-2', 'other');
      const events = await bench.store.readStream('s-1', { fromRevision, limit });
      expect(events.map(({ revision }) => revision)).toEqual(expected);
    });

    test('of a long stream stops at 1,000 unless told', async () => {
      for (let from = 0; from < 1_100; from += 100) await bench.store.append('s-1', numbered('n-', from, 100), 'any');
      const events = await bench.store.readStream('s-1');
      expect([events.length, events.at(-1)?.type]).toEqual([1_000, 'n-999']);
      expect(await bench.store.readStream('s-1', { limit: 2_000 })).toHaveLength(1_100);
    });

    test('of all goes in order of position over the streams, page by page', async () => {
      for (const [stream, type] of ['1a', '2b', '1c', '3d', '2e'].map((text) => [...text])) {
        await appendAll(bench.store, `s-${stream}`, String(type));
      }
      const all = await bench.store.readAll({ after: null, limit: 10 });
      expect(typesOf(all)).toEqual(['a', 'b', 'c', 'd', 'e']);
      const positions = all.map(({ position }) => position);
      expect(positions).toEqual([...new Set(positions)].sort((a, b) => (a < b ? -1 : 1)));
      expect(await bench.store.endPosition()).toBe(positions.at(-1));

      const page = await bench.store.readAll({ after: null, limit: 2 });
      const rest = await bench.store.readAll({ after: page.at(-1)?.position ?? null, limit: 10 });
      expect(typesOf([...page, ...rest])).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(await bench.store.readAll({ after: positions.at(-1) ?? null, limit: 10 })).toEqual([]);
    });

    test.each<[string, string[] | undefined, string[]]>([
      ['no filter', undefined, ['a', 'b', 'c', 'd', 'e']],
      ['one prefix', ['webhook-'], ['a', 'c', 'e']],
      ['two prefixes', ['webhook-', 'tenant-'], ['a', 'b', 'c', 'e']],
      ['a prefix with the signs of a pattern', ['web%', 'web_ook-'], ['d']],
      ['a prefix of nothing', ['x'], []],
    ])('of all with %s', async (_, streamPrefixes, expected) => {
      for (const [stream, type] of [
        ['webhook-1', 'a'],
        ['tenant-1', 'b'],
        ['webhook-2', 'c'],
        ['web%x', 'd'],
        ['webhook-1', 'e'],
      ]) {
        await appendAll(bench.store, String(stream), String(type));
      }
      expect(typesOf(await bench.store.readAll({ after: null, limit: 10, streamPrefixes }))).toEqual(expected);
      expect(typesOf(await bench.store.readAll({ after: null, limit: 1, streamPrefixes }))).toEqual(
        expected.slice(0, 1),
      );
    });

    test('finds the few events of a filter among many others', async () => {
      await appendAll(bench.store, 'rare-1', 'first');
      for (let from = 0; from < 1_000; from += 100) await bench.store.append('s-1', numbered('n-', from, 100), 'any');
      await appendAll(bench.store, 'rare-2', 'last');
      const found = await bench.store.readAll({ after: null, limit: 5, streamPrefixes: ['rare-'] });
      expect(typesOf(found)).toEqual(['first', 'last']);
    });

    bench.whereIt('reopen', 'another process sees what was appended, and what it appends is seen', async () => {
      await appendAll(bench.store, 's-1', 'a');
      const other = await bench.reopen();
      expect(typesOf(await other.readStream('s-1'))).toEqual(['a']);
      await other.append('s-1', eventsOf('b'), 0);
      expect(typesOf(await bench.store.readAll({ after: null, limit: 10 }))).toEqual(['a', 'b']);
    });
  });
}
