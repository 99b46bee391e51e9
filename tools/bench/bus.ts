import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createPostgresBus,
  createPostgresOutbox,
  createTableOutbox,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type PostgresBus,
} from '@arkan/adapter-postgres';
import type { Outbox, OutgoingMessage } from '@arkan/ports';
import pg from 'pg';

/**
 * What the Postgres bus costs: messages of 1 KiB published and consumed in one process, on an embedded server of its own with
 * fsync. Bounded: each case runs so many messages or seconds, whatever ends first.
 *
 * `node tools/jest/run-ts.mjs tools/bench/bus.ts [part of a case's name]`
 */
const secondsMax = 4;
const value = Buffer.alloc(1_024, 'x');
const headers = { schema: 'delivery.v1', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

interface Figures {
  case: string;
  messages: number;
  perSecond: number;
  nodeUsPerMessage: number;
  postgresUsPerMessage: number | null;
}

const group = (topic: string, size: number): OutgoingMessage[] =>
  Array.from({ length: size }, (_, i) => ({ topic, key: `tenant-${i % 50}`, value, headers }));

/** CPU of the server's processes in us, where /proc tells. A process that has ended counts no more: connections are kept open. */
async function postgresCpu(server: EmbeddedPostgres): Promise<number | null> {
  let ticks = 0;
  for (const pid of await readdir('/proc').catch(() => [])) {
    const stat = /^\d+$/.test(pid) ? await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '') : '';
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(pid) === server.pid || Number(fields[1]) === server.pid)
      ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks === 0 ? null : ticks * 10_000;
}

async function measure(server: EmbeddedPostgres, name: string, run: () => Promise<number>): Promise<Figures> {
  const [cpu, database, start] = [process.cpuUsage(), await postgresCpu(server), performance.now()];
  const messages = await run();
  const seconds = (performance.now() - start) / 1_000;
  const own = process.cpuUsage(cpu);
  const databaseAfter = await postgresCpu(server);
  return {
    case: name,
    messages,
    perSecond: Math.round(messages / seconds),
    nodeUsPerMessage: round((own.user + own.system) / messages),
    postgresUsPerMessage: database === null ? null : round((databaseAfter! - database) / messages),
  };
}

const round = (n: number) => Math.round(n * 10) / 10;

/** Publishes by `publish` until time or number ends it, and waits until the consumer has had all. */
async function through(
  bus: PostgresBus,
  options: { size: number; atOnce: number; messagesMax: number; consumers: number },
  publish: (messages: OutgoingMessage[]) => Promise<void>,
): Promise<number> {
  const topic = `bench-${Math.random()}`;
  await bus.ensureTopics([{ name: topic, partitions: 1, cleanup: 'delete' }]);
  let [sent, got] = [0, 0];
  let done = () => {};
  const consumers = [];
  for (let i = 0; i < options.consumers; i++) {
    consumers.push(
      await bus.consume({
        group: `bench-${i}`,
        topics: [topic],
        async onBatch(messages) {
          got += messages.length;
          done();
        },
      }),
    );
  }
  const messages = group(topic, options.size);
  const deadline = performance.now() + secondsMax * 1_000;
  const worker = async () => {
    while (sent < options.messagesMax && performance.now() < deadline) {
      sent += options.size;
      await publish(messages);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
  await new Promise<void>((resolve) => {
    done = () => got >= sent * options.consumers && resolve();
    done();
  });
  await Promise.all(consumers.map((consumer) => consumer.stop()));
  return sent;
}

async function main(): Promise<void> {
  const only = process.argv[2] ?? '';
  const dataDir = await mkdtemp(join(tmpdir(), 'arkan-bench-'));
  const server = await startEmbeddedPostgres({ dataDir });
  const pool = new pg.Pool({ connectionString: server.url(), max: 8, idleTimeoutMillis: 0 });
  const bus = await createPostgresBus({ pool, onError: (error) => console.error(error) });
  const outbox = createPostgresOutbox(bus);

  const table = await createTableOutbox({ pool, schema: 'service', bus, onError: (error) => console.error(error) });
  await table.start();

  const transactional = (messages: OutgoingMessage[]) => inTransaction(outbox, messages);
  async function inTransaction(outbox: Outbox, messages: OutgoingMessage[]): Promise<void> {
    const client = await pool.connect();
    await client.query('begin');
    const receipt = await outbox.enqueue(client, messages);
    await client.query('commit');
    client.release();
    outbox.committed(receipt);
  }
  const publish = (messages: OutgoingMessage[]) => bus.publish(messages);
  const cold = async () => {
    const topic = `cold-${Math.random()}`;
    await bus.ensureTopics([{ name: topic, partitions: 1, cleanup: 'delete' }]);
    for (let i = 0; i < 100; i++) await bus.publish(group(topic, 500));
    return topic;
  };
  const readCold = async (topic: string) => {
    let got = 0;
    await new Promise<void>((resolve, reject) => {
      bus
        .consume({
          group: 'cold',
          topics: [topic],
          async onBatch(messages) {
            got += messages.length;
            if (got === 50_000) resolve();
          },
        })
        .catch(reject);
    });
    return got;
  };

  const cases: [string, () => Promise<() => Promise<number>>][] = [];
  const add = (
    name: string,
    options: Parameters<typeof through>[1],
    by: (messages: OutgoingMessage[]) => Promise<void> = publish,
  ) => cases.push([name, async () => () => through(bus, options, by)]);
  add('publish 500, nobody reads', { size: 500, atOnce: 1, messagesMax: 100_000, consumers: 0 });
  add('publish 500 and consume', { size: 500, atOnce: 1, messagesMax: 100_000, consumers: 1 });
  add('publish 500, two at once, and consume', { size: 500, atOnce: 2, messagesMax: 100_000, consumers: 1 });
  add(
    'outbox 500, two at once, and consume',
    { size: 500, atOnce: 2, messagesMax: 100_000, consumers: 1 },
    transactional,
  );
  add('publish 500, two groups consume', { size: 500, atOnce: 2, messagesMax: 100_000, consumers: 2 });
  add('publish 64 and consume', { size: 64, atOnce: 1, messagesMax: 50_000, consumers: 1 });
  add('outbox 64, two at once, and consume', { size: 64, atOnce: 2, messagesMax: 50_000, consumers: 1 }, transactional);
  add(
    'table outbox 500, two at once, relayed and consumed',
    { size: 500, atOnce: 2, messagesMax: 50_000, consumers: 1 },
    (m) => inTransaction(table, m),
  );
  add('publish 1, one after the other, and consume', { size: 1, atOnce: 1, messagesMax: 20_000, consumers: 1 });
  add('publish 1, 64 at once, and consume', { size: 1, atOnce: 64, messagesMax: 50_000, consumers: 1 });
  cases.push([
    'consume what was published before, from the tables',
    async () => {
      const topic = await cold();
      return () => readCold(topic);
    },
  ]);

  try {
    // Warms up what is compiled and cached.
    await through(bus, { size: 500, atOnce: 2, messagesMax: 20_000, consumers: 1 }, transactional);
    for (const [name, prepare] of cases) {
      if (!name.includes(only)) continue;
      const figures = await measure(server, name, await prepare());
      console.log(JSON.stringify(figures));
    }
  } finally {
    await table.stop();
    await bus.close();
    await pool.end();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

await main();
