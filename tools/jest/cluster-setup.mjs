import { pathToFileURL } from 'node:url';
import { kafkaMissing, startKafka } from '../kafka/broker.mjs';
import { bundle } from './bundle.mjs';
import setup from './global-setup.mjs';

/** Beside Postgres, one broker and one stand-in for EventStoreDB for the whole run; each installation has a namespace of its own there. */
export default async function clusterSetup() {
  await setup();
  // Then jest.config.mjs has put the word of it in the place of the tests.
  if (await kafkaMissing()) return;
  const standIn = await bundle('libs/adapters/eventstoredb/src/stand-in/server.ts');
  const { startEventStoreStandIn } = await import(pathToFileURL(standIn).href);
  const [broker, eventStore] = await Promise.all([startKafka(), startEventStoreStandIn()]);
  process.env.ARKAN_TEST_KAFKA = broker.brokers.join(',');
  process.env.ARKAN_TEST_EVENTSTORE_URL = eventStore.connectionString;
  globalThis.arkanTestCluster = {
    async stop() {
      await Promise.all([broker.stop(), eventStore.close()]);
    },
  };
}
