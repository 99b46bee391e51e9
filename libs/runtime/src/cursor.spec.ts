import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { Refusal } from '@arkan/kernel';
import { createCursors } from './cursor';

const cursors = createCursors(randomBytes(32));

test('a cursor goes there and back', () =>
  expect(cursors.decode('deliveries', cursors.encode('deliveries', '2026|dlv_1'))).toBe('2026|dlv_1'));
test('no cursor is the start', () => expect(cursors.decode('deliveries', undefined)).toBeNull());

test.each([
  ['of another list', () => cursors.encode('webhooks', 'p')],
  ['of another installation', () => createCursors(randomBytes(32)).encode('deliveries', 'p')],
  ['with a changed position', () => `${cursors.encode('deliveries', 'p').slice(0, -1)}Q`],
  ['that is no cursor', () => "' or 1=1 --"],
  ['that is empty', () => ''],
])('a cursor %s is refused', (_, make) => expect(() => cursors.decode('deliveries', make())).toThrow(Refusal));
