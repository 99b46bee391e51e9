import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { topics } from '@arkan/contracts';
import { ManualClock } from '@arkan/kernel';
import { firstBreak } from '@arkan/registry-domain';
import { eventually, type TestInfrastructure } from '@arkan/testing';
import { refusalsPerMinuteMax } from './commands/refusals';
import {
  createRegistryInfrastructure,
  follow,
  newTenant,
  startRegistry,
  webhookBody,
  webhooksOf,
  type Client,
  type RegistryProcess,
} from './testing/harness';

let infrastructure: TestInfrastructure;
let registry: RegistryProcess;
let clock: ManualClock;

beforeAll(async () => {
  infrastructure = await createRegistryInfrastructure();
  clock = new ManualClock(Date.UTC(2026, 0, 1));
  registry = await startRegistry(infrastructure, { clock });
});
afterAll(async () => {
  await registry?.stop();
  await infrastructure?.close();
});

interface Entry {
  position: string;
  type: string;
  outcome: string;
  revision: number;
  at: string;
  changes: { field: string; before: unknown; after: unknown }[];
  refusal: { operation: string; code: string; count: number } | null;
}

async function historyOf(client: Client, path: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let cursor = ''; ;) {
    const { body } = await client.get(`${path}${path.includes('?') ? '&' : '?'}limit=2${cursor}`);
    entries.push(...body.data);
    if (body.nextCursor === null) return entries;
    cursor = `&cursor=${body.nextCursor}`;
  }
}

