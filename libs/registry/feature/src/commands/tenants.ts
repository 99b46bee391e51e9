import { tenantStream } from '@arkan/registry-domain';
import type { TenantView } from '@arkan/registry-persistence';
import { idFor, type Call } from '@arkan/runtime';
import type { RegistryContext } from '../context';
import { metaOf } from './meta';

/** The stream must not exist yet, so of two that create the same id at once one is refused. Throws Refusal `tenant_exists`, `unavailable`. */
export async function createTenant(
  context: RegistryContext,
  call: Call,
  body: { id?: string | undefined; name: string },
): Promise<TenantView> {
  const tenantId = body.id ?? idFor(call, 'ten');
  const meta = metaOf(call, context.deps.clock, tenantId);
  const { state, position } = await context.tenants.execute(tenantStream(tenantId), () => ({
    type: 'CreateTenant',
    meta,
    tenantId,
    name: body.name,
  }));
  await context.spread(position);
  if (state.kind === 'absent') throw new Error('a created tenant is absent');
  return { id: state.id, name: state.name, createdAt: state.createdAt };
}
