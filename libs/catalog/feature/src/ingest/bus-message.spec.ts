import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { IncomingMessage } from '@arkan/ports';
import { readMessage, type MessageContext } from './bus-message';
import { deadMessages } from './dead-letters';

const context: MessageContext = {
  nowMs: 5,
  checkData: (type, data, at) =>
    type === 'leasing.lease.drafted'
      ? data.bad
        ? [{ pointer: `${at}/bad`, code: 'bad', message: 'is bad', limit: null }]
        : []
      : type.startsWith('warranty.')
        ? []
        : null,
};
const event = { specversion: '1.0', id: 'e1', source: '/l', type: 'leasing.lease.drafted', data: { a: 1 } };
const binaryHeaders = { ce_specversion: '1.0', ce_id: 'e1', ce_source: '/l', ce_type: 'leasing.lease.drafted' };
const message = (over: Partial<Omit<IncomingMessage, 'value'>> & { value?: unknown } = {}): IncomingMessage => {
  const { value = event, ...rest } = over;
  return {
    topic: 'arkan.events.leasing',
    partition: 2,
    offset: 7n,
    key: 'acme',
    headers: {},
    timestamp: 0,
    ...rest,
    value:
      value === null || Buffer.isBuffer(value)
        ? value
        : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  };
};

