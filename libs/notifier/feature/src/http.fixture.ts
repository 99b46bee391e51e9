import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { accessMessage, topics, type Role } from '@arkan/contracts';
import type { MessageBus } from '@arkan/ports';
import { createAccessView, createHttpApp, createSealer, hashKey, type AccessView, type Feature } from '@arkan/runtime';
import { ids, incoming } from './notifier.fixture';
import type { NotifierDeps } from './parts';

export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test reads what it expects
  body: any;
}

export interface TestApi {
  app: NestFastifyApplication;
  access: AccessView;
  /** As this tenant's caller of this role; 'operator' names the tenant by the header. */
  call(
    who: { tenant: string; role?: Role },
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

const operatorKey = `ak_${'o'.repeat(40)}`;
const keyOf = (tenant: string, role: Role) => (role === 'operator' ? operatorKey : `ak_${tenant}_${role}`);

/** The service's calls as production serves them, with a key for each tenant and role. */
export async function openTestApi(
  feature: Feature,
  deps: NotifierDeps,
  barrier: () => Promise<void> = async () => undefined,
): Promise<TestApi> {
  const access = createAccessView({ clock: deps.clock, operatorKey });
  for (const tenantId of [ids.acme, ids.globex])
    for (const role of ['tenant_admin', 'developer', 'auditor', 'producer'] as const) {
      const keyId = `key_${tenantId}_${role}`;
      const value = accessMessage.encode({
        v: 1,
        keyId,
        keySha256: hashKey(keyOf(tenantId, role)),
        role,
        tenantId,
        expiresAt: null,
      });
      access.handler(incoming(topics.access, 0, value, keyId));
    }
  const app = await createHttpApp({
    modules: [feature.module],
    bus: deps.bus as MessageBus,
    log: deps.log,
    metrics: deps.metrics,
    guard: { access, barrier },
    sealer: createSealer(Buffer.alloc(32, 2)),
    pools: new Map([['notifier', deps.database.pool]]),
    health: feature.health,
    openApi: {},
  });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return {
    app,
    access,
    async call({ tenant, role = 'tenant_admin' }, method, url, body, headers = {}) {
      const answer = await app.inject({
        method,
        url,
        headers: {
          authorization: `Bearer ${keyOf(tenant, role)}`,
          ...(role === 'operator' ? { 'x-tenant-id': tenant } : {}),
          ...headers,
        },
        ...(body ? { payload: body } : {}),
      });
      return { status: answer.statusCode, body: answer.body === '' ? null : (JSON.parse(answer.body) as unknown) };
    },
  };
}
