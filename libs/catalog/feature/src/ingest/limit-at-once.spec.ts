import { expect, test } from '@jest/globals';
import { limitAtOnce } from './limit-at-once';

test('so many run at once, in order of their coming, also where some fail', async () => {
  const limited = limitAtOnce(2);
  const running: number[] = [];
  let most = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      limited(async () => {
        running.push(i);
        most = Math.max(most, running.length - ended.length);
        await new Promise((resolve) => setImmediate(resolve));
        ended.push(i);
        if (i % 3 === 0) throw new Error('no');
        return i;
      }),
    ),
  );
  expect(most).toBe(2);
  expect(running).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(7);
});

const ended: number[] = [];
