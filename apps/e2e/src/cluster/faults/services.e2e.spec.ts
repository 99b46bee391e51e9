import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@arkan/testing';
import pg from 'pg';
import { exampleOf } from '../../events';
import { isRunning } from '../../installation';
import { webhookOf } from '../../target';
import { checkReadModels } from '../ledger';
import { inFlightAt, setScene, type Scene } from '../scene';

let scene: Scene;
beforeAll(async () => {
  scene = await setScene();
}, 120_000);
afterAll(() => scene?.stop(), 60_000);

/** Runs while no process of the service is there; then it comes back, and all is as it should be. */
async function without(service: 'registry' | 'catalog' | 'dispatcher' | 'notifier', run: () => Promise<void>) {
  const { target } = scene;
  const [app] = target.processes.filter((one) => one.name === service && isRunning(one));
  expect(await app!.stop()).toBe(0);
  await run();
  await target.launch(service);
  await scene.recovers();
  expect(await scene.check({ dispatcherCrashes: 0 })).toMatchObject({ repeated: 0 });
}

const change = (description: string) =>
  scene.tenant.admin.patch(`/v1/webhooks/${scene.webhooks[0]!.webhookId}`, { description });

/** Resolves when an event of now has been received. */
async function delivered(prefix: string): Promise<void> {
  const load = scene.load(prefix);
  await load.reached(20);
  await load.stop();
  expect(load.refused()).toBe(0);
  const ids = new Set(load.accepted.keys());
  await eventually(() => scene.book.entries.some(({ eventId }) => ids.has(eventId)));
}

test(
  'without the notifier events are accepted and delivered, and the configuration changes',
  () =>
    without('notifier', async () => {
      await delivered('no-notifier');
      expect((await change('while the notifier is away')).status).toBe(200);
      expect((await scene.tenant.developer.get('/v1/deliveries')).status).toBe(200);
    }),
  60_000,
);

test(
  'without the registry events are accepted and delivered by the configuration that was',
  () =>
    without('registry', async () => {
      await delivered('no-registry');
      expect((await scene.tenant.developer.get('/v1/deliveries')).status).toBe(200);
      expect((await scene.tenant.developer.get('/v1/notifications')).status).toBe(200);
    }),
  60_000,
);

test(
  'without the catalog the configuration changes, and what was accepted is sent, tests too',
  () =>
    without('catalog', async () => {
      const { tenant, target } = scene;
      const receiver = await target.receiver();
      // Of another tenant than the load's, whose ledger knows of no test events.
      const other = await target.tenant();
      const webhook = await other.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
      await other.developer.must('POST', `/v1/webhooks/${webhook.id}/test`, {});
      await receiver.waitFor(1);
      expect((await change('while the catalog is away')).status).toBe(200);
      expect((await tenant.developer.get('/v1/deliveries')).status).toBe(200);
    }),
  60_000,
);

test(
  'without a dispatcher events are accepted, and sent when there is one',
  () =>
    without('dispatcher', async () => {
      const before = scene.book.entries.length;
      const load = scene.load('no-dispatcher');
      await load.reached(50);
      await load.stop();
      expect(load.refused()).toBe(0);
      expect((await change('while the dispatcher is away')).status).toBe(200);
      expect(scene.book.entries.length).toBe(before);
    }),
  60_000,
);

test('a receiver that is away holds up no acceptance, and gets all when it is back', async () => {
  const { target } = scene;
  // Of another tenant than the load's, whose ledger knows of no such webhook.
  const { admin, developer, producer } = await target.tenant();
  const data = await exampleOf(developer);
  const away = await target.receiver();
  const { id } = await admin.must('POST', '/v1/webhooks', webhookOf(away, { retryCount: 15 }));
  await away.close();
  const ids = Array.from({ length: 20 }, (_, n) => `away-${n}`);
  const emitted = await Promise.all(
    ids.map((one) => producer.emit('maintenance.work_order.created', data, { id: one })),
  );
  expect(new Set(emitted.map(({ status }) => status))).toEqual(new Set([202]));
  await delivered('no-receiver');
  await eventually(async () => {
    const { data: rows } = await developer.must('GET', `/v1/deliveries?webhookId=${id}&status=retrying&limit=1`);
    return rows.length === 1;
  });
  const back = await target.receiver({ port: away.port });
  await back.waitFor((all) => new Set(all.map(({ headers }) => headers['x-event-id'])).size === ids.length, 30_000);
}, 60_000);

test('a row that no event accounts for is found by the comparison of the read models, and by the rows it names', async () => {
  const { target, webhooks } = scene;
  const id = webhooks[0]!.webhookId;
  const client = new pg.Client({ connectionString: target.databaseUrls!.registry });
  await client.connect();
  try {
    const { rows } = await client.query('select name from registry.webhook where id = $1', [id]);
    await client.query(`update registry.webhook set name = 'slipped in' where id = $1`, [id]);
    expect(await target.run('registry', ['--verify-read-models'])).toMatchObject({
      code: 2,
      output: expect.stringContaining(`registry: webhook ${id} differs in name\n`),
    });
    await client.query('update registry.webhook set name = $2 where id = $1', [id, rows[0].name]);
  } finally {
    await client.end();
  }
  await checkReadModels(target);
}, 60_000);

test('services come and go under load: partitions move, two dispatchers share a backlog, nothing is lost or sent twice', async () => {
  const { target, tenant, webhooks } = scene;
  const steady = `/v1/webhooks/${webhooks[0]!.webhookId}`;
  await tenant.admin.must('POST', `${steady}/pause`, {});
  const load = scene.load('moving');
  await load.reached(300);
  const [first] = target.processes.filter((app) => app.name === 'dispatcher' && isRunning(app));
  // Each start and each stop makes a group share its partitions out anew.
  const second = await target.launch('dispatcher');
  const others = await Promise.all([target.launch('catalog'), target.launch('notifier'), target.launch('registry')]);
  const letGo = scene.hold();
  await tenant.admin.must('POST', `${steady}/resume`, {});
  // More than the other webhooks have under way at any moment.
  await eventually(async () => (await inFlightAt(first!.url)) >= 30 && (await inFlightAt(second.url)) >= 30, {
    timeoutMs: 20_000,
    what: 'both dispatchers have a part of the backlog in flight',
  }).finally(letGo);
  expect(await Promise.all(others.map((app) => app.stop()))).toEqual([0, 0, 0]);
  expect(await first!.stop()).toBe(0);
  target.addresses.dispatcher = second.url;
  await scene.recovers();
  await load.stop();
  expect(await scene.check({ dispatcherCrashes: 0 })).toMatchObject({ repeated: 0 });
}, 120_000);
