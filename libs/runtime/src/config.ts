import { errorMessage, parseCidrs } from '@arkan/kernel';
import { z } from 'zod';

/** A setting that can't be used; the message has one line a setting: its name, what it has, what it may have. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, { message: `a whole number from ${min} to ${max}` })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { message: `a whole number from ${min} to ${max}` });

const fraction = (fallback: number) =>
  z
    .string()
    .regex(/^(0(\.\d+)?|1(\.0+)?)$/, { message: 'a number from 0 to 1' })
    .transform(Number)
    .default(fallback);

const url = (schemes: string[]) =>
  z
    .string()
    .refine(
      (value) => {
        try {
          return schemes.includes(new URL(value).protocol);
        } catch {
          return false;
        }
      },
      { message: `an address that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}` },
    )
    .optional();

const key32 = z
  .string()
  .refine((value) => Buffer.from(value, 'base64').length === 32 && /^[A-Za-z0-9+/_-]+={0,2}$/.test(value), {
    message: 'base64 of 32 bytes',
  })
  .optional();

const day = 86_400_000;
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const brokers = list
  .refine((value) => value.length > 0 && value.every((one) => /^(\[[0-9A-Fa-f:]+\]|[^\s:@/]+):\d{1,5}$/.test(one)), {
    message: 'host:port, separated by commas',
  })
  .optional();

/** Networks as CIDRs; the entry that can't be read is named. */
const networks = list.superRefine((value, context) => {
  try {
    parseCidrs(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: `networks separated by commas; ${errorMessage(error)}` });
  }
});

/** Names, defaults and meanings: docs/configuration.md. Secrets are never printed back. */
const schema = z.object({
  ARKAN_HOST: z.string().min(1, { message: 'an address or name to listen on' }).default('127.0.0.1'),
  ARKAN_PORT: whole(0, 65_535).default(8080),
  ARKAN_TRUSTED_PROXIES: networks.default([]),
  ARKAN_DATA_DIR: z.string().min(1, { message: 'a directory' }).default('./.data'),
  DATABASE_URL: url(['postgres:', 'postgresql:']),
  KAFKA_BROKERS: brokers,
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  KAFKA_SSL: z.enum(['true', 'false']).default('false'),
  KAFKA_SSL_CA_FILE: z.string().optional(),
  KAFKA_REPLICATION_FACTOR: whole(1, 9).optional(),
  // No address as others are: a cluster's has several hosts. The adapter reads the rest of it.
  EVENTSTORE_URL: z
    .string()
    .regex(/^esdb(\+discover)?:\/\/\S+$/, { message: 'an address that starts with esdb:// or esdb+discover://' })
    .optional(),
  ARKAN_NAMESPACE: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,39}$/, { message: 'a small letter, then at most 39 of a-z, 0-9 and _' })
    .optional(),
  ARKAN_MASTER_KEY: key32,
  ARKAN_MASTER_KEY_PREVIOUS: key32,
  ARKAN_OPERATOR_KEY: z
    .string()
    .regex(/^ak_[A-Za-z0-9_-]{32,200}$/, { message: 'ak_ and 32 to 200 letters, digits, "_" or "-"' })
    .optional(),
  ARKAN_ALLOWED_TARGETS: networks.default([]),
  ARKAN_TARGET_CA_FILE: z.string().min(1, { message: 'a file of PEM certificates' }).optional(),
  ARKAN_RETRY_BASE_MS: whole(1, day).default(5_000),
  ARKAN_RETRY_MAX_MS: whole(1, 7 * day).default(21_600_000),
  ARKAN_RETRY_JITTER: fraction(0.2),
  ARKAN_LOG_RETENTION_DAYS: whole(1, 3_650).default(30),
  ARKAN_NOTICE_WINDOW_MS: whole(0, day).default(900_000),
  ARKAN_AUTO_PAUSE_MS: whole(1_000, 365 * day).default(5 * day),
  ARKAN_MAX_IN_FLIGHT: whole(1, 10_000).default(512),
  ARKAN_MAX_IN_FLIGHT_PER_WEBHOOK: whole(1, 1_000).default(64),
  ARKAN_SMTP_URL: url(['smtp:', 'smtps:']),
  ARKAN_MAIL_FROM: z.string().min(3, { message: 'an e-mail address' }).optional(),
  OIDC_ISSUER: url(['https:', 'http:']),
  OIDC_AUDIENCE: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(['https:', 'http:']),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export type Config = z.output<typeof schema>;

