import type { EndOffsets } from '@arkan/ports';
import { statement, type BusContext } from './bus-sql';
import { offsetsOf, type LogPartition, type Topic } from './bus-topics';

export interface MemberRow {
  id: string;
  groupName: string;
  topicIds: number[];
}

/** A group as the database has it at one moment. */
export interface GroupState {
  /** The live ones of the groups asked for. */
  members: MemberRow[];
  /** What these members read. */
  topics: { id: number; partitions: number }[];
  /** By members of this process. */
  owned: (OwnedRow & { owner: string })[];
}

export interface OwnedRow {
  topicId: number;
  partition: number;
  /** Grows with each change of owner: what the former owner still writes does not match it. */
  epoch: number;
}

export interface Commit {
  groupName: string;
  partition: LogPartition;
  owner: string;
  epoch: number;
  nextOffset: number;
}

/** The tables of the consumer groups. Leases run by the database's time. */
export class GroupStore {
  private readonly sql;

  constructor(
    private readonly context: BusContext,
    private readonly processId: string,
    private readonly leaseMs: number,
  ) {
    this.sql = groupStatements(context.schema);
  }

  /** Says that the members are alive, joining them where they are not known, and gives the state of their groups. */
  async beat(members: readonly MemberRow[]): Promise<GroupState> {
    const json = JSON.stringify(
      members.map(({ id, groupName, topicIds }) => ({ id, group_name: groupName, topic_ids: topicIds })),
    );
    const { rows } = await this.context.sql.query<GroupState>(this.sql.beat([json, this.processId, this.leaseMs]));
    return rows[0]!;
  }

  /** Takes the partitions that are free, or whose owner's lease has run out. */
  async claim(
    member: MemberRow,
    partitions: readonly LogPartition[],
  ): Promise<(OwnedRow & { committedOffset: number })[]> {
    const sorted = [...partitions].sort((a, b) => a.topicId - b.topicId || a.partition - b.partition);
    const { rows } = await this.context.sql.query<{
      topic_id: number;
      partition: number;
      epoch: string;
      committed_offset: string;
    }>(
      this.sql.claim([
        member.groupName,
        member.id,
        this.leaseMs,
        sorted.map((one) => one.topicId),
        sorted.map((one) => one.partition),
      ]),
    );
    return rows.map((row) => ({
      topicId: row.topic_id,
      partition: row.partition,
      epoch: Number(row.epoch),
      committedOffset: Number(row.committed_offset),
    }));
  }

  /** In one statement; true for each that was still its owner's to commit. */
  async commit(commits: readonly Commit[]): Promise<boolean[]> {
    const { rows } = await this.context.sql.query<{ place: number }>(
      this.sql.commit([
        commits.map((one) => one.groupName),
        commits.map((one) => one.partition.topicId),
        commits.map((one) => one.partition.partition),
        commits.map((one) => one.owner),
        commits.map((one) => one.epoch),
        commits.map((one) => one.nextOffset),
      ]),
    );
    const done = new Set(rows.map((row) => Number(row.place)));
    return commits.map((_, index) => done.has(index + 1));
  }

  async release(owner: string, partition: LogPartition, epoch: number): Promise<void> {
    await this.context.sql.query(this.sql.release([owner, partition.topicId, partition.partition, epoch]));
  }

  async leave(owner: string): Promise<void> {
    await this.context.sql.query(this.sql.leave([owner]));
  }

  /** Ends the members of an earlier life of this process: what they own is free at once, not after their lease. */
  async evictProcess(): Promise<void> {
    await this.context.sql.query(this.sql.evict([this.processId]));
  }

  async committedOffsets(groupName: string, topics: readonly Topic[]): Promise<EndOffsets> {
    const { rows } = await this.context.sql.query<{ topic_id: number; partition: number; committed_offset: string }>(
      this.sql.committed([groupName, topics.map((topic) => topic.id)]),
    );
    const found = new Map(rows.map((row) => [`${row.topic_id}/${row.partition}`, Number(row.committed_offset)]));
    return offsetsOf(topics, ({ topicId, partition }) => found.get(`${topicId}/${partition}`) ?? 0);
  }
}

