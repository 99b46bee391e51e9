import { newUuid } from '@arkan/kernel';
import { eventStoreContract, type EventStoreContractOptions } from '@arkan/ports-contract';
import { startTcpProxy } from '@arkan/testing';
import { createEventStoreDb } from './event-store';
import { startEventStoreStandIn } from './stand-in/server';

const missing: EventStoreContractOptions['missing'] = {
  slowAppend: 'a node has one writer: no append is ever open beside another',
  uniqueIds: 'EventStoreDB compares ids only where the expected revision is behind the stream',
};

eventStoreContract('EventStoreDB, the stand-in', {
  missing,
  async create() {
    const server = await startEventStoreStandIn();
    const proxy = await startTcpProxy({ port: server.port });
    return {
      store: await createEventStoreDb({ connectionString: proxy.through(server.connectionString) }),
      reopen: () => createEventStoreDb({ connectionString: server.connectionString }),
      outage: { begin: async () => proxy.cut(), end: async () => proxy.restore() },
      async dispose() {
        await proxy.close();
        await server.close();
      },
    };
  },
});

// The same on a real server, which the cases share: each has streams of its own by a namespace.
const { EVENTSTORE_URL } = process.env;
if (EVENTSTORE_URL) {
  const { hostname, port } = new URL(EVENTSTORE_URL);
  eventStoreContract('EventStoreDB, the real one', {
    missing,
    async create() {
      const proxy = await startTcpProxy({ host: hostname, port: Number(port || 2113) });
      const namespace = `contract-${newUuid()}-`;
      return {
        store: await createEventStoreDb({ connectionString: proxy.through(EVENTSTORE_URL), namespace }),
        reopen: () => createEventStoreDb({ connectionString: EVENTSTORE_URL, namespace }),
        outage: { begin: async () => proxy.cut(), end: async () => proxy.restore() },
        dispose: () => proxy.close(),
      };
    },
  });
}
