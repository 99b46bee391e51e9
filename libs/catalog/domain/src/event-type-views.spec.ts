import { describe, expect, test } from '@jest/globals';
import type { EventTypeEvent } from './event-type';
import { decodeChange, encodeChange, type Change } from './event-type-codec';
import { eventTypeHistory, evolveEventTypeRow, type EventTypeRow } from './event-type-views';

const at = '2026-01-01T00:00:00.000Z';
const metadata = {
  tenantId: null,
  actor: { id: 'key_1', kind: 'api_key' as const, role: 'operator' },
  authMethod: 'api_key' as const,
  sourceIp: '192.0.2.1',
  userAgent: null,
  requestId: 'req_1',
  reason: 'asked for',
  at,
};
const definition = {
  title: 'Key lost',
  description: 'A key is gone.',
  schema: { type: 'object' },
  example: { key: 1 },
};
const events: EventTypeEvent[] = [
  { type: 'EventTypeAdded', data: { type: 'keys.key.lost', ...definition } },
  { type: 'EventTypeChanged', data: { ...definition, title: 'Key missing', example: { key: 2 } } },
  { type: 'EventTypeDeprecated', data: { at } },
  { type: 'EventTypeReinstated', data: {} },
];
const changes: Change[] = events.map((event) => ({ event, metadata }));

describe('the codec of event type events', () => {
  test.each(changes.map((change) => [change.event.type, change] as const))('%s comes back as it went', (_, change) => {
    const stored = encodeChange(change);
    expect(stored.metadata.version).toBe(1);
    expect(decodeChange(JSON.parse(JSON.stringify(stored)))).toEqual(change);
  });

  test.each([
    ['an unknown type', { type: 'EventTypeRemoved', data: {} }, 1],
    ['a name of Object.prototype', { type: 'constructor', data: {} }, 1],
    ['a version of a later build', { type: 'EventTypeReinstated', data: {} }, 2],
    ['no version', { type: 'EventTypeReinstated', data: {} }, null],
    ['another shape', { type: 'EventTypeDeprecated', data: {} }, 1],
  ])('%s is refused', (_, stored, version) => {
    expect(() => decodeChange({ ...stored, metadata: { ...metadata, version } })).toThrow();
  });
});

describe('the views of an event type', () => {
  test('the row is as the latest event left it', () => {
    let row: EventTypeRow | null = null;
    changes.forEach((change, index) => (row = evolveEventTypeRow(row, change, BigInt(index * 10))));
    expect(row).toEqual({
      type: 'keys.key.lost',
      module: 'keys',
      ...definition,
      title: 'Key missing',
      example: { key: 2 },
      deprecatedAt: null,
      revision: 4,
      position: 30n,
    });
  });

  test('the history has the fields that each change touched, before and after', () => {
    const steps = eventTypeHistory(changes);
    expect(steps.map(({ revision, type, metadata: of }) => [revision, type, of.reason])).toEqual(
      events.map(({ type }, index) => [index + 1, type, 'asked for']),
    );
    expect(steps[0]!.changes).toEqual([
      { field: 'title', before: null, after: 'Key lost' },
      { field: 'description', before: null, after: 'A key is gone.' },
      { field: 'schema', before: null, after: { type: 'object' } },
      { field: 'example', before: null, after: { key: 1 } },
    ]);
    expect(steps[1]!.changes).toEqual([
      { field: 'title', before: 'Key lost', after: 'Key missing' },
      { field: 'example', before: { key: 1 }, after: { key: 2 } },
    ]);
    expect(steps[2]!.changes).toEqual([{ field: 'deprecatedAt', before: null, after: at }]);
    expect(steps[3]!.changes).toEqual([{ field: 'deprecatedAt', before: at, after: null }]);
  });
});
