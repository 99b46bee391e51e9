import type { z } from 'zod';
import type { historyEntrySchema } from '@arkan/contracts';
import type { SqlExecutor } from '@arkan/ports';
import { cut, type Page } from './paging';

export type HistoryEntry = z.infer<typeof historyEntrySchema>;

export interface HistoryFilter {
  webhookId?: string | undefined;
  /** Inclusive, RFC 3339. */
  from?: string | undefined;
  /** Exclusive. */
  to?: string | undefined;
  /** The id of who did it. */
  actor?: string | undefined;
}

interface Row {
  position: string;
  webhook_id: string | null;
  revision: number;
  type: string;
  at: Date;
  actor: HistoryEntry['actor'];
  reason: string | null;
  request_id: string | null;
  source_ip: string | null;
  changes: HistoryEntry['changes'];
  outcome: HistoryEntry['outcome'];
  refusal: HistoryEntry['refusal'];
}

/** Of one tenant, newest first. `before`: the position of the last row of the page before this one. */
export async function listHistory(
  sql: SqlExecutor,
  tenantId: string,
  filter: HistoryFilter,
  before: string | null,
  limit: number,
): Promise<Page<HistoryEntry>> {
  const { rows } = await sql.query<Row>({
    name: filter.webhookId === undefined ? 'registry-history' : 'registry-history-webhook',
    text: `select position, webhook_id, revision, type, at, actor, reason, request_id, source_ip, changes, outcome, refusal
      from history where tenant_id = $1 and ${filter.webhookId === undefined ? '$2::text is null' : 'webhook_id = $2'}
        and ($3::bigint is null or position < $3)
        and ($4::timestamptz is null or at >= $4) and ($5::timestamptz is null or at < $5)
        and ($6::text is null or actor->>'id' = $6)
      order by position desc limit $7`,
    values: [
      tenantId,
      filter.webhookId ?? null,
      before,
      filter.from ?? null,
      filter.to ?? null,
      filter.actor ?? null,
      limit + 1,
    ],
  });
  return cut(rows.map(entryOf), limit, (entry) => entry.position);
}

function entryOf(row: Row): HistoryEntry {
  return {
    position: row.position,
    webhookId: row.webhook_id,
    revision: row.revision,
    type: row.type,
    at: row.at.toISOString(),
    actor: row.actor,
    reason: row.reason,
    requestId: row.request_id,
    sourceIp: row.source_ip,
    changes: row.changes,
    outcome: row.outcome,
    refusal: row.refusal,
  };
}
