import { describe, expect, test } from '@jest/globals';
import { createWebhookBody } from '@arkan/contracts';
import { Refusal } from '@arkan/kernel';
import { bodyDepthMax, checkDepth, depthOf, parseInput } from './validation';

const refused = (run: () => unknown): Refusal => {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was not refused');
};

describe('input', () => {
  test('names every wrong field, with its limit', () => {
    const { errors } = refused(() =>
      parseInput(
        createWebhookBody,
        {
          url: 'http://10.0.0.1',
          customHeaders: { Host: 'x', 'X-A': 'a\r\nb', 'X-Ok': 'yes' },
          eventTypes: [],
          retryCount: 16,
          timeoutMs: 10,
          ownerEmail: 'nobody',
          'a/b': 1,
          secret: 'short',
        },
        '',
      ),
    );
    expect(Object.fromEntries(errors.map(({ pointer, code, limit }) => [pointer, [code, limit]]))).toEqual({
      '/name': ['missing', null],
      '/url': ['url_scheme', null],
      '/customHeaders/Host': [expect.any(String), null],
      '/customHeaders/X-A': [expect.any(String), null],
      '/eventTypes': ['too_small', 1],
      '/retryCount': ['too_big', 15],
      '/timeoutMs': ['too_small', 1_000],
      '/ownerEmail': ['invalid_format', null],
      '/secret': ['too_small', 16],
      '/a~1b': ['unknown_field', null],
    });
    expect(errors.every((error) => error.message.length > 0)).toBe(true);
  });

  test.each([null, [], 'text', 7])('refuses %p as a body', (body) =>
    expect(refused(() => parseInput(createWebhookBody, body, '')).code).toBe('invalid'),
  );

  test('counts nesting without recursion, and only as far as it must', () => {
    const nested = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) as unknown;
    expect(depthOf(nested, 64)).toBe(65);
    expect(depthOf({ a: [{ b: 1 }] }, 64)).toBe(3);
    expect(depthOf(1, 64)).toBe(0);
    expect(refused(() => checkDepth(nested)).errors[0]?.limit).toBe(bodyDepthMax);
  });
});
