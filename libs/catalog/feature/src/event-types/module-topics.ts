import { moduleTopic, moduleTopicContract, modules } from '@arkan/contracts';
import type { MessageBus } from '@arkan/ports';

/** The topics of modules that operators have added. */
export interface ModuleTopics {
  /** Makes the topic of a module that is not one of the shipped ones. */
  ensure(module: string): Promise<void>;
}

export function createModuleTopics(bus: MessageBus): ModuleTopics {
  const done = new Set<string>(modules);
  return {
    async ensure(module) {
      if (done.has(module)) return;
      await bus.ensureTopics([{ ...moduleTopicContract(module), partitions: await partitionsLikeShipped(bus) }]);
      done.add(module);
    },
  };
}

/** How many a topic gets is the profile's choice: an added module's has as many as the shipped ones'. */
async function partitionsLikeShipped(bus: MessageBus): Promise<number> {
  const topic = moduleTopic(modules[0]);
  return (await bus.endOffsets([topic])).get(topic)?.size ?? 1;
}
