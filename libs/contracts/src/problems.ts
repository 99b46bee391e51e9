import type { FieldError } from '@arkan/kernel';

/** Every refusal that the API can answer with. `code` is stable; `type` of the problem document is `urn:arkanpm:problem:<code>`. */
export const problems = {
  malformed_json: { status: 400, title: 'The body is not JSON' },
  malformed_request: { status: 400, title: 'The request can not be read' },
  unauthenticated: { status: 401, title: 'No valid credential' },
  forbidden: { status: 403, title: 'The role does not allow this' },
  csrf_token_invalid: { status: 403, title: 'The CSRF token is missing or wrong' },
  cross_site_request: { status: 403, title: 'The request comes from another site' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  tenant_exists: { status: 409, title: 'The tenant exists already' },
  webhook_limit: { status: 409, title: 'The tenant has as many webhooks as it may' },
  api_key_limit: { status: 409, title: 'The tenant has as many API keys as it may' },
  wrong_state: { status: 409, title: 'Its present state does not allow this' },
  idempotency_conflict: { status: 409, title: 'The idempotency key was used with another request' },
  idempotency_in_progress: { status: 409, title: 'A request with this idempotency key is under way' },
  revision_mismatch: { status: 412, title: 'It was changed meanwhile' },
  body_too_large: { status: 413, title: 'The body is too large' },
  data_too_large: { status: 413, title: 'The event data is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  invalid: { status: 422, title: 'Some fields are not valid' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something broke on our side' },
  unavailable: { status: 503, title: 'A part that this needs is not available' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail: string;
  /** The request id. */
  instance: string;
  errors: FieldError[];
}

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code);
}
