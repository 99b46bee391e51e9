import { describe, expect, test } from '@jest/globals';
import type { IncomingMessage, OutgoingMessage } from '@arkan/ports';
import fc from 'fast-check';
import { decodeRow, RowEncoder, type EncodedRow } from './bus-records';
import { packMessages, unpackMessages } from './outbox-records';

const at = { topic: 't', partition: 3 };

function encode(messages: OutgoingMessage[], recordsMax?: number): { bytes: Buffer; rows: EncodedRow[] } {
  const encoder = new RowEncoder(messages, recordsMax);
  // Not from the start: an append has several partitions in one buffer.
  const bytes = Buffer.alloc(encoder.byteLength + 7);
  const rows = encoder.write(bytes, 7);
  return { bytes, rows };
}

function decode({ bytes, rows }: ReturnType<typeof encode>, position = 0): IncomingMessage[] {
  const messages: IncomingMessage[] = [];
  let baseOffset = 0;
  for (const { start, length, count } of rows) {
    const payload = bytes.subarray(start, start + length);
    decodeRow({ baseOffset, count, timestamp: 5, payload }, at, position, messages);
    baseOffset += count;
  }
  return messages;
}

const message = (key: string, bytes: number): OutgoingMessage => ({ topic: 't', key, value: Buffer.alloc(bytes) });

const anyMessage = fc.record({
  topic: fc.constantFrom('t', 'u', 'another topic'),
  key: fc.string({ unit: 'grapheme', maxLength: 20 }),
  value: fc.option(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))),
  headers: fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.string({ unit: 'grapheme' }), {
    maxKeys: 3,
  }),
});

describe('rows of records', () => {
  test('give back what went in', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 20 }), fc.constantFrom(undefined, 1, 3), (sent, recordsMax) => {
        const got = decode(encode(sent, recordsMax));
        expect(got.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } }))).toEqual(
          sent.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })),
        );
        expect(got.map(({ offset }) => offset)).toEqual(sent.map((_, i) => BigInt(i)));
      }),
    );
  });

  test.each([
    ['500 records at most', [...Array(1_001)].map(() => message('k', 1)), undefined, [500, 500, 1]],
    ['about 1 MiB at most', [...Array(3)].map(() => message('k', 500_000)), undefined, [2, 1]],
    ['a larger one alone', [message('k', 1), message('k', 1_048_576), message('k', 1)], undefined, [1, 1, 1]],
    ['one each where compacted', [message('a', 1), message('b', 1)], 1, [1, 1]],
    ['none for none', [], undefined, []],
  ])('hold %s', (_name, messages, recordsMax, counts) => {
    expect(encode(messages, recordsMax).rows.map((row) => row.count)).toEqual(counts);
  });

  test('tell where the key of a single record is, and whether it is a tombstone', () => {
    const { bytes, rows } = encode([message('Mieter-ü', 4), { topic: 't', key: 'b', value: null }], 1);
    expect(
      rows.map((row) => [bytes.toString('utf8', row.keyStart, row.keyStart + row.keyLength), row.isTombstone]),
    ).toEqual([
      ['Mieter-ü', false],
      ['b', true],
    ]);
  });

  test('are read from a position within', () => {
    const encoded = encode([message('a', 1), message('b', 1), message('c', 1)]);
    expect(decode(encoded, 1).map(({ key, offset }) => [key, offset])).toEqual([
      ['b', 1n],
      ['c', 2n],
    ]);
  });

  test('of a later version are refused, not misread', () => {
    const encoded = encode([message('a', 1)]);
    encoded.bytes[encoded.rows[0]!.start] = 2;
    expect(() => decode(encoded)).toThrow(/t\/3 has records of a later version/);
  });
});

test('a packed enqueue gives back its messages, those of a topic in order', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 20 }), (sent) => {
      const got = unpackMessages(packMessages(sent));
      expect(got).toHaveLength(sent.length);
      for (const topic of ['t', 'u', 'another topic']) {
        const ofTopic = (messages: readonly OutgoingMessage[]) =>
          messages
            .filter((m) => m.topic === topic)
            .map(({ key, value, headers }) => ({ key, value, headers: { ...headers } }));
        expect(ofTopic(got)).toEqual(ofTopic(sent));
      }
    }),
  );
});
