import { Refusal } from '@arkan/kernel';

/** Who may wait for a turn under one key. */
const waitingMax = 200;

/** In this process one at a time for each key, in order of asking. */
export function createTurns() {
  const lines = new Map<string, { last: Promise<unknown>; waiting: number }>();
  return {
    /** Throws Refusal `unavailable` where too many wait already. */
    async take<T>(key: string, run: () => Promise<T>): Promise<T> {
      const line = lines.get(key) ?? { last: Promise.resolve(), waiting: 0 };
      if (line.waiting >= waitingMax)
        throw new Refusal('unavailable', 'too many change it at the same time; nothing was changed, try again', [], 1);
      line.waiting++;
      lines.set(key, line);
      const turn = line.last.then(run);
      line.last = turn.catch(() => undefined);
      try {
        return await turn;
      } finally {
        if (--line.waiting === 0) lines.delete(key);
      }
    },
  };
}
