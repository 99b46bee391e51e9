import { isDeepStrictEqual } from 'node:util';
import { fold, type JsonObject, type JsonValue } from '@arkan/kernel';
import type { Change, ChangeMetadata } from './event-type-codec';
import { eventTypeDecider, moduleOf, type EventType } from './event-type';

/** An event type as it is read. */
export interface EventTypeRow {
  type: string;
  module: string;
  title: string;
  description: string;
  schema: JsonObject;
  example: JsonObject;
  /** RFC 3339. */
  deprecatedAt: string | null;
  revision: number;
  /** In the event store, of the latest event. */
  position: bigint;
}

/** The projection `event_type`: the row after one more event. */
export function evolveEventTypeRow(row: EventTypeRow | null, change: Change, position: bigint): EventTypeRow {
  const state = eventTypeDecider.evolve(toState(row), change.event);
  if (state.kind === 'absent') throw new Error('an event type can not cease to be');
  const { type, definition, deprecatedAt, revision } = state;
  return { type, module: moduleOf(type), ...definition, deprecatedAt, revision, position };
}

function toState(row: EventTypeRow | null): EventType {
  if (!row) return eventTypeDecider.initialState;
  const { type, title, description, schema, example, deprecatedAt, revision } = row;
  return {
    kind: 'present',
    type,
    definition: { title, description, schema, example },
    deprecatedAt,
    revision,
  };
}

export interface FieldChange {
  field: string;
  before: JsonValue;
  after: JsonValue;
}

export interface HistoryStep {
  revision: number;
  /** The event's type. */
  type: string;
  metadata: ChangeMetadata;
  changes: FieldChange[];
}

/** Every change of one event type with the fields that it touched, oldest first. */
export function eventTypeHistory(changes: readonly Change[]): HistoryStep[] {
  let state: EventType = eventTypeDecider.initialState;
  return changes.map(({ event, metadata }) => {
    const before = fieldsOf(state);
    state = eventTypeDecider.evolve(state, event);
    return { revision: state.revision, type: event.type, metadata, changes: difference(before, fieldsOf(state)) };
  });
}

export const foldEventType = (changes: readonly Change[]): EventType =>
  fold(
    eventTypeDecider,
    changes.map(({ event }) => event),
  );

function fieldsOf(state: EventType): Record<string, JsonValue> {
  if (state.kind === 'absent') return {};
  const { title, description, schema, example } = state.definition;
  return { title, description, schema, example, deprecatedAt: state.deprecatedAt };
}

function difference(before: Record<string, JsonValue>, after: Record<string, JsonValue>): FieldChange[] {
  return Object.keys(after)
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }))
    .filter((change) => !isDeepStrictEqual(change.before, change.after));
}
