import { describe, expect, test } from '@jest/globals';
import { eventually, Watch, withTimeout } from './waiting';

describe('waiting', () => {
  test('withTimeout gives the value, the failure, or what did not happen', async () => {
    await expect(withTimeout(Promise.resolve(7), 1_000, 'x')).resolves.toBe(7);
    await expect(withTimeout(Promise.reject(new Error('own')), 1_000, 'x')).rejects.toThrow('own');
    await expect(withTimeout(new Promise(() => {}), 5, 'no answer')).rejects.toThrow('within 5 ms: no answer');
  });

  test('a watch looks at once and after each change', async () => {
    const watch = new Watch();
    let value = 0;
    const seven = watch.until(
      () => value === 7,
      () => `it is ${value}`,
    );
    for (value = 1; value < 7; value++) watch.changed();
    watch.changed();
    await seven;
    await watch.until(
      () => value === 7,
      () => '',
    );
    await expect(
      watch.until(
        () => value === 8,
        () => `it is ${value}`,
        5,
      ),
    ).rejects.toThrow('within 5 ms: it is 7');
  });

  test('eventually repeats a check that fails or says false, and ends with the last failure', async () => {
    let calls = 0;
    const check = () => {
      calls++;
      if (calls === 1) throw new Error('not yet');
      return calls === 2 ? false : 'done';
    };
    await expect(eventually(check)).resolves.toBe('done');
    const never = eventually(() => Promise.reject(new Error('still not')), { timeoutMs: 5, what: 'never' });
    await expect(never).rejects.toThrow('within 5 ms: never: still not');
    await expect(eventually(() => new Promise(() => {}), { timeoutMs: 5 })).rejects.toThrow(/the check did not return/);
  });
});
