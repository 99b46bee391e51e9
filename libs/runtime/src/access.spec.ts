import { describe, expect, test } from '@jest/globals';
import { accessMessage, topics, type AccessMessage } from '@arkan/contracts';
import { ManualClock } from '@arkan/kernel';
import type { IncomingMessage } from '@arkan/ports';
import { createAccessView, hashKey } from './access';

const key = `ak_${'k'.repeat(43)}`;
const message = (value: AccessMessage | null): IncomingMessage => ({
  topic: topics.access,
  partition: 0,
  offset: 0n,
  key: 'key_1',
  value: value && accessMessage.encode(value),
  headers: {},
  timestamp: 0,
});
const granted: AccessMessage = {
  v: 1,
  keyId: 'key_1',
  keySha256: hashKey(key),
  role: 'developer',
  tenantId: 'acme',
  expiresAt: null,
};

describe('access', () => {
  test('a key is known from its message until its tombstone', () => {
    const view = createAccessView({ clock: new ManualClock() });
    expect(view.authenticate(key)).toBeNull();
    view.handler(message(granted));
    expect(view.authenticate(key)).toEqual({ id: 'key_1', kind: 'api_key', role: 'developer', tenantId: 'acme' });
    expect(view.authenticate(`${key.slice(0, -1)}x`)).toBeNull();
    view.handler(message(null));
    expect(view.authenticate(key)).toBeNull();
  });

  test('a key ends at its time', () => {
    const clock = new ManualClock(Date.UTC(2026, 0, 1));
    const view = createAccessView({ clock });
    view.handler(message({ ...granted, expiresAt: '2026-01-01T00:00:10.000Z' }));
    clock.advance(9_999);
    expect(view.authenticate(key)).not.toBeNull();
    clock.advance(1);
    expect(view.authenticate(key)).toBeNull();
  });

  test('the configured operator key needs no message', () => {
    const view = createAccessView({ clock: new ManualClock(), operatorKey: key });
    expect(view.authenticate(key)).toMatchObject({ role: 'operator', tenantId: null });
  });

  test.each(['', 'ak_', 'Bearer x', `ak_${'x'.repeat(10_000)}`])('%p is nobody', (bearer) =>
    expect(createAccessView({ clock: new ManualClock(), operatorKey: key }).authenticate(bearer)).toBeNull(),
  );
});
