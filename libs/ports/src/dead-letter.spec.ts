import { expect, test } from '@jest/globals';
import { checkMessages, messageLimits } from './message-bus-support';
import { deadLetter } from './dead-letter';

const message = {
  topic: 'delivery.outcomes',
  partition: 3,
  offset: 42n,
  key: 'wh_1',
  value: Buffer.from('{"v":1,'),
  headers: { meta: 'x' },
  timestamp: 0,
};

test('a message is parked as it is, with its place and the reason', () => {
  expect(deadLetter(message, 'internal.dead', 'not JSON')).toEqual({
    topic: 'internal.dead',
    key: 'wh_1',
    value: message.value,
    headers: {
      meta: 'x',
      'dead-letter-reason': 'not JSON',
      'dead-letter-topic': 'delivery.outcomes',
      'dead-letter-partition': '3',
      'dead-letter-offset': '42',
    },
  });
});

test.each([
  ['value', { value: Buffer.alloc(messageLimits.messageBytesMax, 'x') }, { cutFrom: '1048576' }],
  ['headers', { headers: { many: 'x'.repeat(messageLimits.messageBytesMax - 10) } }, { cutFrom: undefined }],
  ['key', { key: 'x'.repeat(2_000) }, { cutFrom: undefined }],
  ['reason', {}, { cutFrom: undefined }],
])('one whose %s is as large as may be still fits', (_, more, { cutFrom }) => {
  const letter = deadLetter({ ...message, ...more }, 'internal.dead', 'y'.repeat(100_000));
  expect(() => checkMessages([letter])).not.toThrow();
  expect(letter.headers!['dead-letter-cut-from-bytes']).toBe(cutFrom);
});