/** Every setting there is. docs/configuration.md is compared with it. */
export const settingNames: readonly string[] = Object.keys(schema.shape);

const secretNames = new Set([
  'ARKAN_MASTER_KEY',
  'ARKAN_MASTER_KEY_PREVIOUS',
  'ARKAN_OPERATOR_KEY',
  'DATABASE_URL',
  'KAFKA_SASL_PASSWORD',
  'EVENTSTORE_URL',
  'ARKAN_SMTP_URL',
]);

/** Reads and checks the settings. An empty variable counts as unset. Throws ConfigError. */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const found: string[] = [];
  const known = Object.fromEntries(Object.keys(schema.shape).flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const result = schema.safeParse(known);
  if (!result.success) {
    for (const issue of result.error.issues) {
      const name = String(issue.path[0]);
      const has = secretNames.has(name) ? 'what it has (not shown, it is a secret)' : JSON.stringify(known[name]);
      found.push(
        `${name} can not be ${has}; it may be ${issue.code === 'invalid_value' ? `one of ${issue.values.join(', ')}` : issue.message}`,
      );
    }
  } else {
    const config = result.data;
    found.push(...kafkaProblems(config));
    if (config.ARKAN_SMTP_URL && !config.ARKAN_MAIL_FROM)
      found.push('ARKAN_MAIL_FROM is missing; with ARKAN_SMTP_URL it must be the address that mail comes from');
    if (config.OIDC_ISSUER && !config.OIDC_AUDIENCE)
      found.push('OIDC_AUDIENCE is missing; with OIDC_ISSUER it must be the audience that tokens are made for');
    if (config.ARKAN_RETRY_MAX_MS < config.ARKAN_RETRY_BASE_MS)
      found.push('ARKAN_RETRY_MAX_MS must not be less than ARKAN_RETRY_BASE_MS');
    if (config.DATABASE_URL && !config.ARKAN_MASTER_KEY)
      found.push(
        'ARKAN_MASTER_KEY is missing; with DATABASE_URL it must be given: base64 of 32 bytes, e.g. from `openssl rand -base64 32`',
      );
  }
  if (found.length === 0 && result.success) return result.data;
  throw new ConfigError(found);
}

/** Settings of Kafka that would be without effect, or that want another beside them. */
function kafkaProblems(config: Config): string[] {
  const found: string[] = [];
  const beside = ['KAFKA_SASL_MECHANISM', 'KAFKA_REPLICATION_FACTOR'] as const;
  const given = [...beside.filter((name) => config[name]), ...(config.KAFKA_SSL === 'true' ? ['KAFKA_SSL'] : [])];
  if (!config.KAFKA_BROKERS && given.length > 0)
    found.push(`KAFKA_BROKERS is missing; with ${given.join(', ')} it must be the brokers that this is for`);
  if (config.KAFKA_SASL_MECHANISM) {
    for (const name of ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const)
      if (!config[name]) found.push(`${name} is missing; with KAFKA_SASL_MECHANISM it must be given`);
  } else if (config.KAFKA_SASL_USERNAME || config.KAFKA_SASL_PASSWORD) {
    found.push(
      'KAFKA_SASL_MECHANISM is missing; with KAFKA_SASL_USERNAME or KAFKA_SASL_PASSWORD it must say how the brokers check them',
    );
  }
  if (config.KAFKA_SSL_CA_FILE && config.KAFKA_SSL !== 'true')
    found.push('KAFKA_SSL must be true where KAFKA_SSL_CA_FILE is given');
  return found;
}

/**
 * Names that look like settings and are none: worth a warning, since a misspelt one means a default that nobody wanted. Not a
 * refusal: container platforms put variables of their own beside ours.
 */
export function unknownSettings(env: Record<string, string | undefined>): string[] {
  return Object.keys(env).filter(
    (name) => name.startsWith('ARKAN_') && !name.startsWith('ARKAN_TEST_') && !(name in schema.shape),
  );
}