describe('a message of a module', () => {
  test.each<[string, IncomingMessage]>([
    [
      'structured, by its content type',
      message({ headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' } }),
    ],
    ['structured, by its value', message()],
    ['structured, with the tenant named as well', message({ value: { ...event, tenantid: 'acme' } })],
    ['structured, without a key', message({ key: '', value: { ...event, tenantid: 'acme' } })],
    ['binary', message({ headers: { ...binaryHeaders, 'content-type': 'application/json' }, value: { a: 1 } })],
    [
      'binary, with the tenant in a header',
      message({ key: '', headers: { ...binaryHeaders, ce_tenantid: 'acme' }, value: { a: 1 } }),
    ],
  ])('%s', (_, given) => {
    const reading = readMessage(given, context);
    expect(reading).toEqual({ event: expect.objectContaining({ id: 'e1', tenantId: 'acme', timeMs: 5 }) });
    expect(JSON.parse((reading as { event: { body: Buffer } }).event.body.toString())).toEqual({
      id: 'e1',
      type: 'leasing.lease.drafted',
      timestamp: '1970-01-01T00:00:00.005Z',
      tenantId: 'acme',
      data: { a: 1 },
    });
  });

  test('keeps the trace context of the event, else of the message', () => {
    const [own, other] = [`00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`, `00-${'3'.repeat(32)}-${'4'.repeat(16)}-01`];
    const headers = { traceparent: other };
    expect(readMessage(message({ headers }), context)).toMatchObject({ event: { traceparent: other } });
    expect(readMessage(message({ headers, value: { ...event, traceparent: own } }), context)).toMatchObject({
      event: { traceparent: own },
    });
  });

  test.each<[string, IncomingMessage, string, string | null]>([
    ['no value', message({ value: null }), 'no_value', 'acme'],
    ['an empty value', message({ value: '' }), 'no_value', 'acme'],
    ['no JSON', message({ value: '{"id":' }), 'malformed_json', 'acme'],
    ['bytes', message({ value: Buffer.from([0xff, 0xfe, 0]) }), 'malformed_json', 'acme'],
    ['JSON that is no event', message({ value: { hello: 1 } }), 'no_cloud_event', 'acme'],
    ['JSON null', message({ value: 'null' }), 'no_cloud_event', 'acme'],
    [
      'an array that is declared an event',
      message({ headers: { 'content-type': 'application/cloudevents+json' }, value: [] }),
      'invalid',
      'acme',
    ],
    [
      'text that is declared an event',
      message({ headers: { 'content-type': 'application/cloudevents+json' }, value: '"x"' }),
      'no_cloud_event',
      'acme',
    ],
    ['no tenant', message({ key: '' }), 'invalid', null],
    ['a key that is no tenant', message({ key: 'a/b', value: { ...event, tenantid: 'acme' } }), 'invalid', 'acme'],
    ['another tenant than its key', message({ value: { ...event, tenantid: 'other' } }), 'other_tenant', 'acme'],
    [
      'the topic of another module',
      message({ value: { ...event, type: 'warranty.claim.submitted' } }),
      'wrong_topic',
      'acme',
    ],
    ['an unknown type', message({ value: { ...event, type: 'leasing.lease.burnt' } }), 'invalid', 'acme'],
    ['wrong data', message({ value: { ...event, data: { bad: 1 } } }), 'invalid', 'acme'],
    [
      'data that is too deep',
      message({
        value: `{"specversion":"1.0","id":"e","source":"/s","type":"leasing.lease.drafted","data":${'{"a":'.repeat(70_000)}1${'}'.repeat(70_000)}}`,
      }),
      'invalid',
      'acme',
    ],
    [
      'data that is too large',
      message({ value: { ...event, data: { a: 'x'.repeat(262_144) } } }),
      'data_too_large',
      'acme',
    ],
    ['NUL in the id', message({ value: { ...event, id: '\u0000' } }), 'invalid', 'acme'],
  ])('with %s is unusable', (_, given, code, tenantId) => {
    const reading = readMessage(given, context);
    expect(reading).toEqual({ unusable: { code, tenantId, reason: expect.stringMatching(/./) } });
  });

  test('whatever it is, it is read or said to be unusable, and what is made of it can be published', () => {
    const headerText = fc.string({ maxLength: 30 });
    const value = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constant(JSON.stringify(event)),
      fc
        .record({
          ...Object.fromEntries(
            Object.entries(event).map(([name, text]) => [name, fc.oneof(fc.constant(text), fc.jsonValue())]),
          ),
        })
        .map((one) => JSON.stringify(one)),
    );
    const headers = fc.dictionary(
      fc.constantFrom('content-type', 'ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'x'),
      fc.oneof(headerText, fc.constantFrom('1.0', 'application/cloudevents+json')),
    );
    fc.assert(
      fc.property(value, headers, fc.string({ maxLength: 70 }), (text, given, key) => {
        const incoming = message({ value: text, headers: given, key });
        const reading = readMessage(incoming, context);
        if ('event' in reading) expect(reading.event.tenantId).toMatch(/^[A-Za-z0-9]/);
        else for (const one of deadMessages(incoming, reading.unusable, 5)) expect(one.value).not.toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});

describe('what is made of an unusable message', () => {
  const unusable = { code: 'malformed_json' as const, reason: 'the value is not JSON', tenantId: 'acme' };

  test('is itself with the reason, and an entry that a repetition has again', () => {
    const incoming = message({ value: 'oops', headers: { a: 'b' } });
    const [letter, entry] = deadMessages(incoming, unusable, 9);
    expect(letter).toEqual({
      topic: 'arkan.events.dead',
      key: 'acme',
      value: Buffer.from('oops'),
      headers: {
        a: 'b',
        'dead-letter-reason': 'the value is not JSON',
        'dead-letter-code': 'malformed_json',
        'dead-letter-topic': 'arkan.events.leasing',
        'dead-letter-partition': '2',
        'dead-letter-offset': '7',
      },
    });
    expect([entry!.topic, entry!.key, JSON.parse(String(entry!.value))]).toEqual([
      'integration.entries',
      'acme',
      expect.objectContaining({
        id: 'event:arkan.events.leasing/2/7',
        level: 'error',
        causeKey: 'event_invalid:malformed_json',
        tenantId: 'acme',
        atMs: 9,
      }),
    ]);
  });

  test('has no entry where nobody can be told', () => {
    expect(deadMessages(message(), { ...unusable, tenantId: null }, 9)).toHaveLength(1);
  });

  test('fits, whatever came in', () => {
    const huge = message({
      value: 'x'.repeat(1_048_000),
      key: 'é'.repeat(2_000),
      headers: { big: 'y'.repeat(100_000) },
    });
    const [letter] = deadMessages(huge, unusable, 9);
    const bytes = letter!.value!.length + Buffer.byteLength(JSON.stringify(letter!.headers));
    expect(bytes).toBeLessThan(1_048_576);
    expect(Buffer.byteLength(letter!.key)).toBeLessThanOrEqual(1_024);
    expect(letter!.headers).toMatchObject({
      'dead-letter-cut-from-bytes': '1048000',
      'dead-letter-code': 'malformed_json',
    });
    expect(letter!.headers).not.toHaveProperty('big');
  });
});
