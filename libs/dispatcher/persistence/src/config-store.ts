import type { SqlExecutor } from '@arkan/ports';
import { textArray, plainArray } from './arrays';

/** What of a request is the configuration's. */
export interface RequestConfig {
  webhookUuid: string;
  revision: number;
  url: string;
  /** JSON of [name, value] pairs, in order, secret values masked. */
  headers: string;
}

/** Keeps them for the log, and remembers that they were used today. */
export async function rememberConfigs(tx: SqlExecutor, configs: readonly RequestConfig[]): Promise<void> {
  // One order in all processes, so that two that write the same ones don't wait for each other in a ring.
  const sorted = [...configs].sort((a, b) =>
    a.webhookUuid === b.webhookUuid ? a.revision - b.revision : a.webhookUuid < b.webhookUuid ? -1 : 1,
  );
  await tx.query({
    name: 'dispatcher-remember-configs',
    text: `insert into request_config as c (webhook_id, revision, url, headers, used_on)
      select webhook_id, revision, url, headers, current_date
      from unnest($1::uuid[], $2::int[], $3::text[], $4::text[]) as g (webhook_id, revision, url, headers)
      on conflict (webhook_id, revision) do update set used_on = excluded.used_on where c.used_on < excluded.used_on`,
    values: [
      plainArray(sorted, (config) => config.webhookUuid),
      plainArray(sorted, (config) => config.revision),
      textArray(sorted, (config) => config.url),
      textArray(sorted, (config) => config.headers),
    ],
  });
}

/** Drops those that no attempt in the log can name any more, at most 1,000 a call. Answers how many. */
export async function sweepConfigs(db: SqlExecutor, usedBeforeMs: number): Promise<number> {
  const { rowCount } = await db.query(
    'delete from request_config where ctid = any(array(select ctid from request_config where used_on < $1::date limit 1000))',
    [new Date(usedBeforeMs).toISOString()],
  );
  return rowCount ?? 0;
}
