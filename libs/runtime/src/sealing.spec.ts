import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createSealer, SealError } from './sealing';

const master = randomBytes(32);

describe('sealing', () => {
  test('opens what it sealed, and the sealed value does not hold the text', () => {
    const sealer = createSealer(master);
    const key = sealer.newDataKey();
    const sealed = sealer.seal(key, 'a secret of 16 ch', 'ten|wh|1');
    expect(sealer.open(key, sealed)).toBe('a secret of 16 ch');
    expect(JSON.stringify(sealed)).not.toContain('a secret');
  });

  test.each([
    ['at another place', (sealed: { aad: string }) => ({ ...sealed, aad: 'ten|other|1' })],
    [
      'with a changed ciphertext',
      (sealed: { ciphertext: string }) => ({
        ...sealed,
        ciphertext: Buffer.from(sealed.ciphertext, 'base64').fill(0, 0, 1).toString('base64'),
      }),
    ],
  ])('does not open %s', (_, change) => {
    const sealer = createSealer(master);
    const key = sealer.newDataKey();
    const sealed = sealer.seal(key, 'x'.repeat(32), 'ten|wh|1');
    expect(() => sealer.open(key, { ...sealed, ...change(sealed) })).toThrow(SealError);
  });

  test('does not open under another master key, and says which setting to give', () => {
    const key = createSealer(master).newDataKey();
    const sealed = createSealer(master).seal(key, 'secret', 'a');
    expect(() => createSealer(randomBytes(32)).open(key, sealed)).toThrow(/ARKAN_MASTER_KEY_PREVIOUS/);
  });

  test('goes on over a change of the master key, and rewraps', () => {
    const key = createSealer(master).newDataKey();
    const sealed = createSealer(master).seal(key, 'secret', 'a');
    const next = randomBytes(32);
    const during = createSealer(next, master);
    expect(during.open(key, sealed)).toBe('secret');
    expect(createSealer(next).open(during.rewrap(key), sealed)).toBe('secret');
  });
});
