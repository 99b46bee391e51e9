import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@arkan/testing';
import { isRunning } from '../../installation';
import type { Finding } from '../ledger';
import { nullWhereCutOff } from '../load';
import { setScene, type Scene } from '../scene';

let scene: Scene;
beforeAll(async () => {
  scene = await setScene({}, { copies: { dispatcher: 2 } });
}, 120_000);
afterAll(() => scene?.stop(), 60_000);

/** Deliveries that the process might have had in flight: of each webhook at most so many, see docs/configuration.md. */
const inFlightMax = 3 * 64;

/** kill -9 of one process of a service, and a new one in its place, both in the midst of a load. */
async function killUnderLoad(service: 'registry' | 'catalog' | 'dispatcher' | 'notifier'): Promise<Finding> {
  const { target } = scene;
  const load = scene.load(service);
  await load.reached(100);
  await target.processes.find((app) => app.name === service && isRunning(app))!.kill();
  await target.launch(service);
  await scene.recovers();
  await load.reached(load.accepted.size + 100);
  await load.stop();
  return scene.check({ dispatcherCrashes: service === 'dispatcher' ? 1 : 0, inFlightMax });
}

test('kill -9 of the notifier: nothing is lost, and nothing is told twice', async () => {
  expect(await killUnderLoad('notifier')).toMatchObject({ repeated: 0 });
}, 90_000);

test('kill -9 of the catalog: what it had accepted is delivered once', async () => {
  expect(await killUnderLoad('catalog')).toMatchObject({ repeated: 0 });
}, 90_000);

test('kill -9 of the registry while the configuration changes: what was answered holds', async () => {
  const { tenant, webhooks } = scene;
  const path = `/v1/webhooks/${webhooks[0]!.webhookId}`;
  let revision = 0;
  let isOver = false;
  const changing = (async () => {
    for (let n = 0; !isOver; n++) {
      const reply = await tenant.admin.patch(path, { description: `change ${n}` }).catch(nullWhereCutOff);
      if (reply?.status === 200) revision = reply.body.revision;
    }
  })();
  expect(await killUnderLoad('registry').finally(() => (isOver = true))).toMatchObject({ repeated: 0 });
  await changing;
  const read = await tenant.admin.must('GET', path);
  expect(read.revision).toBeGreaterThanOrEqual(revision);
  // Each revision was made once, whatever was in flight.
  const { data } = await tenant.auditor.must('GET', `${path}/history?limit=250`);
  const changes = data.filter((entry: { type: string }) => entry.type === 'WebhookChanged');
  expect(new Set(changes.map((entry: { revision: number }) => entry.revision)).size).toBe(changes.length);
}, 90_000);

test('kill -9 of one of two dispatchers: the other goes on at once, and takes over what was in flight', async () => {
  await killUnderLoad('dispatcher');
}, 90_000);

test('a dispatcher that stands still for longer than its word is good for is taken for dead, and says so when it goes on', async () => {
  const { target } = scene;
  const [first] = target.processes.filter((app) => app.name === 'dispatcher' && isRunning(app));
  const load = scene.load('still');
  await load.reached(50);
  first!.child.kill('SIGSTOP');
  // The other has taken over what the first one held.
  const [second] = target.processes.filter((app) => app.name === 'dispatcher' && isRunning(app) && app !== first);
  target.addresses.dispatcher = second!.url;
  await eventually(() => second!.output().includes('a process died, or was cut off'), { timeoutMs: 40_000 });
  first!.child.kill('SIGCONT');
  await eventually(() => first!.output().includes('this process was taken for dead'), { timeoutMs: 10_000 });
  await scene.recovers();
  await load.stop();
  await scene.check({ dispatcherCrashes: 1, inFlightMax });
}, 120_000);
