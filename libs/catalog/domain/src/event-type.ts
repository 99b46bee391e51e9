import { isDeepStrictEqual } from 'node:util';
import { Refusal, unreachable, type Decider, type JsonObject } from '@arkan/kernel';

/** What receivers are told of an event type. */
export interface EventTypeDefinition {
  title: string;
  description: string;
  /** JSON Schema 2020-12 of `data`. */
  schema: JsonObject;
  /** A `data` that the schema accepts. */
  example: JsonObject;
}

/** Facts of the stream `event_type-<type>`. */
export type EventTypeEvent =
  | { type: 'EventTypeAdded'; data: EventTypeDefinition & { type: string } }
  | { type: 'EventTypeChanged'; data: EventTypeDefinition }
  | { type: 'EventTypeDeprecated'; data: { at: string } }
  | { type: 'EventTypeReinstated'; data: Record<string, never> };

export type EventType =
  | { kind: 'absent'; revision: 0 }
  | {
      kind: 'present';
      type: string;
      definition: EventTypeDefinition;
      /** RFC 3339. */
      deprecatedAt: string | null;
      /** How many facts its stream has. */
      revision: number;
    };

export interface PutEventType {
  type: string;
  definition: EventTypeDefinition;
  deprecated: boolean;
  /** Of If-Match; null: whatever it is. */
  expectedRevision: number | null;
  /** RFC 3339. */
  at: string;
}

export const eventTypeStreamPrefix = 'event_type-';
export const eventTypeStream = (type: string) => `${eventTypeStreamPrefix}${type}`;
export const moduleOf = (type: string) => type.slice(0, type.indexOf('.'));

/** Adds it, changes it, deprecates it or brings it back: whatever leads to what was put. Nothing, where it is so already. */
export const eventTypeDecider: Decider<PutEventType, EventType, EventTypeEvent> = {
  initialState: { kind: 'absent', revision: 0 },

  decide(command, state) {
    checkRevision(command.expectedRevision, state);
    const events: EventTypeEvent[] = [];
    if (state.kind === 'absent') {
      events.push({ type: 'EventTypeAdded', data: { type: command.type, ...command.definition } });
    } else if (!isDeepStrictEqual(state.definition, command.definition)) {
      events.push({ type: 'EventTypeChanged', data: command.definition });
    }
    const isDeprecated = state.kind === 'present' && state.deprecatedAt !== null;
    if (command.deprecated && !isDeprecated) events.push({ type: 'EventTypeDeprecated', data: { at: command.at } });
    if (!command.deprecated && isDeprecated) events.push({ type: 'EventTypeReinstated', data: {} });
    return events;
  },

  evolve(state, event) {
    const revision = state.revision + 1;
    if (event.type === 'EventTypeAdded') {
      const { type, ...definition } = event.data;
      return { kind: 'present', type, definition, deprecatedAt: null, revision };
    }
    if (state.kind === 'absent') throw new Error(`the first event of an event type is ${event.type}`);
    switch (event.type) {
      case 'EventTypeChanged':
        return { ...state, definition: event.data, revision };
      case 'EventTypeDeprecated':
        return { ...state, deprecatedAt: event.data.at, revision };
      case 'EventTypeReinstated':
        return { ...state, deprecatedAt: null, revision };
      default:
        return unreachable(event);
    }
  },
};

function checkRevision(expected: number | null, state: EventType): void {
  if (expected === null || expected === state.revision) return;
  throw new Refusal(
    'revision_mismatch',
    state.kind === 'absent'
      ? 'there is no such event type yet; leave If-Match out to add it'
      : `it has revision ${state.revision} by now; read it again and repeat the change on that`,
  );
}
