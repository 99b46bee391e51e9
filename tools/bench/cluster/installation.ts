import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createKafkaBus } from '@arkan/adapter-kafka';
import type { MessageBus } from '@arkan/ports';
import type { Cluster, ClusterService, ServiceName } from '../../cluster/cluster.mjs';
import { startBenchReceiver, type BenchReceiver } from '../platform/processes';

export const services = ['registry', 'catalog', 'dispatcher', 'notifier'] as const satisfies readonly ServiceName[];

/** The distributed profile on this machine, beside its receiver. */
export interface Installation {
  cluster: Cluster;
  receiver: BenchReceiver;
  /** A client of our own at the brokers, to ask how far the groups are. */
  bus: MessageBus;
  /** Those of a service that run. */
  copies(name: ServiceName): ClusterService[];
  stopDispatchers(): Promise<void>;
  startDispatchers(): Promise<void>;
}

export interface InstallationOptions {
  dispatchers: number;
  /** Gets a folder of CPU profiles for each service. */
  profile?: string;
  /** Called in reverse order at the end. */
  closers: (() => Promise<unknown> | void)[];
}

export async function install({ dispatchers, profile, closers }: InstallationOptions): Promise<Installation> {
  const directory = await mkdtemp(join(tmpdir(), 'arkan-bench-'));
  closers.push(() => rm(directory, { recursive: true, force: true }));
  const receiver = await startBenchReceiver();
  closers.push(() => receiver.close());
  const caFile = join(directory, 'ca.pem');
  await writeFile(caFile, receiver.caPem);
  // Not in this bundle: it bundles others itself.
  const path = pathToFileURL(resolve('tools/cluster/cluster.mjs')).href;
  const { startCluster } = (await import(path)) as typeof import('../../cluster/cluster.mjs');
  const cluster = await startCluster({
    copies: { dispatcher: dispatchers },
    isDurable: true,
    env: { ARKAN_ALLOWED_TARGETS: '127.0.0.0/8', ARKAN_TARGET_CA_FILE: caFile, LOG_LEVEL: 'error' },
    nodeArguments: (name) => (profile ? ['--cpu-prof', `--cpu-prof-dir=${join(profile, name)}`] : []),
    onLine: (name, _number, line) => {
      if (line.startsWith('{')) process.stderr.write(`${name}: ${line}\n`);
    },
  });
  closers.push(() => cluster.stop());
  const bus = await createKafkaBus({ brokers: cluster.broker.brokers, clientId: 'bench' });
  closers.push(() => bus.close());
  const copies = (name: ServiceName) => cluster.services.filter((one) => one.name === name && one.isRunning());
  return {
    cluster,
    receiver,
    bus,
    copies,
    async stopDispatchers() {
      await Promise.all(copies('dispatcher').map((one) => one.stop()));
    },
    async startDispatchers() {
      await Promise.all(Array.from({ length: dispatchers }, () => cluster.start('dispatcher')));
    },
  };
}
