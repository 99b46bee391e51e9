import { eventTypeMessage, type EventTypeMessage } from '@arkan/contracts';
import { createValidator, type Validate } from '@arkan/json-schema';
import { errorMessage, Refusal, type Clock } from '@arkan/kernel';
import type { IncomingMessage } from '@arkan/ports';
import type { Logger } from '@arkan/runtime';
import type { CheckData } from '../ingest/cloud-event';

interface Entry {
  message: EventTypeMessage;
  /** Made when the first event of the type comes; a change of the type makes a new entry. The catalog's own bound is theirs. */
  validate: Validate | null;
}

interface Waiter {
  type: string;
  revision: number;
  resolve(): void;
}

/** The catalog as this process knows it, from `catalog.event_types`: what events are checked against. */
export interface EventTypeView {
  handler(message: IncomingMessage): void;
  checkData: CheckData;
  get(type: string): EventTypeMessage | undefined;
  all(): EventTypeMessage[];
  /** Resolves when the type is known with this revision or a later one. Throws Refusal `unavailable` after `timeoutMs`. */
  reached(type: string, revision: number, timeoutMs: number): Promise<void>;
  /** Called with each type that comes new. */
  onNewType(listener: (type: EventTypeMessage) => void): void;
}

export function createEventTypeView({ clock, log }: { clock: Clock; log: Logger }): EventTypeView {
  const entries = new Map<string, Entry>();
  const waiters = new Set<Waiter>();
  const listeners: ((type: EventTypeMessage) => void)[] = [];

  function validatorOf(entry: Entry): Validate {
    if (entry.validate) return entry.validate;
    try {
      entry.validate = createValidator(entry.message.schema as Parameters<typeof createValidator>[0]);
    } catch (error) {
      // It was checked when it was put, so a build with other rules put it. Better to refuse its events loudly than to let all pass.
      log.error({ err: error, type: entry.message.type }, 'the schema of an event type can not be used');
      const message = `can not be checked: the schema of its type can not be used: ${errorMessage(error)}`.slice(
        0,
        300,
      );
      entry.validate = (_, at) => [{ pointer: at, code: 'unusable_schema', message, limit: null }];
    }
    return entry.validate;
  }

  return {
    handler({ value }) {
      if (!value || value.length === 0) return;
      const message = eventTypeMessage.decode(value);
      const known = entries.get(message.type);
      if (known && known.message.revision >= message.revision) return;
      entries.set(message.type, { message, validate: null });
      for (const waiter of waiters)
        if (waiter.type === message.type && waiter.revision <= message.revision) waiter.resolve();
      if (!known) for (const listener of listeners) listener(message);
    },
    checkData(type, data, at) {
      const entry = entries.get(type);
      return entry ? validatorOf(entry)(data, at) : null;
    },
    get: (type) => entries.get(type)?.message,
    all: () => [...entries.values()].map(({ message }) => message),
    onNewType: (listener) => void listeners.push(listener),
    async reached(type, revision, timeoutMs) {
      if ((entries.get(type)?.message.revision ?? 0) >= revision) return;
      await new Promise<void>((resolve, reject) => {
        const done = () => {
          cancel();
          waiters.delete(waiter);
        };
        const waiter: Waiter = { type, revision, resolve: () => (done(), resolve()) };
        const cancel = clock.schedule(timeoutMs, () => {
          done();
          reject(new Refusal('unavailable', `the change of ${type} is stored, but was not published in time`, [], 5));
        });
        waiters.add(waiter);
      });
    },
  };
}
