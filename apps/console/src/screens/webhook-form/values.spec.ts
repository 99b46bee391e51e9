import { describe, expect, test } from '@jest/globals';
import { bodyOf, changesOf, emptyValues, headerFaults, resolver, valuesOf, type Values, type Webhook } from './values';

const values = (more: Partial<Values> = {}): Values => ({
  ...emptyValues,
  name: 'Ledger',
  url: 'https://example.com/hook',
  eventTypes: ['leasing.*'],
  ownerEmail: 'owner@acme.example',
  ...more,
});
const judge = async (given: Values) => {
  const { errors } = await resolver(given, undefined, { fields: {}, shouldUseNativeValidation: false });
  return Object.fromEntries(Object.entries(errors).map(([field, error]) => [field, error?.message]));
};

describe('the body', () => {
  test('is trimmed, and has no secret and no reason unless given', () => {
    const body = bodyOf(values({ name: ' Ledger ', headers: [{ name: '', value: '' }] }));
    expect(body).toMatchObject({ name: 'Ledger', customHeaders: {} });
    expect(body).not.toHaveProperty('secret');
    expect(body).not.toHaveProperty('reason');
  });

  test('of an edit has only what differs; the order of types and headers is no difference', () => {
    const before = {
      ...bodyOf(values({ eventTypes: ['a.b.c', 'leasing.*'] })),
      customHeaders: { 'X-A': '1', 'X-B': '***' },
    } as unknown as Webhook;
    const same = valuesOf(before);
    const headers = [...same.headers].reverse();
    expect(changesOf(bodyOf({ ...same, eventTypes: ['leasing.*', 'a.b.c'], headers }), before)).toEqual({});
    expect(changesOf(bodyOf({ ...same, retryCount: 7, reason: 'why' }), before)).toEqual({
      retryCount: 7,
      reason: 'why',
    });
  });
});

describe('what the form says', () => {
  test('nothing of what the contract takes', async () => {
    expect(await judge(values({ headers: [{ name: 'X-Team', value: 'north' }] }))).toEqual({});
  });

  test.each([
    [{ name: '' }, 'name', 'must not be empty'],
    [{ url: 'http://example.com' }, 'url', 'must start with https://; http:// is not sent to'],
    [{ eventTypes: [] }, 'eventTypes', 'must name at least one event type'],
    [{ secretFrom: 'person', secret: 'short' } as const, 'secret', 'must have at least 16 characters'],
    [{ retryCount: 16 }, 'retryCount', 'must be at most 15'],
    [{ ownerEmail: 'nobody' }, 'ownerEmail', 'must be an e-mail address'],
    [{ headers: [{ name: 'Host', value: 'x' }] }, 'headers', 'some headers can not be sent: see the rows'],
  ])('%j -> %s %s', async (given, field, message) => {
    expect(await judge(values(given))).toEqual({ [field]: message });
  });

  test('more headers than allowed is told as such', async () => {
    const headers = Array.from({ length: 21 }, (_, index) => ({ name: `X-${index}`, value: '' }));
    expect(await judge(values({ headers }))).toEqual({ headers: 'must have at most 20 headers' });
  });

  test('of each row of headers, in the kernel’s words', () => {
    const rows = [
      { name: 'X-Team', value: 'north' },
      { name: 'x-team', value: 'south' },
      { name: 'Content-Length', value: '1' },
      { name: '', value: 'lost' },
      { name: '', value: '' },
      { name: 'X-Line', value: 'a\nb' },
    ];
    expect(headerFaults(rows)).toEqual([
      null,
      'is there twice: header names have no case',
      'is set by the platform or by the connection',
      'needs a name',
      null,
      expect.stringContaining('printable ASCII'),
    ]);
  });
});
