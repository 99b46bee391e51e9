import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { topics } from '@arkan/contracts';
import { Consume, type Batch } from '@arkan/runtime';
import { InjectRegistry, type RegistryHttp } from '../http/tokens';
import { handleOutcomes, outcomesGroup } from './outcomes';

/** `lastDelivery` and health may be so late. */
const gatherMs = 50;

@Controller()
export class OutcomesController {
  constructor(@InjectRegistry() private readonly registry: RegistryHttp) {}

  @Consume({ group: outcomesGroup, topics: [topics.outcomes], gatherMs })
  handle(@Payload() batch: Batch): Promise<void> {
    return handleOutcomes(this.registry.context, batch.messages);
  }
}
