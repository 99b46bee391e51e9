import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { dispatcherOperations, topics, type InputOf, type ResponseOf } from '@arkan/contracts';
import { Caller, Consume, Input, Operation, tenantOf, type Batch, type Call } from '@arkan/runtime';
import { cancelDelivery, type CancelDeps } from './deliveries/cancel';
import type { DeliveryLog } from './deliveries/delivery-log';
import { showDelivery } from './deliveries/shown';
import type { Statistics } from './deliveries/statistics';
import { resend, type ResendDeps } from './deliveries/resend';
import type { Intake } from './intake/intake';

export const tokens = {
  log: Symbol('dispatcher delivery log'),
  statistics: Symbol('dispatcher statistics'),
  resending: Symbol('dispatcher resending'),
  cancelling: Symbol('dispatcher cancelling'),
  intake: Symbol('dispatcher intake'),
};

const ops = dispatcherOperations;

/** Everything that may be asked of the dispatcher. */
@Controller()
export class DeliveriesController {
  constructor(
    @Inject(tokens.log) private readonly log: DeliveryLog,
    @Inject(tokens.statistics) private readonly statistics: Statistics,
    @Inject(tokens.resending) private readonly resending: ResendDeps,
    @Inject(tokens.cancelling) private readonly cancelling: CancelDeps,
  ) {}

  @Operation(ops.listDeliveries)
  list(
    @Input() { query }: InputOf<typeof ops.listDeliveries>,
    @Caller() call: Call,
  ): Promise<ResponseOf<typeof ops.listDeliveries>> {
    return this.log.list(tenantOf(call), query);
  }

  @Operation(ops.getDelivery)
  get(
    @Input() { params }: InputOf<typeof ops.getDelivery>,
    @Caller() call: Call,
  ): Promise<ResponseOf<typeof ops.getDelivery>> {
    return this.log.get(tenantOf(call), params.id);
  }

  @Operation(ops.retryDelivery)
  async retry(
    @Input() { params }: InputOf<typeof ops.retryDelivery>,
    @Caller() call: Call,
  ): Promise<ResponseOf<typeof ops.retryDelivery>> {
    const tenantId = tenantOf(call);
    await resend(this.resending, tenantId, params.id);
    return showDelivery(await this.log.find(tenantId, params.id), this.resending.view);
  }

  @Operation(ops.cancelDelivery)
  async cancel(
    @Input() { params }: InputOf<typeof ops.cancelDelivery>,
    @Caller() call: Call,
  ): Promise<ResponseOf<typeof ops.cancelDelivery>> {
    const tenantId = tenantOf(call);
    await cancelDelivery(this.cancelling, tenantId, params.id);
    return showDelivery(await this.log.find(tenantId, params.id), this.resending.view);
  }

  @Operation(ops.stats)
  stats(@Input() { query }: InputOf<typeof ops.stats>, @Caller() call: Call): Promise<ResponseOf<typeof ops.stats>> {
    return this.statistics.ofTenant(tenantOf(call), query);
  }

  @Operation(ops.webhookStats)
  webhookStats(
    @Input() { query }: InputOf<typeof ops.webhookStats>,
    @Caller() call: Call,
  ): Promise<ResponseOf<typeof ops.webhookStats>> {
    return this.statistics.byWebhook(tenantOf(call), query);
  }
}

export const intakeGroup = 'dispatcher.intake';

/** Everything that the dispatcher listens to. */
@Controller()
export class IntakeConsumer {
  constructor(@Inject(tokens.intake) private readonly intake: Intake) {}

  @Consume({ group: intakeGroup, topics: [topics.deliveries], batchMax: 500 })
  take(@Payload() { messages }: Batch): Promise<void> {
    return this.intake.take(messages);
  }
}
