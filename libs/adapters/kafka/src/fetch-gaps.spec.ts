import { describe, expect, test } from '@jest/globals';
import { fillGaps, type FetchedPartition } from './fetch-gaps';

const record = { offset: '7', isControlRecord: false };
const partition = (over: Partial<FetchedPartition>): FetchedPartition => ({
  partition: 0,
  highWatermark: '9',
  lastStableOffset: '9',
  messages: [],
  ...over,
});
const request = {
  topics: [
    {
      topic: 't',
      partitions: [
        { partition: 0, fetchOffset: '5' },
        { partition: 1, fetchOffset: '0' },
      ],
    },
  ],
};
const gap = [{ offset: '5', isControlRecord: true }];

describe('an answer without records', () => {
  test.each<[string, FetchedPartition[], (typeof record)[][]]>([
    ['is gone on from where more may be read', [partition({})], [gap]],
    ['is the end where nothing is left', [partition({ highWatermark: '5', lastStableOffset: '5' })], [[]]],
    ['is waited on where a transaction is open', [partition({ lastStableOffset: '5' })], [[]]],
    [
      'says nothing where its broker does not tell how far may be read',
      [partition({ lastStableOffset: undefined })],
      [[]],
    ],
    // The answer may have been full before this one's turn.
    [
      'of one partition says nothing where another has some',
      [partition({}), partition({ partition: 1, messages: [record] })],
      [[], [record]],
    ],
    [
      'is gone on from only in those with a gap',
      [partition({}), partition({ partition: 1, lastStableOffset: '0' })],
      [gap, []],
    ],
  ])('%s', (_name, partitions, expected) => {
    const { responses } = fillGaps(request, { responses: [{ topicName: 't', partitions }] });
    expect(responses[0]!.partitions.map(({ messages }) => messages)).toEqual(expected);
  });

  test('of records that a transaction had aborted forgets the transaction with them', () => {
    const partitions = [partition({ abortedTransactions: [{ producerId: '1', firstOffset: '2' }] })];
    fillGaps(request, { responses: [{ topicName: 't', partitions }] });
    expect(partitions[0]!.abortedTransactions).toEqual([]);
  });
});
