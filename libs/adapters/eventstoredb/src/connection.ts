import { EventStoreDBClient } from '@eventstore/db-client';

/** The client's own options, as it spells them when case, `-` and `_` are ignored. */
const knownOptions = new Set(
  [
    'connectionName',
    'defaultDeadline',
    'discoveryInterval',
    'gossipTimeout',
    'keepAliveInterval',
    'keepAliveTimeout',
    'maxDiscoverAttempts',
    'nodePreference',
    'tls',
    'tlsCAFile',
    'userCertFile',
    'userKeyFile',
  ].map((name) => name.toLowerCase()),
);

/**
 * The client prints the whole connection string, its password too, where an option is unknown to it, and quotes it in its
 * errors: so options are looked at here first, and no error of its parser is passed on.
 */
function checkOptions(connectionString: string): void {
  const afterCredentials = connectionString.trim().replace(/^[^:]+:\/\/(?:[^:]+:[^@]+@)?/, '');
  const [, ...options] = afterCredentials.split(/[?&]/);
  for (const option of options) {
    const name = option.split('=', 1)[0] ?? '';
    if (!knownOptions.has(name.toLowerCase().replace(/[_-]/g, ''))) {
      throw new RangeError(`the EventStoreDB connection string has an option that is not supported: ${name}`);
    }
  }
}

/** A client that connects at its first call. Throws a RangeError, which never holds the string itself. */
export function connect(connectionString: string): EventStoreDBClient {
  checkOptions(connectionString);
  const client = parse(connectionString);
  // Appends go one call each (the Append method), also where the server offers BatchAppend. In 6.2.1 that one keeps the
  // answers it waits for in one table for all clients of a process: a connection lost by one rejects the appends of the
  // others, whose answers then throw where nobody can catch; and it has no deadline. `supports` is what chooses.
  Object.defineProperty(client, 'supports', { value: () => Promise.resolve(false) });
  return client;
}

function parse(connectionString: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(connectionString);
  } catch {
    throw new RangeError(
      'the EventStoreDB connection string can not be used: it is esdb://[user:password@]host[:port][,host…][?tls=…], and the files that it names must exist',
    );
  }
}

/** Ends every call under way, and the connection, which the client itself leaves open. */
export async function disconnect(client: EventStoreDBClient): Promise<void> {
  await client.dispose();
  const { getChannel } = client as unknown as { getChannel(): Promise<{ close(): void }> };
  await getChannel().then(
    (channel) => channel.close(),
    () => undefined,
  );
}
