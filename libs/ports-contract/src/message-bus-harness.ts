import { test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type {
  EndOffsets,
  IncomingMessage,
  MessageBus,
  OutgoingMessage,
  TopicSpec,
  ConsumeOptions,
  Consumer,
  Tail,
} from '@arkan/ports';

/** A publish that is written and not yet committed: its messages belong before those of later commits, or nowhere. */
export interface OpenPublish {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** One broker, as a suite sees it. */
export interface MessageBusHarness {
  /** A bus of its own on the broker: another process, as far as the broker can tell. The suite closes it. */
  connect(): Promise<MessageBus>;
  /** Ends the process behind `bus` as a crash would: nothing is committed, nothing released, and it is not heard of again. */
  kill?(bus: MessageBus): Promise<void>;
  /** Compacts now, as if every waiting time had passed, that of tombstones too. */
  compact?(topic: string): Promise<void>;
  /** Between the two, no bus reaches the broker; what the broker has is kept. */
  outage?: { begin(): Promise<void>; end(): Promise<void> };
  beginPublish?(messages: readonly OutgoingMessage[]): Promise<OpenPublish>;
  close(): Promise<void>;
}

export const messageBusCapabilities = {
  kill: 'a process can be ended without its commit',
  compact: 'compaction can be forced',
  outage: 'the broker can be made unreachable',
  beginPublish: 'a publish can be held open before its commit',
  tombstoneCheck: 'the adapter knows which topics are compacted when it publishes',
} as const;
export type MessageBusCapability = keyof typeof messageBusCapabilities;

export interface MessageBusContractOptions {
  create(): Promise<MessageBusHarness>;
  /** What the adapter or its harness can't do, each with the reason: its cases are reported as skipped with it. */
  missing?: Partial<Record<MessageBusCapability, string>>;
  /** How long a case waits for something that must happen; 20 s unless told. */
  waitMs?: number;
}

/** What the cases work with. */
export interface Bench {
  readonly harness: MessageBusHarness;
  readonly waitMs: number;
  /** The bus of this case; closed after it, as are all that `connect` gives. */
  readonly bus: MessageBus;
  connect(): Promise<MessageBus>;
  /** A case that stands or falls with a capability. */
  whereIt(capability: MessageBusCapability, title: string, run: () => Promise<void>): void;
  topic(over?: Partial<Omit<TopicSpec, 'name'>>): Promise<string>;
  group(): string;
  recorder(): Recorder;
  consume(
    topic: string,
    options?: Partial<ConsumeOptions> & { on?: MessageBus },
  ): Promise<Recorder & { consumer: Consumer }>;
  tail(topic: string, on?: MessageBus): Promise<Recorder & { tail: Tail }>;
}

export function declareCapability(
  missing: MessageBusContractOptions['missing'],
  capability: MessageBusCapability,
  title: string,
  run: () => Promise<void>,
): void {
  const reason = missing?.[capability];
  if (reason === undefined) test(title, run);
  else test.skip(`${title} (skipped: ${reason})`, run);
}

/** Keeps what a reader was given, and lets a test wait for it. */
export class Recorder {
  readonly messages: IncomingMessage[] = [];
  private readonly waiting = new Set<() => void>();

  constructor(private readonly waitMs: number) {}

  add(messages: readonly IncomingMessage[]): void {
    this.messages.push(...messages);
    for (const check of this.waiting) check();
  }

  get values(): string[] {
    return this.messages.map((message) => message.value?.toString('utf8') ?? 'null');
  }

  /** Rejects after the suite's waiting time, saying what has come. */
  until(what: string, isMet: (recorder: this) => boolean): Promise<void> {
    return within(
      this.waitMs,
      () => `${what}; ${this.messages.length} messages came, the last ${this.values.slice(-5).join(', ')}`,
      new Promise((resolve) => {
        const check = () => {
          if (!isMet(this)) return;
          this.waiting.delete(check);
          resolve();
        };
        this.waiting.add(check);
        check();
      }),
    );
  }

  has(...values: string[]): Promise<void> {
    return this.until(`waiting for ${values.slice(0, 5).join(', ')}`, () => {
      const seen = new Set(this.values);
      return values.every((value) => seen.has(value));
    });
  }
}

/** Bounds a wait for something that must happen. */
export function within<T>(waitMs: number, what: string | (() => string), promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`not within ${waitMs} ms: ${typeof what === 'string' ? what : what()}`)),
      waitMs,
    );
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A promise and its two ends. */
export function deferred<T = void>(): {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
} {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((...ends) => ([resolve, reject] = ends));
  return { promise, resolve, reject };
}

export const uniqueName = (kind: string) => `${kind}.${randomUUID()}`;

export const text = (topic: string, key: string, value: string): OutgoingMessage => ({
  topic,
  key,
  value: Buffer.from(value),
});

/** `count` messages over 32 keys, enough that every one of a few partitions gets some. Values are `<prefix>0`, `<prefix>1`, ... */
export const spread = (topic: string, prefix: string, count: number): OutgoingMessage[] =>
  Array.from({ length: count }, (_, i) => text(topic, `key-${i % 32}`, `${prefix}${i}`));

export const valuesOf = (messages: readonly OutgoingMessage[]) =>
  messages.map((message) => message.value?.toString('utf8') ?? 'null');

/** Without empty partitions, for which adapters may say nothing. */
export function filled(offsets: EndOffsets): Record<string, string> {
  const entries = [...offsets].flatMap(([topic, partitions]) =>
    [...partitions].map(([partition, offset]) => [`${topic}/${partition}`, offset] as const),
  );
  return Object.fromEntries(
    entries
      .filter(([, offset]) => offset > 0n)
      .map(([name, offset]) => [name, String(offset)])
      .sort(),
  );
}
