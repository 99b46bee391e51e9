import { createHmac } from 'node:crypto';
import pg from 'pg';
import { Pool } from 'undici';
import type { BenchReceiver } from './processes';
import { round, say } from './report';

const connections = 50;
const rowsAtOnce = 200;

/** What the machine itself can do, in the same run: compare with these, since its speed drifts. */
export async function measureLimits(receiver: BenchReceiver, databaseUrl: string, data: unknown, seconds: number) {
  const body = Buffer.from(JSON.stringify(data));
  const limits = {
    rawSignedPostsPerSecond: round((await postRaw(receiver, body, seconds)) / seconds, 0),
    postgresRowsPerSecond: round((await writeRows(databaseUrl, body, seconds)) / seconds, 0),
  };
  say(
    `the machine's own limits: ${limits.rawSignedPostsPerSecond} signed POSTs/s over TLS from one process (undici), ${limits.postgresRowsPerSecond} rows/s of 1 KiB into Postgres by ${rowsAtOnce}\n`,
  );
  return limits;
}

async function postRaw(receiver: BenchReceiver, body: Buffer, seconds: number): Promise<number> {
  const pool = new Pool(receiver.url, { connections, connect: { ca: receiver.caPem } });
  let sent = 0;
  const until = performance.now() + seconds * 1_000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) {
        const signature = createHmac('sha256', 'secret').update(body).digest('hex');
        const answer = await pool.request({
          method: 'POST',
          path: '/raw',
          headers: { 'x-signature': signature, 'x-event-id': `raw-${sent++}` },
          body,
        });
        await answer.body.dump();
      }
    }),
  );
  await pool.close();
  await receiver.reached(sent, 30_000);
  receiver.clear();
  return sent;
}

async function writeRows(databaseUrl: string, body: Buffer, seconds: number): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    'create table bench_row (id bigint generated always as identity primary key, status int, body text)',
  );
  let rows = 0;
  const bodies = Array.from({ length: rowsAtOnce }, () => body.toString());
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    await client.query({
      name: 'bench',
      text: 'insert into bench_row (status, body) select 200, b from unnest($1::text[]) b',
      values: [bodies],
    });
    rows += rowsAtOnce;
  }
  await client.query('drop table bench_row');
  await client.end();
  return rows;
}
