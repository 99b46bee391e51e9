import { limits, type InputOf, type registryOperations } from '@arkan/contracts';
import { newId, Refusal, toUuid } from '@arkan/kernel';
import { apiKeyStream } from '@arkan/registry-domain';
import { hasApiKeys, tenantExists, type ApiKeyView } from '@arkan/registry-persistence';
import { hashKey, type Call } from '@arkan/runtime';
import type { RegistryContext } from '../context';
import { metaOf } from './meta';

type Body = InputOf<typeof registryOperations.createApiKey>['body'];

/** Answers the key, this once; only its hash is kept. Throws Refusal `forbidden`, `invalid`, `api_key_limit`, `unavailable`. */
export async function createApiKey(
  context: RegistryContext,
  call: Call,
  body: Body,
): Promise<ApiKeyView & { key: string }> {
  const tenantId = await tenantFor(context, call, body);
  if (body.expiresAt !== undefined && Date.parse(body.expiresAt) <= context.deps.clock.now())
    throw refusedField('/expiresAt', 'must be in the future');
  return context.keyTurns.take(tenantId ?? '', () => makeKey(context, call, body, tenantId));
}

/**
 * One at a time for each tenant and process, each known before the next is counted: with several processes the limit may be
 * passed by as many keys as there are others, which does no harm.
 */
async function makeKey(
  context: RegistryContext,
  call: Call,
  body: Body,
  tenantId: string | null,
): Promise<ApiKeyView & { key: string }> {
  const { deps } = context;
  if (await hasApiKeys(deps.database.pool, tenantId, limits.apiKeysPerTenant))
    throw new Refusal(
      'api_key_limit',
      `there are ${limits.apiKeysPerTenant} API keys, which is the most; revoke one first, also of those that expired`,
    );
  const key = `ak_${deps.random.bytes(32).toString('base64url')}`;
  const keyId = newId('key');
  const meta = metaOf(call, deps.clock, tenantId);
  const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt).toISOString();
  const { name, role } = body;
  const { position } = await context.apiKeys.execute(apiKeyStream(keyId), () => ({
    type: 'CreateApiKey',
    meta,
    key: { keyId, name, role, tenantId, keySha256: hashKey(key), expiresAt },
  }));
  await context.spread(position);
  return { id: keyId, name, role, tenantId, createdAt: meta.at, expiresAt, revokedAt: null, key };
}

/** Whose key it will be: an operator chooses, a tenant's admin has no choice. */
async function tenantFor(context: RegistryContext, call: Call, body: Body): Promise<string | null> {
  if (call.principal.role !== 'operator') {
    const own = call.tenantId!;
    if (body.role === 'operator') throw new Refusal('forbidden', 'only an operator may make an operator key');
    if (body.tenantId !== undefined && body.tenantId !== own)
      throw new Refusal('forbidden', 'a key can only be made for your own tenant; leave tenantId out');
    await context.requireTenant(own);
    return own;
  }
  if (body.role === 'operator') {
    if (body.tenantId === undefined) return null;
    throw refusedField('/tenantId', 'must be left out: an operator key is for all tenants');
  }
  const tenantId = body.tenantId ?? call.tenantId;
  if (tenantId === null) throw refusedField('/tenantId', 'is missing: name the tenant that the key is for');
  if (call.tenantId !== null && call.tenantId !== tenantId)
    throw refusedField('/tenantId', 'must be the tenant that X-Tenant-Id names, or be left out');
  if (!(await tenantExists(context.deps.database.orm, tenantId)))
    throw refusedField('/tenantId', `there is no tenant ${tenantId}`);
  return tenantId;
}

function refusedField(pointer: string, message: string): Refusal {
  return new Refusal('invalid', `${pointer} ${message}`, [{ pointer, code: 'not_allowed', message, limit: null }]);
}

/** Once more is answered like the first time. Throws Refusal `not_found`, `unavailable`. */
export async function revokeApiKey(context: RegistryContext, call: Call, keyId: string): Promise<void> {
  if (toUuid('key', keyId) === null) throw new Refusal('not_found', 'there is no API key with this id');
  const meta = metaOf(call, context.deps.clock, call.tenantId);
  const { position } = await context.apiKeys.execute(apiKeyStream(keyId), () => ({
    type: 'RevokeApiKey',
    meta,
    scope: call.tenantId,
  }));
  await context.spread(position);
}
