import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@arkan/kernel';
import { BusTimeoutError, type MessageBus, type Tail, type TailOptions } from '@arkan/ports';
import { createLogger } from './log';
import { createTopicViews } from './topic-views';

/** A bus whose round trips end when they are told to. */
function start() {
  const clock = new ManualClock();
  const asked: { answer(): void; fail(): void }[] = [];
  let tailing: TailOptions | undefined;
  const bus = {
    endOffsets: () =>
      new Promise((resolve, reject) =>
        asked.push({ answer: () => resolve(new Map()), fail: () => reject(new BusTimeoutError('late')) }),
      ),
    tail: async (options: TailOptions): Promise<Tail> => {
      tailing = options;
      return { reached: async () => undefined, position: () => new Map(), stop: async () => undefined };
    },
  } as unknown as MessageBus;
  const seen: string[] = [];
  const handlers = {
    a: ({ key }: { key: string }) => {
      if (key === 'bad') throw new Error('unreadable');
      seen.push(key);
    },
  };
  const views = createTopicViews({ bus, handlers, log: createLogger('silent'), clock });
  /** The nth round trip, once it was begun. */
  const trip = async (nth: number) => {
    for (let turns = 0; asked.length < nth; turns++) {
      if (turns > 100) throw new Error(`there was no round trip ${nth}`);
      await turn();
    }
    return asked[nth - 1]!;
  };
  const started = async () => {
    const starting = views.start();
    (await trip(1)).answer();
    await starting;
  };
  return {
    views,
    asked,
    trip,
    started,
    clock,
    seen,
    send: (key: string) => tailing!.onMessages([{ topic: 'a', key } as never]),
  };
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the read barrier', () => {
  test('is one round trip for all calls of a turn, and another for those that come after it began', async () => {
    const { views, asked, trip, started } = start();
    await started();
    const early = [views.barrier(), views.barrier(), views.barrier()];
    await trip(2);
    const late = [views.barrier(), views.barrier()];
    (await trip(2)).answer();
    await Promise.all(early);
    (await trip(3)).answer();
    await Promise.all(late);
    expect(asked).toHaveLength(3);
  });

  test('after one that served many, the next begins no sooner than 2 ms after it', async () => {
    const { views, asked, trip, started, clock } = start();
    await started();
    const many = Array.from({ length: 4 }, () => views.barrier());
    (await trip(2)).answer();
    await Promise.all(many);
    const next = views.barrier();
    for (let turns = 0; turns < 5; turns++) await turn();
    expect(asked).toHaveLength(2);
    clock.advance(2);
    (await trip(3)).answer();
    await next;
    // That one served a single call: whoever comes now is not held up.
    const lone = views.barrier();
    (await trip(4)).answer();
    await lone;
  });

  test('that fails is told to its callers as unavailable, and the next one can succeed', async () => {
    const { views, trip, started } = start();
    await started();
    const failing = Promise.allSettled([views.barrier(), views.barrier()]);
    await trip(2);
    const next = views.barrier();
    (await trip(2)).fail();
    for (const result of await failing)
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'unavailable', retryAfterSeconds: 5 } });
    expect(views.isLive()).toBe(false);
    (await trip(3)).answer();
    await next;
    expect(views.isLive()).toBe(true);
  });

  test('is refused before the start and after the stop', async () => {
    const { views, started } = start();
    await expect(views.barrier()).rejects.toMatchObject({ code: 'unavailable' });
    await started();
    await views.stop();
    await expect(views.barrier()).rejects.toMatchObject({ code: 'unavailable' });
    expect(views.isLive()).toBe(false);
  });
});

test('a message that a view can not read is passed over', async () => {
  const { started, seen, send } = start();
  await started();
  for (const key of ['one', 'bad', 'two']) await send(key);
  expect(seen).toEqual(['one', 'two']);
});
