import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startMailServer,
  startReceiver,
  testCaPem,
  type MailServer,
  type Receiver,
  type ReceiverOptions,
} from '@arkan/testing';
import { Api } from './api';
import { createCluster, createStandalone, isRunning, profile, type Copies, type Installation } from './installation';

/** The platform under test, and what stands around it. */
export interface Target extends Readonly<
  Pick<Installation, 'addresses' | 'copies' | 'processes' | 'kafka' | 'databaseUrls' | 'launch' | 'run'>
> {
  operator: Api;
  mail: MailServer;
  receiver(options?: ReceiverOptions): Promise<Receiver>;
  /** A new tenant with a key for each role. */
  tenant(): Promise<Tenant>;
  /** kill -9 of all processes at once, and waits. */
  kill(): Promise<void>;
  /** Asks all processes to stop and waits; their exit codes. */
  halt(): Promise<(number | null)[]>;
  /** Starts the processes again with the same settings and data, after a kill or halt. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface Tenant {
  id: string;
  admin: Api;
  developer: Api;
  auditor: Api;
  producer: Api;
}

let tenants = 0;

export interface TargetOptions {
  /** Of the services, where they run by themselves; one unless told. */
  copies?: Copies;
  /** Of a superuser, where the services run by themselves and are to have their database on another server than that of the run. */
  postgresUrl?: string;
}

/** In the profile that this run is for, on data of its own. `settings` go over those that tests need. */
export async function startTarget(settings: Record<string, string> = {}, options: TargetOptions = {}): Promise<Target> {
  const directory = await mkdtemp(join(tmpdir(), 'arkan-e2e-'));
  const mail = await startMailServer();
  const operatorKey = `ak_${randomBytes(32).toString('base64url')}`;
  const env = { ...(await settingsFor(directory, mail, operatorKey)), ...settings };
  const installation = await (profile === 'cluster'
    ? createCluster(env, options.copies, options.postgresUrl)
    : createStandalone(env));
  const target = targetOn(installation, mail, operatorKey, directory);
  try {
    await installation.start();
  } catch (error) {
    await target.stop();
    throw error;
  }
  return target;
}

async function settingsFor(directory: string, mail: MailServer, operatorKey: string): Promise<Record<string, string>> {
  const caFile = join(directory, 'ca.pem');
  await writeFile(caFile, await testCaPem());
  return {
    ARKAN_PORT: '0',
    ARKAN_DATA_DIR: directory,
    ARKAN_MASTER_KEY: randomBytes(32).toString('base64'),
    ARKAN_OPERATOR_KEY: operatorKey,
    ARKAN_ALLOWED_TARGETS: '127.0.0.0/8',
    ARKAN_TARGET_CA_FILE: caFile,
    ARKAN_RETRY_BASE_MS: '50',
    ARKAN_SMTP_URL: mail.url,
    ARKAN_MAIL_FROM: 'webhooks@arkanpm.example',
    LOG_LEVEL: 'warn',
  };
}

function targetOn(installation: Installation, mail: MailServer, operatorKey: string, directory: string): Target {
  const { addresses } = installation;
  const receivers: Receiver[] = [];
  const operator = new Api(addresses, operatorKey);
  const running = () => installation.processes.filter(isRunning);
  return {
    addresses,
    kafka: installation.kafka,
    databaseUrls: installation.databaseUrls,
    operator,
    mail,
    get copies() {
      return installation.copies;
    },
    get processes() {
      return installation.processes;
    },
    async receiver(options) {
      const receiver = await startReceiver(options);
      receivers.push(receiver);
      return receiver;
    },
    tenant: () => createTenant(operator),
    kill: async () => void (await Promise.all(running().map((app) => app.kill()))),
    halt: () => Promise.all(running().map((app) => app.stop())),
    restart: () => installation.start(),
    launch: (service) => installation.launch(service),
    run: (service, args) => installation.run(service, args),
    async stop() {
      // First those, so that a request that hangs there does not hold up the stop.
      await Promise.all(receivers.map((receiver) => receiver.close()));
      await Promise.all(running().map((app) => app.stop()));
      await mail.close();
      await installation.dispose();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function createTenant(operator: Api): Promise<Tenant> {
  const id = `tenant-${process.pid}-${++tenants}`;
  await operator.must('POST', '/v1/tenants', { id, name: `Tenant ${tenants}` });
  const key = async (role: string) => {
    const made = await operator.must('POST', '/v1/api-keys', { name: role, role, tenantId: id });
    return operator.as(made.key as string);
  };
  const [admin, developer, auditor, producer] = await Promise.all([
    key('tenant_admin'),
    key('developer'),
    key('auditor'),
    key('producer'),
  ]);
  return { id, admin, developer, auditor, producer } as Tenant;
}

/** The fields of a webhook that must be given. */
export const webhookOf = (receiver: Receiver, more: Record<string, unknown> = {}) => ({
  name: 'Ledger',
  url: `${receiver.url}/hook`,
  eventTypes: ['maintenance.*'],
  ownerEmail: 'owner@acme.example',
  ...more,
});
