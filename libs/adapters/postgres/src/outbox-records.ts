import type { IncomingMessage, OutgoingMessage } from '@arkan/ports';
import { decodeRow, RowEncoder } from './bus-records';

/**
 * The bytes of one row of the table outbox, parts of
 *
 *     u16 length of the topic's name, u16 number of records, u32 length of the records
 *     name of the topic (UTF-8), records as a row of the log has them (bus-records.ts)
 *
 * Messages of one topic keep their order.
 */
export function packMessages(messages: readonly OutgoingMessage[]): Buffer {
  const byTopic = new Map<string, OutgoingMessage[]>();
  for (const message of messages) {
    const own = byTopic.get(message.topic);
    if (own) own.push(message);
    else byTopic.set(message.topic, [message]);
  }
  const parts: Buffer[] = [];
  for (const [topic, own] of byTopic) {
    const encoder = new RowEncoder(own);
    const rows = Buffer.allocUnsafeSlow(encoder.byteLength);
    for (const { start, length, count } of encoder.write(rows, 0)) {
      const name = Buffer.from(topic);
      const head = Buffer.allocUnsafe(8);
      head.writeUInt16BE(name.length, 0);
      head.writeUInt16BE(count, 2);
      head.writeUInt32BE(length, 4);
      parts.push(head, name, rows.subarray(start, start + length));
    }
  }
  return Buffer.concat(parts);
}

export function unpackMessages(packed: Buffer): OutgoingMessage[] {
  const messages: OutgoingMessage[] = [];
  for (let at = 0; at < packed.length;) {
    const nameEnd = at + 8 + packed.readUInt16BE(at);
    const count = packed.readUInt16BE(at + 2);
    const end = nameEnd + packed.readUInt32BE(at + 4);
    const topic = packed.toString('utf8', at + 8, nameEnd);
    const decoded: IncomingMessage[] = [];
    const row = { baseOffset: 0, count, timestamp: 0, payload: packed.subarray(nameEnd, end) };
    decodeRow(row, { topic, partition: 0 }, 0, decoded);
    for (const { key, value, headers } of decoded) messages.push({ topic, key, value, headers });
    at = end;
  }
  return messages;
}
