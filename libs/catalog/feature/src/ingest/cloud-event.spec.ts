import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cloudEventSchema, deliveryBody } from '@arkan/contracts';
import { isPlainEvent, readEvent, type ReadingContext } from './cloud-event';

const event = {
  specversion: '1.0',
  id: 'e1',
  source: '/s',
  type: 'leasing.lease.drafted',
  time: '2026-01-02T03:04:05.678Z',
  tenantid: 'acme',
  datacontenttype: 'application/json',
  data: { a: 1 },
};
const context: ReadingContext = { checkData: () => [], tenantId: 'acme', nowMs: 7 };

/** Values near the edges of what is allowed, for each attribute. */
const edges: Record<string, unknown[]> = {
  specversion: ['1.0', '1', 1, undefined],
  id: [
    'e1',
    '',
    ' ',
    'x'.repeat(200),
    'x'.repeat(201),
    'é',
    '\u007f',
    '\u0000',
    '\n',
    '\ud800',
    '\u{1F600}',
    7,
    null,
    undefined,
  ],
  source: ['/s', '', 'x'.repeat(2_048), 'x'.repeat(2_049), '\t', '\u0085', undefined],
  type: [
    'leasing.lease.drafted',
    'a.b',
    'a.b.c.d',
    'A.b.c',
    `a.b.${'c'.repeat(196)}`,
    `a.b.${'c'.repeat(197)}`,
    'a.b.c\n',
    undefined,
  ],
  time: [
    '2026-01-02T03:04:05Z',
    '2026-02-28T23:59:59.999999999Z',
    '2026-02-29T00:00:00Z',
    '2024-02-29T00:00:00Z',
    '2026-01-32T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00+02:00',
    '0000-01-01T00:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00Z\n',
    undefined,
  ],
  tenantid: ['acme', 'a'.repeat(64), 'a'.repeat(65), '.a', 'a b', 'a\n', 7, undefined],
  datacontenttype: [
    'application/json',
    'application/json; charset=utf-8',
    'application/vnd.x+json',
    'text/plain',
    undefined,
  ],
  data: [{}, { a: [] }, [], null, 'x', 1, undefined],
};
const arbitrary = fc.record(
  Object.fromEntries(
    Object.entries(edges).map(([name, values]) => [
      name,
      fc.oneof(fc.constant((event as Record<string, unknown>)[name]), fc.constantFrom(...values)),
    ]),
  ),
);

describe('an event of the most common kind', () => {
  test('is one that the contract takes', () => {
    let plain = 0;
    fc.assert(
      fc.property(arbitrary, (raw) => {
        if (!isPlainEvent(raw)) return;
        plain++;
        expect(cloudEventSchema.safeParse(raw).error?.issues ?? []).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
    expect(plain).toBeGreaterThan(10);
  });

  test.each(Object.entries(edges).flatMap(([name, values]) => values.map((value) => [name, value] as const)))(
    '%s %j: plain only where the contract takes it',
    (name, value) => {
      const raw = { ...event, [name]: value };
      if (isPlainEvent(raw)) expect(cloudEventSchema.safeParse(raw).success).toBe(true);
    },
  );

  test('is what modules send', () => expect(isPlainEvent(event)).toBe(true));
});

describe('reading an event', () => {
  test('whatever comes in, it is read, or refused with at least one fault in its place', () => {
    const deep = fc.letrec((tie) => ({
      node: fc.oneof({ maxDepth: 80, depthSize: 'max' }, fc.constant({}), fc.record({ a: tie('node') })),
    })).node;
    fc.assert(
      fc.property(
        fc.oneof(
          arbitrary,
          fc.jsonValue(),
          fc.record({
            ...Object.fromEntries(Object.entries(event).map(([name, value]) => [name, fc.constant(value)])),
            data: deep,
          }),
        ),
        (raw) => {
          const reading = readEvent(raw, '/3', context);
          if ('event' in reading) {
            const { id, type, tenantId, timeMs, body } = reading.event;
            const { data } = raw as { data: unknown };
            expect(body).toEqual(deliveryBody({ id, type, tenantId, timeMs, data }));
            expect(Number.isSafeInteger(timeMs)).toBe(true);
          } else {
            expect(reading.invalid.errors.length).toBeGreaterThan(0);
            for (const { pointer } of reading.invalid.errors) expect(pointer).toMatch(/^\/3/);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test.each<[string, object, Partial<ReadingContext>, object]>([
    ['the tenant of the caller', { tenantid: undefined }, {}, { tenantId: 'acme' }],
    ['the tenant of the event', {}, { tenantId: null }, { tenantId: 'acme' }],
    ['now where it has no time', { time: undefined }, {}, { timeMs: 7 }],
    [
      'its time, whatever the zone',
      { time: '2026-01-01T01:00:00.5+01:00' },
      {},
      { timeMs: Date.UTC(2026, 0, 1) + 500 },
    ],
    ['ids of any language', { id: 'é漢\u{1F600}' }, {}, { id: 'é漢\u{1F600}' }],
    ['the trace of its request', {}, { traceparent: 'tp' }, { traceparent: 'tp' }],
    ['nothing of a trace that is none', { traceparent: 'x\r\n' }, {}, { traceparent: undefined }],
  ])('takes %s', (_, over, more, expected) => {
    expect(readEvent({ ...event, ...over }, '', { ...context, ...more })).toMatchObject({ event: expected });
  });

  test("data with a key like a prototype's is delivered as it came", () => {
    const raw = JSON.parse(
      JSON.stringify(event).replace('{"a":1}', '{"__proto__":{"x":1},"constructor":2}'),
    ) as unknown;
    const reading = readEvent(raw, '', context) as { event: { body: Buffer } };
    expect(reading.event.body.toString()).toContain('"data":{"__proto__":{"x":1},"constructor":2}');
  });
});
