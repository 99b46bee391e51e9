import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { modules, moduleTopic } from '@arkan/contracts';
import { Consume, type Batch } from '@arkan/runtime';
import { EVENTS, type EventsDeps } from './events.controller';

const group = 'catalog.ingest';

/** What the shipped modules emit. For those that operators add, see added-modules.ts. */
@Controller()
export class BusIngestController {
  constructor(@Inject(EVENTS) private readonly deps: EventsDeps) {}

  @Consume({ group, topics: modules.map(moduleTopic), batchMax: 500 })
  consume(@Payload() batch: Batch): Promise<void> {
    return this.deps.ingest.consume(group, batch);
  }
}
