import { messageBusContract, type MessageBusHarness } from '@arkan/ports-contract';
import type { MessageBus } from '@arkan/ports';
import { createTestDatabase, startTcpProxy, type TcpProxy } from '@arkan/testing';
import pg from 'pg';
import { createPostgresBus, type PostgresBus } from './bus';

async function createHarness(): Promise<MessageBusHarness> {
  const database = await createTestDatabase();
  const processes = new Map<MessageBus, { pool: pg.Pool; proxy: TcpProxy; isAlive: boolean }>();
  const keeper = await createPostgresBus({ pool: database.pool, listen: false, pollMs: 60_000, tombstoneMs: -1 });

  /** Each with a pool behind a network of its own. */
  async function connect(): Promise<PostgresBus> {
    const proxy = await startTcpProxy({ port: Number(new URL(database.url).port) });
    const pool = new pg.Pool({ connectionString: proxy.through(database.url), max: 4 });
    const bus = await createPostgresBus({ pool, leaseMs: 900, pollMs: 60_000, retryBaseMs: 20 });
    processes.set(bus, { pool, proxy, isAlive: true });
    const close = bus.close.bind(bus);
    bus.close = async () => {
      await close();
      processes.delete(bus);
      // A pool that is cut off never gets its goodbyes through.
      await Promise.all([pool.end(), proxy.close()]);
    };
    return bus;
  }

  return {
    connect,
    async kill(bus) {
      const process = processes.get(bus)!;
      process.isAlive = false;
      process.proxy.cut();
    },
    async compact() {
      await keeper.janitor();
    },
    outage: {
      async begin() {
        for (const { proxy } of processes.values()) proxy.cut();
      },
      async end() {
        for (const { proxy, isAlive } of processes.values()) if (isAlive) proxy.restore();
      },
    },
    async beginPublish(messages) {
      const client = await database.pool.connect();
      await client.query('begin');
      const receipt = await keeper.append(client, messages);
      return {
        async commit() {
          await client.query('commit');
          client.release();
          keeper.appended([receipt]);
        },
        async rollback() {
          await client.query('rollback');
          client.release();
        },
      };
    },
    async close() {
      await keeper.close();
      await database.drop();
    },
  };
}

messageBusContract('postgres', { create: createHarness });
