import type { IncomingMessage } from '@arkan/ports';
import type { IHeaders, KafkaMessage } from 'kafkajs';

export function toIncoming(topic: string, partition: number, message: KafkaMessage): IncomingMessage {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key?.toString('utf8') ?? '',
    value: message.value,
    headers: toText(message.headers),
    timestamp: Number(message.timestamp),
  };
}

/** Of a name that comes several times, the last. */
function toText(headers: IHeaders | undefined): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined && last !== null) texts[name] = last.toString('utf8');
  }
  return texts;
}
