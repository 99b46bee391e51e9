import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@arkan/testing';
// eslint-disable-next-line @nx/enforce-module-boundaries
import { startKafka, type KafkaBroker } from '../../../../../tools/kafka/broker.mjs';
import { readiness } from '../ledger';
import { setScene, type Scene } from '../scene';

let broker: KafkaBroker;
let scene: Scene;
beforeAll(async () => {
  broker = await startKafka();
  scene = await setScene({ KAFKA_BROKERS: broker.brokers.join(',') });
}, 120_000);
afterAll(async () => {
  await scene?.stop();
  await broker?.stop();
}, 60_000);

test('the broker is killed under load and comes back: nothing is lost, and nothing is sent twice', async () => {
  const load = scene.load('killed');
  await load.reached(200);
  await broker.kill();
  await broker.restart();
  await scene.recovers();
  await load.reached(load.accepted.size + 200);
  await load.stop();
  expect(await scene.check({ dispatcherCrashes: 0 })).toMatchObject({ repeated: 0 });
}, 120_000);

test('while the broker is away every call answers 503 with Retry-After, and nothing is sent; then all goes on', async () => {
  const { target, tenant, book } = scene;
  const load = scene.load('stopped');
  await load.reached(100);
  await broker.halt();
  await eventually(
    async () => {
      const unready = await readiness(target);
      return unready.length === 4 && unready.every(({ checks }) => checks.includes('message bus'));
    },
    { timeoutMs: 30_000, what: 'each service says that the message bus is away' },
  );
  const before = book.entries.length;
  const refused = load.refused();
  const replies = await Promise.all([
    tenant.developer.get('/v1/deliveries'),
    tenant.developer.get('/v1/webhooks'),
    tenant.developer.get('/v1/notifications'),
    tenant.developer.get('/v1/event-types'),
  ]);
  for (const reply of replies) {
    expect(reply).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  // The load goes on asking, and is refused.
  await eventually(() => load.refused() > refused);
  // What was begun within 20 ms of the last word from the broker has long been received.
  expect(book.entries.length).toBe(before);

  await broker.restart();
  await scene.recovers();
  await load.reached(load.accepted.size + 100);
  await load.stop();
  expect(await scene.check({ dispatcherCrashes: 0 })).toMatchObject({ repeated: 0 });
}, 120_000);

test('a broker that stands still and goes on is waited for, and nothing is sent twice', async () => {
  const { target, tenant } = scene;
  const load = scene.load('stalled');
  await load.reached(100);
  process.kill(broker.pid!, 'SIGSTOP');
  try {
    await eventually(
      async () => {
        const unready = await readiness(target);
        return unready.length === 4 && unready.every(({ checks }) => checks.includes('message bus'));
      },
      { timeoutMs: 30_000, what: 'each service says that the message bus is away' },
    );
    const reply = await tenant.developer.get('/v1/deliveries');
    expect(reply).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  } finally {
    process.kill(broker.pid!, 'SIGCONT');
  }
  await scene.recovers();
  await load.stop();
  expect(await scene.check({ dispatcherCrashes: 0 })).toMatchObject({ repeated: 0 });
}, 120_000);
