/**
 * How long a page of the delivery log takes: `node tools/jest/run-ts.mjs tools/bench/delivery-log.ts [rows] [calls]`. An embedded
 * Postgres with `rows` deliveries of one tenant (and a tenth as many of others) over the last three days, one in a hundred failed,
 * one in ten thousand with a rare type. Prints p50 and p95 in ms for every filter, from the call to the rows.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@arkan/adapter-postgres';
import {
  createDayPartitions,
  dayMs,
  dayOf,
  daySuffix,
  dispatcherEntities,
  dispatcherMigrations,
  listDeliveries,
  connectionSettings,
  type DeliveryFilter,
} from '@arkan/dispatcher-persistence';
import { createLogger, openDatabase, type Database } from '@arkan/runtime';

const webhooks = 40;
const days = 3;
const hook = (n: number) => `01980000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** Rows as a day leaves them, in order of their ids. */
async function fill(database: Database, day: number, rows: number): Promise<void> {
  const ms = `${day * dayMs} + (n * ${(dayMs - 1) / rows})::bigint`;
  const uuid = (at: string, tail: string) =>
    `(lpad(to_hex((${at}) >> 16), 8, '0') || '-' || lpad(to_hex((${at}) & 65535), 4, '0') || '-7' || substr(md5(${tail}), 1, 3)
      || '-8' || substr(md5(${tail}), 4, 3) || '-' || substr(md5(${tail}), 7, 12))::uuid`;
  await database.pool.query(`
    insert into delivery_${daySuffix(day)} (id, event_key, webhook_id, completed_at, status, duration_ms, config_revision,
      attempt_count, http_status, is_test, tenant_id, event_id, event_type)
    select ${uuid(ms, `n::text || 'd'`)}, ${uuid(ms, `n::text || 'e'`)},
      ('01980000-0000-7000-8000-' || lpad((n % ${webhooks})::text, 12, '0'))::uuid, now(),
      (case when n % 100 = 7 then 'failed' else 'success' end)::delivery_status, 12, 1, 1,
      case when n % 100 = 7 then 503 else 200 end, false, case when n % 11 = 10 then 'other' else 'acme' end,
      'evt ' || ${day} || ' ' || n, case when n % 10000 = 3 then 'warranty.claim.resolved' else 'leasing.lease.renewed' end
    from generate_series(0, ${rows - 1}) n`);
  await database.pool.query(`
    insert into payload_${daySuffix(day)} (event_key, tenant_id, body)
    select ${uuid(ms, `n::text || 'e'`)}, 'acme',
      convert_to('{"id":"evt ' || n || '","data":{"note":"' || repeat('lorem ipsum ', 75) || '","unit":"U-' || n % 5000 || '!"}}', 'UTF8')
    from generate_series(0, ${rows - 1}) n`);
  await database.pool.query(`vacuum analyze delivery_${daySuffix(day)}`);
  await database.pool.query(`analyze payload_${daySuffix(day)}`);
  await database.pool
    .query(`select brin_summarize_new_values(c.oid) from pg_class c join pg_index i on i.indexrelid = c.oid
    join pg_am a on a.oid = c.relam where a.amname = 'brin' and i.indrelid = 'delivery_${daySuffix(day)}'::regclass`);
}

async function bench(rows: number, calls: number): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'arkan-bench-'));
  await chmod(dataDir, 0o711);
  const server = await startEmbeddedPostgres({ dataDir });
  const database = await openDatabase({
    url: server.url(),
    schema: 'dispatcher',
    entities: dispatcherEntities,
    migrations: dispatcherMigrations,
    poolMax: 4,
    settings: connectionSettings,
    log: createLogger('silent'),
  });
  try {
    const today = dayOf(Date.now());
    const all = Array.from({ length: 31 }, (_, i) => today - i);
    await createDayPartitions(database.pool).ensure(all);
    for (const day of all.slice(0, days)) await fill(database, day, Math.ceil((rows * 1.1) / days));
    const now = (today + 1) * dayMs;
    const cases: [string, Omit<DeliveryFilter, 'tenantId'>][] = [
      ['none', {}],
      ['webhook', { webhookUuid: hook(3) }],
      ['time', { fromMs: now - 2 * dayMs, toMs: now - dayMs }],
      ['status success', { statuses: ['success'] }],
      ['status failed (1 %)', { statuses: ['failed'] }],
      ['webhook and status failed', { webhookUuid: hook(7), statuses: ['failed'] }],
      ['http 5xx (1 %)', { httpStatus: [500, 599] }],
      ['rare type (0.01 %)', { eventType: 'warranty.claim.resolved' }],
      ['status held (none)', { statuses: ['held'] }],
      ['event id', { eventId: `evt ${today - 1} 4711` }],
      ['event id (none)', { eventId: 'evt none' }],
      ['text (in 1 of 5,000)', { text: 'U-77!' }],
      ['text (none)', { text: 'nowhere' }],
      ['tenant without rows', {}],
    ];
    for (const [name, filter] of cases) {
      const times: number[] = [];
      let found = 0;
      let before: string | null = null;
      const tenantId = name === 'tenant without rows' ? 'nobody' : 'acme';
      for (let i = 0; i < calls + 3; i++) {
        const started = performance.now();
        const page = await listDeliveries(database.pool, { tenantId, ...filter }, { limit: 50, before });
        if (i >= 3) times.push(performance.now() - started);
        found += page.rows.length;
        // Page after page, and from the top again.
        before = i % 10 === 9 ? null : (page.next ?? null);
      }
      times.sort((a, b) => a - b);
      const at = (share: number) => times[Math.floor(times.length * share)]!.toFixed(1).padStart(7);
      console.log(
        `${name.padEnd(28)} p50 ${at(0.5)} ms  p95 ${at(0.95)} ms  ${(found / (calls + 3)).toFixed(1)} rows a page`,
      );
    }
  } finally {
    await database.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

await bench(Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 40));
