import type { IncomingHttpHeaders } from 'node:http';
import { csrfHeader } from '@arkan/contracts';
import { Refusal } from '@arkan/kernel';
import { sameToken, type Session } from './sessions';

/** What is looked at of a request. */
export interface SessionRequest {
  method: string;
  headers: IncomingHttpHeaders;
}

/**
 * A browser says by `Sec-Fetch-Site` whose page made the request. `none` is the address bar. `same-site` is refused too: another
 * port of this host and every sibling host are of the same site, and get the cookie. Throws Refusal `cross_site_request`.
 */
export function refuseCrossSite({ headers }: SessionRequest): void {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  throw new Refusal(
    'cross_site_request',
    'a page of another origin made this request; a session is used by the console of this address only, and programs use an API key',
  );
}

/** What a session may be used for. Throws Refusal `cross_site_request`, `csrf_token_invalid`. */
export function checkSessionRequest(request: SessionRequest, session: Session): void {
  refuseCrossSite(request);
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const given = request.headers[csrfHeader.toLowerCase()];
  if (typeof given === 'string' && sameToken(given, session.csrfToken)) return;
  throw new Refusal(
    'csrf_token_invalid',
    `give the csrfToken of GET /v1/session as ${csrfHeader}; the one here is missing or of another session`,
  );
}

/**
 * Whether the browser came by TLS. Anybody may claim it, by what a gateway sets as well, and nobody gains by that: the claim only
 * makes the claimant's own cookie stricter. `Origin` is the browser's own word, and holds where a gateway sets nothing.
 */
export function cameByTls(headers: IncomingHttpHeaders): boolean {
  const forwarded = headers['x-forwarded-proto'];
  const proto = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(',')[0]?.trim().toLowerCase();
  return proto === 'https' || (headers.origin ?? '').startsWith('https://');
}
