import { BusUnavailableError, type IncomingMessage, type OutgoingMessage } from '@arkan/ports';

/**
 * The bytes of one row of the log: a version byte, then records, each
 *
 *     u32 length of the value + 1, 0 for a tombstone
 *     u32 length of the headers, 0 for none
 *     u16 length of the key
 *     key (UTF-8), headers (a JSON object), value
 *
 * big-endian. Offset and time are the row's: a record's offset is the row's plus its place.
 */
const version = 1;
const fixedBytes = 10;

const rowRecordsMax = 500;
const rowBytesMax = 1_048_576;

/** A row to be, as a range of the bytes of one append. */
export interface EncodedRow {
  count: number;
  start: number;
  length: number;
  /** Of the key, where the row has just one record. */
  keyStart: number;
  keyLength: number;
  isTombstone: boolean;
}

/** Lays out the messages of one partition in rows. `recordsMax` 1 is for compacted topics. */
export class RowEncoder {
  private readonly headers: string[] = [];
  private readonly keyBytes: number[] = [];
  private readonly headerBytes: number[] = [];
  /** How many records each row has. */
  private readonly counts: number[] = [];
  /** Of all rows. */
  readonly byteLength: number;

  constructor(
    private readonly messages: readonly OutgoingMessage[],
    recordsMax = rowRecordsMax,
  ) {
    let [total, rowBytes, rowCount] = [0, 0, 0];
    for (const { key, headers, value } of messages) {
      const text = headers && hasAny(headers) ? JSON.stringify(headers) : '';
      const keyBytes = Buffer.byteLength(key);
      const headerBytes = text === '' ? 0 : Buffer.byteLength(text);
      this.headers.push(text);
      this.keyBytes.push(keyBytes);
      this.headerBytes.push(headerBytes);
      const bytes = fixedBytes + keyBytes + headerBytes + (value?.length ?? 0);
      if (rowCount > 0 && (rowCount === recordsMax || rowBytes + bytes > rowBytesMax)) {
        this.counts.push(rowCount);
        [rowBytes, rowCount] = [0, 0];
      }
      rowBytes += bytes;
      rowCount++;
      total += bytes;
    }
    if (rowCount > 0) this.counts.push(rowCount);
    this.byteLength = total + this.counts.length;
  }

  /** Writes at `start`, which leaves room for `byteLength`. */
  write(target: Buffer, start: number): EncodedRow[] {
    let [at, index] = [start, 0];
    return this.counts.map((count) => {
      const rowStart = at;
      at = target.writeUInt8(version, at);
      const { value } = this.messages[index]!;
      const keyLength = this.keyBytes[index]!;
      for (const end = index + count; index < end; index++) at = this.writeRecord(target, at, index);
      return {
        count,
        start: rowStart,
        length: at - rowStart,
        keyStart: rowStart + 1 + fixedBytes,
        keyLength,
        isTombstone: value === null,
      };
    });
  }

  private writeRecord(target: Buffer, start: number, index: number): number {
    const { key, value } = this.messages[index]!;
    const keyBytes = this.keyBytes[index]!;
    const headerBytes = this.headerBytes[index]!;
    let at = target.writeUInt32BE(value === null ? 0 : value.length + 1, start);
    at = target.writeUInt32BE(headerBytes, at);
    at = target.writeUInt16BE(keyBytes, at);
    target.write(key, at, keyBytes, 'utf8');
    at += keyBytes;
    if (headerBytes > 0) {
      target.write(this.headers[index]!, at, headerBytes, 'utf8');
      at += headerBytes;
    }
    if (value === null) return at;
    target.set(value, at);
    return at + value.length;
  }
}

/** A row of the log, as read or as just written. */
export interface StoredRow {
  baseOffset: number;
  count: number;
  /** Milliseconds since 1970. */
  timestamp: number;
  payload: Buffer;
}

/** Adds the row's messages from `position` on to `into`. Values are views of the row's bytes, not copies. */
export function decodeRow(
  { baseOffset, count, timestamp, payload }: StoredRow,
  { topic, partition }: { topic: string; partition: number },
  position: number,
  into: IncomingMessage[],
): void {
  if (payload[0] !== version) {
    throw new BusUnavailableError(`${topic}/${partition} has records of a later version at ${baseOffset}`);
  }
  let at = 1;
  for (let offset = baseOffset; offset < baseOffset + count; offset++) {
    const valueEnd = payload.readUInt32BE(at);
    const headerBytes = payload.readUInt32BE(at + 4);
    const keyStart = at + fixedBytes;
    const headerStart = keyStart + payload.readUInt16BE(at + 8);
    const valueStart = headerStart + headerBytes;
    at = valueEnd === 0 ? valueStart : valueStart + valueEnd - 1;
    if (offset < position) continue;
    into.push({
      topic,
      partition,
      offset: BigInt(offset),
      key: payload.toString('utf8', keyStart, headerStart),
      value: valueEnd === 0 ? null : payload.subarray(valueStart, at),
      headers: headerBytes === 0 ? {} : JSON.parse(payload.toString('utf8', headerStart, valueStart)),
      timestamp,
    });
  }
}

function hasAny(headers: Record<string, string>): boolean {
  for (const _ in headers) return true;
  return false;
}
