import type { BusContext } from './bus-sql';

/** Rows of one statement, so that none runs long. */
const chunkRows = 500;
const chunksMax = 200;

export interface JanitorOptions {
  /** A group that was not seen for so long holds nothing any more. */
  groupForgottenMs: number;
  /** How long a tombstone is kept, for readers that have the key to hear of its end. */
  tombstoneMs: number;
}

/**
 * Keeps the log within its retention and compacted topics small: in chunks, each its own transaction, and bounded for one call.
 * Safe beside every reader; two processes that do it at once only find less each.
 */
export function createJanitor({ sql, schema }: BusContext, options: JanitorOptions) {
  async function inChunks(text: string, values: unknown[]): Promise<number> {
    let removed = 0;
    for (let chunk = 0; chunk < chunksMax; chunk++) {
      const { rowCount } = await sql.query(text, values);
      removed += rowCount ?? 0;
      if ((rowCount ?? 0) === 0) break;
    }
    return removed;
  }

  /** Old rows that every group still heard of has passed, from the front of each partition. */
  const dropOld = () =>
    inChunks(
      `with doomed as (
         select b.topic_id, b.partition, b.base_offset
         from ${schema}.topic t join ${schema}.topic_partition p on p.topic_id = t.id
         left join lateral (
           select min(committed_offset) as held_from from ${schema}.group_offset g
           where g.topic_id = p.topic_id and g.partition = p.partition
             and g.seen_at > clock_timestamp() - $1::float8 * interval '1 ms'
         ) held on true
         cross join lateral (
           select topic_id, partition, base_offset, record_count, created_at from ${schema}.record_batch r
           where r.topic_id = p.topic_id and r.partition = p.partition
           order by base_offset limit ${chunkRows}
         ) b
         where t.cleanup = 'delete' and t.retention_ms is not null
           and b.created_at < clock_timestamp() - t.retention_ms * interval '1 ms'
           and b.base_offset + b.record_count <= coalesce(held.held_from, p.next_offset)
       )
       delete from ${schema}.record_batch r using doomed d
       where (r.topic_id, r.partition, r.base_offset) = (d.topic_id, d.partition, d.base_offset)`,
      [options.groupForgottenMs],
    );

  /** Rows whose key has a later row, as far as rows have come since the last time. */
  async function compact(): Promise<number> {
    const { rows } = await sql.query<{ topic_id: number; partition: number; next_offset: string; done_to: string }>(
      `select p.topic_id, p.partition, p.next_offset, coalesce(c.compacted_to, 0) as done_to
       from ${schema}.topic_partition p join ${schema}.topic t on t.id = p.topic_id
       left join ${schema}.compaction c on c.topic_id = p.topic_id and c.partition = p.partition
       where t.cleanup = 'compact' and p.next_offset > coalesce(c.compacted_to, 0)`,
    );
    let removed = 0;
    for (const { topic_id, partition, next_offset, done_to } of rows) {
      removed += await inChunks(
        `delete from ${schema}.record_batch where topic_id = $1 and partition = $2 and base_offset in (
           select older.base_offset from ${schema}.record_batch newer
           join ${schema}.record_batch older
             on older.topic_id = $1 and older.partition = $2 and older.record_key = newer.record_key
             and older.base_offset < newer.base_offset
           where newer.topic_id = $1 and newer.partition = $2
             and newer.base_offset >= $3::bigint and newer.base_offset < $4::bigint
           limit ${chunkRows})`,
        [topic_id, partition, done_to, next_offset],
      );
      await sql.query(
        `insert into ${schema}.compaction as c (topic_id, partition, compacted_to)
         select $1, $2, $3::bigint where not exists (
           select from ${schema}.record_batch newer join ${schema}.record_batch older
             on older.topic_id = $1 and older.partition = $2 and older.record_key = newer.record_key
             and older.base_offset < newer.base_offset
           where newer.topic_id = $1 and newer.partition = $2
             and newer.base_offset >= $4::bigint and newer.base_offset < $3::bigint)
         on conflict (topic_id, partition) do update
         set compacted_to = greatest(c.compacted_to, excluded.compacted_to)`,
        [topic_id, partition, next_offset, done_to],
      );
    }
    return removed;
  }

  /** A tombstone with nothing of its key before it has done its work. */
  const dropTombstones = () =>
    inChunks(
      `delete from ${schema}.record_batch where (topic_id, partition, base_offset) in (
         select b.topic_id, b.partition, b.base_offset from ${schema}.record_batch b
         where b.is_tombstone and b.created_at < clock_timestamp() - $1::float8 * interval '1 ms'
           and not exists (
             select from ${schema}.record_batch o where o.topic_id = b.topic_id and o.partition = b.partition
               and o.record_key = b.record_key and o.base_offset < b.base_offset)
         limit ${chunkRows})`,
      [options.tombstoneMs],
    );

  async function forgetMembers(): Promise<void> {
    // A group with a live member is seen, also where nothing comes for it to commit.
    await sql.query(
      `update ${schema}.group_offset set seen_at = clock_timestamp()
       where lease_until > clock_timestamp() and seen_at < clock_timestamp() - interval '1 hour'`,
    );
    await sql.query(`delete from ${schema}.group_member where lease_until < clock_timestamp() - interval '1 hour'`);
  }

  /** One round. Gives how many rows went. */
  return async (): Promise<{ dropped: number; compacted: number; tombstones: number }> => {
    await forgetMembers();
    return { dropped: await dropOld(), compacted: await compact(), tombstones: await dropTombstones() };
  };
}
