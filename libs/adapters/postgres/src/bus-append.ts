import { checkMessages, InvalidMessageError, partitionOf, type OutgoingMessage, type SqlExecutor } from '@arkan/ports';
import { RowEncoder, type StoredRow } from './bus-records';
import { statement, type BusContext } from './bus-sql';
import type { LogPartition, Topics } from './bus-topics';

export interface AppendedRow extends StoredRow {
  partition: LogPartition;
}

/** Of one statement: what Postgres and the driver hold at once for it. */
export const appendBytesMax = 8 * 1_048_576;

/**
 * Writes messages to the log within a transaction that the caller ends.
 *
 * Offsets come from the partition's row, which the statement updates: its lock is held until the transaction ends, so appends to
 * a partition happen one after the other, commits included. That is why a reader may go by `offset > last` alone: an offset that
 * it can see is never preceded by one that becomes visible later. The price is that a transaction that appends early and
 * commits late holds up the others of that partition; callers append last.
 */
export class Appender {
  private readonly appendOne;
  private readonly appendMany;

  constructor(
    { schema }: BusContext,
    private readonly topics: Topics,
  ) {
    const columns = `(topic_id, partition, base_offset, record_count, created_at, record_key, is_tombstone, payload)`;
    // The common case of one row in one partition: measured at 0.21 ms for one message, against 0.48 by the other.
    this.appendOne = statement(
      schema,
      'append-one',
      `with moved as (
         update ${schema}.topic_partition set next_offset = next_offset + $3::int
         where topic_id = $1 and partition = $2
         returning next_offset - $3::int as base, clock_timestamp() as at
       ), written as (
         insert into ${schema}.record_batch ${columns}
         select $1, $2, base, $3::int, at, $4::bytea, $5::boolean, $6::bytea from moved
       )
       select $1::int as topic_id, $2::int as partition, base, extract(epoch from at) * 1000 as at_ms from moved`,
    );
    // Partitions are locked in order of their number, so that two appends can't wait for each other.
    this.appendMany = statement(
      schema,
      'append-many',
      `with asked as (
         select * from unnest($1::int[], $2::int[], $3::int[]) as a (topic_id, partition, record_count)
       ), locked as materialized (
         select topic_id, partition from ${schema}.topic_partition p join asked using (topic_id, partition)
         order by topic_id, partition for no key update of p
       ), moved as (
         update ${schema}.topic_partition p set next_offset = p.next_offset + a.record_count
         from asked a join locked using (topic_id, partition)
         where p.topic_id = a.topic_id and p.partition = a.partition
         returning p.topic_id, p.partition, p.next_offset - a.record_count as base, clock_timestamp() as at
       ), written as (
         insert into ${schema}.record_batch ${columns}
         select m.topic_id, m.partition, m.base + r.delta, r.record_count, m.at,
           substring($4::bytea from r.key_start for r.key_length), r.is_tombstone,
           substring($4::bytea from r.row_start for r.row_length)
         from unnest($5::int[], $6::int[], $7::int[], $8::int[], $9::int[], $10::int[], $11::int[], $12::int[], $13::boolean[])
           as r (topic_id, partition, delta, record_count, row_start, row_length, key_start, key_length, is_tombstone)
         join moved m using (topic_id, partition)
       )
       select topic_id, partition, base, extract(epoch from at) * 1000 as at_ms from moved`,
    );
  }

  /** Makes sure that the messages can be taken, before any is. Throws InvalidMessageError, UnknownTopicError. */
  async check(messages: readonly OutgoingMessage[]): Promise<void> {
    checkMessages(messages);
    const unknown = new Set<string>();
    for (const { topic } of messages) if (!this.topics.known(topic)) unknown.add(topic);
    if (unknown.size > 0) await this.topics.resolve([...unknown]);
    for (const { topic, value } of messages) {
      if (value === null && !this.topics.known(topic)!.isCompacted) {
        throw new InvalidMessageError(`a tombstone for ${topic}, which is not compacted`);
      }
    }
  }

  /** `messages` were checked. One statement for every 8 MiB. The rows hold once `tx` is committed. */
  async append(tx: SqlExecutor, messages: readonly OutgoingMessage[]): Promise<AppendedRow[]> {
    const appended: AppendedRow[] = [];
    for (const part of splitByBytes(messages)) appended.push(...(await this.appendPart(tx, part)));
    return appended;
  }

