/**
 * What a delivery costs: `node tools/jest/run-ts.mjs tools/bench/dispatcher.ts [deliveries] [webhooks] [fail every nth]`. One
 * service, dispatcher, on an embedded Postgres of its own with fsync on, over TLS to a receiver in another process. Events of
 * 1 KiB, each for one webhook, are published before the clock runs, by another process. Prints deliveries a second and us of CPU a
 * delivery, of this process (bus included) and of Postgres. PROFILE=<file> keeps a CPU profile of the measured part.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { createServer } from 'node:https';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  createPostgresBus,
  createPostgresEventStore,
  createPostgresOutbox,
  startEmbeddedPostgres,
} from '@arkan/adapter-postgres';
import { topicContracts } from '@arkan/contracts';
import { createSealer } from '@arkan/runtime';
import { serverCertificate } from '@arkan/testing';
import {
  deliveryMessage,
  putWebhook,
  startDispatcher,
  type World,
} from '../../libs/dispatcher/feature/src/dispatcher.fixture';
import type { Result } from '../../libs/dispatcher/feature/src/dispatching/result';

const publishMax = 500;

async function receive(failEvery: number): Promise<void> {
  const certificate = await serverCertificate();
  let count = 0;
  const server = createServer(certificate, (request, response) => {
    const status = failEvery > 0 && ++count % failEvery === 0 ? 503 : 200;
    request.resume().on('end', () => response.writeHead(status, { 'content-length': 2 }).end('ok'));
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ address: server.address(), caPem: certificate.caPem });
  });
  process.on('disconnect', () => process.exit(0));
}

async function publish(url: string, deliveries: number, hooks: readonly string[]): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  const bus = await createPostgresBus({ pool });
  for (let sent = 0; sent < deliveries; sent += publishMax) {
    const messages = Array.from({ length: Math.min(publishMax, deliveries - sent) }, (_, i) => {
      const { message } = deliveryMessage([hooks[(sent + i) % hooks.length]!], { data: { note: 'x'.repeat(860) } });
      return message;
    });
    await bus.publish(messages);
  }
  await bus.close();
  await pool.end();
  process.exit(0);
}

/** us of CPU of all processes below `parent`, itself included. Linux only; NaN elsewhere. */
function cpuUsBelow(parent: number): number {
  try {
    let ticks = 0;
    for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const fields = stat.replace(/^.*\) /, '').split(' ');
        if (Number(name) === parent || Number(fields[1]) === parent) ticks += Number(fields[11]) + Number(fields[12]);
      } catch {
        // Ended meanwhile.
      }
    }
    return ticks * 10_000;
  } catch {
    return NaN;
  }
}

async function bench(deliveries: number, webhooks: number, failEvery: number): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'arkan-bench-'));
  await chmod(dataDir, 0o711);
  const server = await startEmbeddedPostgres({ dataDir });
  const receiver = fork(process.argv[1]!, ['receive', String(failEvery)]);
  const [{ address, caPem }] = (await once(receiver, 'message')) as [{ address: { port: number }; caPem: string }];
  const pool = new pg.Pool({ connectionString: server.url(), max: 12 });
  pool.on('error', () => undefined);
  const bus = await createPostgresBus({ pool });
  await bus.ensureTopics(topicContracts.map((topic) => ({ ...topic, partitions: 1 })));
  const eventStore = await createPostgresEventStore({ pool });
  const world = {
    infrastructure: {
      database: { url: server.url(), pool, drop: async () => undefined },
      bus,
      eventStore,
      outboxFor: () => createPostgresOutbox(bus),
      close: async () => undefined,
    },
    sealer: createSealer(randomBytes(32)),
    outcomes: [],
  } as unknown as World;
  try {
    const url = `https://127.0.0.1:${address.port}/hook`;
    const hooks = await Promise.all(Array.from({ length: webhooks }, () => putWebhook(world, { url })));
    const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    const postmaster = Number(
      readFileSync(`/proc/${rows[0]!.pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[1],
    );
    const dispatcher = await startDispatcher(world, { targetCa: [caPem], onWritten: (results) => onWritten(results) });
    await run(dispatcher, server.url(), Math.ceil(deliveries / 10), hooks, postmaster);
    const measured = await run(dispatcher, server.url(), deliveries, hooks, postmaster);
    console.log(JSON.stringify({ deliveries, webhooks, failEvery, ...measured }));
    await dispatcher.stop();
  } finally {
    receiver.disconnect();
    await eventStore.close();
    await bus.close();
    await pool.end();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

let onWritten: (results: readonly Result[]) => void = () => undefined;
type Dispatcher = Awaited<ReturnType<typeof startDispatcher>>;

/** Publishes with the consumer away, then lets it at them. */
async function run(
  { parts }: Dispatcher,
  url: string,
  deliveries: number,
  hooks: readonly { id: string }[],
  postmaster: number,
) {
  let held = () => {};
  const gate = new Promise<void>((resolve) => (held = resolve));
  const { intake } = parts;
  const take = intake.take.bind(intake);
  intake.take = async (messages) => {
    await gate;
    return take(messages);
  };
  const publisher = fork(process.argv[1]!, ['publish', url, String(deliveries), ...hooks.map((hook) => hook.id)]);
  await once(publisher, 'exit');
  intake.take = take;
  let written = 0;
  let ended = 0;
  let flushes = 0;
  const whenDone = new Promise<void>((resolve) => {
    onWritten = (results) => {
      written += results.length;
      flushes++;
      for (const result of results) if (result.wait === null) ended++;
      if (ended === deliveries) resolve();
    };
  });
  const before = { own: process.cpuUsage(), postgres: cpuUsBelow(postmaster), at: performance.now() };
  const profiler = process.env.PROFILE ? new Session() : null;
  profiler?.connect();
  await profiler?.post('Profiler.enable');
  await profiler?.post('Profiler.start');
  held();
  await whenDone;
  const own = process.cpuUsage(before.own);
  if (profiler) {
    const { profile } = await profiler.post('Profiler.stop');
    await writeFile(process.env.PROFILE!, JSON.stringify(profile));
  }
  const seconds = (performance.now() - before.at) / 1_000;
  return {
    perSecond: Math.round(deliveries / seconds),
    results: written,
    perFlush: Math.round(written / flushes),
    nodeUs: Math.round((own.user + own.system) / deliveries),
    nodeSystemUs: Math.round(own.system / deliveries),
    postgresUs: Math.round((cpuUsBelow(postmaster) - before.postgres) / deliveries),
  };
}

const [role, ...rest] = process.argv.slice(2);
if (role === 'receive') await receive(Number(rest[0]));
else if (role === 'publish') await publish(rest[0]!, Number(rest[1]), rest.slice(2));
else await bench(Number(role ?? 30_000), Number(rest[0] ?? 10), Number(rest[1] ?? 0));
