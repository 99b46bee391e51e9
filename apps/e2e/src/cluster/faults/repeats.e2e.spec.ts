import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Message } from 'kafkajs';
import { exampleOf } from '../../events';
import { startBystander, type Bystander } from '../kafka';
import { setScene, type Scene } from '../scene';

const type = 'maintenance.work_order.created';
const times = 1_000;
let scene: Scene;
let bystander: Bystander;
beforeAll(async () => {
  scene = await setScene();
  bystander = await startBystander(scene.target);
}, 120_000);
afterAll(async () => {
  await bystander?.close();
  await scene?.stop();
}, 60_000);

/** Half of them where the first one went, half spread over all partitions, as no good emitter does. */
const repeated = (message: Message, partitions: number): Message[] =>
  Array.from({ length: times }, (_, n) => (n % 2 === 0 ? message : { ...message, partition: n % partitions }));

test(`a message to the dispatcher that comes ${times} times is one delivery`, async () => {
  const load = scene.load('repeated');
  await load.reached(20);
  await load.stop();
  await scene.check({ dispatcherCrashes: 0 });
  const [message] = (await bystander.read('webhook.deliveries')).filter(({ headers }) =>
    String(headers?.meta).includes('repeated-7"'),
  );
  const { key, value, headers } = message!;
  await bystander.publish(
    'webhook.deliveries',
    repeated({ key, value, headers: headers! }, await bystander.partitions('webhook.deliveries')),
  );
  await bystander.handled('dispatcher.intake', 'webhook.deliveries');
  expect(await scene.check({ dispatcherCrashes: 0 })).toMatchObject({ repeated: 0 });
}, 120_000);

test(`an event that a module emits ${times} times is accepted once`, async () => {
  const { tenant, book } = scene;
  const data = await exampleOf(tenant.developer);
  const id = 'a thousand times';
  const value = JSON.stringify({ specversion: '1.0', id, source: '/maintenance', type, data });
  const topic = 'arkan.events.maintenance';
  await bystander.publish(topic, repeated({ key: tenant.id, value }, await bystander.partitions(topic)));
  await bystander.handled('catalog.ingest', topic);
  // Behind what the catalog made of them.
  await bystander.handled('dispatcher.intake', 'webhook.deliveries');
  scene.emitted(id, type);
  expect(await scene.check({ dispatcherCrashes: 0 })).toMatchObject({ repeated: 0 });
  expect(book.entries.filter(({ eventId }) => eventId === id).length).toBeGreaterThan(0);
  const { data: events } = await tenant.developer.must('GET', `/v1/events?limit=250`);
  expect(events.filter((event: { id: string }) => event.id === id)).toHaveLength(1);
}, 120_000);
