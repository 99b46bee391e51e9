import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { outcomeMessage, topicContracts, topics, webhookMessage, type OutcomeMessage } from '@arkan/contracts';
import { systemClock } from '@arkan/kernel';
import type { OutgoingMessage } from '@arkan/ports';
import { createTopicViews, type TopicViews } from '@arkan/runtime';
import {
  createTestInfrastructure,
  eventually,
  startMailServer,
  type MailServer,
  type TestInfrastructure,
} from '@arkan/testing';
import { createNotifier } from './feature';
import { openTestApi, type TestApi } from './http.fixture';
import { exhaustedOf, ids, outcomeOf, successesOf, testDeps, webhookIdOf, webhookOf } from './notifier.fixture';
import { newId } from '@arkan/kernel';

interface Running {
  api: TestApi;
  views: TopicViews;
  stop(): Promise<void>;
}

let infrastructure: TestInfrastructure;
let server: MailServer;
const running: Running[] = [];
beforeEach(async () => {
  infrastructure = await createTestInfrastructure(topicContracts);
  server = await startMailServer();
});
afterEach(async () => {
  for (const { stop } of running.splice(0)) await stop();
  await server.close();
  await infrastructure.close();
});

/** The whole service, as the composer puts it together. */
async function start(): Promise<Running> {
  const { bus, database } = infrastructure;
  const deps = await testDeps(database, { clock: systemClock, bus, env: { ARKAN_SMTP_URL: server.url } });
  const { feature, parts } = createNotifier(deps);
  parts.policy.settleMs = 50;
  const api = await openTestApi(feature, deps, () => views.barrier());
  const views = createTopicViews({
    bus,
    handlers: { [topics.access]: api.access.handler, ...feature.viewHandlers },
    log: deps.log,
  });
  feature.useViews(views);
  await views.start();
  await feature.service.start();
  await api.app.startAllMicroservices();
  const started: Running = {
    api,
    views,
    async stop() {
      await api.app.close();
      await feature.service.stop();
      await feature.service.stop();
      await views.stop();
      await deps.database.close();
    },
  };
  running.push(started);
  return started;
}

const outcome = (message: OutcomeMessage): OutgoingMessage => ({
  topic: topics.outcomes,
  key: message.webhookId,
  value: outcomeMessage.encode(message),
});
const webhook = (n: number): OutgoingMessage => {
  const message = webhookOf({ webhookId: webhookIdOf(n), name: `Webhook ${n}`, ownerEmail: `owner${n}@acme.example` });
  return { topic: topics.webhooks, key: message.webhookId, value: webhookMessage.encode(message) };
};
const exhausted = (n: number): OutgoingMessage => {
  const now = Date.now();
  return outcome(
    outcomeOf({
      webhookId: webhookIdOf(n),
      failures: [exhaustedOf({ deliveryId: newId('dlv', now), atMs: now })],
      last: { deliveryId: newId('dlv', now), atMs: now, deliveryStatus: 'failed', httpStatus: 500, durationMs: 3 },
    }),
  );
};

describe('the notifier on the bus', () => {
  test('tells an exhaustion once, by mail and in the inbox, though its message is published three times', async () => {
    const { bus } = infrastructure;
    const { api } = await start();
    const first = exhausted(1);
    await bus.publish([webhook(1), webhook(2), first, first]);
    await bus.publish([first, outcome(successesOf(3, Date.now(), { webhookId: webhookIdOf(1) }))]);
    await server.waitFor(1);
    // What comes after it has been told says that nothing more of it was on its way.
    await bus.publish([first, exhausted(2)]);
    const mails = await server.waitFor(2);
    expect(mails.map(({ to }) => to)).toEqual([['owner1@acme.example'], ['owner2@acme.example']]);

    const acme = { tenant: ids.acme };
    const inbox = await eventually(async () => {
      const { body } = await api.call(acme, 'GET', '/v1/notifications');
      return body.data.every((notice: { emailedTo: string | null }) => notice.emailedTo) && body.data;
    });
    expect(inbox).toEqual([
      expect.objectContaining({
        webhookId: webhookIdOf(2),
        kind: 'delivery_exhausted',
        emailedTo: 'owner2@acme.example',
      }),
      expect.objectContaining({
        webhookId: webhookIdOf(1),
        kind: 'delivery_exhausted',
        emailedTo: 'owner1@acme.example',
      }),
    ]);
    const log = (await api.call(acme, 'GET', `/v1/integration-logs?webhookId=${webhookIdOf(1)}`)).body.data;
    expect(
      log.map((entry: { level: string; cause: { count: number } }) => [entry.level, entry.cause.count]).sort(),
    ).toEqual([
      ['error', 1],
      ['success', 3],
    ]);
  });

  test('shared by two processes, tells each webhook once, and a restart tells nothing again', async () => {
    const { bus } = infrastructure;
    const [first] = [await start(), await start()];
    const webhooks = Array.from({ length: 12 }, (_, n) => n + 1);
    await bus.publish(webhooks.map(webhook));
    const messages = webhooks.map(exhausted);
    for (const message of [...messages, ...messages]) await bus.publish([message]);
    await server.waitFor(12);
    running.splice(running.indexOf(first!), 1);
    await first!.stop();
    const third = await start();
    await bus.publish([...messages, webhook(13), exhausted(13)]);
    const mails = await server.waitFor(13);
    expect(mails.map(({ to }) => to[0]).sort()).toEqual([...webhooks, 13].map((n) => `owner${n}@acme.example`).sort());
    const { body } = await third.api.call({ tenant: ids.acme }, 'GET', '/v1/notifications');
    expect(body.data).toHaveLength(13);
  });

  test('asks the bus for keys before it answers: a revoked one is refused at once', async () => {
    const { bus } = infrastructure;
    const { api } = await start();
    const developer = { tenant: ids.acme, role: 'developer' } as const;
    expect((await api.call(developer, 'GET', '/v1/notifications')).status).toBe(200);
    await bus.publish([{ topic: topics.access, key: 'key_acme_developer', value: null }]);
    expect((await api.call(developer, 'GET', '/v1/notifications')).status).toBe(401);
  });
});
