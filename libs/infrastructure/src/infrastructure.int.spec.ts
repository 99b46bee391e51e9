import { createPrivateKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { topicContracts } from '@arkan/contracts';
import { createLogger, loadConfig } from '@arkan/runtime';
import { createTestDatabase, serverCertificate, testCaPem, type TestDatabase } from '@arkan/testing';
// Tools and the stand-in are test code that no lib exports.
/* eslint-disable @nx/enforce-module-boundaries */
import { startEventStoreStandIn } from '../../adapters/eventstoredb/src/stand-in/server';
import { startKafka, type KafkaBroker } from '../../../tools/kafka/broker.mjs';
import { whereKafkaRuns } from '../../../tools/kafka/fixture';
/* eslint-enable @nx/enforce-module-boundaries */
import { openInfrastructure } from './infrastructure';
import { StartError } from './start-error';

const log = createLogger('silent');
const password = 'correct-horse-battery';
let database: TestDatabase;
let directory: string;
let caFile: string;
beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'arkan-infrastructure-'));
  caFile = join(directory, 'ca.pem');
  await writeFile(caFile, await testCaPem());
});
afterAll(async () => {
  await database?.drop();
  await rm(directory, { recursive: true, force: true });
});

const open = (settings: Record<string, string>, usesEventStore = false) =>
  openInfrastructure(
    loadConfig({ DATABASE_URL: database.url, ARKAN_MASTER_KEY: Buffer.alloc(32).toString('base64'), ...settings }),
    log,
    { name: 'registry', usesEventStore },
  );

/** One sentence that says what to do, and no secret. */
async function refusalOf(settings: Record<string, string>, usesEventStore = false): Promise<string> {
  const error: unknown = await open(settings, usesEventStore).then(
    (infrastructure) => infrastructure.close(),
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(StartError);
  const { message } = error as StartError;
  expect(message).not.toContain('\n');
  expect(message).not.toContain(password);
  return message;
}

describe('an event store', () => {
  test('that is not there is told in a sentence', async () => {
    expect(await refusalOf({ EVENTSTORE_URL: `esdb://ops:${password}@127.0.0.1:1?tls=false` }, true)).toContain(
      'check EVENTSTORE_URL',
    );
  }, 30_000);

  test('whose address has an option that is none is told in a sentence', async () => {
    expect(await refusalOf({ EVENTSTORE_URL: `esdb://ops:${password}@127.0.0.1:1?tsl=false` }, true)).toContain('tsl');
  });

  test('that refuses the credentials is told in a sentence', async () => {
    const { key, cert } = await serverCertificate();
    const server = await startEventStoreStandIn({ tls: { key, cert }, credentials: { username: 'ops', password } });
    try {
      const url = (secret: string) =>
        `esdb://ops:${secret}@localhost:${server.port}?tls=true&tlsCAFile=${encodeURIComponent(caFile)}`;
      expect(await refusalOf({ EVENTSTORE_URL: url('wrong') }, true)).toContain('check EVENTSTORE_URL');
      const infrastructure = await open({ EVENTSTORE_URL: url(password) }, true);
      expect(await infrastructure.eventStore!.readAll({ after: null, limit: 10 })).toEqual([]);
      await infrastructure.close();
    } finally {
      await server.close();
    }
  });
});

test('brokers that are not there are told in a sentence', async () => {
  const message = await refusalOf({ KAFKA_BROKERS: '127.0.0.1:1' });
  expect(message).toContain('127.0.0.1:1');
  expect(message).toContain('check KAFKA_BROKERS');
}, 30_000);

await whereKafkaRuns('Kafka with TLS and passwords', () => {
  describe('Kafka with TLS and passwords', () => {
    let broker: KafkaBroker;
    let settings: Record<string, string>;
    beforeAll(async () => {
      const { key, cert, caPem } = await serverCertificate();
      const pkcs8 = createPrivateKey(key).export({ type: 'pkcs8', format: 'pem' }).toString();
      const inline = (pem: string) => pem.trim().replaceAll(/\r?\n/g, '\\n');
      const login = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
      broker = await startKafka({
        settings: {
          'listener.security.protocol.map': 'PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT',
          'inter.broker.listener.name': 'PLAINTEXT',
          'sasl.enabled.mechanisms': 'PLAIN',
          'sasl.mechanism.inter.broker.protocol': 'PLAIN',
          'listener.name.plaintext.plain.sasl.jaas.config': `${login} username="admin" password="${password}" user_admin="${password}" user_arkan="${password}";`,
          'ssl.keystore.type': 'PEM',
          'ssl.keystore.key': inline(pkcs8),
          'ssl.keystore.certificate.chain': inline(cert),
          'ssl.truststore.type': 'PEM',
          'ssl.truststore.certificates': inline(caPem),
        },
      });
      settings = {
        KAFKA_BROKERS: broker.brokers.join(),
        KAFKA_SSL: 'true',
        KAFKA_SSL_CA_FILE: caFile,
        KAFKA_SASL_MECHANISM: 'plain',
        KAFKA_SASL_USERNAME: 'arkan',
        KAFKA_SASL_PASSWORD: password,
        KAFKA_REPLICATION_FACTOR: '1',
      };
    }, 120_000);
    afterAll(() => broker?.stop());

    test('has every topic of the contracts after a start, and needs no schema of the bus in Postgres', async () => {
      const fresh = await createTestDatabase();
      const infrastructure = await open({ ...settings, DATABASE_URL: fresh.url });
      const ends = await infrastructure.bus.endOffsets(topicContracts.map(({ name }) => name));
      expect(new Map([...ends].map(([name, partitions]) => [name, partitions.size]))).toEqual(
        new Map(topicContracts.map(({ name, partitions }) => [name, partitions])),
      );
      expect(infrastructure.eventStore).toBeNull();
      await infrastructure.close();
      const { rows } = await fresh.pool.query(
        `select nspname from pg_namespace where nspname in ('bus', 'eventstore')`,
      );
      expect(rows).toEqual([]);
      await fresh.drop();
    }, 60_000);

    const wrong: [string, Record<string, string>, string][] = [
      ['a wrong password', { KAFKA_SASL_PASSWORD: 'wrong' }, 'KAFKA_SASL_PASSWORD'],
      ['a mechanism that the broker does not take', { KAFKA_SASL_MECHANISM: 'scram-sha-256' }, 'KAFKA_SASL_MECHANISM'],
      ['an authority that is not trusted', { KAFKA_SSL_CA_FILE: '' }, 'KAFKA_SSL_CA_FILE'],
      ['a file that is not there', { KAFKA_SSL_CA_FILE: '/none/such.pem' }, 'KAFKA_SSL_CA_FILE'],
      ['no TLS', { KAFKA_SSL: '', KAFKA_SSL_CA_FILE: '' }, 'KAFKA_SSL'],
      [
        'more copies than brokers',
        { KAFKA_REPLICATION_FACTOR: '3', ARKAN_NAMESPACE: 'fresh' },
        'KAFKA_REPLICATION_FACTOR',
      ],
    ];
    test.each(wrong)(
      '%s is told in a sentence',
      async (_, change, remedy) => {
        expect(await refusalOf({ ...settings, ...change })).toContain(remedy);
      },
      60_000,
    );
  });
});
