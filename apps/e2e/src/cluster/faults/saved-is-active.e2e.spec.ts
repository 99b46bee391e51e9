import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, type Receiver } from '@arkan/testing';
import { exampleOf } from '../../events';
import { webhookOf } from '../../target';
import type { Api } from '../../api';
import { setScene, type Scene } from '../scene';

const type = 'leasing.lease.activated';
const chains = 4;
const changesOfEach = 50;
let scene: Scene;
let receiver: Receiver;
let data: Record<string, unknown>;
beforeAll(async () => {
  scene = await setScene({}, { copies: { registry: 2, catalog: 2, dispatcher: 2 } });
  receiver = await scene.target.receiver();
  data = await exampleOf(scene.tenant.developer, type);
}, 120_000);
afterAll(() => scene?.stop(), 60_000);

interface Chain {
  tenantApis: { admin: Api; producer: Api };
  id: string;
  path: string;
  changes: number;
}

/** Of a change that was answered: the next event, to another process than the last one. */
let turn = 0;
const nextCopy = () => scene.target.copies[turn++ % 2]!;
const atPath = (eventId: string) =>
  receiver.requests.find((request) => request.headers['x-event-id'] === eventId)?.path;

test(`${chains * changesOfEach} changes under load, each holds for the event that follows it, whichever processes take them`, async () => {
  const load = scene.load('beside');
  const kinds = { url: 0, pause: 0, resume: 0, delete: 0 };

  async function emit(chain: Chain, deliveries: number): Promise<string> {
    const id = `${chain.path} ${crypto.randomUUID()}`;
    const reply = await chain.tenantApis.producer.at(nextCopy()).emit(type, data, { id });
    expect(reply).toMatchObject({ status: 202, body: { deliveries } });
    return id;
  }
  async function arrives(chain: Chain, id: string): Promise<void> {
    await receiver.waitFor((all) => all.some((request) => request.headers['x-event-id'] === id), 20_000);
    expect(atPath(id)).toBe(chain.path);
  }
  const admin = (chain: Chain) => chain.tenantApis.admin.at(nextCopy());

  async function run(name: string): Promise<void> {
    // A tenant of its own: the events of one chain are not for the webhooks of another.
    const { admin: adminApi, producer } = await scene.target.tenant();
    const chain: Chain = { tenantApis: { admin: adminApi, producer }, id: '', path: '', changes: 0 };
    const create = async () => {
      chain.path = `/${name}/${chain.changes}`;
      const fields = webhookOf(receiver, { url: receiver.url + chain.path, eventTypes: ['leasing.*'] });
      chain.id = (await admin(chain).must('POST', '/v1/webhooks', fields)).id;
    };
    await create();
    while (chain.changes < changesOfEach) {
      chain.path = `/${name}/${chain.changes}`;
      await admin(chain).must('PATCH', `/v1/webhooks/${chain.id}`, { url: receiver.url + chain.path });
      kinds.url++;
      await arrives(chain, await emit(chain, 1));

      await admin(chain).must('POST', `/v1/webhooks/${chain.id}/pause`, {});
      kinds.pause++;
      const id = await emit(chain, 1);
      await eventually(async () => {
        const { data: rows } = await chain.tenantApis.admin.must('GET', `/v1/deliveries?webhookId=${chain.id}&limit=1`);
        return rows[0]?.eventId === id && rows[0].status === 'held';
      });
      expect(atPath(id)).toBeUndefined();
      await admin(chain).must('POST', `/v1/webhooks/${chain.id}/resume`, {});
      kinds.resume++;
      await arrives(chain, await emit(chain, 1));
      await arrives(chain, id);
      chain.changes += 3;

      if (chain.changes % 10 !== 0 && chain.changes < changesOfEach - 1) continue;
      await admin(chain).must('DELETE', `/v1/webhooks/${chain.id}`);
      kinds.delete++;
      chain.changes++;
      await emit(chain, 0);
      await create();
    }
  }

  await Promise.all(Array.from({ length: chains }, (_, n) => run(`chain${n}`)));
  await load.stop();
  const changes = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  expect(changes).toBeGreaterThanOrEqual(chains * changesOfEach);
  // Each event to one webhook, once.
  const ids = receiver.requests.map((request) => request.headers['x-event-id']);
  expect(new Set(ids).size).toBe(ids.length);
  expect(await scene.check({ dispatcherCrashes: 0 })).toMatchObject({ repeated: 0 });
}, 180_000);
