import { toTimestamp, type Clock } from '@arkan/kernel';
import type { Actor, EventMeta } from '@arkan/registry-domain';
import type { Call, Principal } from '@arkan/runtime';

const authMethods: Record<Principal['kind'], EventMeta['authMethod']> = {
  api_key: 'api_key',
  user: 'jwt',
  system: 'system',
};

/** Of what a caller does now, in the history of `tenantId`. */
export function metaOf(call: Call, clock: Clock, tenantId: string | null, reason: string | null = null): EventMeta {
  const { id, kind, role } = call.principal;
  const actor: Actor = { id, kind, role };
  return {
    tenantId,
    actor,
    authMethod: authMethods[kind],
    sourceIp: call.sourceIp,
    userAgent: call.userAgent,
    requestId: call.requestId,
    reason,
    at: toTimestamp(clock.now()),
  };
}
