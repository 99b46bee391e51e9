import { createHash } from 'node:crypto';
import type { Operation, ServiceName } from '@arkan/contracts';
import { Refusal } from '@arkan/kernel';
import type { Pool } from 'pg';
import type { Sealer } from '../sealing';
import { Answer, type AnswerKeeper, type ArkanRequest, type Exchange } from './operation';
import { bodyDepthMax, checkDepth } from './validation';

/** To stand in a migration of each schema whose service has POST operations. Answers are sealed: some hold a secret. */
export const idempotencyTableSql = `create table idempotency (
  owner text not null,
  key text not null,
  request_sha256 bytea not null,
  claimed_at timestamptz not null default now(),
  status int,
  answer bytea,
  primary key (owner, key)
)`;

/** A claim without an answer is given up after this: its process died. Longer than any request may take. */
const claimMs = 120_000;
/** How long an answer is kept. */
const keptMs = 86_400_000;

interface Stored {
  headers: Record<string, string>;
  body: unknown;
}

/**
 * `Idempotency-Key` on every POST: the first successful answer is kept for a day and given again for the same key and
 * request; another request under the key gets 409. A refused request frees its key.
 */
export class Idempotency implements AnswerKeeper {
  constructor(
    private readonly pools: ReadonlyMap<ServiceName, Pool>,
    private readonly sealer: Sealer,
  ) {}

  async answer(contract: Operation, { request, reply }: Exchange, handle: () => Promise<unknown>): Promise<unknown> {
    const header = request.headers['idempotency-key'];
    const pool = contract.method === 'POST' ? this.pools.get(contract.service) : undefined;
    if (header === undefined || !pool || !request.call) return handle();

    const key = readKey(header);
    const owner = request.call.tenantId ?? request.call.principal.id;
    const stored = await this.claim(pool, owner, key, hashOf(request));
    if (stored) {
      void reply.headers({ 'idempotent-replayed': 'true' });
      return new Answer(stored.body, stored.headers);
    }
    try {
      const value = await handle();
      const kept: Stored =
        value instanceof Answer ? { headers: value.headers, body: value.body } : { headers: {}, body: value };
      await pool.query('update idempotency set status = $3, answer = $4 where owner = $1 and key = $2', [
        owner,
        key,
        contract.status,
        this.sealer.sealOwn(Buffer.from(JSON.stringify(kept)), `${owner}|${key}`),
      ]);
      return value;
    } catch (error) {
      await pool.query('delete from idempotency where owner = $1 and key = $2 and status is null', [owner, key]);
      throw error;
    }
  }

  private async claim(pool: Pool, owner: string, key: string, requestSha256: Buffer): Promise<Stored | null> {
    const claimed = await pool.query(
      `insert into idempotency as i (owner, key, request_sha256) values ($1, $2, $3)
       on conflict (owner, key) do update set request_sha256 = excluded.request_sha256, claimed_at = now(), status = null, answer = null
       where i.claimed_at < now() - ($4 * interval '1 ms') or (i.status is null and i.claimed_at < now() - ($5 * interval '1 ms'))
       returning 1`,
      [owner, key, requestSha256, keptMs, claimMs],
    );
    if (claimed.rowCount === 1) return null;
    const { rows } = await pool.query<{ request_sha256: Buffer; status: number | null; answer: Buffer | null }>(
      'select request_sha256, status, answer from idempotency where owner = $1 and key = $2',
      [owner, key],
    );
    const row = rows[0];
    if (row && !row.request_sha256.equals(requestSha256)) {
      throw new Refusal(
        'idempotency_conflict',
        'this Idempotency-Key was used with another request; take a new key for a new request',
      );
    }
    if (!row || row.status === null || row.answer === null) {
      throw new Refusal(
        'idempotency_in_progress',
        'the first request with this Idempotency-Key is still under way; try again shortly',
        [],
        1,
      );
    }
    return JSON.parse(this.sealer.openOwn(row.answer, `${owner}|${key}`).toString('utf8')) as Stored;
  }
}

/** A CloudEvent in binary mode has its attributes in headers: they are as much of the request as its body. */
function hashOf(request: ArkanRequest): Buffer {
  const attributes = Object.entries(request.headers).filter(([name]) => name.startsWith('ce-'));
  // The handler would refuse what is nested deeper, but only later: serialising it would spend the stack.
  checkDepth(request.body, bodyDepthMax + 4);
  return createHash('sha256')
    .update(`${request.method} ${request.url}\n`)
    .update(attributes.length > 0 ? `${JSON.stringify(attributes.sort())}\n` : '')
    .update(JSON.stringify(request.body ?? null))
    .digest();
}

function readKey(header: string | string[]): string {
  const key = Array.isArray(header) ? header[0]! : header;
  if (/^[\x21-\x7e]{1,200}$/.test(key)) return key;
  const message = 'must be 1 to 200 printable ASCII characters without spaces';
  throw new Refusal('invalid', `header/Idempotency-Key ${message}`, [
    { pointer: 'header/Idempotency-Key', code: 'invalid_header', message, limit: 200 },
  ]);
}

/** Drops answers past their day, at most 1,000 a call. */
export async function sweepIdempotency(pool: Pool): Promise<number> {
  const { rowCount } = await pool.query(
    `delete from idempotency where ctid = any(array(select ctid from idempotency where claimed_at < now() - ($1 * interval '1 ms') limit 1000))`,
    [keptMs],
  );
  return rowCount ?? 0;
}
