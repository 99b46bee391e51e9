import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createTestDatabase,
  startMailServer,
  startReceiver,
  testCaPem,
  type MailServer,
  type Receiver,
  type ReceiverOptions,
} from '@arkan/testing';
import { Api, type Addresses } from './api';
import { startApp, type AppProcess } from './process';

/** The platform under test, and what stands around it. */
export interface Target {
  addresses: Addresses;
  operator: Api;
  mail: MailServer;
  processes: AppProcess[];
  /** Settings of the processes, to start one again. */
  env: Record<string, string>;
  receiver(options?: ReceiverOptions): Promise<Receiver>;
  /** A new tenant with a key for each role. */
  tenant(): Promise<Tenant>;
  /** Starts the processes again with the same settings and data. */
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

/** One process on a database of its own. `settings` go over those that tests need. */
export async function startTarget(settings: Record<string, string> = {}): Promise<Target> {
  const database = await createTestDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'arkan-e2e-'));
  const caFile = join(directory, 'ca.pem');
  await writeFile(caFile, await testCaPem());
  const mail = await startMailServer();
  const operatorKey = `ak_${randomBytes(32).toString('base64url')}`;
  const env: Record<string, string> = {
    ARKAN_PORT: '0',
    ARKAN_DATA_DIR: directory,
    DATABASE_URL: database.url,
    ARKAN_MASTER_KEY: randomBytes(32).toString('base64'),
    ARKAN_OPERATOR_KEY: operatorKey,
    ARKAN_ALLOWED_TARGETS: '127.0.0.0/8',
    ARKAN_TARGET_CA_FILE: caFile,
    ARKAN_RETRY_BASE_MS: '50',
    ARKAN_SMTP_URL: mail.url,
    ARKAN_MAIL_FROM: 'webhooks@arkanpm.example',
    LOG_LEVEL: 'warn',
    ...settings,
  };
  const receivers: Receiver[] = [];
  const target: Target = {
    addresses: { registry: '', catalog: '', dispatcher: '', notifier: '' },
    operator: new Api({ registry: '', catalog: '', dispatcher: '', notifier: '' }, operatorKey),
    mail,
    processes: [],
    env,
    async receiver(options) {
      const receiver = await startReceiver(options);
      receivers.push(receiver);
      return receiver;
    },
    async tenant() {
      const id = `tenant-${process.pid}-${++tenants}`;
      await target.operator.must('POST', '/v1/tenants', { id, name: `Tenant ${tenants}` });
      const key = async (role: string) => {
        const made = await target.operator.must('POST', '/v1/api-keys', { name: role, role, tenantId: id });
        return target.operator.as(made.key as string);
      };
      const [admin, developer, auditor, producer] = await Promise.all([
        key('tenant_admin'),
        key('developer'),
        key('auditor'),
        key('producer'),
      ]);
      return { id, admin, developer, auditor, producer } as Tenant;
    },
    async restart() {
      const app = await startApp('standalone', env);
      target.processes = [app];
      for (const service of Object.keys(target.addresses) as (keyof Addresses)[]) target.addresses[service] = app.url;
    },
    async stop() {
      // First those, so that a request that hangs there does not hold up the stop.
      await Promise.all(receivers.map((receiver) => receiver.close()));
      await Promise.all(
        target.processes.map((app) =>
          app.child.exitCode === null && app.child.signalCode === null ? app.stop() : null,
        ),
      );
      await mail.close();
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  target.operator = new Api(target.addresses, operatorKey);
  await target.restart();
  return target;
}

/** The fields of a webhook that must be given. */
export const webhookOf = (receiver: Receiver, more: Record<string, unknown> = {}) => ({
  name: 'Ledger',
  url: `${receiver.url}/hook`,
  eventTypes: ['maintenance.*'],
  ownerEmail: 'owner@acme.example',
  ...more,
});
