import { createKafkaBus } from '@arkan/adapter-kafka';
import { createTableOutbox } from '@arkan/adapter-postgres';
import type { MessageBus, SqlExecutor } from '@arkan/ports';
import { outboxContract, type OpenTransaction, type OutboxHarness } from '@arkan/ports-contract';
import { createTestDatabase, startTcpProxy } from '@arkan/testing';
import pg from 'pg';
import { startKafka } from './broker.mjs';
import { whereKafkaRuns } from './fixture';

// Here and not beside either adapter: no adapter knows another.

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

async function createHarness(): Promise<OutboxHarness> {
  const [database, broker] = await Promise.all([createTestDatabase(), startKafka()]);
  const bus = await createKafkaBus({ brokers: broker.brokers, clientId: 'outbox', retryBaseMs: 20 });
  const proxies = new Set<Awaited<ReturnType<typeof startTcpProxy>>>();
  let crash: (() => void) | null = null;
  const relayed: MessageBus = Object.assign(Object.create(bus) as MessageBus, {
    async publish(messages: Parameters<MessageBus['publish']>[0]) {
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
    // The broker itself goes, and comes back with its data.
    outage: { begin: () => broker.kill(), end: () => broker.restart() },
    crashAfterPublish: () => ({ happened: new Promise<void>((resolve) => (crash = resolve)) }),
    async close() {
      await bus.close();
      await broker.stop();
      await database.drop();
    },
  };
}

await whereKafkaRuns('outbox: through a table to Kafka', () =>
  outboxContract('through a table to Kafka', { create: createHarness }),
);