  private async appendPart(tx: SqlExecutor, messages: readonly OutgoingMessage[]): Promise<AppendedRow[]> {
    const parts = [...this.byPartition(messages)].map(([partition, own]) => ({
      partition,
      count: own.length,
      encoder: new RowEncoder(own, partition.isCompacted ? 1 : undefined),
    }));
    const bytes = Buffer.allocUnsafeSlow(parts.reduce((sum, { encoder }) => sum + encoder.byteLength, 0));
    let at = 0;
    const rows = parts.flatMap(({ partition, encoder }) => {
      let delta = 0;
      const encoded = encoder.write(bytes, at).map((row) => {
        const placed = { ...row, partition, delta };
        delta += row.count;
        return placed;
      });
      at += encoder.byteLength;
      return encoded;
    });
    const result = await tx.query<{ topic_id: number; partition: number; base: string; at_ms: string }>(
      rows.length === 1 ? this.oneRow(rows[0]!, bytes) : this.manyRows(parts, rows, bytes),
    );
    if (result.rows.length !== parts.length) throw new Error('the bus has lost the rows of some partitions');
    const written = new Map(result.rows.map((row) => [this.topics.partition(row.topic_id, row.partition), row]));
    return rows.map(({ partition, delta, count, start, length }) => {
      const { base, at_ms } = written.get(partition)!;
      const payload = bytes.subarray(start, start + length);
      return {
        partition,
        baseOffset: Number(base) + delta,
        count,
        timestamp: Math.floor(Number(at_ms)),
        payload,
      };
    });
  }

  private oneRow(row: PlacedRow, bytes: Buffer) {
    const { partition, count, keyStart, keyLength, isTombstone } = row;
    const key = partition.isCompacted ? bytes.subarray(keyStart, keyStart + keyLength) : null;
    return this.appendOne([partition.topicId, partition.partition, count, key, isTombstone, bytes]);
  }

  private manyRows(parts: readonly { partition: LogPartition; count: number }[], rows: PlacedRow[], bytes: Buffer) {
    // SQL counts bytes from 1.
    return this.appendMany([
      parts.map(({ partition }) => partition.topicId),
      parts.map(({ partition }) => partition.partition),
      parts.map(({ count }) => count),
      bytes,
      rows.map((row) => row.partition.topicId),
      rows.map((row) => row.partition.partition),
      rows.map((row) => row.delta),
      rows.map((row) => row.count),
      rows.map((row) => row.start + 1),
      rows.map((row) => row.length),
      rows.map((row) => (row.partition.isCompacted ? row.keyStart + 1 : null)),
      rows.map((row) => (row.partition.isCompacted ? row.keyLength : null)),
      rows.map((row) => row.isTombstone),
    ]);
  }

  private byPartition(messages: readonly OutgoingMessage[]): Map<LogPartition, OutgoingMessage[]> {
    const found = new Map<LogPartition, OutgoingMessage[]>();
    for (const message of messages) {
      const { partitions } = this.topics.known(message.topic)!;
      const partition = partitions[partitions.length === 1 ? 0 : partitionOf(message.key, partitions.length)]!;
      const own = found.get(partition);
      if (own) own.push(message);
      else found.set(partition, [message]);
    }
    return found;
  }
}

type PlacedRow = ReturnType<RowEncoder['write']>[number] & { partition: LogPartition; delta: number };

/** In order, each part within the bound (a message of more goes alone). */
export function splitByBytes(messages: readonly OutgoingMessage[]): (readonly OutgoingMessage[])[] {
  const parts: (readonly OutgoingMessage[])[] = [];
  let [start, bytes] = [0, 0];
  messages.forEach((message, index) => {
    const own = messageBytes(message);
    if (index > start && bytes + own > appendBytesMax) {
      parts.push(messages.slice(start, index));
      [start, bytes] = [index, 0];
    }
    bytes += own;
  });
  if (start === 0) return messages.length > 0 ? [messages] : [];
  parts.push(messages.slice(start));
  return parts;
}

/** For bounds: near enough, and without reading the texts. */
export function messageBytes({ key, value, headers }: OutgoingMessage): number {
  return 64 + key.length + (value?.length ?? 0) + (headers ? 64 : 0);
}
