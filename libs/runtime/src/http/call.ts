import type { Principal } from '../access';

/** What surrounds a request: who, for which tenant, from where. Handlers get it by `@Caller()`. */
export interface Call {
  principal: Principal;
  /** The tenant that the call works on: the caller's, or the one that an operator named; null where the operation has none. */
  tenantId: string | null;
  requestId: string;
  sourceIp: string;
  userAgent: string | null;
  /** The revision of If-Match, or null where there is none or `*`. */
  ifMatch: number | null;
  traceparent: string | undefined;
}

/** For operations with `tenant: 'required'`, where the guard has seen to it. */
export function tenantOf(call: Call): string {
  if (call.tenantId === null) throw new Error('an operation without a tenant asked for it');
  return call.tenantId;
}
