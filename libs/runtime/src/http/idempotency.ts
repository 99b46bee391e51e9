import { createHash } from 'node:crypto';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { ServiceName } from '@arkan/contracts';
import { Refusal } from '@arkan/kernel';
import type { FastifyReply } from 'fastify';
import type { Pool } from 'pg';
import { from, lastValueFrom, of, type Observable } from 'rxjs';
import type { Sealer } from '../sealing';
import { Answer, operationOf, type ArkanRequest } from './operation';
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
 * request; another request under the key gets 409. A refused request frees its key. Also writes an Answer's headers.
 */
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly pools: ReadonlyMap<ServiceName, Pool>,
    private readonly sealer: Sealer,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const operation = operationOf(context);
    const request = context.switchToHttp().getRequest<ArkanRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const send = (value: unknown) => {
      if (!(value instanceof Answer)) return value;
      void reply.headers(value.headers);
      return value.body as unknown;
    };
    const header = request.headers['idempotency-key'];
    const pool = operation?.method === 'POST' ? this.pools.get(operation.service) : undefined;
    if (!operation || !pool || header === undefined || !request.call)
      return from(lastValueFrom(next.handle(), { defaultValue: undefined }).then(send));

    const key = readKey(header);
    const owner = request.call.tenantId ?? request.call.principal.id;
    const requestSha256 = hashOf(request);
    const stored = await this.claim(pool, owner, key, requestSha256);
    if (stored) {
      void reply.headers({ ...stored.headers, 'idempotent-replayed': 'true' });
      return of(stored.body);
    }
    try {
      const value: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      const kept: Stored =
        value instanceof Answer ? { headers: value.headers, body: value.body } : { headers: {}, body: value };
      await pool.query('update idempotency set status = $3, answer = $4 where owner = $1 and key = $2', [
        owner,
        key,
        operation.status,
        this.sealer.sealOwn(Buffer.from(JSON.stringify(kept)), `${owner}|${key}`),
      ]);
      return of(send(value));
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
