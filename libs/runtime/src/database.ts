import { Client, Pool, type ClientBase, type PoolClient } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { errorMessage } from '@arkan/kernel';
import type { Logger } from './log';

export interface Database {
  /** For hot paths: plain SQL, prepared by name. `search_path` is the service's schema. */
  pool: Pool;
  /** For read models and migrations. */
  orm: DataSource;
  /** Runs in one transaction; rolls back where `run` throws. */
  transaction<T>(run: (tx: PoolClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** The service's own; made where it is missing. Lower-case letters and `_`. */
  schema: string;
  entities: NonNullable<DataSourceOptions['entities']>;
  /** TypeORM migrations, in order; each class name ends in a timestamp of 13 digits. */
  migrations: NonNullable<DataSourceOptions['migrations']>;
  poolMax: number;
  /** Server settings of every connection of `pool`, by name; words, numbers and `_` only. */
  settings?: Readonly<Record<string, string>>;
  log: Logger;
}

/** The database can't be used; the message says what to do. */
export class DatabaseError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseError';
  }
}

export const postgresVersionMin = 15;

/** Connects, checks the version, makes the schema and migrates it (one process at a time). Throws DatabaseError. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, schema, log } = options;
  if (!/^[a-z_]+$/.test(schema)) throw new DatabaseError(`not a schema name: ${schema}`);
  const pool = new Pool({
    connectionString: url,
    max: options.poolMax,
    application_name: `arkanpm-${schema}`,
    options: startOptions({ search_path: schema, timezone: 'UTC', ...options.settings }),
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  });
  pool.on('error', (error) => log.warn({ err: error, schema }, 'an idle database connection was lost'));
  const orm = new DataSource({
    type: 'postgres',
    url,
    schema,
    entities: options.entities,
    migrations: options.migrations,
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    poolSize: 4,
    logging: false,
    applicationName: `arkanpm-${schema}-orm`,
    extra: { options: startOptions({ search_path: schema, timezone: 'UTC' }), connectionTimeoutMillis: 10_000 },
  });
  try {
    const client = await pool.connect();
    try {
      await checkVersion(client);
      await client.query('select pg_advisory_lock(hashtext($1))', [`arkanpm migrate ${schema}`]);
      try {
        const known = await client.query('select 1 from pg_namespace where nspname = $1', [schema]);
        if (known.rowCount === 0) await client.query(`create schema ${schema}`);
        await orm.initialize();
        await orm.runMigrations();
      } finally {
        await client.query('select pg_advisory_unlock(hashtext($1))', [`arkanpm migrate ${schema}`]);
      }
    } finally {
      client.release();
    }
  } catch (error) {
    if (orm.isInitialized) await orm.destroy().catch(() => undefined);
    await pool.end().catch(() => undefined);
    throw asDatabaseError(error);
  }
  return {
    pool,
    orm,
    transaction: (run) => transaction(pool, run),
    async close() {
      await orm.destroy();
      await pool.end();
    },
  };
}

/** As the server takes them when a connection begins, which spares a round trip and can't come late. */
const startOptions = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');

/** Connects once and checks the version, before anything is built on it. Throws DatabaseError. */
export async function probeDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await checkVersion(client);
  } catch (error) {
    throw asDatabaseError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function asDatabaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  return new DatabaseError(
    `the database can not be opened: ${errorMessage(error)}; check DATABASE_URL and that the server runs`,
    { cause: error },
  );
}

async function checkVersion(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string; server_version: string }>(
    `select current_setting('server_version_num') as server_version_num, current_setting('server_version') as server_version`,
  );
  const row = rows[0]!;
  if (Number(row.server_version_num) < postgresVersionMin * 10_000) {
    throw new DatabaseError(
      `the database is Postgres ${row.server_version}; it must be ${postgresVersionMin} or newer: upgrade it, or name another by DATABASE_URL`,
    );
  }
}

export async function transaction<T>(pool: Pool, run: (tx: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // While it is lent out the pool does not listen: an unheard loss of the connection would end the process.
  const lost = (error: Error) => {
    broken = error;
  };
  client.on('error', lost);
  try {
    await client.query('begin');
    const result = await run(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.off('error', lost);
    // A connection that was lost, or whose rollback failed, is thrown away, or its transaction would leak into the next user's.
    client.release(broken);
  }
}

/**
 * Notices a wrong master key at start rather than at the first delivery: the fingerprint of the key is kept with the data.
 * A change of key is told by `previous`. Throws DatabaseError.
 */
export async function checkMasterKey(pool: Pool, present: string, previous: string | null): Promise<void> {
  const fingerprint = await transaction(pool, async (tx) => {
    // Copies of a service that start together would both make the table: `if not exists` does not look at what is under way.
    await tx.query(`select pg_advisory_xact_lock(hashtext('arkanpm master key ' || current_schema()))`);
    await tx.query(
      'create table if not exists master_key (only_one boolean primary key default true check (only_one), fingerprint text not null)',
    );
    const { rows } = await tx.query<{ fingerprint: string }>(
      `insert into master_key as k (fingerprint) values ($1)
       on conflict (only_one) do update set fingerprint = case when k.fingerprint = $2 then excluded.fingerprint else k.fingerprint end
       returning fingerprint`,
      [present, previous],
    );
    return rows[0]!.fingerprint;
  });
  if (fingerprint === present) return;
  throw new DatabaseError(
    'the master key is not the one that this data was sealed with; give the right one as ARKAN_MASTER_KEY, or, in a change of it, the old one as ARKAN_MASTER_KEY_PREVIOUS',
  );
}
