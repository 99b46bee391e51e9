import { expect, test } from '@jest/globals';
import { ManualClock } from './clock';

test('a manual clock runs what is due in order of time, also what was added on the way', () => {
  const clock = new ManualClock(0);
  const ran: string[] = [];
  clock.schedule(20, () => ran.push(`late@${clock.now()}`));
  clock.schedule(10, () => {
    ran.push(`early@${clock.now()}`);
    clock.schedule(5, () => ran.push(`added@${clock.now()}`));
  });
  const cancel = clock.schedule(12, () => ran.push('cancelled'));
  cancel();
  clock.advance(30);
  expect(ran).toEqual(['early@10', 'added@15', 'late@20']);
  expect(clock.now()).toBe(30);
});
