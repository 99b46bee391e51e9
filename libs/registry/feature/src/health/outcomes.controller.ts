import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { topics } from '@arkan/contracts';
import { Consume, type Batch } from '@arkan/runtime';
import { InjectRegistry, type RegistryHttp } from '../http/tokens';
import { handleOutcomes, outcomesGroup } from './outcomes';

@Controller()
export class OutcomesController {
  constructor(@InjectRegistry() private readonly registry: RegistryHttp) {}

  @Consume({ group: outcomesGroup, topics: [topics.outcomes] })
  handle(@Payload() batch: Batch): Promise<void> {
    return handleOutcomes(this.registry.context, batch.messages);
  }
}
