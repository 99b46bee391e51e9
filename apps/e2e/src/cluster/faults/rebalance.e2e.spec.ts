import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@arkan/testing';
import { setScene, type Scene } from '../scene';

let scene: Scene;
beforeAll(async () => {
  scene = await setScene();
}, 120_000);
afterAll(() => scene?.stop(), 60_000);

const sentBy = async (url: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => /^arkan_attempts_total\{/.test(line));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
};

test('services come and go under load: partitions move, both dispatchers send, nothing is lost or sent twice', async () => {
  const { target } = scene;
  const load = scene.load('moving');
  await load.reached(50);
  const [first] = target.processes.filter(({ name }) => name === 'dispatcher');
  // Each start and each stop makes a group share its partitions out anew.
  const second = await target.launch('dispatcher');
  const others = await Promise.all([target.launch('catalog'), target.launch('notifier'), target.launch('registry')]);
  await eventually(async () => (await sentBy(first!.url)) > 0 && (await sentBy(second.url)) > 0, {
    timeoutMs: 30_000,
    what: 'both dispatchers send',
  });
  await load.reached(load.accepted.size + 100);
  expect(await Promise.all(others.map((app) => app.stop()))).toEqual([0, 0, 0]);
  expect(await first!.stop()).toBe(0);
  target.addresses.dispatcher = second.url;
  await load.reached(load.accepted.size + 100);
  await load.stop();
  await scene.recovers();
  expect(await scene.check({ dispatcherCrashes: 0 })).toMatchObject({ repeated: 0 });
}, 120_000);
