import { checkAddress, inCidrs, type Cidr, type TargetRefusal, type TargetRefusalCode } from './address';

/** Characters, as given and as normalised. */
export const targetUrlMax = 2_048;

export type TargetUrl = { ok: true; url: URL } | { ok: false; refusal: TargetRefusal };

/** Names that only a private network resolves (RFC 6761, 6762, 8375, ICANN's `internal`), or that many such networks use. */
const privateSuffixes = ['local', 'internal', 'home.arpa', 'localdomain', 'lan', 'intranet', 'corp', 'home', 'private'];

/**
 * The whole rule for a webhook's URL, as far as it is seen without asking DNS: HTTPS, no user or password, no fragment, a host
 * that is neither a forbidden address in any spelling nor a name of the platform's own network. A name that passes may still
 * resolve to a forbidden address: that is checked on every connection, by `checkAddress`.
 */
export function checkUrl(text: string, allowed: readonly Cidr[]): TargetUrl {
  const parsed = parseTarget(text);
  if (!parsed.ok) return parsed;
  const refusal = checkScheme(parsed.url) ?? checkParts(parsed.url, text) ?? checkHost(parsed.url.hostname, allowed);
  return refusal ? { ok: false, refusal } : parsed;
}

/** HTTPS only. Apart, so that a place which may speak plain HTTP can leave it out. */
export function checkScheme(url: URL): TargetRefusal | null {
  if (url.protocol === 'https:') return null;
  return refuse('url_scheme', `must start with https://; ${url.protocol}// is not sent to`);
}

/**
 * By the WHATWG rules, which undo every spelling of a host (decimal, octal, hex and short IPv4, percent-encoding, full-width
 * digits, upper case, Punycode). What these rules would silently drop or turn is refused first: spaces, control characters, "\".
 */
function parseTarget(text: string): TargetUrl {
  const no = (code: TargetRefusalCode, message: string, limit: number | null = null): TargetUrl => ({
    ok: false,
    refusal: refuse(code, message, limit),
  });
  if (text.length > targetUrlMax)
    return no('url_too_long', `must have at most ${targetUrlMax} characters`, targetUrlMax);
  if (/[\u0000-\u0020\u007f\\]/.test(text))
    return no('url_invalid', 'must not contain spaces, control characters or "\\"');
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#]/i.test(text) || !URL.canParse(text)) {
    return no('url_invalid', 'must be a full URL, e.g. https://example.com/webhooks');
  }
  const url = new URL(text);
  return url.href.length > targetUrlMax
    ? no('url_too_long', `must have at most ${targetUrlMax} characters when written in ASCII`, targetUrlMax)
    : { ok: true, url };
}

function checkParts(url: URL, text: string): TargetRefusal | null {
  const authority = /^[^:]+:\/\/([^/?#]*)/.exec(text)?.[1] ?? '';
  if (url.username !== '' || url.password !== '' || authority.includes('@')) {
    return refuse('url_credentials', 'must not contain a user or password; use a custom header');
  }
  if (text.includes('#')) return refuse('url_fragment', 'must not contain "#": that part is never sent');
  return url.port === '0' ? refuse('url_port', 'must not name port 0') : null;
}

/** `hostname` as `URL` gives it: lower case, IPv6 in brackets. Null where it may be a target. */
export function checkHost(hostname: string, allowed: readonly Cidr[]): TargetRefusal | null {
  const literal = addressLiteral(hostname);
  if (literal !== null) return checkAddress(literal, allowed);
  const name = withoutRootDot(hostname);
  if (
    name.length > 253 ||
    !/^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(name)
  ) {
    return refuse('url_host', 'must have a host that is a DNS name or an IP address');
  }
  if (isLoopbackName(name)) {
    const loopbackAllowed = inCidrs('127.0.0.1', allowed) || inCidrs('::1', allowed);
    return loopbackAllowed ? null : refuse('loopback', `the host ${name} is loopback, and is not allowed as a target`);
  }
  // An operator who allows a network of his own has names there too; they are then judged by their addresses alone.
  const isPrivate = !name.includes('.') || privateSuffixes.some((suffix) => name.endsWith(`.${suffix}`));
  if (!isPrivate || allowed.length > 0) return null;
  return refuse('private_name', `the host ${name} is a name of a private network, and is not allowed as a target`);
}

/** The address where a host is one, without brackets, else null. */
export function addressLiteral(hostname: string): string | null {
  if (hostname.startsWith('[')) return hostname.slice(1, -1);
  const host = withoutRootDot(hostname);
  return /^\d+\.\d+\.\d+\.\d+$/.test(host) ? host : null;
}

/** `localhost` and all below it, which mean this machine whatever DNS says (RFC 6761). */
export function isLoopbackName(hostname: string): boolean {
  const name = withoutRootDot(hostname);
  return name === 'localhost' || name.endsWith('.localhost');
}

/** `example.com.` and `example.com` are one name; certificates and TLS know only the second. */
export function withoutRootDot(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
}

function refuse(code: TargetRefusalCode, message: string, limit: number | null = null): TargetRefusal {
  return { code, message, limit };
}
