import { describe, expect, test } from '@jest/globals';
import type { EventTypeMessage } from '@arkan/contracts';
import { ManualClock, Refusal } from '@arkan/kernel';
import type { EventStore } from '@arkan/ports';
import type { Call } from '@arkan/runtime';
import type { EventTypeView } from './event-type-view';
import { addedModulesMax, eventTypesMax, putEventType } from './put-event-type';

const call = {
  principal: { id: 'key_1', kind: 'api_key', role: 'operator', tenantId: null },
  ifMatch: null,
} as unknown as Call;
const body = { title: 't', description: 'd', schema: {}, example: {}, deprecated: false };

/** Puts a type into a catalog of these; what is appended, or the pointers and codes of the refusal. */
async function put(type: string, known: string[]): Promise<unknown> {
  const types = new Map(known.map((name) => [name, { type: name, module: name.split('.')[0]! } as EventTypeMessage]));
  const appended: string[] = [];
  const eventStore = {
    readStream: async () => [],
    append: async (streamId: string) => {
      appended.push(streamId);
      return { revision: 0, position: 1n };
    },
  } as unknown as EventStore;
  const view = {
    get: (name: string) => types.get(name),
    all: () => [...types.values()],
    reached: async () => undefined,
  } as unknown as EventTypeView;
  try {
    await putEventType(
      { eventStore, clock: new ManualClock(), view, moduleTopics: { ensure: async () => undefined } },
      { params: { type }, query: {}, body },
      call,
    );
    return appended;
  } catch (error) {
    if (error instanceof Refusal) return error.errors.map(({ pointer, code, limit }) => [pointer, code, limit]);
    throw error;
  }
}

const many = (count: number, name: (i: number) => string) => Array.from({ length: count }, (_, i) => name(i));

describe('the bounds of the catalog', () => {
  test.each<[string, string, string[], unknown]>([
    [
      'the last type that there may be',
      'keys.key.new',
      many(eventTypesMax - 1, (i) => `keys.key.n${i}`),
      ['event_type-keys.key.new'],
    ],
    [
      'one type more',
      'keys.key.new',
      many(eventTypesMax, (i) => `keys.key.n${i}`),
      [['path/type', 'too_many', eventTypesMax]],
    ],
    [
      'a change of one when there are as many as there may be',
      'keys.key.n1',
      many(eventTypesMax, (i) => `keys.key.n${i}`),
      ['event_type-keys.key.n1'],
    ],
    ['the last module', 'new.a.b', many(addedModulesMax - 1, (i) => `m${i}.a.b`), ['event_type-new.a.b']],
    [
      'one module more',
      'new.a.b',
      many(addedModulesMax, (i) => `m${i}.a.b`),
      [['path/type', 'too_many', addedModulesMax]],
    ],
    ['another type of an added module', 'm1.a.c', many(addedModulesMax, (i) => `m${i}.a.b`), ['event_type-m1.a.c']],
    [
      'another type of a shipped module',
      'leasing.a.c',
      many(addedModulesMax, (i) => `m${i}.a.b`),
      ['event_type-leasing.a.c'],
    ],
  ])('%s', async (_, type, known, expected) => {
    expect(await put(type, known)).toEqual(expected);
  });
});
