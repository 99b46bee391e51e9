import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Operation } from '@arkan/contracts';
import { Refusal } from '@arkan/kernel';
import type { AccessView, Principal } from '../access';
import { checkSessionRequest } from '../session/request-origin';
import type { Sessions } from '../session/sessions';
import type { Call } from './call';
import { operationOf, type ArkanRequest } from './operation';

const tenantPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** Told of each call that a role was too low for, so that the history can keep it. Must not throw. */
export type OnForbidden = (operation: Operation, call: Call, params: Record<string, string>) => void;

export interface AccessGuardOptions {
  /** Answers a bearer token that is not an API key: a JWT of the configured issuer. null: not valid. */
  authenticateToken?: (token: string) => Promise<Principal | null>;
  access: AccessView;
  /** Takes the console's cookie where a request has no Authorization header. */
  sessions?: Sessions;
  /** The views' barrier: a revoked key is refused from the answer of its revocation on. */
  barrier(): Promise<void>;
  onForbidden?: OnForbidden;
}

/** 401 and 403, and whose data the call is about. Routes without an operation (health, metrics) are open. */
export class AccessGuard implements CanActivate {
  constructor(private readonly options: AccessGuardOptions) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const operation = operationOf(context);
    if (!operation || operation.public) return true;
    const request = context.switchToHttp().getRequest<ArkanRequest>();
    const principal =
      request.headers.authorization === undefined
        ? await this.bySession(request)
        : await this.authenticate(request.headers.authorization);
    if (!principal) {
      throw new Refusal(
        'unauthenticated',
        'give a valid API key or token as "Authorization: Bearer …"; this one is missing, unknown, expired or revoked, or the session has ended',
      );
    }
    const call: Call = {
      principal,
      tenantId: null,
      requestId: request.id,
      sourceIp: request.ip,
      userAgent: request.headers['user-agent']?.slice(0, 300) ?? null,
      ifMatch: operation.ifMatch ? readIfMatch(request.headers['if-match']) : null,
      traceparent: typeof request.headers.traceparent === 'string' ? request.headers.traceparent : undefined,
    };
    call.tenantId =
      operation.tenant === 'none' ? null : readTenant(operation, principal, request.headers['x-tenant-id']);
    if (principal.role !== 'operator' && !operation.roles.includes(principal.role)) {
      call.tenantId = principal.tenantId;
      this.options.onForbidden?.(operation, call, request.params as Record<string, string>);
      throw new Refusal(
        'forbidden',
        `the role ${principal.role} may not do this; it takes ${['operator', ...operation.roles].join(' or ')}`,
      );
    }
    request.call = call;
    return true;
  }

  /** Throws Refusal `cross_site_request`, `csrf_token_invalid`. */
  private async bySession(request: ArkanRequest): Promise<Principal | null> {
    if (!this.options.sessions || request.headers.cookie === undefined) return null;
    await this.options.barrier();
    const session = this.options.sessions.open(request.headers.cookie);
    if (!session) return null;
    checkSessionRequest(request, session);
    return session.credential.principal;
  }

  private async authenticate(header: string): Promise<Principal | null> {
    const bearer = /^Bearer +(\S+)$/i.exec(header)?.[1];
    if (!bearer) return null;
    await this.options.barrier();
    if (bearer.startsWith('ak_')) return this.options.access.authenticate(bearer);
    return (await this.options.authenticateToken?.(bearer)) ?? null;
  }
}

function readTenant(operation: Operation, principal: Principal, named: string | string[] | undefined): string | null {
  const header = Array.isArray(named) ? named[0] : named;
  if (principal.tenantId !== null) {
    if (header !== undefined && header !== principal.tenantId)
      throw new Refusal('forbidden', 'X-Tenant-Id names another tenant than the credential is for; leave it out');
    return principal.tenantId;
  }
  if (header !== undefined && !tenantPattern.test(header)) throw headerError('X-Tenant-Id', 'must be a tenant id');
  if (header === undefined && operation.tenant === 'required')
    throw headerError('X-Tenant-Id', 'is missing: an operator names the tenant by it');
  return header ?? null;
}

function readIfMatch(header: string | undefined): number | null {
  if (header === undefined || header.trim() === '*') return null;
  const revision = /^\s*(?:W\/)?"?(\d{1,15})"?\s*$/.exec(header)?.[1];
  if (revision === undefined) throw headerError('If-Match', 'must be the ETag of a read, e.g. "3"');
  return Number(revision);
}

function headerError(name: string, message: string): Refusal {
  return new Refusal('invalid', `header/${name} ${message}`, [
    { pointer: `header/${name}`, code: 'invalid_header', message, limit: null },
  ]);
}
