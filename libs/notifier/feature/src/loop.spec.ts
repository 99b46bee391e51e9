import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@arkan/kernel';
import type { Logger } from '@arkan/runtime';
import { createLoop } from './loop';

/** A loop whose runs end when told; `lines` is what it logged. */
function open(everyMs = 1_000) {
  const clock = new ManualClock();
  const lines: string[] = [];
  const runs: { end(error?: Error): Promise<void>; isStopping(): boolean }[] = [];
  const loop = createLoop({
    name: 'work',
    clock,
    everyMs,
    log: {
      warn: (_: object, line: string) => lines.push(line),
      info: (line: string) => lines.push(line),
    } as unknown as Logger,
    run: (isStopping) =>
      new Promise((resolve, reject) => {
        const end = async (error?: Error) => {
          if (error) reject(error);
          else resolve();
          await settled();
        };
        runs.push({ end, isStopping });
      }),
  });
  return { clock, lines, runs, loop };
}
/** Everything that was resolved has been acted on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a loop', () => {
  test('runs at the start, and then after each pause, one run at a time', async () => {
    const { clock, runs, loop } = open();
    await loop.start();
    await loop.start();
    expect(runs).toHaveLength(1);
    clock.advance(5_000);
    expect(runs).toHaveLength(1);
    await runs[0]!.end();
    clock.advance(999);
    expect(runs).toHaveLength(1);
    clock.advance(1);
    expect(runs).toHaveLength(2);
    await runs[1]!.end();
    await loop.stop();
  });

  test('woken while it runs, runs once more, however often it was woken', async () => {
    const { runs, loop } = open();
    await loop.start();
    loop.wake();
    loop.wake();
    expect(runs).toHaveLength(1);
    await runs[0]!.end();
    expect(runs).toHaveLength(2);
    await runs[1]!.end();
    expect(runs).toHaveLength(2);
    await loop.stop();
  });

  test('runs at a time that it was told, where that comes before its pause ends', async () => {
    const { clock, runs, loop } = open();
    await loop.start();
    await runs[0]!.end();
    loop.wakeAt(clock.now() + 300);
    loop.wakeAt(clock.now() + 700);
    clock.advance(300);
    expect(runs).toHaveLength(2);
    await runs[1]!.end();
    clock.advance(999);
    expect(runs).toHaveLength(2);
    await loop.stop();
  });

  test('goes on after an error, and says once that it fails and once that it works again', async () => {
    const { clock, lines, runs, loop } = open();
    await loop.start();
    for (const error of [new Error('gone'), new Error('gone'), undefined, undefined]) {
      await runs.at(-1)!.end(error);
      clock.advance(1_000);
    }
    expect(lines).toEqual(['work failed and will be tried again: gone', 'work works again']);
    await runs.at(-1)!.end();
    await loop.stop();
  });

  test('stops when its run has ended, tells the run, and starts no other', async () => {
    const { clock, runs, loop } = open();
    await loop.start();
    loop.wake();
    let stopped = false;
    const stopping = loop.stop().then(() => (stopped = true));
    await settled();
    expect([stopped, runs[0]!.isStopping()]).toEqual([false, true]);
    await runs[0]!.end();
    await stopping;
    loop.wake();
    loop.wakeAt(clock.now());
    clock.advance(10_000);
    expect(runs).toHaveLength(1);
    await loop.stop();
  });
});
