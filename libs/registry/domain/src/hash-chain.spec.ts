import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '@arkan/kernel';
import { canonicalJson, firstBreak } from './hash-chain';
import { metaAt } from './specification';
import { tenantCodec, type TenantEvent } from './tenant';

const chainOf = (length: number) => {
  let next = 0;
  const events = Array.from({ length }, (_, index): TenantEvent => ({
    type: 'ChangeRefused',
    data: { operation: 'patchWebhook', code: 'wrong_state', detail: `no. ${index}`, count: 1, revision: 1 },
    meta: metaAt(index),
  }));
  return tenantCodec.encode(events, null, () => `00000000-0000-7000-8000-${String(next++).padStart(12, '0')}`);
};

/** Keys in the opposite order, all the way down. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

describe('canonical JSON', () => {
  test('is one text, in whatever order the keys come, and says all of the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const sent = JSON.parse(JSON.stringify(value)) as unknown;
        expect(canonicalJson(reversed(sent))).toBe(canonicalJson(sent));
        expect(JSON.parse(canonicalJson(sent))).toEqual(sent);
      }),
    );
  });

  test('leaves out what JSON has no word for', () => {
    expect(canonicalJson({ b: undefined, a: [undefined, 1] })).toBe('{"a":[null,1]}');
  });
});

describe('a stream of events', () => {
  test('is whole as it was written, also when the store changes the order of keys', () => {
    const events = chainOf(5);
    expect(firstBreak(events)).toBeNull();
    expect(firstBreak(events.map((event) => reversed(event) as (typeof events)[number]))).toBeNull();
  });

  test.each<{
    what: string;
    tamper: (event: { id: string; type: string; data: JsonObject; metadata: JsonObject }) => void;
  }>([
    { what: 'its id', tamper: (event) => (event.id = 'other') },
    { what: 'its type', tamper: (event) => (event.type = 'TenantCreated') },
    { what: 'its data', tamper: (event) => (event.data.detail = 'nothing') },
    { what: 'its actor', tamper: (event) => (event.metadata.actor = { id: 'someone', kind: 'user', role: null }) },
    { what: 'its link', tamper: (event) => (event.metadata.previousHash = '0'.repeat(64)) },
  ])('shows that an event was changed in $what', ({ what, tamper }) => {
    const events = chainOf(5);
    tamper(events[2]!);
    expect(firstBreak(events)).toBe(what === 'its link' ? 2 : 3);
  });

  test('shows that an event was taken out, or put elsewhere', () => {
    const events = chainOf(5);
    expect(firstBreak(events.filter((_, index) => index !== 1))).toBe(1);
    expect(firstBreak([events[0]!, events[2]!, events[1]!, events[3]!])).toBe(1);
  });
});
