import { describe, expect, test } from '@jest/globals';
import { fold, Refusal } from '@arkan/kernel';
import { eventTypeDecider, moduleOf, type EventTypeEvent, type PutEventType } from './event-type';

const at = '2026-01-01T00:00:00.000Z';
const definition = {
  title: 'Key lost',
  description: 'A key is gone.',
  schema: { type: 'object' },
  example: { key: 1 },
};
const put: PutEventType = { type: 'keys.key.lost', definition, deprecated: false, expectedRevision: null, at };
const added: EventTypeEvent = { type: 'EventTypeAdded', data: { type: 'keys.key.lost', ...definition } };
const deprecated: EventTypeEvent = { type: 'EventTypeDeprecated', data: { at } };
const reinstated: EventTypeEvent = { type: 'EventTypeReinstated', data: {} };
const renamed = { ...definition, title: 'Key missing' };
const changed: EventTypeEvent = { type: 'EventTypeChanged', data: renamed };

const decide = (given: EventTypeEvent[], command: PutEventType) =>
  eventTypeDecider.decide(command, fold(eventTypeDecider, given));

describe('putting an event type', () => {
  test.each<[string, EventTypeEvent[], Partial<PutEventType>, EventTypeEvent[]]>([
    ['a new one is added', [], {}, [added]],
    ['a new one may be deprecated at once', [], { deprecated: true }, [added, deprecated]],
    ['the same again changes nothing', [added], {}, []],
    ['keys in another order change nothing', [added], { definition: { ...definition, example: { key: 1 } } }, []],
    ['another title changes it', [added], { definition: renamed }, [changed]],
    ['back to what it was is a change too', [added, changed], {}, [{ type: 'EventTypeChanged', data: definition }]],
    ['it is deprecated', [added], { deprecated: true }, [deprecated]],
    ['deprecated again changes nothing', [added, deprecated], { deprecated: true }, []],
    ['it is brought back', [added, deprecated], {}, [reinstated]],
    ['changed and brought back in one', [added, deprecated], { definition: renamed }, [changed, reinstated]],
    ['the revision that it has is taken', [added, deprecated], { expectedRevision: 2 }, [reinstated]],
  ])('%s', (_, given, command, then) => {
    expect(decide(given, { ...put, ...command })).toEqual(then);
  });

  test.each<[string, EventTypeEvent[], number]>([
    ['an older revision', [added, changed], 1],
    ['a revision that is not there yet', [added], 2],
    ['a revision of what does not exist', [], 1],
  ])('%s is refused', (_, given, expectedRevision) => {
    expect(() => decide(given, { ...put, expectedRevision })).toThrow(
      expect.objectContaining({ name: Refusal.name, code: 'revision_mismatch' }),
    );
  });

  test('the state follows from the facts', () => {
    expect(fold(eventTypeDecider, [added, deprecated, changed])).toEqual({
      kind: 'present',
      type: 'keys.key.lost',
      definition: renamed,
      deprecatedAt: at,
      revision: 3,
    });
    expect(() => fold(eventTypeDecider, [reinstated])).toThrow(
      'the first event of an event type is EventTypeReinstated',
    );
    expect(moduleOf('keys.key.lost')).toBe('keys');
  });
});
