import { createHash } from 'node:crypto';
import type { Operation, ServiceName } from '@arkan/contracts';
import { newUuid, Refusal } from '@arkan/kernel';
import type { Pool } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
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

/** After the migration that has the table, in each of those schemas. */
export class IdempotencyOnceId1795737600000 implements MigrationInterface {
  readonly name = 'IdempotencyOnceId1795737600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table idempotency add column once_id uuid');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table idempotency drop column once_id');
  }
}

/** A claim without an answer is given up after this: its process died. Longer than any request may take. */
const claimMs = 120_000;
/** How long an answer is kept. */
const keptMs = 86_400_000;

type Claim = { stored: Stored } | { stored: null; onceId: string };

interface Stored {
  headers: Record<string, string>;
  body: unknown;
}

/**
 * `Idempotency-Key` on every POST: the first successful answer is kept for a day and given again for the same key and
 * request; another request under the key gets 409. A refused request frees its key. Where it is in doubt what became of the first
 * one (it is saved but not known everywhere, a part was down, the process died), the key stays with the request, and so does its
 * `onceId`, by which a repetition finds what was made.
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
    const claim = await this.claim(pool, owner, key, hashOf(request));
    if (claim.stored) {
      void reply.headers({ 'idempotent-replayed': 'true' });
      return new Answer(claim.stored.body, claim.stored.headers);
    }
    request.call.onceId = claim.onceId;
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
      await this.release(pool, owner, key, isInDoubt(error));
      throw error;
    }
  }

  /** Nobody holds it from here on; one in doubt is as one whose process died. */
  private async release(pool: Pool, owner: string, key: string, inDoubt: boolean): Promise<void> {
    const mine = 'where owner = $1 and key = $2 and status is null';
    if (!inDoubt) await pool.query(`delete from idempotency ${mine}`, [owner, key]);
    else
      await pool.query(`update idempotency set claimed_at = now() - ($3 * interval '1 ms') ${mine}`, [
        owner,
        key,
        claimMs,
      ]);
  }

  private async claim(pool: Pool, owner: string, key: string, requestSha256: Buffer): Promise<Claim> {
    const { rows: claims } = await pool.query<{ once_id: string }>(
      `insert into idempotency as i (owner, key, request_sha256, once_id) values ($1, $2, $3, $6)
       on conflict (owner, key) do update set request_sha256 = excluded.request_sha256, claimed_at = now(), status = null, answer = null,
         once_id = case when i.status is null and i.claimed_at >= now() - ($4 * interval '1 ms')
           then coalesce(i.once_id, excluded.once_id) else excluded.once_id end
       where i.claimed_at < now() - ($4 * interval '1 ms') or
         (i.status is null and i.claimed_at <= now() - ($5 * interval '1 ms') and i.request_sha256 = excluded.request_sha256)
       returning once_id`,
      [owner, key, requestSha256, keptMs, claimMs, newUuid()],
    );
    if (claims[0]) return { stored: null, onceId: claims[0].once_id };
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
    return { stored: JSON.parse(this.sealer.openOwn(row.answer, `${owner}|${key}`).toString('utf8')) as Stored };
  }
}

/** A refusal means that nothing happened, but for `unavailable`, which may come when something is saved already. */
const isInDoubt = (error: unknown) => !(error instanceof Refusal) || error.code === 'unavailable';

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
