import { describe, expect, test } from '@jest/globals';
import { ApiError, messageOf, problemOf, toFields } from './problem';

const refused = (errors: { pointer: string; message: string }[]) =>
  new ApiError(
    problemOf(
      {
        code: 'invalid',
        title: 'Some fields are not valid',
        detail: 'see errors',
        errors: errors.map((error) => ({ code: 'x', limit: null, ...error })),
      },
      422,
    ),
  );

describe('toFields', () => {
  test('puts each refusal at its field and gives back what no field took', () => {
    const set: [string, string][] = [];
    const left = toFields(
      refused([
        { pointer: '/url', message: 'must start with https://' },
        { pointer: '/customHeaders/X-A~1B', message: 'is reserved' },
        { pointer: '/maxInFlight', message: 'is not known' },
        { pointer: 'query/limit', message: 'must be a number' },
      ]),
      ['url', 'customHeaders'],
      (field, message) => set.push([field, message]),
    );
    expect(set).toEqual([
      ['url', 'must start with https://'],
      ['customHeaders', 'X-A/B is reserved'],
    ]);
    expect(left).toEqual(['maxInFlight is not known', 'query limit must be a number']);
  });

  test('a refusal without fields is told as a whole', () => {
    const error = new ApiError(problemOf({ code: 'webhook_limit', title: 'Too many', detail: 'at most 1000' }, 409));
    expect(toFields(error, ['url'], () => undefined)).toEqual(['at most 1000']);
  });
});

test.each([
  ['<html>Bad gateway</html>', 502, 'The server answered 502'],
  [null, 500, 'The server answered 500'],
  [{ code: 'internal', title: 'Something broke on our side' }, 500, 'Something broke on our side'],
])('an answer of %j with %i becomes a message', (body, status, title) => {
  expect(messageOf(new ApiError(problemOf(body, status))).title).toBe(title);
});
