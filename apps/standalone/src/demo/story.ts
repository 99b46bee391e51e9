import type { Received, SampleReceiver } from './receiver';
import { createClient, type Client } from './client';

export interface Mail {
  to: string[];
  subject: string;
}

export interface StoryParts {
  url: string;
  operatorKey: string;
  receiver: SampleReceiver;
  mails: Mail[];
  say(line: string): void;
}

interface Webhook {
  id: string;
  status: string;
  secret: string;
}
interface Delivery {
  id: string;
  status: string;
  eventType: string;
  httpStatus: number | null;
  attemptCount: number;
  durationMs: number | null;
}
interface Page<T> {
  data: T[];
}

const modules = ['maintenance', 'leasing', 'residents', 'inspections', 'warranty', 'documents'];
const ownerEmail = 'integrations@acme.example';
const patienceMs = 60_000;

export interface Story {
  /** What did not come true; empty when all did. */
  failures: string[];
  /** Of an administrator of the tenant that it is about. */
  adminKey: string;
}

/** Plays the whole story and tells it. */
export async function playStory(parts: StoryParts): Promise<Story> {
  const { receiver, say } = parts;
  const failures: string[] = [];
  const check = (held: boolean, what: string) => {
    say(`  ${held ? 'ok ' : 'NOT'} ${what}`);
    if (!held) failures.push(what);
  };

  const operator = createClient(parts.url, parts.operatorKey);
  await operator.post('/v1/tenants', { id: 'acme', name: 'Acme Properties' });
  const { key: adminKey } = await operator.post<{ key: string }>('/v1/api-keys', {
    name: 'demo admin',
    role: 'tenant_admin',
    tenantId: 'acme',
  });
  const admin = createClient(parts.url, adminKey);
  const producer = createClient(
    parts.url,
    (await operator.post<{ key: string }>('/v1/api-keys', { name: 'demo modules', role: 'producer', tenantId: 'acme' }))
      .key,
  );

  const register = async (name: string, path: string, eventTypes: string[], retryCount: number) => {
    const webhook = await admin.post<Webhook>('/v1/webhooks', {
      name,
      url: `${receiver.url}${path}`,
      eventTypes,
      retryCount,
      ownerEmail,
    });
    receiver.expect(path, webhook.secret);
    return webhook;
  };
  say('Three webhooks of the tenant acme, on a sample HTTPS receiver that checks every signature:');
  const healthy = await register(
    'Ledger',
    '/ledger',
    modules.map((module) => `${module}.*`),
    5,
  );
  const recovering = await register('Facilities desk', '/facilities', ['maintenance.*'], 5);
  const broken = await register('Old warranty system', '/warranty', ['warranty.*'], 2);
  say('  Ledger                takes every module');
  say('  Facilities desk       takes maintenance.*, answers 503 to the first two attempts of each delivery');
  say('  Old warranty system   takes warranty.*, answers 500 always, 2 retries\n');

  const types = (await admin.get<Page<{ type: string; example: unknown }>>('/v1/event-types?limit=250')).data;
  for (const { type, example } of types) {
    await producer.post(
      '/v1/events',
      {
        specversion: '1.0',
        id: `demo-${type}`,
        source: '/demo',
        type,
        tenantid: 'acme',
        time: new Date().toISOString(),
        data: example,
      },
      { 'content-type': 'application/cloudevents+json' },
    );
  }
  const again = await producer.post<{ duplicate: boolean }>('/v1/events', {
    specversion: '1.0',
    id: `demo-${types[0]!.type}`,
    source: '/demo',
    type: types[0]!.type,
    tenantid: 'acme',
    data: types[0]!.example,
  });
  say(
    `${types.length} events emitted, one of each type of all ${new Set(types.map(({ type }) => type.split('.')[0])).size} modules, and one of them twice.\n`,
  );

  const maintenance = types.filter(({ type }) => type.startsWith('maintenance.')).length;
  const warranty = types.filter(({ type }) => type.startsWith('warranty.')).length;
  const log = (webhook: Webhook) =>
    admin.get<Page<Delivery>>(`/v1/deliveries?webhookId=${webhook.id}&limit=250`).then((page) => page.data);
  const all = (list: Delivery[], status: string, count: number) =>
    list.length === count && list.every((delivery) => delivery.status === status);
  const at = (path: string) => receiver.received.filter((request) => request.path === path);

  say('What the receiver saw, and what the delivery log says:');
  check(again.duplicate, 'the event that came twice was answered as a duplicate');
  check(
    await until(async () => all(await log(healthy), 'success', types.length)),
    `Ledger got all ${types.length} events, each once and at the first attempt`,
  );
  check(
    at('/ledger').length === types.length && at('/ledger').every((request) => request.attempt === 1),
    'and the receiver counts the same',
  );
  check(
    await until(async () => all(await log(recovering), 'success', maintenance)),
    `Facilities desk failed, and recovered: ${maintenance} deliveries succeeded at their third attempt`,
  );
  check(
    at('/facilities')
      .filter((request) => request.answered < 300)
      .every((request) => request.attempt === 3),
    'and the receiver counts the same',
  );
  check(
    await until(async () => all(await log(broken), 'failed', warranty)),
    `Old warranty system never recovered: ${warranty} deliveries exhausted after 3 attempts each`,
  );
  check(
    receiver.received.every((request) => request.signed),
    `both signatures were right on all ${receiver.received.length} requests`,
  );
  check(
    await until(async () => (await status(admin, broken)) === 'failing'),
    'its webhook is failing, the others are active',
  );
  check((await status(admin, healthy)) === 'active', 'Ledger is active');
  check(await until(async () => (await status(admin, recovering)) === 'active'), 'Facilities desk is active again');
  check(
    await until(async () =>
      (await admin.get<Page<{ webhookId: string }>>('/v1/notifications')).data.some(
        (notice) => notice.webhookId === broken.id,
      ),
    ),
    'its owner finds a notice in the inbox',
  );
  const told = () =>
    parts.mails.find((mail) => mail.to.includes(ownerEmail) && mail.subject.includes('Old warranty system'));
  check(await until(async () => told() !== undefined), `and a mail: "${told()?.subject ?? ''}"`);

  say('\nThe last rows of the delivery log:');
  for (const row of (await admin.get<Page<Delivery>>('/v1/deliveries?limit=8')).data) {
    say(
      `  ${row.status.padEnd(8)} ${String(row.httpStatus ?? '-').padEnd(4)} ${`${row.attemptCount}x`.padEnd(4)} ${`${(row.durationMs ?? 0).toFixed(1)} ms`.padStart(9)}  ${row.eventType.padEnd(42)} ${row.id}`,
    );
  }
  return { failures, adminKey };
}

const status = async (admin: Client, webhook: Webhook) =>
  (await admin.get<Webhook>(`/v1/webhooks/${webhook.id}`)).status;

/** Asks until it is so, at most a minute. */
async function until(ask: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    if (await ask()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

export type { Received };
