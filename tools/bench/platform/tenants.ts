import { eventType, type Emitter } from './load';

/** What an event's `data` is filled up to. */
const dataBytes = 1_024;

type Answer = { key: string; example: Record<string, unknown> };

/** What the benchmarks need of the API: tenants, each with a webhook at the receiver and a key to emit by. */
export function createTenants(urls: { registry: string; catalog: string }, operatorKey: string, receiverUrl: string) {
  async function call(method: string, address: string, body?: unknown, tenantId?: string): Promise<Answer> {
    const answer = await fetch(address, {
      method,
      headers: {
        authorization: `Bearer ${operatorKey}`,
        'content-type': 'application/json',
        ...(tenantId ? { 'x-tenant-id': tenantId } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${text}`);
    return JSON.parse(text) as Answer;
  }
  const create = (path: string, body: unknown, tenantId?: string) =>
    call('POST', `${urls.registry}/v1/${path}`, body, tenantId);

  return {
    async emitterOf(tenantId: string, path: string, more: Record<string, unknown> = {}): Promise<Emitter> {
      await create('tenants', { id: tenantId, name: tenantId });
      const webhook = {
        name: 'bench',
        url: `${receiverUrl}${path}`,
        eventTypes: ['maintenance.*'],
        ownerEmail: 'bench@arkanpm.example',
        ...more,
      };
      await create('webhooks', webhook, tenantId);
      return { tenantId, key: (await create('api-keys', { name: 'bench', role: 'producer', tenantId })).key };
    },
    /** Data of an event that its type's schema takes, of 1 KiB. */
    async exampleData(): Promise<Record<string, unknown>> {
      const { example } = await call('GET', `${urls.catalog}/v1/event-types/${eventType}`);
      return { ...example, remark: 'x'.repeat(Math.max(0, dataBytes - JSON.stringify(example).length - 13)) };
    },
  };
}
