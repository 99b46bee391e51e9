import type { IncomingMessage } from '@arkan/ports';
import type { AppendedRow } from './bus-append';
import { decodeRow, type StoredRow } from './bus-records';
import { statement, type BusContext } from './bus-sql';
import type { LogPartition } from './bus-topics';

/** Of one read, beside the first row: what a reader holds in memory at most. */
const readBytesMax = 2 * 1_048_576;
const readRecordsMax = 1_000;
const readRowsMax = 500;
/** So that the number of small rows in the cache is bounded too. */
const rowOverheadBytes = 512;

/**
 * What readers know of the log: how far it goes, and the rows that this process committed of late, which they take from memory
 * instead of reading them back (a read costs some 4 us of this process for each KiB: the driver gets bytes as hexadecimal text).
 */
export class Log {
  /** What is cached, oldest first, over all partitions: not the rows themselves, or this list would keep those that were evicted. */
  private cached: { partition: LogPartition; baseOffset: number; bytes: number }[] = [];
  private cachedFrom = 0;
  private cachedBytes = 0;
  private readonly select;

  constructor(
    private readonly context: BusContext,
    private readonly cacheBytesMax: number,
  ) {
    const { schema } = context;
    // `next_offset` and the rows are of one snapshot: where there are no more rows, everything below it was seen, or is gone for good.
    // The first row may begin before the position, which can lie within it.
    this.select = statement(
      schema,
      'read',
      `select p.next_offset, r.base_offset, r.record_count, extract(epoch from r.created_at) * 1000 as at_ms, r.payload
       from ${schema}.topic_partition p
       left join lateral (
         select *, sum(octet_length(payload)) over w - octet_length(payload) as bytes_before,
           sum(record_count) over w - record_count as records_before
         from (
           select base_offset, record_count, created_at, payload from ${schema}.record_batch
           where topic_id = $1 and partition = $2 and base_offset >= coalesce((
             select max(base_offset) from ${schema}.record_batch
             where topic_id = $1 and partition = $2 and base_offset <= $3::bigint), 0)
             and base_offset + record_count > $3::bigint
           order by base_offset limit ${readRowsMax}
         ) ahead
         window w as (order by base_offset)
       ) r on r.bytes_before < ${readBytesMax} and r.records_before < ${readRecordsMax}
       where p.topic_id = $1 and p.partition = $2
       order by r.base_offset`,
    );
  }

  /** These rows are committed: readers get them. */
  committed(rows: readonly AppendedRow[]): void {
    for (const { partition, baseOffset, count, timestamp, payload } of rows) {
      if (partition.readers.size === 0) continue;
      // A small part would keep the bytes of the whole append in memory.
      const isSmallPart = payload.length * 2 < payload.buffer.byteLength;
      const row = { baseOffset, count, timestamp, payload: isSmallPart ? Buffer.from(payload) : payload };
      partition.recent.set(baseOffset, row);
      const bytes = payload.length + rowOverheadBytes;
      this.cached.push({ partition, baseOffset, bytes });
      this.cachedBytes += bytes;
    }
    this.evict();
    for (const { partition, baseOffset, count } of rows) this.heardOf(partition, baseOffset + count);
  }

  heardOf(partition: LogPartition, head: number): void {
    if (head <= partition.head) return;
    partition.head = head;
    for (const reader of partition.readers) reader.wake();
  }

  recent(partition: LogPartition, position: number): StoredRow | undefined {
    return partition.recent.get(position);
  }

  /** Messages from `position` on, and where to go on after them: beyond the last where what followed is gone. */
  async read(partition: LogPartition, position: number): Promise<{ messages: IncomingMessage[]; next: number }> {
    const { rows } = await this.context.sql.query<ReadRow>(
      this.select([partition.topicId, partition.partition, position]),
    );
    const head = Number(rows[0]?.next_offset ?? 0);
    const messages: IncomingMessage[] = [];
    let next = position;
    for (const { base_offset, record_count, at_ms, payload } of rows) {
      if (base_offset === null) continue;
      const baseOffset = Number(base_offset);
      decodeRow(
        { baseOffset, count: record_count, timestamp: Math.floor(Number(at_ms)), payload },
        partition,
        position,
        messages,
      );
      next = Math.max(next, baseOffset + record_count);
    }
    if (rows[0]?.base_offset == null) next = Math.max(next, head);
    this.heardOf(partition, head);
    return { messages, next };
  }

  private evict(): void {
    while (this.cachedBytes > this.cacheBytesMax) {
      const { partition, baseOffset, bytes } = this.cached[this.cachedFrom++]!;
      partition.recent.delete(baseOffset);
      this.cachedBytes -= bytes;
    }
    if (this.cachedFrom > 1_000 && this.cachedFrom * 2 > this.cached.length) {
      this.cached = this.cached.slice(this.cachedFrom);
      this.cachedFrom = 0;
    }
  }
}

interface ReadRow {
  next_offset: string;
  base_offset: string | null;
  record_count: number;
  at_ms: string;
  payload: Buffer;
}
