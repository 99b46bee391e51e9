import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@arkan/kernel';
import { catalogAsyncApi, catalogWebhooks } from './catalog-documents';
import { createValidator } from '@arkan/json-schema';
import { shippedEventTypes } from './shipped/shipped';

/** Follows JSON pointers of `$ref`s within a document. */
function resolve(document: JsonObject, ref: string): unknown {
  return ref
    .split('/')
    .slice(1)
    .reduce<unknown>((node, part) => (node as JsonObject | undefined)?.[part], document);
}

describe('the webhooks of the OpenAPI document', () => {
  const webhooks = catalogWebhooks(shippedEventTypes);
  const operations = Object.values(webhooks).map((item) => item.post as JsonObject);

  test('has one for each type, each with an operation id of its own', () => {
    expect(Object.keys(webhooks)).toEqual(shippedEventTypes.map(({ type }) => type).sort());
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(shippedEventTypes.length);
    expect(webhooks['maintenance.work_order.created']!.post).toMatchObject({
      operationId: 'receiveMaintenanceWorkOrderCreated',
      tags: ['maintenance'],
    });
  });

  test('each has an example that its own schema takes', () => {
    for (const { requestBody } of operations) {
      const { schema, example } = (
        requestBody as { content: Record<string, { schema: JsonObject; example: JsonObject }> }
      ).content['application/json']!;
      expect(createValidator(schema)(example, '')).toEqual([]);
    }
  });

  test('names the headers of a delivery', () => {
    expect((operations[0]!.parameters as { name: string }[]).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['X-Signature', 'webhook-id', 'webhook-signature', 'X-Delivery-Attempt']),
    );
  });

  test('marks deprecated types, and gives a schema with references an id, so that they stay its own', () => {
    const schema = { $defs: { a: { type: 'string' } }, properties: { a: { $ref: '#/$defs/a' } } };
    const { post } = catalogWebhooks([
      { type: 'keys.key.lost', title: 'Key lost', description: '', schema, example: {}, deprecatedAt: '2026-01-01' },
    ])['keys.key.lost']!;
    expect(post).toMatchObject({ deprecated: true });
    expect(JSON.stringify(post)).toContain('"$id":"urn:arkanpm:event-data:keys.key.lost"');
  });
});

describe('the AsyncAPI document', () => {
  const document = catalogAsyncApi(shippedEventTypes, '1.2.3', (module) => ({ topic: `of ${module}` }));

  test('has a channel and an operation for each module', () => {
    const channels = document.channels as Record<
      string,
      { address: string; messages: JsonObject; bindings: JsonObject }
    >;
    expect(document.asyncapi).toBe('3.0.0');
    expect(Object.values(channels).map(({ address }) => address)).toEqual(
      ['documents', 'inspections', 'leasing', 'maintenance', 'residents', 'warranty'].map(
        (name) => `arkan.events.${name}`,
      ),
    );
    expect(Object.keys(channels.warranty!.messages)).toHaveLength(3);
    expect(channels.warranty!.bindings).toEqual({ kafka: { topic: 'of warranty' } });
    expect(Object.keys(document.operations as JsonObject)).toHaveLength(6);
  });

  test('every reference leads somewhere', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"(#[^"]+)"/g)].map((match) => match[1]!);
    expect(refs.length).toBeGreaterThan(shippedEventTypes.length);
    for (const ref of refs) expect([ref, resolve(document, ref)]).toEqual([ref, expect.anything()]);
  });

  test('each message has an example that its own schema takes', () => {
    const { messages } = document.components as {
      messages: Record<string, { payload: JsonObject; examples: { payload: JsonObject }[] }>;
    };
    for (const { payload, examples } of Object.values(messages))
      expect(createValidator(payload)(examples[0]!.payload, '')).toEqual([]);
  });
});
