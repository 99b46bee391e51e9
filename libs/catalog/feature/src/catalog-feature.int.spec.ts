import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { shippedEventTypes } from '@arkan/catalog-domain';
import { topicContracts, topics } from '@arkan/contracts';
import { ManualClock } from '@arkan/kernel';
import type { Outbox } from '@arkan/ports';
import { createTracing } from '@arkan/runtime';
import { createTestInfrastructure, type TestInfrastructure } from '@arkan/testing';
import {
  deliveriesOf,
  grant,
  putWebhook,
  startCatalog,
  watchTopics,
  type Catalog,
  type StartOptions,
} from './catalog.fixture';
import type { Accepted } from './ingest/acceptance';

const { type, example } = shippedEventTypes[0]!;
const eventOf = (id: string, over: object = {}) => ({
  specversion: '1.0',
  id,
  source: '/s',
  type,
  data: example,
  ...over,
});

describe('the catalog as a process', () => {
  let infrastructure: TestInfrastructure;
  let running: Catalog[] = [];
  const start = async (options: StartOptions = {}) => {
    const catalog = await startCatalog({ infrastructure, ...options });
    running.push(catalog);
    return catalog;
  };
  const publish = (catalog: Catalog, body: unknown) => catalog.call<Accepted>('POST', '/v1/events', { body });

  beforeEach(async () => {
    infrastructure = await createTestInfrastructure(topicContracts);
    await grant(infrastructure, 'acme/producer', 'acme/auditor');
  });
  afterEach(async () => {
    for (const catalog of running.splice(0)) await catalog.stop();
    await infrastructure.close();
  });

  test('several that start at once on an empty store ship each type once', async () => {
    running = await Promise.all([
      startCatalog({ infrastructure }),
      startCatalog({ infrastructure }),
      startCatalog({ infrastructure }),
    ]);
    for (const catalog of running) {
      const { body } = await catalog.call<{ data: { type: string; revision: number }[] }>(
        'GET',
        '/v1/event-types?limit=250',
        { as: 'acme/auditor' },
      );
      expect(body.data.map(({ revision }) => revision)).toEqual(shippedEventTypes.map(() => 1));
    }
    const events = await infrastructure.eventStore.readAll({
      after: null,
      limit: 1_000,
      streamPrefixes: ['event_type-'],
    });
    expect(events).toHaveLength(shippedEventTypes.length);
  });

  test('a later start adds nothing, and leaves what an operator has changed', async () => {
    const first = await start();
    const body = { title: 'Ours', description: 'd', schema: { type: 'object' }, example: {} };
    await first.call('PUT', `/v1/event-types/${type}`, { as: 'operator', body });
    const second = await start();
    const { body: read } = await second.call('GET', `/v1/event-types/${type}`, { as: 'acme/auditor' });
    expect(read).toMatchObject({ ...body, revision: 2 });
  });

  test('a start on a bus that lost the catalog publishes it again', async () => {
    const first = await start();
    await first.stop();
    running = [];
    const empty = await createTestInfrastructure(topicContracts);
    const moved: TestInfrastructure = { ...infrastructure, bus: empty.bus, outboxFor: empty.outboxFor };
    // The outbox of the empty bus writes to its own database, so the tables must be there as well.
    const second = await startCatalog({ infrastructure: { ...moved, database: empty.database } });
    const watch = await watchTopics(moved, [topics.eventTypes]);
    expect(await watch.soFar(topics.eventTypes)).toHaveLength(shippedEventTypes.length);
    await watch.stop();
    await second.stop();
    await empty.close();
  });

  test('what is changed through one process holds for events through another, at once', async () => {
    const [one, other] = [await start(), await start()];
    for (let round = 0; round < 10; round++) {
      const added = `keys.key.round_${round}`;
      const body = { title: 't', description: 'd', schema: { type: 'object' }, example: {} };
      expect((await one.call('PUT', `/v1/event-types/${added}`, { as: 'operator', body })).status).toBe(200);
      expect((await publish(other, eventOf(`r${round}`, { type: added, data: {} }))).status).toBe(202);
    }
  });

  test('of many who send one event through several processes at once, exactly one wins', async () => {
    const [one, other] = [await start(), await start()];
    await putWebhook(infrastructure, { eventTypes: [type] });
    const watch = await watchTopics(infrastructure, [topics.deliveries]);
    for (let round = 0; round < 5; round++) {
      const event = eventOf(`raced-${round}`);
      const replies = await Promise.all(Array.from({ length: 40 }, (_, i) => publish(i % 2 ? one : other, event)));
      expect(replies.filter(({ body }) => !body.duplicate)).toHaveLength(1);
      expect(await deliveriesOf(watch, event.id)).toHaveLength(1);
    }
    await watch.stop();
  });

  describe('a crash', () => {
    const failing =
      (when: 'before the commit' | 'after the commit', failures: { left: number }) =>
      (outbox: Outbox): Outbox => ({
        ...outbox,
        async enqueue(tx, messages) {
          const receipt = await outbox.enqueue(tx, messages);
          if (when === 'before the commit' && failures.left-- > 0) throw new Error('the process died');
          return receipt;
        },
        committed(...receipts) {
          if (when === 'after the commit' && failures.left-- > 0) throw new Error('the process died');
          outbox.committed(...receipts);
        },
      });

    test('between the commit and the answer: the event is delivered, and sent again it is a duplicate', async () => {
      const failures = { left: 0 };
      const catalog = await start({ wrapOutbox: failing('after the commit', failures) });
      await putWebhook(infrastructure, { eventTypes: [type] });
      const watch = await watchTopics(infrastructure, [topics.deliveries]);
      failures.left = 1;
      expect((await publish(catalog, eventOf('lost'))).status).toBe(500);
      expect((await publish(catalog, eventOf('lost'))).body).toEqual({ id: 'lost', duplicate: true, deliveries: 0 });
      expect(await deliveriesOf(watch, 'lost')).toHaveLength(1);
      await watch.stop();
    });

    test('before the commit: nothing is left of the event, and sent again it is the first', async () => {
      const failures = { left: 0 };
      const catalog = await start({ wrapOutbox: failing('before the commit', failures) });
      await putWebhook(infrastructure, { eventTypes: [type] });
      const watch = await watchTopics(infrastructure, [topics.deliveries]);
      failures.left = 1;
      expect((await publish(catalog, eventOf('lost'))).status).toBe(500);
      expect((await catalog.call('GET', '/v1/events/lost', { as: 'acme/auditor' })).status).toBe(404);
      expect((await publish(catalog, eventOf('lost'))).body).toEqual({ id: 'lost', duplicate: false, deliveries: 1 });
      expect(await deliveriesOf(watch, 'lost')).toHaveLength(1);
      await watch.stop();
    });
  });

  test('a projection that meets an outage begins again, and a change waits for it', async () => {
    let failures = 0;
    const catalog = await start({
      wrapOutbox: (outbox) => ({
        ...outbox,
        async enqueue(tx, messages) {
          if (messages[0]?.topic === topics.eventTypes && failures-- > 0) throw new Error('the bus is away');
          return outbox.enqueue(tx, messages);
        },
      }),
    });
    failures = 2;
    const body = { title: 't', description: 'd', schema: {}, example: {} };
    const reply = await catalog.call('PUT', '/v1/event-types/keys.key.lost', { as: 'operator', body });
    expect([reply.status, failures]).toEqual([200, -1]);
  });

  test('a stop answers what was taken, and then ends', async () => {
    const catalog = await start();
    const replies = Array.from({ length: 30 }, (_, i) => publish(catalog, eventOf(`stop-${i}`)));
    await replies[0];
    await catalog.stop();
    running = [];
    const taken = (await Promise.allSettled(replies)).filter(
      (reply) => reply.status === 'fulfilled' && reply.value.status === 202,
    );
    const { rows } = await infrastructure.database.pool.query<{ count: string }>('select count(*) from catalog.event');
    expect(Number(rows[0]!.count)).toBeGreaterThanOrEqual(taken.length);
    expect(taken.length).toBeGreaterThan(0);
  });

  test('is ready, and says what is wrong when the bus can not be followed', async () => {
    const catalog = await start();
    const ready = await catalog.call('GET', '/health/ready', { as: null });
    expect([ready.status, ready.body]).toEqual([
      200,
      {
        status: 'ok',
        checks: { ingest: 'ok', 'catalog projection': 'ok', 'catalog database': 'ok', 'catalog views': 'ok' },
      },
    ]);
    await catalog.views.stop();
    expect((await publish(catalog, eventOf('down'))).status).toBe(503);
    const wrong = await catalog.call<{ checks: object }>('GET', '/health/ready', { as: null });
    expect([wrong.status, wrong.body.checks]).toEqual([
      503,
      expect.objectContaining({ 'catalog views': expect.stringMatching(/not followed/) }),
    ]);
  });

  test('an event has a span, whose context travels with its deliveries', async () => {
    const exporter = new InMemorySpanExporter();
    const tracing = createTracing('catalog', { processor: new SimpleSpanProcessor(exporter) });
    const catalog = await start({ tracing });
    await putWebhook(infrastructure, { eventTypes: [type] });
    const watch = await watchTopics(infrastructure, [topics.deliveries]);
    const trace = '0af7651916cd43dd8448eb211c80319c';
    await catalog.call('POST', '/v1/events', {
      body: eventOf('traced'),
      headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` },
    });
    const [delivery] = await deliveriesOf(watch, 'traced');
    const span = exporter.getFinishedSpans().find(({ name }) => name === 'accept event')!;
    expect(span.spanContext().traceId).toBe(trace);
    expect(delivery!.traceparent).toBe(`00-${trace}-${span.spanContext().spanId}-01`);
    expect(span.attributes).toMatchObject({
      'cloudevents.event_id': 'traced',
      'arkan.duplicate': false,
      'arkan.deliveries': 1,
    });
    await watch.stop();
    await tracing.stop();
  });

  test('without tracing, a trace context that came along is passed on', async () => {
    const catalog = await start();
    await putWebhook(infrastructure, { eventTypes: [type] });
    const watch = await watchTopics(infrastructure, [topics.deliveries]);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await publish(catalog, eventOf('passed', { traceparent }));
    await publish(catalog, eventOf('odd', { traceparent: 'nonsense\r\n' }));
    expect((await deliveriesOf(watch, 'passed'))[0]!.traceparent).toBe(traceparent);
    expect((await deliveriesOf(watch, 'odd'))[0]!.traceparent).toBeUndefined();
    await watch.stop();
  });

  test('makes days ahead, and drops those that are past their time, by the clock', async () => {
    const clock = new ManualClock(Date.UTC(2026, 0, 1, 12));
    const catalog = await start({ clock });
    await publish(catalog, eventOf('old'));
    const days = async () =>
      (
        await infrastructure.database.pool.query<{ name: string }>(
          `select relname as name from pg_class where relkind = 'r' and relname ~ '^event_[0-9]{8}$' order by 1`,
        )
      ).rows.map(({ name }) => name);
    expect(await days()).toEqual(['event_20260101', 'event_20260102', 'event_20260103']);
    clock.advance(31 * 86_400_000);
    await catalog.stop();
    running = [];
    const again = await start({ clock });
    await again.stop();
    running = [];
    expect(await days()).toEqual([
      'event_20260102',
      'event_20260103',
      'event_20260201',
      'event_20260202',
      'event_20260203',
    ]);
    const { rows } = await infrastructure.database.pool.query('select 1 from catalog.event_identity');
    expect(rows).toEqual([]);
  });
});
