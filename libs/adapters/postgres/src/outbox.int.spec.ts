import { BusUnavailableError, type MessageBus, type SqlExecutor } from '@arkan/ports';
import { outboxContract, type OpenTransaction } from '@arkan/ports-contract';
import { createTestDatabase, startTcpProxy } from '@arkan/testing';
import pg from 'pg';
import { createPostgresBus } from './bus';
import { createPostgresOutbox } from './outbox';
import { createTableOutbox } from './outbox-table';

async function begin(pool: pg.Pool): Promise<OpenTransaction> {
  const client = await pool.connect();
  const plain: SqlExecutor = client;
  await client.query('begin');
  const end = async (how: string) => {
    await client.query(how);
    client.release();
  };
  return {
    query: (query, values) => plain.query(query, values),
    commit: () => end('commit'),
    rollback: () => end('rollback'),
  };
}

outboxContract('in the log itself', {
  async create() {
    const database = await createTestDatabase();
    const bus = await createPostgresBus({ pool: database.pool, pollMs: 200 });
    return {
      bus,
      begin: () => begin(database.pool),
      connect: async () => createPostgresOutbox(bus),
      async close() {
        await bus.close();
        await database.drop();
      },
    };
  },
  missing: {
    outage: 'the bus is the database',
    crashAfterPublish: 'the commit is the publish',
  },
});

outboxContract('through a table', {
  async create() {
    const database = await createTestDatabase();
    const bus = await createPostgresBus({ pool: database.pool });
    const proxies = new Set<Awaited<ReturnType<typeof startTcpProxy>>>();
    let isOut = false;
    let crash: (() => void) | null = null;
    const relayed: MessageBus = Object.assign(Object.create(bus) as MessageBus, {
      async publish(messages: Parameters<MessageBus['publish']>[0]) {
        if (isOut) throw new BusUnavailableError('out of reach');
        await bus.publish(messages);
        if (!crash) return;
        for (const proxy of proxies) proxy.cut();
        crash();
        crash = null;
      },
    });
    return {
      bus,
      begin: () => begin(database.pool),
      async connect() {
        const proxy = await startTcpProxy({ port: Number(new URL(database.url).port) });
        proxies.add(proxy);
        const pool = new pg.Pool({ connectionString: proxy.through(database.url), max: 4 });
        pool.on('error', () => undefined);
        const outbox = await createTableOutbox({ pool, schema: 'service', bus: relayed, pollMs: 200, retryBaseMs: 20 });
        await outbox.start();
        const stop = outbox.stop.bind(outbox);
        let stopped: Promise<void> | null = null;
        outbox.stop = () => (stopped ??= stop().finally(() => Promise.all([pool.end(), proxy.close()])));
        return outbox;
      },
      outage: {
        begin: async () => void (isOut = true),
        end: async () => void (isOut = false),
      },
      crashAfterPublish: () => ({ happened: new Promise<void>((resolve) => (crash = resolve)) }),
      async close() {
        await bus.close();
        await database.drop();
      },
    };
  },
});
