import { readFile } from 'node:fs/promises';
import { createKafkaBus, type KafkaBusOptions } from '@arkan/adapter-kafka';
import { topicContracts } from '@arkan/contracts';
import { errorMessage } from '@arkan/kernel';
import { BusTimeoutError, BusUnavailableError, type MessageBus } from '@arkan/ports';
import type { Config, Logger } from '@arkan/runtime';
import { StartError } from './start-error';

/** The bus on the brokers of the settings, with all topics made and checked. Throws StartError. */
export async function openKafka(config: Config, clientId: string, log: Logger): Promise<MessageBus> {
  const options: KafkaBusOptions = {
    brokers: config.KAFKA_BROKERS!,
    clientId,
    sasl: saslOf(config),
    ssl: await sslOf(config),
    namespace: prefixOf(config),
    replicationFactor: config.KAFKA_REPLICATION_FACTOR,
    // kafkajs calls each try that failed an error; what lasts rejects a call, or comes by onError.
    log: (_level, message, fields) => log.debug(fields, `kafka: ${message}`),
    onError: (error) => log.warn({ err: error }, 'the bus met an error and goes on'),
  };
  let bus: MessageBus | null = null;
  try {
    bus = await createKafkaBus(options);
    await bus.ensureTopics(topicContracts);
    return bus;
  } catch (error) {
    await bus?.close();
    throw startErrorOf(error, config);
  }
}

/** What stands before topics, groups and streams where several installations share brokers or an event store. */
export const prefixOf = (config: Config): string => (config.ARKAN_NAMESPACE ? `${config.ARKAN_NAMESPACE}.` : '');

function saslOf(config: Config): KafkaBusOptions['sasl'] {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = config;
  return mechanism && username && password ? ({ mechanism, username, password } as KafkaBusOptions['sasl']) : undefined;
}

async function sslOf(config: Config): Promise<KafkaBusOptions['ssl']> {
  if (config.KAFKA_SSL !== 'true') return undefined;
  const file = config.KAFKA_SSL_CA_FILE;
  if (!file) return true;
  const ca = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new StartError(`KAFKA_SSL_CA_FILE can not be read (${errorMessage(error)}); give a file of PEM certificates`);
  });
  if (!ca.includes('-----BEGIN CERTIFICATE-----'))
    throw new StartError(`KAFKA_SSL_CA_FILE ${file} holds no PEM certificate`);
  return { ca };
}

/** What the brokers say, and what is to be done about it. */
const remedies: [RegExp, string][] = [
  [/SASL/, 'check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD'],
  [
    /certificate|self.signed|altnames/i,
    'check KAFKA_SSL_CA_FILE, and that the certificate is for the names in KAFKA_BROKERS',
  ],
  [/AUTHORIZATION_FAILED/, 'allow this user to describe, create, read and write the topics, and to read the groups'],
  [/INVALID_REPLICATION_FACTOR/, 'check KAFKA_REPLICATION_FACTOR: it can not be more than there are brokers'],
  [/exists with \d+ partitions/, 'another program or version has made it; set ARKAN_NAMESPACE, or change the topic'],
];

function startErrorOf(error: unknown, config: Config): unknown {
  const said: string[] = [];
  for (let at = error; at instanceof Error && said.length < 10; at = at.cause)
    said.push(`${at.name} ${(at as { type?: string }).type ?? ''} ${at.message}`);
  const remedy = remedies.find(([pattern]) => said.some((text) => pattern.test(text)))?.[1];
  const isAway = error instanceof BusUnavailableError || error instanceof BusTimeoutError;
  if (!remedy && !isAway) return error;
  const at = config.KAFKA_BROKERS!.join(', ');
  return new StartError(
    `Kafka at ${at} can not be used: ${errorMessage(error)}; ${remedy ?? 'check KAFKA_BROKERS, KAFKA_SSL and that the brokers run'}`,
    { cause: error },
  );
}
