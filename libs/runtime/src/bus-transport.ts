import { EventPattern, Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { systemClock, type Clock } from '@arkan/kernel';
import type { Consumer, IncomingMessage, MessageBus } from '@arkan/ports';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Logger } from './log';

/** What a handler gets: messages of one partition, in order. Resolving commits them; throwing brings them again (see the port). */
export interface Batch {
  messages: IncomingMessage[];
  /** Aborts where the partition was taken away, or at a stop. */
  signal: AbortSignal;
}

export interface ConsumeSpec {
  /** One consumer group a handler, named `<service>.<purpose>`. */
  group: string;
  topics: readonly string[];
  batchMax?: number;
  /**
   * After a batch that was not full the next one waits so long, so that it is worth a transaction: for what nobody waits for. None
   * unless told.
   */
  gatherMs?: number;
}

/** The port's. */
const batchMaxDefault = 500;

/** Marks a controller's method as the handler of a consumer group. It takes one argument, `@Payload() batch: Batch`. */
export const Consume = (spec: ConsumeSpec): MethodDecorator => EventPattern<string>(spec.group, { consume: spec });

/**
 * Ordinary Nest message handlers over the MessageBus port. Nest's own `ServerKafka` takes one message at a time and has no
 * batches, and a handler's error blocks its partition; here a batch is one call, and its commit is its return.
 */
export class BusTransport extends Server implements CustomTransportStrategy {
  private consumers: Consumer[] = [];

  constructor(
    private readonly bus: MessageBus,
    private readonly log: Logger,
    private readonly clock: Clock = systemClock,
  ) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    this.consumeAll().then(() => callback(), callback);
  }

  private async consumeAll(): Promise<void> {
    for (const [group, handler] of this.messageHandlers) {
      const spec = handler.extras?.consume as ConsumeSpec | undefined;
      if (!spec) throw new Error(`the message handler ${group} was not declared with @Consume`);
      const consumer = await this.bus.consume({
        group: spec.group,
        topics: spec.topics,
        ...(spec.batchMax ? { batchMax: spec.batchMax } : {}),
        onBatch: async (messages, signal) => {
          const result: unknown = await handler({ messages, signal } satisfies Batch);
          if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
          if (spec.gatherMs && messages.length < (spec.batchMax ?? batchMaxDefault))
            await this.pause(spec.gatherMs, signal);
        },
        onError: (error) => this.log.error({ err: error, group }, 'a batch was rejected and will come again'),
      });
      this.consumers.push(consumer);
    }
  }

  /** Ends early where the consumer stops. */
  private pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = this.clock.schedule(ms, end);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
    });
  }

  /** Waits for the handlers under way. */
  async close(): Promise<void> {
    const consumers = this.consumers;
    this.consumers = [];
    await Promise.all(consumers.map((consumer) => consumer.stop()));
  }

  on(): void {
    throw new Error('the bus transport has no events of its own');
  }

  unwrap<T>(): T {
    return this.bus as T;
  }
}
