import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, startTestPostgres, type TestPostgres } from '@arkan/testing';
import { readiness } from '../ledger';
import { setScene, type Scene } from '../scene';

let postgres: TestPostgres;
let scene: Scene;
beforeAll(async () => {
  postgres = await startTestPostgres();
  scene = await setScene({}, { postgresUrl: postgres.url, copies: { dispatcher: 2 } });
}, 120_000);
afterAll(async () => {
  await scene?.stop();
  await postgres?.stop();
}, 60_000);

test('Postgres is killed under load: each call answers 503 with Retry-After, and after its return all is delivered', async () => {
  const { target, tenant } = scene;
  const load = scene.load('killed');
  await load.reached(200);
  await postgres.kill();
  await eventually(
    async () => {
      const unready = await readiness(target);
      // The last one comes when a dispatcher has not been able to say for 10 s that it lives: both are as good as dead then, and
      // must not be taken for it by each other.
      const names = ['registry database', 'catalog database', 'notifier.database', 'dispatcher.session'];
      return names.every((name) => unready.some(({ checks }) => checks.includes(name)));
    },
    { timeoutMs: 30_000, what: 'each service says that its database is away' },
  );
  const replies = await Promise.all([
    tenant.developer.get('/v1/deliveries'),
    tenant.developer.get('/v1/webhooks'),
    tenant.developer.get('/v1/notifications'),
    tenant.developer.get('/v1/events'),
    tenant.admin.post(`/v1/webhooks/${scene.webhooks[0]!.webhookId}/rotate-secret`, {}),
  ]);
  for (const reply of replies) {
    expect(reply).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  const refused = load.refused();
  await eventually(() => load.refused() > refused);

  await postgres.restart();
  await scene.recovers();
  await load.reached(load.accepted.size + 200);
  await load.stop();
  expect(await scene.check({ dispatcherCrashes: 0 })).toMatchObject({ repeated: 0 });
}, 120_000);
