import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { notifierOperations, topics, type InputOf, type ResponseOf } from '@arkan/contracts';
import { Caller, Consume, Input, Operation, tenantOf, type Batch, type Call } from '@arkan/runtime';
import { groups, takeEntries, takeHealth, takeOutcomes } from './consuming';
import type { Inbox } from './inbox';
import type { IntegrationLog } from './integration-log';
import type { Loops } from './feature';
import type { Parts } from './parts';

export const tokens = {
  parts: Symbol('notifier parts'),
  loops: Symbol('notifier loops'),
  inbox: Symbol('notifier inbox'),
  log: Symbol('notifier integration log'),
};

const ops = notifierOperations;

/** Everything that may be asked of the notifier. */
@Controller()
export class NotifierController {
  constructor(
    @Inject(tokens.inbox) private readonly inbox: Inbox,
    @Inject(tokens.log) private readonly log: IntegrationLog,
  ) {}

  @Operation(ops.listNotifications)
  list(
    @Input() { query }: InputOf<typeof ops.listNotifications>,
    @Caller() call: Call,
  ): Promise<ResponseOf<typeof ops.listNotifications>> {
    return this.inbox.list(tenantOf(call), query);
  }

  @Operation(ops.readNotification)
  read(
    @Input() { params }: InputOf<typeof ops.readNotification>,
    @Caller() call: Call,
  ): Promise<ResponseOf<typeof ops.readNotification>> {
    return this.inbox.markRead(tenantOf(call), params.id);
  }

  @Operation(ops.getNotificationSettings)
  settings(@Caller() call: Call): Promise<ResponseOf<typeof ops.getNotificationSettings>> {
    return this.inbox.settings(tenantOf(call));
  }

  @Operation(ops.putNotificationSettings)
  changeSettings(
    @Input() { body }: InputOf<typeof ops.putNotificationSettings>,
    @Caller() call: Call,
  ): Promise<ResponseOf<typeof ops.putNotificationSettings>> {
    return this.inbox.changeSettings(tenantOf(call), body);
  }

  @Operation(ops.listIntegrationLogs)
  logs(
    @Input() { query }: InputOf<typeof ops.listIntegrationLogs>,
    @Caller() call: Call,
  ): Promise<ResponseOf<typeof ops.listIntegrationLogs>> {
    return this.log.list(tenantOf(call), query);
  }
}

/** A batch has at most so many messages, each with 200 failures at most and mostly none. */
const outcomesMax = 1_000;
/**
 * Measured at one success a message and 20 webhooks, a delivery costs 14 us of CPU (4 of them Postgres') in batches of 200, and 5 us (1) in batches of 1,000.
 */
const gatherMs = 200;

/** Everything that the notifier listens to. */
@Controller()
export class NotifierConsumers {
  constructor(
    @Inject(tokens.parts) private readonly parts: Parts,
    @Inject(tokens.loops) private readonly loops: Loops,
  ) {}

  @Consume({ group: groups.outcomes, topics: [topics.outcomes], batchMax: outcomesMax, gatherMs })
  async outcomes(@Payload() { messages }: Batch): Promise<void> {
    this.tellAt(await takeOutcomes(this.parts, messages));
  }

  @Consume({ group: groups.health, topics: [topics.health] })
  async health(@Payload() { messages }: Batch): Promise<void> {
    this.tellAt(await takeHealth(this.parts, messages));
  }

  @Consume({ group: groups.entries, topics: [topics.integrationEntries] })
  async entries(@Payload() { messages }: Batch): Promise<void> {
    await takeEntries(this.parts, messages);
  }

  private tellAt(dueMs: number | null): void {
    if (dueMs !== null) this.loops.telling.wakeAt(dueMs);
  }
}
