import { expect } from '@jest/globals';
import { fold, Refusal, type Decider } from '@arkan/kernel';
import { systemMeta, type EventMeta } from './metadata';
import type { Sealed } from './webhook/events';

// For specs only: given these events, when this command, then these events or this refusal.

export function specificationOf<Command, State, Event>(decider: Decider<Command, State, Event>) {
  return (given: Event[]) => {
    const state = fold<State, Event>(decider, given);
    return {
      state,
      when: (command: Command) => ({
        then: (...expected: unknown[]) => expect(decider.decide(command, state)).toEqual(expected),
        thenNothing: () => expect(decider.decide(command, state)).toEqual([]),
        thenRefused: (code: string, words: RegExp = /./) => {
          const refusal = refusalOf(() => decider.decide(command, state));
          expect(refusal.code).toBe(code);
          expect(refusal.detail).toMatch(words);
        },
      }),
    };
  };
}

function refusalOf(run: () => unknown): Refusal {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

export const noon = Date.UTC(2026, 0, 1, 12);

/** By the admin of tenant `acme`, `afterMs` after noon. */
export function metaAt(afterMs: number, tenantId: string | null = 'acme', reason: string | null = null): EventMeta {
  return {
    ...systemMeta(tenantId, new Date(noon + afterMs).toISOString(), reason),
    actor: { id: 'key_admin', kind: 'api_key', role: 'tenant_admin' },
    authMethod: 'api_key',
  };
}

export const sealedAs = (text: string): Sealed => ({
  keyId: 'dk_1',
  nonce: 'bm9uY2U=',
  ciphertext: text,
  aad: 'acme|wh_1|1',
});
