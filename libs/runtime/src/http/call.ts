import { newId, toPublicId, type IdPrefix } from '@arkan/kernel';
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
  /**
   * The same for every repetition of the request under its Idempotency-Key, for a day; absent without one. A UUIDv7: what is made
   * takes its id from here (`idFor`), so that a repetition of a request whose outcome was in doubt finds what the first one made.
   */
  onceId?: string;
}

/** A new public id, but the same one for every repetition of the call. One thing of each kind a call. */
export const idFor = (call: Call, prefix: IdPrefix): string =>
  call.onceId === undefined ? newId(prefix) : toPublicId(prefix, call.onceId);

/** For operations with `tenant: 'required'`, where the guard has seen to it. */
export function tenantOf(call: Call): string {
  if (call.tenantId === null) throw new Error('an operation without a tenant asked for it');
  return call.tenantId;
}
