/**
 * The one contract of everything that works in the background. `start` returns once it is ready; `stop` finishes what is
 * under way, within its own bound, and returns when nothing of it runs any more. Either may be called twice.
 */
export interface Service {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts in order, stops in reverse; a failing start stops what had started and throws. */
export function sequence(services: readonly Service[]): Service {
  let started: Service[] = [];
  const stop = async () => {
    const stopping = started.reverse();
    started = [];
    const failures: unknown[] = [];
    for (const service of stopping) await service.stop().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'some services did not stop cleanly');
  };
  return {
    async start() {
      if (started.length > 0) return;
      for (const service of services) {
        try {
          await service.start();
          started.push(service);
        } catch (error) {
          await stop().catch(() => undefined);
          throw error;
        }
      }
    },
    stop,
  };
}
