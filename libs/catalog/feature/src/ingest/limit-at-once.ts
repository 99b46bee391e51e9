/** Runs at most `max` calls at once; the others wait in order of their coming. */
export function limitAtOnce(max: number): <T>(call: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (call) => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await call();
    } finally {
      // The place goes to the next directly, so that a newcomer can't take it in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
