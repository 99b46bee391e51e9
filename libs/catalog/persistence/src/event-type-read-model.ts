import type { JsonObject } from '@arkan/kernel';
import type { EventTypeRow } from '@arkan/catalog-domain';
import type { SqlExecutor } from '@arkan/ports';
import { Column, Entity, MoreThan, PrimaryColumn, type DataSource } from 'typeorm';

/** The read model of the catalog, as TypeORM sees it. */
@Entity({ name: 'event_type' })
export class EventTypeEntity {
  @PrimaryColumn('text') type!: string;
  @Column('text') module!: string;
  @Column('text') title!: string;
  @Column('text') description!: string;
  @Column('json') schema!: JsonObject;
  @Column('json') example!: JsonObject;
  @Column('timestamptz', { name: 'deprecated_at', nullable: true }) deprecatedAt!: Date | null;
  @Column('int') revision!: number;
  @Column('numeric') position!: string;
}

export const catalogEntities = [EventTypeEntity];

const toRow = ({ deprecatedAt, position, ...rest }: EventTypeEntity): EventTypeRow => ({
  ...rest,
  deprecatedAt: deprecatedAt?.toISOString() ?? null,
  position: BigInt(position),
});

/** In order of their names. `after` is exclusive. */
export async function listEventTypes(
  orm: DataSource,
  { module, after, limit }: { module?: string; after: string | null; limit: number },
): Promise<EventTypeRow[]> {
  const found = await orm.getRepository(EventTypeEntity).find({
    where: { ...(module === undefined ? {} : { module }), ...(after === null ? {} : { type: MoreThan(after) }) },
    order: { type: 'ASC' },
    take: limit,
  });
  return found.map(toRow);
}

export async function findEventType(orm: DataSource, type: string): Promise<EventTypeRow | null> {
  const found = await orm.getRepository(EventTypeEntity).findOneBy({ type });
  return found && toRow(found);
}

export const eventTypeProjection = 'event_type.v1';

/**
 * Where the projection stands; null at its start. The row is made and locked until the end of the transaction, so that of several
 * processes that project one after the other writes, each from where the one before has come to.
 */
export async function lockCheckpoint(tx: SqlExecutor, name: string): Promise<bigint | null> {
  const { rows } = await tx.query<{ position: string }>(
    `insert into projection_checkpoint as c (name, position) values ($1, -1)
     on conflict (name) do update set position = c.position returning position`,
    [name],
  );
  const position = BigInt(rows[0]!.position);
  return position < 0n ? null : position;
}

export async function readCheckpoint(db: SqlExecutor, name: string): Promise<bigint | null> {
  const { rows } = await db.query<{ position: string }>('select position from projection_checkpoint where name = $1', [
    name,
  ]);
  return rows[0] && BigInt(rows[0].position) >= 0n ? BigInt(rows[0].position) : null;
}

export async function writeCheckpoint(tx: SqlExecutor, name: string, position: bigint): Promise<void> {
  await tx.query('update projection_checkpoint set position = $2 where name = $1', [name, String(position)]);
}

/** Those of `types` that are there; all of them without `types`. */
export async function readEventTypes(db: SqlExecutor, types?: readonly string[]): Promise<Map<string, EventTypeRow>> {
  const { rows } = await db.query<Record<string, unknown>>(
    `select type, module, title, description, schema, example, deprecated_at as "deprecatedAt", revision, position
     from event_type where $1::text[] is null or type = any($1)`,
    [types ?? null],
  );
  return new Map((rows as unknown as EventTypeEntity[]).map((row) => [row.type, toRow(row)]));
}

export async function writeEventTypes(tx: SqlExecutor, rows: readonly EventTypeRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into event_type (type, module, title, description, schema, example, deprecated_at, revision, position)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]::json[], $6::text[]::json[],
       $7::timestamptz[], $8::int[], $9::numeric[])
     on conflict (type) do update set module = excluded.module, title = excluded.title, description = excluded.description,
       schema = excluded.schema, example = excluded.example, deprecated_at = excluded.deprecated_at,
       revision = excluded.revision, position = excluded.position`,
    [
      rows.map((row) => row.type),
      rows.map((row) => row.module),
      rows.map((row) => row.title),
      rows.map((row) => row.description),
      rows.map((row) => JSON.stringify(row.schema)),
      rows.map((row) => JSON.stringify(row.example)),
      rows.map((row) => row.deprecatedAt),
      rows.map((row) => row.revision),
      rows.map((row) => String(row.position)),
    ],
  );
}

/** For a rebuild, within the transaction that writes the rows anew: readers see the old ones until it commits. */
export async function clearEventTypes(tx: SqlExecutor): Promise<void> {
  await tx.query('delete from event_type');
}
