import type { SqlExecutor } from '@arkan/ports';

/** `read_models`: what the tables hold. `published`: what the bus was told of; never ahead of the tables. */
export type CheckpointName = 'read_models' | 'published';

/** Of the code: a checkpoint with another version stands for tables that must be made anew. */
export const projectionVersion = 1;

/** The checkpoint is not where this process left it: another one leads now. */
export class LostLeadershipError extends Error {
  constructor(message = 'another process writes the read models now') {
    super(message);
    this.name = 'LostLeadershipError';
  }
}

export interface Checkpoint {
  /** null: nothing yet. */
  position: bigint | null;
  version: number;
}

export async function readCheckpoint(sql: SqlExecutor, name: CheckpointName): Promise<Checkpoint> {
  const { rows } = await sql.query<{ position: string | null; version: number }>({
    name: 'registry-checkpoint',
    text: 'select position, version from projection_checkpoint where name = $1',
    values: [name],
  });
  const row = rows[0];
  return {
    position: row?.position == null ? null : BigInt(row.position),
    version: row?.version ?? projectionVersion,
  };
}

/** Makes the rows on first use. */
export async function ensureCheckpoints(sql: SqlExecutor): Promise<void> {
  await sql.query(
    `insert into projection_checkpoint (name, version) values ('read_models', $1), ('published', $1) on conflict do nothing`,
    [projectionVersion],
  );
}

/** Compare-and-set, so that a process that led before, and does not know yet that it no longer does, writes nothing. Throws LostLeadershipError. */
export async function moveCheckpoint(
  sql: SqlExecutor,
  name: CheckpointName,
  from: bigint | null,
  to: bigint,
): Promise<void> {
  const { rowCount } = await sql.query({
    name: 'registry-checkpoint-move',
    text: `update projection_checkpoint set position = $3, updated_at = now()
      where name = $1 and version = $4 and position is not distinct from $2`,
    values: [name, from === null ? null : String(from), String(to), projectionVersion],
  });
  if (rowCount !== 1) throw new LostLeadershipError();
}
