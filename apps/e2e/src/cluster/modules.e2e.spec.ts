import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, type Receiver } from '@arkan/testing';
import kafkajs, { type IHeaders, type Kafka, type Producer } from 'kafkajs';
import { exampleOf } from '../events';
import { startTarget, webhookOf, type Target, type Tenant } from '../target';

const type = 'maintenance.work_order.created';
const module = 'arkan.events.maintenance';
let target: Target;
let tenant: Tenant;
let data: Record<string, unknown>;
let kafka: Kafka;
let producer: Producer;
let receiver: Receiver;
let webhook: { id: string; secret: string };
beforeAll(async () => {
  target = await startTarget();
  tenant = await target.tenant();
  data = await exampleOf(tenant.developer);
  receiver = await target.receiver();
  webhook = await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver));
  // As a module of the product has it: a client that knows nothing of ours.
  kafka = new kafkajs.Kafka({ brokers: target.kafka!.brokers, logLevel: kafkajs.logLevel.NOTHING });
  producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
});
afterAll(async () => {
  await producer?.disconnect();
  await target?.stop();
});

const topicOf = (name: string) => `${target.kafka!.namespace}.${name}`;
const send = (value: string, headers: IHeaders = {}, topic = module, key = tenant.id) =>
  producer.send({ topic: topicOf(topic), messages: [{ key, value, headers }] });
const structured = (id: string, more: Record<string, unknown> = {}) =>
  JSON.stringify({ specversion: '1.0', id, source: '/maintenance', type, data, ...more });
const arrival = async (id: string) =>
  (await receiver.waitFor((all) => all.some((one) => one.headers['x-event-id'] === id))).find(
    (one) => one.headers['x-event-id'] === id,
  )!;

describe('a module that emits to Kafka', () => {
  test.each([
    ['structured', (id: string) => send(structured(id), { 'content-type': 'application/cloudevents+json' })],
    ['structured, told by its value alone', (id: string) => send(structured(id))],
    [
      'binary',
      (id: string) =>
        send(JSON.stringify(data), {
          ce_specversion: '1.0',
          ce_id: id,
          ce_source: '/maintenance',
          ce_type: type,
          'content-type': 'application/json',
        }),
    ],
  ])('in %s mode sees its event POSTed and signed', async (mode, emit) => {
    const id = `${mode} ${randomUUID()}`;
    await emit(id);
    const request = await arrival(id);
    expect(JSON.parse(request.body.toString('utf8'))).toMatchObject({ id, type, tenantId: tenant.id, data });
    expect(request.headers['x-signature']).toBe(
      createHmac('sha256', webhook.secret).update(request.body).digest('hex'),
    );
  });

  test('is not delivered a second time what it sends twice, by whichever way', async () => {
    await send(structured('twice'));
    await arrival('twice');
    await send(structured('twice'));
    const again = await tenant.producer.emit(type, data, { id: 'twice' });
    expect(again.body).toMatchObject({ duplicate: true });
    // The same partition, so behind both.
    await send(structured('after twice'));
    await arrival('after twice');
    expect(receiver.requests.filter((one) => one.headers['x-event-id'] === 'twice')).toHaveLength(1);
  });

  test('of a type that an operator has just added is heard of without a restart', async () => {
    const added = 'parking.permit.issued';
    await target.operator.must('PUT', `/v1/event-types/${added}`, {
      title: 'Permit issued',
      description: 'A parking permit was issued.',
      schema: { type: 'object', required: ['plate'], properties: { plate: { type: 'string' } } },
      example: { plate: 'AB 123' },
    });
    await tenant.admin.must('POST', '/v1/webhooks', webhookOf(receiver, { name: 'Gate', eventTypes: [added] }));
    await send(structured('permit', { type: added, data: { plate: 'AB 123' } }), {}, 'arkan.events.parking');
    expect(await arrival('permit')).toBeTruthy();
  });
});

describe('poison', () => {
  interface Letter {
    code: string;
    reason: string;
    topic: string;
    bytes: number;
  }

  /** The dead letters, by the place that they came from. */
  async function lettersOf(count: number): Promise<Letter[]> {
    const consumer = kafka.consumer({ groupId: `letters-${randomUUID()}` });
    await consumer.connect();
    await consumer.subscribe({ topic: topicOf('arkan.events.dead'), fromBeginning: true });
    const letters: Letter[] = [];
    const text = (headers: IHeaders | undefined, name: string) => String(headers?.[name] ?? '');
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: async ({ message: { headers, value } }) => {
            letters.push({
              code: text(headers, 'dead-letter-code'),
              reason: text(headers, 'dead-letter-reason'),
              topic: text(headers, 'dead-letter-topic'),
              bytes: value?.length ?? 0,
            });
            if (letters.length >= count) resolve();
          },
        })
        .catch(reject);
    });
    await consumer.disconnect();
    return letters;
  }

  const large = 'x'.repeat(300_000);
  const poisons: [string, string, () => Promise<unknown>][] = [
    ['malformed_json', 'broken JSON', () => send('{"specversion": "1.0", ')],
    ['no_cloud_event', 'no CloudEvent', () => send('{"hello": "world"}')],
    ['invalid', 'data that the schema does not allow', () => send(structured('bad data', { data: { no: 'such' } }))],
    ['invalid', 'a type that nobody knows', () => send(structured('bad type', { type: 'maintenance.none.such' }))],
    ['other_tenant', 'another tenant than its key', () => send(structured('theft', { tenantid: 'someone-else' }))],
    ['wrong_topic', 'the topic of another module', () => send(structured('astray'), {}, 'arkan.events.leasing')],
    ['data_too_large', 'data of more than 256 KiB', () => send(structured('large', { data: { ...data, large } }))],
    [
      'data_too_large',
      'more than a dead letter holds',
      () => send(structured('huge', { data: { ...data, huge: large.repeat(5) } })),
    ],
  ];

  test('goes to the dead letters and the integration log with its reason, and the next event goes on', async () => {
    for (const [, , emit] of poisons) await emit();
    await send(structured('after the poison'));
    await arrival('after the poison');
    const letters = await lettersOf(poisons.length);
    expect(letters.map(({ code }) => code).sort()).toEqual(poisons.map(([code]) => code).sort());
    for (const letter of letters) {
      expect(letter.reason).not.toBe('');
      expect(letter.topic).toMatch(/^arkan\.events\.(maintenance|leasing)$/);
      expect(letter.bytes).toBeLessThanOrEqual(1_048_576);
    }
    const entries = await eventually(
      async () => {
        const page = await tenant.developer.must('GET', '/v1/integration-logs?level=error&limit=250');
        return page.data.length >= poisons.length && (page.data as { message: string; cause: { key: string } }[]);
      },
      { what: 'an entry for each' },
    );
    expect(entries).toHaveLength(poisons.length);
    for (const code of new Set(poisons.map(([one]) => one)))
      expect(entries.filter(({ cause }) => cause.key === `event_invalid:${code}`)).toHaveLength(
        poisons.filter(([one]) => one === code).length,
      );
    expect(receiver.requests.map((one) => one.headers['x-event-id'])).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(bad|theft|astray|large|huge)/)]),
    );
  });
});
