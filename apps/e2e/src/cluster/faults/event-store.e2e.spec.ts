import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, startTcpProxy, type TcpProxy } from '@arkan/testing';
import type { Reply } from '../../api';
import { readiness, wholeLog } from '../ledger';
import { setScene, type Scene } from '../scene';

let proxy: TcpProxy;
let scene: Scene;
beforeAll(async () => {
  const url = new URL(process.env.ARKAN_TEST_EVENTSTORE_URL!);
  proxy = await startTcpProxy({ port: Number(url.port) });
  scene = await setScene({ EVENTSTORE_URL: `esdb://127.0.0.1:${proxy.port}?tls=false` });
}, 120_000);
afterAll(async () => {
  await scene?.stop();
  await proxy?.close();
}, 60_000);

const change = (description: string): Promise<Reply> =>
  scene.tenant.admin.patch(`/v1/webhooks/${scene.webhooks[0]!.webhookId}`, { description });

/** Which checks say that it is away. */
const away = [
  { service: 'registry', check: 'registry event store' },
  { service: 'catalog', check: 'catalog projection' },
];

for (const [fault, begin] of [
  ['is cut off', () => proxy.cut()],
  ['does not answer', () => proxy.stall()],
] as const)
  test(`while the event store ${fault}, changes answer 503, and events are accepted and delivered; then changes hold`, async () => {
    const { target, tenant } = scene;
    const load = scene.load(fault.replaceAll(' ', '-'));
    await load.reached(50);
    begin();
    await eventually(
      async () => {
        const unready = await readiness(target);
        return away.every(({ service, check }) =>
          unready.some((one) => one.service === service && one.checks.includes(check)),
        );
      },
      { timeoutMs: 30_000, what: 'the services that use it say that the event store is away' },
    );
    const refused = await change(`while it ${fault}`);
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const type = await tenant.developer.get('/v1/event-types/maintenance.work_order.created');
    const put = await scene.target.operator.put('/v1/event-types/maintenance.work_order.inspected', {
      ...pick(type.body),
    });
    expect(put).toMatchObject({ status: 503, body: { code: 'unavailable' } });

    // Everything else goes on: reading the configuration, its history, the log; accepting, delivering.
    const at = load.accepted.size;
    await load.reached(at + 100);
    expect(load.refused()).toBe(0);
    expect((await tenant.auditor.get('/v1/webhooks')).status).toBe(200);
    expect((await tenant.auditor.get(`/v1/webhooks/${scene.webhooks[0]!.webhookId}/history`)).status).toBe(200);
    await eventually(async () => (await wholeLog(tenant, 'status=success')).length > at);

    proxy.restore();
    await scene.recovers();
    expect((await change(`after it ${fault}`)).status).toBe(200);
    await load.stop();
    expect(await scene.check({ dispatcherCrashes: 0 })).toMatchObject({ repeated: 0 });
  }, 120_000);

const pick = ({ title, description, schema, example }: Record<string, unknown>) => ({
  title,
  description,
  schema,
  example,
});
