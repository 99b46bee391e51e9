import { describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig, unknownSettings } from './config';

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('settings', () => {
  test('have the documented defaults', () => {
    expect(loadConfig({})).toMatchObject({
      ARKAN_HOST: '127.0.0.1',
      ARKAN_PORT: 8080,
      ARKAN_DATA_DIR: './.data',
      ARKAN_RETRY_BASE_MS: 5_000,
      ARKAN_RETRY_MAX_MS: 21_600_000,
      ARKAN_RETRY_JITTER: 0.2,
      ARKAN_LOG_RETENTION_DAYS: 30,
      ARKAN_NOTICE_WINDOW_MS: 900_000,
      ARKAN_ALLOWED_TARGETS: [],
      LOG_LEVEL: 'info',
    });
  });

  test('take an empty variable as unset', () => expect(loadConfig({ ARKAN_PORT: '' }).ARKAN_PORT).toBe(8080));

  test('split lists', () =>
    expect(loadConfig({ ARKAN_ALLOWED_TARGETS: '10.0.0.0/8, 127.0.0.0/8,' }).ARKAN_ALLOWED_TARGETS).toEqual([
      '10.0.0.0/8',
      '127.0.0.0/8',
    ]));

  test('take an event store of several hosts', () =>
    expect(loadConfig({ EVENTSTORE_URL: 'esdb+discover://u:p@a:2113,b:2113?tls=true' }).EVENTSTORE_URL).toContain(
      'b:',
    ));

  test.each([
    ['EVENTSTORE_URL', 'kurrentdb://h', 'esdb://'],
    ['ARKAN_PORT', '70000', 'a whole number from 0 to 65535'],
    ['ARKAN_PORT', '80a', 'a whole number from 0 to 65535'],
    ['ARKAN_RETRY_JITTER', '1.5', 'a number from 0 to 1'],
    ['LOG_LEVEL', 'loud', 'one of trace, debug'],
    ['ARKAN_ALLOWED_TARGETS', '10.0.0.0/8,home', 'networks separated by commas'],
    ['DATABASE_URL', 'mysql://x', 'postgres://'],
    ['ARKAN_MASTER_KEY', 'c2hvcnQ=', 'base64 of 32 bytes'],
    ['ARKAN_OPERATOR_KEY', 'secret', 'ak_'],
    ['KAFKA_BROKERS', 'kafka', 'host:port, separated by commas'],
    ['KAFKA_BROKERS', ' , ', 'host:port, separated by commas'],
    ['KAFKA_SASL_MECHANISM', 'gssapi', 'one of plain, scram-sha-256, scram-sha-512'],
    ['KAFKA_SSL', 'yes', 'one of true, false'],
    ['KAFKA_REPLICATION_FACTOR', '0', 'a whole number from 1 to 9'],
    ['ARKAN_NAMESPACE', 'Staging-1', 'a small letter, then'],
    ['ARKAN_ALLOWED_TARGETS', '10.0.0.0/8,10.0.0.0/40', '"10.0.0.0/40" is not a network'],
  ])('%s=%s is refused with its name and what it may be', (name, value, remedy) => {
    const [problem] = problemsOf({ [name]: value });
    expect(problem).toContain(name);
    expect(problem).toContain(remedy);
  });

  test('that are misspelt can be told', () => {
    expect(unknownSettings({ ARKAN_MAIL_FROMM: 'x', ARKAN_PORT: '1', PATH: '/' })).toEqual(['ARKAN_MAIL_FROMM']);
  });

  test('never show a secret back', () => {
    const env = {
      ARKAN_OPERATOR_KEY: 'hunter2',
      DATABASE_URL: 'mysql://u:hunter2@h/d',
      KAFKA_SASL_PASSWORD: 'hunter2',
    };
    for (const given of [env, { KAFKA_SASL_PASSWORD: 'hunter2' }])
      expect(problemsOf(given).join()).not.toContain('hunter2');
  });

  test('name every problem at once', () => expect(problemsOf({ ARKAN_PORT: '-1', LOG_LEVEL: 'x' })).toHaveLength(2));

  test.each([
    [{ ARKAN_SMTP_URL: 'smtp://mail.example' }, 'ARKAN_MAIL_FROM'],
    [{ OIDC_ISSUER: 'https://id.example' }, 'OIDC_AUDIENCE'],
    [{ DATABASE_URL: 'postgres://h/d' }, 'ARKAN_MASTER_KEY'],
    [{ KAFKA_SSL: 'true' }, 'KAFKA_BROKERS'],
    [{ KAFKA_REPLICATION_FACTOR: '3' }, 'KAFKA_BROKERS'],
    [{ KAFKA_BROKERS: 'k:9092', KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'u' }, 'KAFKA_SASL_PASSWORD'],
    [{ KAFKA_BROKERS: 'k:9092', KAFKA_SASL_PASSWORD: 'p' }, 'KAFKA_SASL_MECHANISM'],
    [{ KAFKA_BROKERS: 'k:9092', KAFKA_SSL_CA_FILE: 'ca.pem' }, 'KAFKA_SSL'],
    [{ ARKAN_RETRY_BASE_MS: '5000', ARKAN_RETRY_MAX_MS: '10' }, 'ARKAN_RETRY_MAX_MS'],
  ])('%p wants %s beside it', (env, missing) =>
    expect(problemsOf(env as Record<string, string>).join()).toContain(missing),
  );
});
