import type { FieldError } from '../errors';

export const customHeaderLimits = {
  count: 20,
  /** Characters of a name. Nothing standard passes 40; some proxies refuse more than 128. */
  nameMax: 128,
  valueMax: 1_024,
} as const;

/** What takes the place of a value that must not be shown. */
export const maskedValue = '***';

/**
 * Names that a webhook can't set: what this platform signs and states itself, and what belongs to the connection (RFC 9110, 7.6.1)
 * or the framing of the message. Accept-Encoding too, since answers are logged as they come and never decompressed.
 */
const refusedNames = new Set([
  'host',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'http2-settings',
  'accept-encoding',
]);
const refusedPrefixes = ['x-signature', 'webhook-', 'x-event-', 'x-delivery-', 'content-', 'proxy-'];

/** RFC 9110, 5.6.2. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Printable ASCII, spaces and tabs inside. Other bytes have no agreed meaning in a header (RFC 9110, 5.5). */
const value = /^([\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?)?$/;

/** Authorization, cookies, and whatever calls itself a key, token, secret, password or credential. */
const secretName = /authorization|cookie|key|token|secret|passw|credential|(^|[-_])auth($|[-_])/i;

/** Whether the value of a header must not be shown again. Errs on the side of hiding. */
export function isSecretHeaderName(name: string): boolean {
  return secretName.test(name);
}

/** A copy in which every value that must not be shown is `***`. */
export function maskHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [name, isSecretHeaderName(name) ? maskedValue : text]),
  );
}

/** Whether a webhook may set the header; independent of case. */
export function isSettableHeaderName(name: string): boolean {
  const lower = name.toLowerCase();
  return token.test(name) && !refusedNames.has(lower) && !refusedPrefixes.some((prefix) => lower.startsWith(prefix));
}

/** Every fault of a webhook's custom headers, none where they may be sent. `pointer` is the RFC 6901 pointer of the object. */
export function checkCustomHeaders(
  headers: Readonly<Record<string, string>>,
  pointer = '/customHeaders',
): FieldError[] {
  const entries = Object.entries(headers);
  const { count } = customHeaderLimits;
  if (entries.length > count) {
    return [{ pointer, code: 'too_many', message: `must have at most ${count} headers`, limit: count }];
  }
  const seen = new Set<string>();
  return entries.flatMap(([name, text]) => {
    const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const lower = name.toLowerCase();
    const fault = checkName(name) ?? (seen.has(lower) ? duplicate : checkValue(text));
    seen.add(lower);
    return fault ? [{ pointer: at, ...fault }] : [];
  });
}

type Fault = Omit<FieldError, 'pointer'>;

const duplicate: Fault = { code: 'duplicate', message: 'is there twice: header names have no case', limit: null };

function checkName(name: string): Fault | null {
  const limit = customHeaderLimits.nameMax;
  if (name.length > limit) {
    return { code: 'too_long', message: `must have a name of at most ${limit} characters`, limit };
  }
  if (!token.test(name)) {
    return { code: 'header_name', message: 'must have a name of letters, digits and "-", "_", "." only', limit: null };
  }
  if (isSettableHeaderName(name)) return null;
  return { code: 'header_reserved', message: 'is set by the platform or by the connection', limit: null };
}

function checkValue(text: string): Fault | null {
  const limit = customHeaderLimits.valueMax;
  if (text.length > limit) {
    return { code: 'too_long', message: `must have a value of at most ${limit} characters`, limit };
  }
  if (value.test(text)) return null;
  return {
    code: 'header_value',
    message: 'must have a value of printable ASCII characters, without line ends and without spaces around it',
    limit: null,
  };
}