function groupStatements(schema: string) {
  const lease = (parameter: string) => `clock_timestamp() + ${parameter}::float8 * interval '1 ms'`;
  return {
    beat: statement(
      schema,
      'beat',
      `with mine as (
         select * from json_to_recordset($1::json) as m (id text, group_name text, topic_ids int[])
       ), joined as (
         insert into ${schema}.group_member (id, group_name, process_id, topic_ids, lease_until)
         select id, group_name, $2, topic_ids, ${lease('$3')} from mine order by id
         on conflict (id) do update set lease_until = excluded.lease_until
       ), owned as (
         update ${schema}.group_offset set lease_until = ${lease('$3')}
         where owner in (select id from mine) and group_name in (select group_name from mine)
         returning owner, topic_id, partition, epoch
       ), live as (
         select id, group_name, topic_ids from mine
         union all
         select id, group_name, topic_ids from ${schema}.group_member
         where group_name in (select group_name from mine) and id not in (select id from mine)
           and lease_until > clock_timestamp()
       )
       select
         (select json_agg(json_build_object('id', id, 'groupName', group_name, 'topicIds', topic_ids)) from live) as members,
         (select json_agg(json_build_object('id', id, 'partitions', partitions)) from ${schema}.topic
           where id in (select unnest(topic_ids) from live)) as topics,
         (select coalesce(json_agg(json_build_object(
           'owner', owner, 'topicId', topic_id, 'partition', partition, 'epoch', epoch)), '[]') from owned) as owned`,
    ),
    // The row alone decides, and is looked at again after a wait for its lock: two can't both take it.
    claim: statement(
      schema,
      'claim',
      `insert into ${schema}.group_offset as g (group_name, topic_id, partition, owner, lease_until)
       select $1, topic_id, partition, $2, ${lease('$3')} from unnest($4::int[], $5::int[]) as w (topic_id, partition)
       on conflict (group_name, topic_id, partition) do update
       set owner = excluded.owner, epoch = g.epoch + 1, lease_until = excluded.lease_until, seen_at = clock_timestamp()
       where g.owner is null or g.owner = excluded.owner or g.lease_until < clock_timestamp()
       returning topic_id, partition, epoch, committed_offset`,
    ),
    // Not waited for on disk: after a crash of the database the last batches may come again, as after any other crash. What a handler
    // committed before is on disk before it, as the log of changes is written in order.
    commit: statement(
      schema,
      'commit',
      `with relaxed as materialized (
         select set_config('synchronous_commit', 'off', true) as setting
       ), handled as (
         select * from unnest($1::text[], $2::int[], $3::int[], $4::text[], $5::bigint[], $6::bigint[])
           with ordinality as h (group_name, topic_id, partition, owner, epoch, next_offset, place)
       )
       update ${schema}.group_offset g set committed_offset = h.next_offset, seen_at = clock_timestamp()
       from handled h, relaxed
       where g.group_name = h.group_name and g.topic_id = h.topic_id and g.partition = h.partition
         and g.owner = h.owner and g.epoch = h.epoch
       returning h.place`,
    ),
    release: statement(
      schema,
      'release',
      `update ${schema}.group_offset set owner = null, lease_until = null
       where owner = $1 and topic_id = $2 and partition = $3 and epoch = $4`,
    ),
    leave: statement(
      schema,
      'leave',
      `with gone as (delete from ${schema}.group_member where id = $1 returning id, group_name)
       update ${schema}.group_offset g set owner = null, lease_until = null
       from gone where g.group_name = gone.group_name and g.owner = gone.id`,
    ),
    evict: statement(
      schema,
      'evict',
      `with gone as (delete from ${schema}.group_member where process_id = $1 returning id)
       update ${schema}.group_offset set owner = null, lease_until = null where owner in (select id from gone)`,
    ),
    committed: statement(
      schema,
      'committed',
      `select topic_id, partition, committed_offset from ${schema}.group_offset
       where group_name = $1 and topic_id = any($2::int[])`,
    ),
  };
}