describe('the history of a webhook', () => {
  test('has each change with who, when, why, from where, and each field before and after, also after the deletion', async () => {
    const { admin, auditor } = await newTenant(registry.url, 'history');
    const secretHeaders = { 'X-Api-Key': 'one-value', 'X-Team': 'a' };
    const { id } = (await admin.post('/v1/webhooks', webhookBody({ customHeaders: secretHeaders, reason: 'go live' })))
      .body;
    const change = { retryCount: 2, customHeaders: { 'X-Api-Key': 'other-value', 'X-Team': 'b' }, reason: 'flaky' };
    await admin.patch(`/v1/webhooks/${id}`, change);
    await admin.post(`/v1/webhooks/${id}/rotate-secret`, { overlapSeconds: 0, reason: 'leaked' });
    await admin.post(`/v1/webhooks/${id}/pause`, { reason: 'holiday' });
    await admin.delete(`/v1/webhooks/${id}?reason=sold`);

    const path = `/v1/webhooks/${id}/history`;
    const { data } = (await auditor.get(path)).body;
    expect(data.map((entry: Entry) => [entry.type, entry.revision])).toEqual([
      ['WebhookDeleted', 5],
      ['WebhookPaused', 4],
      ['SecretRotated', 3],
      ['WebhookChanged', 2],
      ['WebhookCreated', 1],
    ]);
    expect(data[3]).toMatchObject({
      webhookId: id,
      outcome: 'applied',
      refusal: null,
      reason: 'flaky',
      actor: { kind: 'api_key', role: 'tenant_admin' },
      sourceIp: '127.0.0.1',
      at: '2026-01-01T00:00:00.000Z',
      changes: [
        { field: 'retryCount', before: 5, after: 2 },
        { field: 'customHeaders.X-Api-Key', before: '***', after: '***' },
        { field: 'customHeaders.X-Team', before: 'a', after: 'b' },
      ],
    });
    expect(data[2].changes).toEqual([{ field: 'secret', before: '***', after: '***' }]);
    expect(data[1].changes).toEqual([
      { field: 'status', before: 'active', after: 'paused' },
      { field: 'statusReason', before: null, after: 'holiday' },
    ]);
    expect(data[0].changes).toEqual([{ field: 'status', before: 'paused', after: 'deleted' }]);
    expect(await historyOf(auditor, path)).toEqual(data);
  });

  test('has refused changes of every kind, and no others', async () => {
    const { admin, developer, auditor } = await newTenant(registry.url, 'refused');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    const path = `/v1/webhooks/${id}`;
    await developer.patch(path, { name: 'x' }, { 'if-match': '"9"' });
    await developer.post(`${path}/resume`);
    await developer.patch(path, { eventTypes: ['leasing.lease.melted'] });
    await developer.patch(path, { 'colour \ud800 \0': 'red' });
    await developer.delete(path, { 'if-match': '"9"' });
    const refusals = async () =>
      (await historyOf(auditor, `${path}/history`)).flatMap(({ refusal }) => refusal ?? []).reverse();
    expect(await refusals()).toMatchObject([
      { operation: 'patchWebhook', code: 'revision_mismatch', count: 1 },
      { operation: 'resumeWebhook', code: 'wrong_state' },
      { operation: 'patchWebhook', code: 'invalid' },
      { operation: 'patchWebhook', code: 'invalid' },
      { operation: 'deleteWebhook', code: 'revision_mismatch' },
    ]);
    await auditor.post(`${path}/pause`);
    await developer.get(`${path}/secret`);
    await eventually(async () => {
      const kept = await refusals();
      expect(
        kept
          .slice(5)
          .map((refusal) => [refusal.operation, refusal.code])
          .sort(),
      ).toEqual([
        ['pauseWebhook', 'forbidden'],
        ['readSecret', 'forbidden'],
      ]);
    });
    // Tests, reads and creations that are refused change nothing, and are not kept.
    await admin.post(`${path}/test`, { eventType: 'no.such.type' });
    await admin.post('/v1/webhooks', webhookBody({ url: 'http://x.example' }));
    await admin.get('/v1/webhooks?limit=0');
    expect(await refusals()).toHaveLength(7);
    expect((await admin.get(path)).body).toMatchObject({ revision: 1, name: 'Ledger' });
    // Nor does any of it, or a read of the secret, concern those who follow the webhooks.
    await admin.get(`${path}/secret`);
    await admin.patch(path, { name: 'Ledger' });
    const published = await follow(infrastructure.bus, topics.webhooks);
    expect(webhooksOf(await published.upToNow(), id).map((message) => message.revision)).toEqual([1]);
    await published.stop();
  });

  test('keeps of a flood of refusals so many a minute, and counts the rest into one', async () => {
    const { admin, developer, auditor } = await newTenant(registry.url, 'flood');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    for (let sent = 0; sent < refusalsPerMinuteMax + 15; sent += 15)
      await Promise.all(Array.from({ length: 15 }, () => developer.post(`/v1/webhooks/${id}/resume`)));
    const kept = async () => (await historyOf(auditor, '/v1/audit/events')).flatMap(({ refusal }) => refusal ?? []);
    expect(await kept()).toHaveLength(refusalsPerMinuteMax);
    clock.advance(60_000);
    await registry.feature.sweep();
    await eventually(async () => expect((await kept())[0]).toMatchObject({ operation: 'several', count: 15 }));
    expect(await kept()).toHaveLength(refusalsPerMinuteMax + 1);
    expect((await developer.post(`/v1/webhooks/${id}/resume`)).status).toBe(409);
    expect(await kept()).toHaveLength(refusalsPerMinuteMax + 2);
  });
});

