import { createEventStoreDb } from '@arkan/adapter-eventstoredb';
import { errorMessage } from '@arkan/kernel';
import { EventStoreUnavailableError, type EventStore } from '@arkan/ports';
import type { Config, Logger } from '@arkan/runtime';
import { prefixOf } from './kafka';
import { StartError } from './start-error';

/** The event store that EVENTSTORE_URL names, which is never shown: it holds a password. Throws StartError. */
export async function openEventStoreDb(config: Config, log: Logger): Promise<EventStore> {
  try {
    return await createEventStoreDb({
      connectionString: config.EVENTSTORE_URL!,
      namespace: prefixOf(config),
      log: { warn: (details, message) => log.warn(details, message) },
    });
  } catch (error) {
    if (error instanceof RangeError) throw new StartError(`EVENTSTORE_URL can not be used: ${error.message}`);
    const isAway = error instanceof EventStoreUnavailableError;
    const isDenied = error instanceof Error && 'type' in error && error.type === 'access-denied';
    if (!isAway && !isDenied) throw error;
    throw new StartError(
      `the event store can not be used: ${errorMessage(error)}; check EVENTSTORE_URL${isDenied ? ': its user must have the right to read $all and to write' : ', its credentials and that the server runs'}`,
      { cause: error },
    );
  }
}
