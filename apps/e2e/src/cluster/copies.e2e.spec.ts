import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@arkan/testing';
import pg from 'pg';
import { Api } from '../api';
import { exampleOf } from '../events';
import { startTarget, webhookOf, type Target, type Tenant } from '../target';

const type = 'maintenance.work_order.created';
let target: Target;
let tenant: Tenant;
/** The same caller at each copy. */
let both: Tenant[];
beforeAll(async () => {
  target = await startTarget({}, { copies: { registry: 2, catalog: 2, dispatcher: 2, notifier: 2 } });
  tenant = await target.tenant();
  both = [0, 1].map((copy) => {
    const at = (api: Api) => api.at(target.copies[copy]!);
    return { ...tenant, admin: at(tenant.admin), developer: at(tenant.developer), producer: at(tenant.producer) };
  });
}, 180_000);
afterAll(() => target?.stop());

test('what one copy has answered, every other copy goes by', async () => {
  const receiver = await target.receiver();
  const data = await exampleOf(tenant.developer);
  const ids: string[] = [];
  for (let turn = 0; turn < 10; turn++) {
    const [here, there] = [both[turn % 2]!, both[(turn + 1) % 2]!];
    const path = `/turn${turn}`;
    const webhook = await here.admin.must('POST', '/v1/webhooks', webhookOf(receiver, { url: receiver.url + path }));
    const emitted = await there.producer.emit(type, data, { id: `turn ${turn}` });
    expect(emitted.body).toMatchObject({ deliveries: 1 });
    await receiver.waitFor((all) => all.some((request) => request.path === path));
    // And a deletion holds from its answer on as well.
    await there.admin.must('DELETE', `/v1/webhooks/${webhook.id}`);
    expect((await here.producer.emit(type, data, { id: `after ${turn}` })).body).toMatchObject({ deliveries: 0 });
    expect((await here.admin.get(`/v1/webhooks/${webhook.id}`)).status).toBe(404);
    ids.push(webhook.id);
  }
  expect(receiver.requests.map((request) => request.headers['x-event-id'])).toEqual(
    ids.map((_, turn) => `turn ${turn}`),
  );
});

test('one event that all emit at the same time is accepted once', async () => {
  const receiver = await target.receiver();
  const data = await exampleOf(tenant.developer);
  await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => both[i % 2]!.producer.emit(type, data, { id: 'at once' })),
  );
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 202));
  expect(answers.filter((answer) => answer.body.duplicate === false)).toHaveLength(1);
  await tenant.producer.emit(type, data, { id: 'after at once' });
  const requests = await receiver.waitFor((all) => all.some((one) => one.headers['x-event-id'] === 'after at once'));
  expect(requests.filter((one) => one.headers['x-event-id'] === 'at once')).toHaveLength(1);
});

test('a load is shared out: both dispatchers send, nothing twice, and the owner of an exhausted one is told once', async () => {
  const receiver = await target.receiver();
  const broken = await target.receiver({ answer: { status: 500 } });
  const data = await exampleOf(tenant.developer);
  const webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver, { name: 'Load' }));
  const failing = await tenant.admin.must(
    'POST',
    '/v1/webhooks',
    webhookOf(broken, { name: 'Broken', eventTypes: ['leasing.*'], retryCount: 1, ownerEmail: 'once@acme.example' }),
  );
  // Topics are shared by the tenant: one alone would be one dispatcher's.
  const others = await Promise.all(Array.from({ length: 5 }, () => target.tenant()));
  for (const other of others) await other.admin.must('POST', '/v1/webhooks', webhookOf(receiver, { name: 'Load' }));
  const emitters = [tenant, ...others];
  await tenant.producer.emit('leasing.lease.renewed', await exampleOf(tenant.developer, 'leasing.lease.renewed'));
  const ids = Array.from({ length: 300 }, (_, i) => `load ${i}`);
  await Promise.all(ids.map((id, i) => emitters[i % emitters.length]!.producer.emit(type, data, { id })));
  const seen = () => receiver.requests.filter((one) => String(one.headers['x-event-id']).startsWith('load '));
  await receiver.waitFor(() => seen().length >= ids.length, 30_000);
  const mails = await target.mail.waitFor((all) => all.some((mail) => mail.to.includes('once@acme.example')), 20_000);
  expect(mails.filter((mail) => mail.to.includes('once@acme.example'))).toHaveLength(1);
  expect(seen()).toHaveLength(ids.length);
  const sent = await Promise.all(target.copies.map(async ({ dispatcher }) => attemptsOf(dispatcher)));
  for (const count of sent) expect(count).toBeGreaterThan(0);
  await eventually(async () => (await tenant.admin.must('GET', `/v1/webhooks/${failing.id}`)).status === 'failing');
  for (const { developer } of both) {
    const { data: rows } = await developer.must('GET', `/v1/deliveries?webhookId=${webhook.id}&status=success`);
    expect(rows.length).toBeGreaterThan(0);
  }
});

test('a service works with a role that reaches its own schema only', async () => {
  for (const [service, url] of Object.entries(target.databaseUrls!)) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ name: string }>(
      `select nspname as name from pg_namespace
       where has_schema_privilege(nspname, 'usage') and nspname !~ '^(pg_|information_schema)' order by 1`,
    );
    await client.end();
    expect([service, rows.map(({ name }) => name)]).toEqual([service, [service]]);
  }
});

async function attemptsOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const found = /arkan_attempts_total\{[^}]*outcome="success"[^}]*\} (\d+)/.exec(text);
  return Number(found?.[1] ?? 0);
}