describe('the history of a tenant', () => {
  test('has its making, its keys and its webhooks, by time, actor and webhook', async () => {
    const { admin, auditor, developer } = await newTenant(registry.url, 'audit');
    clock.advance(1_000);
    const from = new Date(clock.now()).toISOString();
    const first = (await admin.post('/v1/webhooks', webhookBody())).body;
    clock.advance(1_000);
    const to = new Date(clock.now()).toISOString();
    const second = (await developer.post('/v1/webhooks', webhookBody())).body;
    const types = async (query: string) =>
      (await historyOf(auditor, `/v1/audit/events${query}`)).map((entry) => entry.type);
    expect(await types('')).toEqual([
      'WebhookCreated',
      'WebhookCreated',
      'ApiKeyCreated',
      'ApiKeyCreated',
      'ApiKeyCreated',
      'TenantCreated',
    ]);
    expect(await historyOf(auditor, `/v1/audit/events?from=${from}&to=${to}`)).toMatchObject([{ webhookId: first.id }]);
    expect(await historyOf(auditor, `/v1/audit/events?webhookId=${second.id}`)).toMatchObject([
      { webhookId: second.id },
    ]);
    const [created] = await historyOf(auditor, `/v1/audit/events?webhookId=${second.id}`);
    const actor = (created as unknown as { actor: { id: string } }).actor.id;
    expect(await historyOf(auditor, `/v1/audit/events?actor=${actor}`)).toMatchObject([{ webhookId: second.id }]);
    expect(await types(`?webhookId=nonsense%00`)).toEqual([]);
    expect((await developer.get('/v1/audit/events')).status).toBe(403);
  });
});

describe('the registry as of a moment', () => {
  test('is what it was then, by time and by position, with the overlap of then', async () => {
    const { admin } = await newTenant(registry.url, 'moments');
    const before = new Date(clock.now() - 1).toISOString();
    const { id } = (await admin.post('/v1/webhooks', webhookBody({ name: 'One' }))).body;
    clock.advance(10_000);
    const second = new Date(clock.now()).toISOString();
    await admin.patch(`/v1/webhooks/${id}`, { name: 'Two' });
    await admin.post(`/v1/webhooks/${id}/rotate-secret`, { overlapSeconds: 5 });
    clock.advance(10_000);
    await admin.post('/v1/webhooks', webhookBody({ name: 'Another' }));
    await admin.delete(`/v1/webhooks/${id}`);
    const deleted = new Date(clock.now()).toISOString();

    const as = (asOf: string) => admin.get(`/v1/webhooks/${id}?asOf=${asOf}`);
    const names = async (asOf: string, more = '') =>
      (await admin.get(`/v1/webhooks?asOf=${asOf}${more}`)).body.data.map((webhook: { name: string }) => webhook.name);
    expect((await as(before)).status).toBe(404);
    expect(await names(before)).toEqual([]);
    expect(await as(second)).toMatchObject({
      status: 200,
      headers: { etag: '"3"' },
      body: { name: 'Two', revision: 3 },
    });
    expect((await as(second)).body.previousSecretExpiresAt).not.toBeNull();
    const afterOverlap = new Date(Date.parse(second) + 5_000).toISOString();
    expect((await as(afterOverlap)).body.previousSecretExpiresAt).toBeNull();
    expect((await as(deleted)).status).toBe(404);
    expect(await names(deleted)).toEqual(['Another']);

    const entries = (await historyOf(admin, `/v1/webhooks/${id}/history`)).reverse();
    expect((await as(entries[0]!.position)).body).toMatchObject({ name: 'One', revision: 1 });
    expect((await as(entries[1]!.position)).body).toMatchObject({ name: 'Two', revision: 2 });
    expect(await names(entries[0]!.position)).toEqual(['One']);
    expect(await names(entries[1]!.position, '&text=two')).toEqual(['Two']);
    expect(await names(entries[1]!.position, '&status=paused')).toEqual([]);
    expect(await names('99999999999999999999')).toEqual(['Another']);
    expect(await admin.get('/v1/webhooks?asOf=yesterday')).toMatchObject({ status: 422 });
  });
});

describe('the streams behind it', () => {
  test('are whole chains of hashes, whatever was done', async () => {
    const { admin, developer } = await newTenant(registry.url, 'chains');
    const { id } = (await admin.post('/v1/webhooks', webhookBody())).body;
    await Promise.all([
      admin.patch(`/v1/webhooks/${id}`, { name: 'One' }),
      developer.post(`/v1/webhooks/${id}/resume`),
      admin.get(`/v1/webhooks/${id}/secret`),
    ]);
    const events = await infrastructure.eventStore.readStream(`webhook-${id}`);
    expect(events).toHaveLength(4);
    expect(firstBreak(events)).toBeNull();
  });
});
