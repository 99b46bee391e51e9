import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@arkan/testing';
import { isRunning } from '../../installation';
import type { Finding } from '../ledger';
import { nullWhereCutOff } from '../load';
import { inFlightAt, setScene, type Scene } from '../scene';

let scene: Scene;
beforeAll(async () => {
  scene = await setScene({}, { copies: { dispatcher: 2 } });
}, 120_000);
afterAll(() => scene?.stop(), 60_000);

/** Deliveries that the process might have had in flight: of each webhook at most so many, see docs/configuration.md. */
const inFlightMax = 3 * 64;

/** kill -9 of one process of a service, and a new one in its place, both in the midst of a load. */
async function killUnderLoad(service: 'registry' | 'catalog' | 'notifier'): Promise<Finding> {
  const { target } = scene;
  const load = scene.load(service);
  await load.reached(100);
  await target.processes.find((app) => app.name === service && isRunning(app))!.kill();
  await target.launch(service);
  await scene.recovers();
  await load.reached(load.accepted.size + 100);
  await load.stop();
  return scene.check({ dispatcherCrashes: 0 });
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

const inFlightMin = 5;

/** Under a load that nobody answers: the dispatcher that has most of it in flight, and the other. */
async function busyDispatcher() {
  const find = async () => {
    const both = scene.target.processes.filter((app) => app.name === 'dispatcher' && isRunning(app));
    const found = await Promise.all(both.map(async (app) => ({ app, inFlight: await inFlightAt(app.url) })));
    const [busy, other] = found.sort((one, two) => two.inFlight - one.inFlight);
    if (busy!.inFlight < inFlightMin) throw new Error(`in flight: ${found.map(({ inFlight }) => inFlight).join(', ')}`);
    return [busy!.app, other!.app];
  };
  return eventually(find, { timeoutMs: 20_000, what: 'a dispatcher has some deliveries in flight' });
}

test('kill -9 of one of two dispatchers: the other takes over what was in flight, and each of that is sent once more at most', async () => {
  const { target } = scene;
  const load = scene.load('dispatcher');
  await load.reached(50);
  const letGo = scene.hold();
  const [busy, other] = await busyDispatcher();
  await busy!.kill();
  target.addresses.dispatcher = other!.url;
  letGo();
  await target.launch('dispatcher');
  await scene.recovers();
  await load.stop();
  const { repeated } = await scene.check({ dispatcherCrashes: 1, inFlightMax });
  // The receiver had taken what was in flight, and its word was lost.
  expect(repeated).toBeGreaterThan(0);
}, 90_000);

test('a dispatcher that stands still for longer than its word is good for is taken for dead, and says so when it goes on', async () => {
  const { target } = scene;
  const load = scene.load('still');
  await load.reached(50);
  const letGo = scene.hold();
  const [busy, other] = await busyDispatcher();
  // It has said so of another before.
  const said = other!.output().length;
  busy!.child.kill('SIGSTOP');
  target.addresses.dispatcher = other!.url;
  letGo();
  await eventually(() => other!.output().slice(said).includes('a process died, or was cut off'), { timeoutMs: 40_000 });
  busy!.child.kill('SIGCONT');
  await eventually(() => busy!.output().includes('this process was taken for dead'), { timeoutMs: 10_000 });
  await scene.recovers();
  await load.stop();
  // With that of the crash before.
  await scene.check({ dispatcherCrashes: 1, inFlightMax: 2 * inFlightMax });
}, 120_000);
