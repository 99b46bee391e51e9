import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import {
  channels,
  deadEventHeadersSchema,
  deadLetterHeadersSchema,
  deliveryBody,
  deliveryBodySchema,
  deliveryHeadersSchema,
  deliveryMetaSchema,
  encodeDeliveryMessage,
  modules,
  topicContracts,
  topics,
} from '@arkan/contracts';
import { deadLetter } from '@arkan/ports';

interface AsyncApi {
  channels: Record<string, { address: string; bindings: { kafka: unknown } }>;
  operations: Record<string, { action: string; channel: { $ref: string }; tags?: { name: string }[] }>;
}

const documents = ['asyncapi/events.json', 'asyncapi/internal.json'] as const;
const read = (path: string) => JSON.parse(readFileSync(resolve(process.cwd(), path), 'utf8')) as AsyncApi;
const [events, internal] = documents.map(read) as [AsyncApi, AsyncApi];

describe.each(documents)('%s', (path) => {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  let validate: ReturnType<Ajv['compile']>;
  beforeAll(() => {
    addFormats.default(ajv);
    validate = ajv.compile(specs.schemasWithoutId['3.0.0'] as object);
  });

  test('is an AsyncAPI 3 document', () => {
    expect([validate(read(path)), validate.errors]).toEqual([true, null]);
  });

  test('would not be one with a binding, an operation or a version that AsyncAPI does not know', () => {
    const broken = [
      (document: AsyncApi) => Object.assign(document, { asyncapi: '2.6.0' }),
      (document: AsyncApi) => Object.assign(Object.values(document.operations)[0]!, { action: 'publish' }),
      (document: AsyncApi) => Object.assign(Object.values(document.channels)[0]!.bindings.kafka as object, { x: 1 }),
    ];
    for (const spoil of broken) {
      const document = read(path);
      spoil(document);
      expect(validate(document)).toBe(false);
    }
  });

  test('every reference leads somewhere', () => {
    const refs = [...JSON.stringify(read(path)).matchAll(/"\$ref":"(#\/(?:channels|components)[^"]+)"/g)];
    expect(refs.length).toBeGreaterThan(10);
    for (const [, ref] of refs) {
      const target = ref!
        .split('/')
        .slice(1)
        .reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], read(path));
      expect([ref, target]).toEqual([ref, expect.anything()]);
    }
  });
});

describe('the topics', () => {
  const described = [...Object.values(events.channels), ...Object.values(internal.channels)];

  test('are in one of the documents, each, and nothing else is', () => {
    expect(described.map(({ address }) => address).sort()).toEqual(topicContracts.map(({ name }) => name).sort());
    expect(new Set(described.map(({ address }) => address)).size).toBe(described.length);
  });

  test.each(topicContracts)('$name is described with its partitions, cleanup and retention', (topic) => {
    expect(described.find(({ address }) => address === topic.name)!.bindings.kafka).toEqual({
      topic: topic.name,
      partitions: topic.partitions,
      topicConfiguration: {
        'cleanup.policy': [topic.cleanup],
        ...(topic.retentionMs === undefined ? {} : { 'retention.ms': topic.retentionMs }),
      },
      bindingVersion: '0.5.0',
    });
  });

  test('of the modules are those that ship', () => {
    expect(Object.keys(events.channels).sort()).toEqual([...modules].sort());
  });
});

describe('who sends and who receives', () => {
  const services = ['registry', 'catalog', 'dispatcher', 'notifier'] as const;

  test.each(services)('%s: its source names the topics that the document has it on, and no other', (service) => {
    const named = Object.keys(topics).filter((name) => new RegExp(`topics\\.${name}\\b`).test(sourceOf(service)));
    const operations = Object.entries(internal.operations).filter(([, { tags }]) => tags?.[0]?.name === service);
    const onTopic = new Set(operations.map(([, { channel }]) => channel.$ref.slice('#/channels/'.length)));
    // Every process follows the keys, by the runtime and not by its own source.
    onTopic.delete('access');
    expect(named.filter((name) => name !== 'access').sort()).toEqual([...onTopic].sort());
  });

  test('every topic has somebody who sends on it', () => {
    for (const { senders } of Object.values(channels)) expect(senders).not.toEqual([]);
  });

  function sourceOf(service: string): string {
    const folder = resolve(process.cwd(), `libs/${service}/feature/src`);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/(\.spec|\.fixture)\.ts$|^testing\//.test(file))
      .map((file) => readFileSync(resolve(folder, file), 'utf8'))
      .join('\n');
  }
});

describe('what is described apart from its codec is what is sent', () => {
  const meta = {
    v: 1 as const,
    eventKey: '01890000-0000-7000-8000-000000000001',
    eventId: 'evt_1',
    tenantId: 'acme',
    type: 'documents.document.uploaded',
    timeMs: 5,
    acceptedAtMs: 6,
    isTest: false,
  };
  const body = deliveryBody({ id: meta.eventId, type: meta.type, timeMs: 5, tenantId: 'acme', data: { a: 1 } });
  const deliveries: [string, string][] = [[meta.eventKey, 'wh_1']];

  test.each([{ traceparent: undefined }, { traceparent: '00-1-1-01' }])('a message of deliveries, %p', (more) => {
    const { value, headers } = encodeDeliveryMessage({ meta, deliveries, body, ...more });
    expect(deliveryHeadersSchema.strict().parse(headers)).toEqual(headers);
    expect(deliveryMetaSchema.strict().parse(JSON.parse(headers.meta!))).toEqual(meta);
    const sent = JSON.parse(value.toString()) as object;
    expect(deliveryBodySchema.strict().parse(sent)).toEqual(sent);
  });

  test('the headers of a dead letter', () => {
    const message = { topic: 'x', partition: 0, offset: 1n, key: 'k', value: null, headers: {}, timestamp: 0 };
    const { headers } = deadLetter(message, topics.dead, 'why');
    expect(deadLetterHeadersSchema.strict().parse(headers)).toEqual(headers);
    expect(Object.keys(deadEventHeadersSchema.shape)).toEqual(expect.arrayContaining(Object.keys(headers!)));
  });
});
