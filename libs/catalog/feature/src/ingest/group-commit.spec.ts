import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '@arkan/kernel';
import { GroupCommit, type GroupLimits } from './group-commit';

/** A group commit over numbers whose groups end when they are told to. */
function start(limits: Partial<GroupLimits> = {}) {
  const clock = new ManualClock();
  const started: { items: number[]; end(): void; fail(error: Error): void }[] = [];
  const groups = new GroupCommit<number, string>({
    clock,
    limits,
    bytesOf: (item) => item,
    run: (items) =>
      new Promise((resolve, reject) => {
        started.push({ items, end: () => resolve(items.map(String)), fail: reject });
      }),
  });
  /** Ends the nth group, once it has started. */
  const end = async (nth: number) => {
    while (started.length < nth) await turn();
    started[nth - 1]!.end();
  };
  return { groups, started, clock, end };
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('group commit', () => {
  test('whoever comes alone starts a group at the end of the turn', async () => {
    const { groups, started } = start();
    const result = groups.submit([1]);
    await turn();
    started[0]!.end();
    expect(await result).toEqual(['1']);
  });

  test('what comes in one turn goes together, and each gets its own results', async () => {
    const { groups, started } = start();
    const results = Promise.all([groups.submit([1]), groups.submit([2, 3]), groups.submit([4])]);
    await turn();
    expect(started.map(({ items }) => items)).toEqual([[1, 2, 3, 4]]);
    started[0]!.end();
    expect(await results).toEqual([['1'], ['2', '3'], ['4']]);
  });

  test('what comes meanwhile waits for the next group, and a second starts beside only with enough', async () => {
    const { groups, started, end } = start({ besideItemsMin: 3 });
    void groups.submit([1]);
    await turn();
    void groups.submit([2, 3]);
    await turn();
    expect(started).toHaveLength(1);
    void groups.submit([4]);
    await turn();
    expect(started.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
    void groups.submit([5, 6, 7]);
    await turn();
    expect(started).toHaveLength(2);
    await end(1);
    await end(3);
    expect(started.map(({ items }) => items)).toEqual([[1], [2, 3, 4], [5, 6, 7]]);
  });

  test.each<[string, Partial<GroupLimits>, number[][], number[][]]>([
    [
      'items',
      { groupItemsMax: 3 },
      [[1], [1], [1, 1], [1]],
      [
        [1, 1],
        [1, 1, 1],
      ],
    ],
    ['bytes', { groupBytesMax: 10 }, [[4], [5], [2]], [[4, 5], [2]]],
    ['a larger submission stays whole', { groupItemsMax: 2 }, [[1], [2, 2, 2], [3]], [[1], [2, 2, 2], [3]]],
  ])('a group is bounded by %s', async (_, limits, submissions, expected) => {
    const { groups, started } = start({ ...limits, groupsAtOnceMax: 10, besideItemsMin: 0 });
    for (const items of submissions) void groups.submit(items);
    await turn();
    expect(started.map(({ items }) => items)).toEqual(expected);
  });

  test.each<[string, Partial<GroupLimits>]>([
    ['items', { queueItemsMax: 3 }],
    ['bytes', { queueBytesMax: 3 }],
  ])('what would wait beyond the bound of %s is refused, and can come again shortly', async (_, limits) => {
    const { groups, end } = start(limits);
    const first = groups.submit([1]);
    await turn();
    const waiting = [groups.submit([1]), groups.submit([1, 1])];
    await expect(groups.submit([1])).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
    await end(1);
    await first;
    await end(2);
    expect(await Promise.all(waiting)).toEqual([['1'], ['1', '1']]);
  });

  test('a failed group fails its own, and the next goes on', async () => {
    const { groups, started, end } = start();
    const failed = Promise.allSettled([groups.submit([1]), groups.submit([2])]);
    await turn();
    const next = groups.submit([3]);
    started[0]!.fail(new Error('no'));
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await end(2);
    expect(await next).toEqual(['3']);
  });

  test('after a group of many, the next gathers for some ms; with enough waiting it does not', async () => {
    const { groups, started, clock, end } = start({ lingerItemsMin: 2, lingerMs: 3, besideItemsMin: 5 });
    void groups.submit([1, 1]);
    await end(1);
    await turn();
    void groups.submit([2]);
    for (let turns = 0; turns < 5; turns++) await turn();
    expect(started).toHaveLength(1);
    void groups.submit([3]);
    clock.advance(3);
    await end(2);
    expect(started[1]!.items).toEqual([2, 3]);
    await turn();
    void groups.submit([4, 4, 4, 4, 4]);
    await end(3);
    expect(started[2]!.items).toEqual([4, 4, 4, 4, 4]);
  });

  test('is prepared for once a group; what comes meanwhile joins it, and where it fails the group does', async () => {
    const prepared: { end(): void; fail(error: Error): void }[] = [];
    const groups = new GroupCommit<number, number>({
      clock: new ManualClock(),
      bytesOf: () => 1,
      prepare: () => new Promise((resolve, reject) => prepared.push({ end: resolve, fail: reject })),
      run: async (items) => items.map(() => items.length),
    });
    const first = groups.submit([1]);
    await turn();
    const joining = groups.submit([2]);
    prepared[0]!.end();
    expect(await Promise.all([first, joining])).toEqual([[2], [2]]);

    const failed = groups.submit([3]);
    while (prepared.length < 2) await turn();
    prepared[1]!.fail(new Error('not now'));
    await expect(failed).rejects.toThrow('not now');
    await groups.stop();
  });

  test('tells how long the oldest has waited', async () => {
    const { groups, clock } = start();
    expect(groups.oldestWaitMs()).toBe(0);
    void groups.submit([1]);
    await turn();
    void groups.submit([2]);
    clock.advance(5_000);
    expect([groups.oldestWaitMs(), groups.waitingCount]).toEqual([5_000, 1]);
  });

  test('a stop takes nothing more, and waits for what was taken', async () => {
    const { groups, end } = start();
    const results = [groups.submit([1])];
    await turn();
    results.push(groups.submit([2]));
    let stopped = false;
    const stop = groups.stop().then(() => (stopped = true));
    await expect(groups.submit([3])).rejects.toMatchObject({ code: 'unavailable' });
    await end(1);
    await results[0];
    await turn();
    expect(stopped).toBe(false);
    await end(2);
    await stop;
    expect(await Promise.all(results)).toEqual([['1'], ['2']]);
    await groups.stop();
  });

  test('whatever is submitted, everything is run once, in order, within the bounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 5 }), { maxLength: 30 }),
        async (calls) => {
          const ran: number[][] = [];
          const groups = new GroupCommit<number, number>({
            clock: new ManualClock(),
            limits: { groupItemsMax: 7, groupBytesMax: 30, besideItemsMin: 5, lingerItemsMin: 100 },
            bytesOf: (item) => item,
            async run(items) {
              ran.push(items);
              await turn();
              return items.map((item) => item * 2);
            },
          });
          const results = await Promise.all(calls.map((items) => groups.submit(items)));
          expect(results).toEqual(calls.map((items) => items.map((item) => item * 2)));
          expect(ran.flat()).toEqual(calls.flat());
          expect(ran.every((items) => items.length <= 7)).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });
});
