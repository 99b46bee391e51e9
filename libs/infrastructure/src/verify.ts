import { openDatabase, type Config, type Logger, type ServiceDefinition } from '@arkan/runtime';
import { openEventsAlone } from './infrastructure';

/**
 * `--verify-read-models`: compares the read models of these services with what the events say, and writes a line each. Needs the
 * database and the event store only, changes nothing, and may run beside the service. True where all are as they should be. Throws
 * StartError, DatabaseError.
 */
export async function verifyReadModels(
  definitions: readonly ServiceDefinition[],
  config: Config,
  log: Logger,
  write: (line: string) => void,
): Promise<boolean> {
  const verifiable = definitions.filter((definition) => definition.verifyReadModels);
  if (verifiable.length === 0) {
    write('There is nothing to verify: no read model of this service comes from the event store.');
    return true;
  }
  const { databaseUrl, eventStore, close } = await openEventsAlone(config, log);
  try {
    let isEqual = true;
    for (const { name, database: wanted, verifyReadModels: verify } of verifiable) {
      // What is to be looked at is not migrated first.
      const database = await openDatabase({ url: databaseUrl, schema: name, log, ...wanted, migrations: [] });
      try {
        const { events, differences } = await verify!({ database, eventStore });
        isEqual &&= differences.length === 0;
        for (const difference of differences) write(`${name}: ${difference}`);
        write(`${name}: ${verdict(differences.length)}, ${events} events folded`);
      } finally {
        await database.close();
      }
    }
    return isEqual;
  } finally {
    await close();
  }
}

function verdict(count: number): string {
  if (count === 0) return 'the read models are what the events say';
  return `the read models differ from what the events say in ${count === 100 ? '100 rows or more' : `${count} rows`}`;
}
