import createClient, { type Client, type Middleware } from 'openapi-fetch';
import { ApiError, problemOf, unreachable } from './problem';
import type { components, paths } from './schema.gen';

/** As openapi-fetch gives them: a field that can only be null (`filter` of a webhook, for now) is no field to it. */
type Given<T> = T extends (infer Item)[]
  ? Given<Item>[]
  : T extends object
    ? { [Key in keyof T as [NonNullable<T[Key]>] extends [never] ? never : Key]: Given<T[Key]> }
    : T;
export type Schemas = { [Name in keyof components['schemas']]: Given<components['schemas'][Name]> };
export type Api = Client<paths>;

/** Longest that an answer may take before it counts as none. */
const answerMaxMs = 30_000;

/** The session's token, for every call that changes something. Only in memory: the cookie is the credential. */
let csrfToken: string | null = null;
export const setCsrfToken = (token: string | null) => {
  csrfToken = token;
};

let onSignedOut: () => void = () => undefined;
/** Called when an answer says that the session is over. */
export const whenSignedOut = (run: () => void) => {
  onSignedOut = run;
};
let onSessionChanged: () => void = () => undefined;
/** Called when an answer says that the token is of another session than the cookie. */
export const whenSessionChanged = (run: () => void) => {
  onSessionChanged = run;
};

/** 128 random bits. Not crypto.randomUUID: that is missing where the platform is reached over plain HTTP by name. */
function idempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const session: Middleware = {
  onRequest({ request, schemaPath }) {
    if (request.method === 'GET') return;
    if (csrfToken !== null) request.headers.set('X-CSRF-Token', csrfToken);
    // Answers to a key are kept to be given again; one to a sign-in must not be.
    if (request.method === 'POST' && schemaPath !== '/v1/session')
      request.headers.set('Idempotency-Key', idempotencyKey());
  },
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && schemaPath !== '/v1/session') onSignedOut();
  },
};

/** A client whose calls work on one tenant. `tenantId` is given by operators only: everybody else's is known from the session. */
export function createApi(tenantId: string | null): Api {
  const api = createClient<paths>({
    baseUrl: '',
    credentials: 'same-origin',
    fetch: (request) =>
      fetch(new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(answerMaxMs)]) })),
    ...(tenantId === null ? {} : { headers: { 'X-Tenant-Id': tenantId } }),
  });
  api.use(session);
  return api;
}

/** The body of an answer that succeeded; throws `ApiError` for every other. */
export async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const got = await call.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(unreachable());
  });
  if (got.response.ok) return got.data as T;
  const problem = problemOf(got.error, got.response.status);
  if (problem.code === 'csrf_token_invalid') onSessionChanged();
  throw new ApiError(problem);
}
