import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { shippedEventTypes } from '@arkan/catalog-domain';
import { integrationEntry, moduleTopic, topics } from '@arkan/contracts';
import type { OutgoingMessage } from '@arkan/ports';
import {
  deliveriesOf,
  grant,
  putWebhook,
  startCatalog,
  watchTopics,
  type Catalog,
  type TopicWatch,
} from '../catalog.fixture';

const drafted = shippedEventTypes.find(({ type }) => type === 'leasing.lease.drafted')!;
const topic = moduleTopic('leasing');
let made = 0;
const newEvent = (over: object = {}) => ({
  specversion: '1.0',
  id: `bus-${made++}`,
  source: '/leasing',
  type: drafted.type,
  data: drafted.example,
  ...over,
});
const message = (value: unknown, over: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  topic,
  key: 'acme',
  value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  ...over,
});

describe('ingest from the bus', () => {
  let catalog: Catalog;
  let watch: TopicWatch;
  const publish = (...messages: OutgoingMessage[]) => catalog.infrastructure.bus.publish(messages);
  const exists = async (id: string, as = 'acme/auditor') =>
    (await catalog.call('GET', `/v1/events/${id}`, { as })).status === 200;
  /** Resolves when everything published on the module's topic before has been handled: an event behind it is delivered. */
  async function settled(): Promise<void> {
    const event = newEvent({
      type: 'leasing.lease.expiring',
      data: shippedEventTypes.find(({ type }) => type === 'leasing.lease.expiring')!.example,
    });
    const before = watch.of(topics.deliveries).length;
    await publish(message(event, { key: 'settling' }));
    for (let count = before + 1; !(await isDelivered(event.id)); count++) await watch.until(topics.deliveries, count);
  }
  const isDelivered = async (id: string) => (await deliveriesOf(watch, id)).length > 0;

  beforeAll(async () => {
    catalog = await startCatalog();
    await grant(catalog.infrastructure, 'acme/auditor', 'acme/producer', 'other/auditor');
    watch = await watchTopics(catalog.infrastructure, [
      topics.deliveries,
      topics.deadEvents,
      topics.integrationEntries,
    ]);
    await putWebhook(catalog.infrastructure, { tenantId: 'settling', eventTypes: ['leasing.lease.expiring'] });
  });
  afterAll(async () => {
    await watch.stop();
    await catalog.stop();
  });

  describe('a valid event', () => {
    let webhookId: string;
    beforeAll(async () => {
      webhookId = await putWebhook(catalog.infrastructure, { eventTypes: [drafted.type] });
    });

    test('is delivered, structured or binary, with the key or the event naming the tenant', async () => {
      const [a, b, c] = [newEvent(), newEvent(), newEvent()];
      await publish(
        message(a, { headers: { 'content-type': 'application/cloudevents+json' } }),
        message(b.data, {
          headers: {
            ce_specversion: '1.0',
            ce_id: b.id,
            ce_source: b.source,
            ce_type: b.type,
            'content-type': 'application/json',
          },
        }),
        message({ ...c, tenantid: 'acme' }, { key: '' }),
      );
      await settled();
      for (const { id } of [a, b, c])
        expect([id, (await deliveriesOf(watch, id)).map((one) => one.webhookId)]).toEqual([id, [webhookId]]);
      const { rows } = await catalog.deps.database.pool.query('select via from event where event_id = $1', [a.id]);
      expect(rows).toEqual([{ via: 'bus' }]);
      expect(await exists(a.id, 'other/auditor')).toBe(false);
    });

    test('that was there already, in its batch, before, or over HTTP, is delivered once', async () => {
      const [twice, again, overHttp] = [newEvent(), newEvent(), newEvent()];
      await catalog.call('POST', '/v1/events', { body: overHttp });
      await publish(message(twice), message(twice), message(again), message(overHttp));
      await settled();
      await publish(message(again));
      await settled();
      for (const { id } of [twice, again, overHttp]) expect(await deliveriesOf(watch, id)).toHaveLength(1);
    });

    test('after the answer to a creation is delivered to what was created', async () => {
      for (let round = 0; round < 10; round++) {
        const created = await putWebhook(catalog.infrastructure, {
          tenantId: `round-${round}`,
          eventTypes: ['leasing.*'],
        });
        const event = newEvent();
        await publish(message(event, { key: `round-${round}` }));
        await settled();
        expect((await deliveriesOf(watch, event.id)).map((one) => one.webhookId)).toEqual([created]);
      }
    });
  });

  test('what is no event is parked with its reason and told to the tenant, and the next one goes on', async () => {
    const good = [newEvent(), newEvent()];
    await publish(
      message(good[0]),
      message('{"oops'),
      message(newEvent({ type: 'leasing.lease.burnt' }), { headers: { 'x-trace': 'kept' } }),
      message(newEvent({ tenantid: 'other' })),
      message(
        newEvent({
          type: 'warranty.claim.submitted',
          data: shippedEventTypes.find(({ type }) => type === 'warranty.claim.submitted')!.example,
        }),
      ),
      message(newEvent(), { key: 'not a tenant' }),
      message({ ...newEvent(), data: {} }),
      message(good[1]),
    );
    await settled();
    expect([await exists(good[0]!.id), await exists(good[1]!.id)]).toEqual([true, true]);

    const dead = await watch.soFar(topics.deadEvents);
    expect(dead.map(({ headers }) => headers['dead-letter-code'])).toEqual([
      'malformed_json',
      'invalid',
      'other_tenant',
      'wrong_topic',
      'invalid',
      'invalid',
    ]);
    expect(dead[0]!.value!.toString()).toBe('{"oops');
    expect(dead[1]!.headers).toMatchObject({
      'x-trace': 'kept',
      'dead-letter-topic': topic,
      'dead-letter-reason': expect.stringContaining('/type is not in the catalog'),
    });
    const entries = (await watch.soFar(topics.integrationEntries)).map(({ value }) => integrationEntry.decode(value));
    expect(entries.map(({ tenantId, causeKey, level, source }) => [tenantId, causeKey, level, source])).toEqual(
      ['malformed_json', 'invalid', 'other_tenant', 'wrong_topic', 'invalid'].map((code) => [
        'acme',
        `event_invalid:${code}`,
        'error',
        'ingest',
      ]),
    );
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    expect(await catalog.metric('arkan_events_invalid_total', { code: 'wrong_topic' })).toBe(1);
  });

  test('a batch that comes again after a crash before its offsets were committed changes nothing', async () => {
    const event = newEvent();
    const webhookId = await putWebhook(catalog.infrastructure, { tenantId: 'redelivered', eventTypes: ['leasing.*'] });
    const messages = [event, 'poison'].map((value, index) => ({
      ...message(value, { key: 'redelivered' }),
      partition: 0,
      offset: BigInt(1_000 + index),
      headers: {},
      timestamp: 0,
    }));
    const { signal } = new AbortController();
    const deadBefore = (await watch.soFar(topics.deadEvents)).length;
    for (let time = 0; time < 3; time++) await catalog.feature.ingest.consume('test.redelivery', { messages, signal });
    expect((await deliveriesOf(watch, event.id)).map((one) => one.webhookId)).toEqual([webhookId]);
    expect((await watch.soFar(topics.deadEvents)).length - deadBefore).toBe(1);
    // Another group has no inbox of these: the event is known by its identity all the same.
    await catalog.feature.ingest.consume('test.other', { messages: messages.slice(0, 1), signal });
    expect(await deliveriesOf(watch, event.id)).toHaveLength(1);
  });

  test('a batch of a partition that was taken away is not handled', async () => {
    const event = newEvent();
    const messages = [{ ...message(event), partition: 0, offset: 5n, headers: {}, timestamp: 0 }];
    await expect(
      catalog.feature.ingest.consume('test.aborted', { messages, signal: AbortSignal.abort() }),
    ).rejects.toThrow('the partition was taken away');
    expect(await exists(event.id)).toBe(false);
  });
});
