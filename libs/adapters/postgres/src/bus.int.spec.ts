import { messageBusContract, type MessageBusHarness } from '@arkan/ports-contract';
import type { MessageBus } from '@arkan/ports';
import { createTestDatabase } from '@arkan/testing';
import { createPostgresBus } from './bus';
import { startProcess, type BusProcess } from './bus.fixture';

async function createHarness(): Promise<MessageBusHarness> {
  const database = await createTestDatabase();
  const processes = new Map<MessageBus, BusProcess>();
  const dead = new Set<BusProcess>();
  // Polls are put off, so that what is heard of is heard by signals. The keeper's tombstones are old as soon as they are made.
  const keeper = await createPostgresBus({ pool: database.pool, listen: false, pollMs: 60_000, tombstoneMs: -1 });

  async function connect(): Promise<MessageBus> {
    const process = await startProcess(database, { leaseMs: 900, pollMs: 60_000 });
    processes.set(process.bus, process);
    return process.bus;
  }

  return {
    connect,
    async kill(bus) {
      const process = processes.get(bus)!;
      dead.add(process);
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
        for (const process of processes.values()) if (!dead.has(process)) process.proxy.restore();
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
