import pg from 'pg';

/** Puts `count` deliveries of one tenant and 20 webhooks into the log, spread over today, with an attempt and a payload each. */
export async function fillLog(
  databaseUrl: string,
  count: number,
): Promise<{ tenantId: string; queries: Record<string, string> }> {
  const tenantId = 'bench-log';
  const client = new pg.Client({ connectionString: databaseUrl, options: '-c search_path=dispatcher' });
  await client.connect();
  const dayStart = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  const spanMs = Math.max(60_000, Date.now() - dayStart);
  const chunk = 50_000;
  for (let from = 0; from < count; from += chunk) {
    // A UUIDv7 by hand: 48 bits of time, then the row's number, so that ids are known and in order.
    const id = (kind: number) =>
      `(lpad(to_hex((${dayStart} + (n::float8 / ${count} * ${spanMs}))::bigint), 12, '0') || '7000' || '8${kind}' || lpad(to_hex(n), 14, '0'))::uuid`;
    const webhook = `('00000000-0000-7000-8000-' || lpad(to_hex(n % 20), 12, '0'))::uuid`;
    await client.query(
      `insert into payload (event_key, tenant_id, body)
       select ${id(1)}, $1, convert_to(json_build_object('id', 'evt-' || n, 'type', 'maintenance.work_order.created', 'data', json_build_object('pad', repeat('x', 900), 'n', n))::text, 'UTF8')
       from generate_series($2::int, $3::int) n`,
      [tenantId, from, Math.min(count, from + chunk) - 1],
    );
    await client.query(
      `insert into delivery (id, event_key, webhook_id, completed_at, status, duration_ms, config_revision, attempt_count, http_status, is_test, tenant_id, event_id, event_type)
       select ${id(2)}, ${id(1)}, ${webhook}, now(),
         (case when n % 1000 = 0 then 'failed' else 'success' end)::delivery_status, 12, 1, 1, case when n % 1000 = 0 then 500 else 200 end, false, $1, 'evt-' || n,
         case when n % 500 = 0 then 'leasing.lease.renewed' else 'maintenance.work_order.created' end
       from generate_series($2::int, $3::int) n`,
      [tenantId, from, Math.min(count, from + chunk) - 1],
    );
  }
  await client.query('vacuum analyze');
  await client.end();
  const middle = new Date(dayStart + spanMs / 2).toISOString();
  return {
    tenantId,
    queries: {
      'no filter': '',
      'one webhook': 'webhookId=wh_00000000000070008000000000000003',
      'failed only': 'status=failed',
      'status 5xx': 'httpStatus=5xx',
      'a rare type': 'eventType=leasing.lease.renewed',
      'one event': `eventId=evt-${Math.floor(count / 3)}`,
      'older half': `to=${encodeURIComponent(middle)}`,
      'text that is rare': 'text=%22n%22%20%3A%207%7D',
    },
  };
}
