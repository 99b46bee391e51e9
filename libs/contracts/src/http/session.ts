import { z } from 'zod';
import { line, roles, roleSchema, tenantId, timestamp } from './common';
import { operation } from './operation';

/** How long a session lasts; the API key behind it may end it sooner. */
export const sessionMaxMs = 43_200_000;
export const sessionCookie = 'arkan_session';
export const csrfHeader = 'X-CSRF-Token';

export const sessionSchema = z
  .object({
    principal: z.object({ id: z.string(), kind: z.enum(['api_key', 'user', 'system']), role: roleSchema }),
    /** null for an operator, who names a tenant by X-Tenant-Id. */
    tenantId: tenantId.nullable(),
    /** To be sent as X-CSRF-Token with every POST, PUT, PATCH and DELETE. */
    csrfToken: z.string(),
    expiresAt: timestamp,
  })
  .meta({ id: 'Session' });

const common = { service: 'registry', tenant: 'none', path: '/v1/session', roles: roles.slice(1) } as const;

/** The console's sign-in. What a session may do is what its API key may do. */
export const sessionOperations = {
  createSession: operation({
    ...common,
    id: 'createSession',
    public: true,
    method: 'POST',
    summary: 'Sign in by an API key or a one-time token: the answer sets the cookie',
    body: z
      .strictObject({ apiKey: line(256, 1).optional(), onceToken: line(256, 1).optional() })
      .refine((body) => (body.apiKey === undefined) !== (body.onceToken === undefined), {
        message: 'must have either apiKey or onceToken',
      }),
    status: 201,
    response: sessionSchema,
    problems: ['cross_site_request', 'too_many_requests'],
  }),
  readSession: operation({
    ...common,
    id: 'readSession',
    public: true,
    method: 'GET',
    summary: 'The session of the cookie',
    status: 200,
    response: sessionSchema,
    problems: ['cross_site_request'],
  }),
  deleteSession: operation({
    ...common,
    id: 'deleteSession',
    public: true,
    method: 'DELETE',
    summary: 'Sign out: the cookie is cleared',
    status: 204,
    response: null,
    problems: ['cross_site_request', 'csrf_token_invalid'],
  }),
};
