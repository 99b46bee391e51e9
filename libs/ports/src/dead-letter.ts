import type { IncomingMessage, OutgoingMessage } from './message-bus';
import { messageLimits } from './message-bus-support';

/** Headers of the original that are kept with it; beyond that only those that say why it is here. */
const headerBytesMax = 65_536;
const reasonMax = 1_000;
/** For the headers that are added, and what a broker itself adds to a message. */
const spareBytes = 8_192;

/**
 * A message that can't be taken, to be parked on `topic`: itself, with headers that say why. Cut to what a message may have: one
 * that came in at the limit does not fit any more with the reason added, and a letter that can't be published would hold up its
 * partition for ever. `dead-letter-cut-from-bytes` tells of that.
 */
export function deadLetter(message: IncomingMessage, topic: string, reason: string): OutgoingMessage {
  const original = bytesOf(message.headers) <= headerBytesMax ? message.headers : {};
  const value = message.value ?? Buffer.alloc(0);
  const room = messageLimits.messageBytesMax - headerBytesMax - spareBytes;
  return {
    topic,
    key: Buffer.byteLength(message.key) > messageLimits.keyBytesMax ? message.key.slice(0, 256) : message.key,
    value: value.subarray(0, room),
    headers: {
      ...original,
      'dead-letter-reason': reason.slice(0, reasonMax),
      'dead-letter-topic': message.topic,
      'dead-letter-partition': String(message.partition),
      'dead-letter-offset': String(message.offset),
      ...(value.length > room ? { 'dead-letter-cut-from-bytes': String(value.length) } : {}),
    },
  };
}

const bytesOf = (headers: Record<string, string>) =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
