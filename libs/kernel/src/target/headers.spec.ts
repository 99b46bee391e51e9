import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkCustomHeaders, isSecretHeaderName, isSettableHeaderName, maskHeaders } from './headers';

const codes = (headers: Record<string, string>) => checkCustomHeaders(headers).map((error) => error.code);

describe('checkCustomHeaders', () => {
  test.each([
    [{}],
    [{ Authorization: 'Bearer abc.def', 'X-Tenant': 'a b\tc', Cookie: 'a=b; c=d', 'User-Agent': 'mine/1' }],
    [{ "!#$%&'*+.^_`|~09aZ-": 'x' }],
    [{ 'X-Empty': '' }],
    [{ ['a'.repeat(128)]: 'b'.repeat(1_024) }],
  ])('takes %j', (headers) => {
    expect(codes(headers)).toEqual([]);
  });

  test.each([
    ['X-Signature'],
    ['x-signature-previous'],
    ['X-SIGNATURE-ANYTHING'],
    ['webhook-id'],
    ['Webhook-Signature'],
    ['X-Event-Type'],
    ['x-delivery-attempt'],
    ['HOST'],
    ['Content-Length'],
    ['content-type'],
    ['Connection'],
    ['Keep-Alive'],
    ['Proxy-Authorization'],
    ['TE'],
    ['Trailer'],
    ['Transfer-Encoding'],
    ['Upgrade'],
    ['Expect'],
    ['Accept-Encoding'],
  ])('keeps %s for the platform', (name) => {
    expect(codes({ [name]: 'x' })).toEqual(['header_reserved']);
    expect(isSettableHeaderName(name)).toBe(false);
  });

  test.each([
    [{ '': 'x' }, 'header_name'],
    [{ 'a b': 'x' }, 'header_name'],
    [{ 'a:': 'x' }, 'header_name'],
    [{ 'a\r\nX-Evil': 'x' }, 'header_name'],
    [{ naïve: 'x' }, 'header_name'],
    [{ ['a'.repeat(129)]: 'x' }, 'too_long'],
    [{ a: 'x'.repeat(1_025) }, 'too_long'],
    [{ a: 'x\r\nX-Evil: 1' }, 'header_value'],
    [{ a: 'x\u0000' }, 'header_value'],
    [{ a: 'x\u007f' }, 'header_value'],
    [{ a: 'é' }, 'header_value'],
    [{ a: ' x' }, 'header_value'],
    [{ a: 'x\t' }, 'header_value'],
    [{ 'X-A': '1', 'x-a': '2' }, 'duplicate'],
  ])('refuses %j with %s', (headers, code) => {
    expect(codes(headers as unknown as Record<string, string>)).toEqual([code]);
  });

  test('counts them, and points at the field by RFC 6901', () => {
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`X-${i}`, 'x']));
    expect(checkCustomHeaders(many)).toMatchObject([{ pointer: '/customHeaders', code: 'too_many', limit: 20 }]);
    expect(checkCustomHeaders({ 'a/b~c': 'x' })).toMatchObject([{ pointer: '/customHeaders/a~1b~0c' }]);
  });

  test('what is accepted can not end a line or start a header of its own', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom('\r', '\n', '\0', ':', ' '), fc.string({ maxLength: 1 })),
    });
    fc.assert(
      fc.property(text, text, (name, value) => {
        if (codes({ [name]: value }).length > 0) return;
        expect(`${name}${value}`).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\uffff]/);
        expect(name).not.toMatch(/[\s:]/);
      }),
    );
  });
});

describe('maskHeaders', () => {
  test.each([
    ['Authorization', true],
    ['proxy-authorization', true],
    ['Cookie', true],
    ['X-Api-Key', true],
    ['apikey', true],
    ['X-Auth', true],
    ['x-auth-user', true],
    ['X-Access-Token', true],
    ['client_secret', true],
    ['X-Password', true],
    ['X-Tenant', false],
    ['X-Author', false],
    ['User-Agent', false],
  ])('%s hidden: %s', (name, hidden) => {
    expect(isSecretHeaderName(name)).toBe(hidden);
    expect(maskHeaders({ [name]: 'v' })).toEqual({ [name]: hidden ? '***' : 'v' });
  });
});
