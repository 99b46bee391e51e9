import { modules, moduleTopic } from '@arkan/contracts';
import type { Clock, Service } from '@arkan/kernel';
import type { Consumer, MessageBus } from '@arkan/ports';
import type { Logger } from '@arkan/runtime';
import type { EventTypeView } from '../event-types/event-type-view';
import type { ModuleTopics } from '../event-types/module-topics';
import type { Ingest } from './ingest';

export interface AddedModulesDeps {
  bus: MessageBus;
  view: EventTypeView;
  moduleTopics: ModuleTopics;
  ingest: Ingest;
  clock: Clock;
  log: Logger;
}

const retryMs = 5_000;

/**
 * Consumes the topics of the modules that operators have added, those of before the start and those that come later. Each has a
 * group of its own, `catalog.ingest.<module>`: joining the common group with another list of topics would rebalance it each time,
 * and members would disagree until all processes have heard of the module.
 */
export function createAddedModules(deps: AddedModulesDeps): Service {
  const { bus, view, moduleTopics, ingest, clock, log } = deps;
  const known = new Set<string>(modules);
  const consumers: Consumer[] = [];
  const cancels = new Map<string, () => void>();
  /** One after the other: a stop then has one thing to wait for. */
  let work: Promise<void> = Promise.resolve();
  let started = false;
  let stopped = false;

  function add(module: string): void {
    if (known.has(module) || stopped) return;
    known.add(module);
    work = work.then(() => consume(module));
  }

  async function consume(module: string): Promise<void> {
    if (stopped) return;
    const group = `catalog.ingest.${module}`;
    try {
      await moduleTopics.ensure(module);
      const onBatch = (messages: Parameters<typeof ingest.consume>[1]['messages'], signal: AbortSignal) =>
        ingest.consume(group, { messages, signal });
      const onError = (error: unknown) => log.error({ err: error, group }, 'a batch was rejected and will come again');
      consumers.push(await bus.consume({ group, topics: [moduleTopic(module)], batchMax: 500, onBatch, onError }));
    } catch (error) {
      log.warn({ err: error, module }, 'the topic of an added module can not be consumed yet; it is tried again');
      known.delete(module);
      cancels.set(
        module,
        clock.schedule(retryMs, () => add(module)),
      );
    }
  }

  view.onNewType(({ module }) => {
    if (started) add(module);
  });

  return {
    async start() {
      started = true;
      for (const { module } of view.all()) add(module);
      await work;
    },
    async stop() {
      stopped = true;
      for (const cancel of cancels.values()) cancel();
      await work;
      await Promise.all(consumers.splice(0).map((consumer) => consumer.stop()));
    },
  };
}
