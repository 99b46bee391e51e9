/** What a caller needs of an open Postgres transaction or pool: `pg`'s Pool and PoolClient fit as they are. */
export interface SqlExecutor {
  query<Row extends object = Record<string, unknown>>(
    query: string | { name?: string; text: string; values?: unknown[] },
    values?: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
}
