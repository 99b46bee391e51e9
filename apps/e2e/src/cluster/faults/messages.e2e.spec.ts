import { randomBytes } from 'node:crypto';
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

/** As large as these topics take it, and twice what a message of ours may have: it can't be parked as it is. */
const largest = Buffer.from(`{"v":1,"x":"${randomBytes(1_500_000).toString('base64')}`.slice(0, 2_000_000));

const poisons: Record<string, Omit<Message, 'partition'>> = {
  'broken JSON': { value: '{"v":1,', headers: { meta: '{"v":1,', to: 'x' } },
  'another shape': { value: '{"v":1}', headers: { meta: '{"v":1}' } },
  'an unknown version': { value: '{"v":99}', headers: { meta: '{"v":99}' } },
  'no JSON, and oversize': { value: largest, headers: {} },
  'nothing at all': { value: '', headers: {} },
};

/** Who reads a topic, and where it parks what it can't read; null: views, which pass over it. */
const readers: [topic: string, group: string | null, parkedIn: string | null][] = [
  ['webhook.deliveries', 'dispatcher.intake', 'webhook.deliveries.dead'],
  ['delivery.outcomes', 'registry.health', 'internal.dead'],
  ['delivery.outcomes', 'notifier.outcomes', 'internal.dead'],
  ['registry.health', 'notifier.health', 'internal.dead'],
  ['integration.entries', 'notifier.entries', 'internal.dead'],
  ['registry.webhooks', null, null],
  ['registry.access', null, null],
  ['catalog.event_types', null, null],
];

test('what can not be read on an internal topic is parked with its reason, and everything else goes on', async () => {
  const { tenant } = scene;
  const load = scene.load('poisoned');
  await load.reached(50);
  for (const topic of new Set(readers.map(([name]) => name))) {
    const partitions = await bystander.partitions(topic);
    for (const poison of Object.values(poisons)) {
      const key = topic === 'webhook.deliveries' ? tenant.id : `poison-${topic}`;
      for (let partition = 0; partition < partitions; partition++)
        // One a request: several of the large ones would be more than a broker takes.
        await bystander.publish(topic, [{ key, ...poison, partition }]);
    }
  }
  await load.reached(load.accepted.size + 100);
  await load.stop();
  for (const [topic, group] of readers) if (group) await bystander.handled(group, topic);
  await scene.recovers();
  expect(await scene.check({ dispatcherCrashes: 0 })).toMatchObject({ repeated: 0 });

  const count = Object.keys(poisons).length;
  for (const parkedIn of new Set(readers.flatMap(([, , name]) => name ?? []))) {
    const letters = await bystander.read(parkedIn);
    const from = new Map<string, number>();
    for (const { headers } of letters) {
      expect(String(headers!['dead-letter-reason'])).toMatch(/\S/);
      const topic = String(headers!['dead-letter-topic']);
      from.set(topic, (from.get(topic) ?? 0) + 1);
    }
    for (const [topic, , parked] of readers.filter(([, , name]) => name === parkedIn)) {
      const groups = readers.filter(([name]) => name === topic).length;
      expect({ topic, parked, letters: from.get(topic) }).toEqual({
        topic,
        parked,
        letters: count * groups * (await bystander.partitions(topic)),
      });
    }
  }
}, 120_000);
