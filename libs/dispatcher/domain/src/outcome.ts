/** What an attempt came to. The same words as in the API. */
export type Outcome =
  'success' | 'http_error' | 'timeout' | 'connect_error' | 'tls_error' | 'blocked_address' | 'unknown';

/** How far an exchange had come. */
export type Phase = 'dns' | 'connect' | 'tls' | 'headers' | 'body';

/** Why there is no complete answer, as the sender saw it. */
export type Failure =
  | { kind: 'timeout'; phase: Phase; timeoutMs: number }
  /** The target itself is refused; `message` is the guard's own. */
  | { kind: 'blocked'; code: string; message: string }
  /** `code` is Node's, OpenSSL's or undici's. */
  | { kind: 'error'; phase: Phase; code: string; host: string }
  /** This process stopped or died while the request was under way. */
  | { kind: 'interrupted' };

export interface Verdict {
  outcome: Outcome;
  /** Stable short word that groups like causes: `http_500`, `timeout_connect`, `tls_self_signed`. `success` where there is none. */
  causeKey: string;
  /** In plain words for a person; null on success. */
  error: string | null;
}

const success: Verdict = { outcome: 'success', causeKey: 'success', error: null };

const statusWords: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Of a complete answer: only a 2xx is a success. */
export function judgeStatus(status: number): Verdict {
  if (status >= 200 && status <= 299) return success;
  const words = statusWords[status];
  const answer = `The receiver answered ${status}${words ? ` (${words})` : ''}`;
  const more =
    status >= 300 && status <= 399
      ? '; redirects are not followed, so give the final URL'
      : status === 410
        ? ': it wants no more of these, so the webhook is paused'
        : '';
  return { outcome: 'http_error', causeKey: `http_${status}`, error: `${answer}${more}.` };
}

const waitingFor: Record<Phase, string> = {
  dns: 'the host name was being looked up',
  connect: 'connecting',
  tls: 'setting up TLS',
  headers: 'waiting for the answer',
  body: 'reading the body of the answer',
};

/** Of an exchange without a complete answer. */
export function judgeFailure(failure: Failure): Verdict {
  switch (failure.kind) {
    case 'timeout':
      return {
        outcome: 'timeout',
        causeKey: `timeout_${failure.phase}`,
        error: `No complete answer within ${failure.timeoutMs} ms: time ran out while ${waitingFor[failure.phase]}.`,
      };
    case 'blocked':
      return {
        outcome: 'blocked_address',
        causeKey: `blocked_${failure.code}`,
        error: `Not sent: ${failure.message}.`,
      };
    case 'interrupted':
      return {
        outcome: 'unknown',
        causeKey: 'interrupted',
        error: 'The platform stopped while the request was under way; whether it arrived is not known.',
      };
    case 'error':
      return judgeError(failure);
  }
}

type Cause = [outcome: Outcome, causeKey: string, words: (host: string) => string];

const selfSigned: Cause = [
  'tls_error',
  'tls_self_signed',
  () => "The receiver's certificate is self-signed, and no authority vouches for it",
];
const untrusted: Cause = [
  'tls_error',
  'tls_untrusted',
  () => "The receiver's certificate is not from a trusted authority, or an intermediate certificate is missing",
];
const reset: Cause = [
  'connect_error',
  'connection_reset',
  () => 'The receiver closed the connection before its answer was complete',
];
const tlsClosed: Cause = [
  'tls_error',
  'tls_closed',
  () => 'The receiver closed the connection while TLS was being set up',
];
const dnsDown: Cause = ['connect_error', 'dns_unavailable', (host) => `DNS gave no answer for ${host}`];
const dnsNotFound: Cause = ['connect_error', 'dns_not_found', (host) => `The host ${host} is not known to DNS`];
const unreachable: Cause = ['connect_error', 'unreachable', (host) => `There is no network route to ${host}`];
const invalid: Cause = ['connect_error', 'invalid_response', () => 'What the receiver answered is not valid HTTP'];

const invalidRequest: Cause = [
  'connect_error',
  'invalid_request',
  () => 'Not sent: a header of the request is not valid HTTP',
];

/** A Map, so that a code like `constructor` finds nothing. */
const causes = new Map<string, Cause>(
  Object.entries({
    ENOTFOUND: dnsNotFound,
    ENODATA: dnsNotFound,
    ENONAME: dnsNotFound,
    EAI_AGAIN: dnsDown,
    ESERVFAIL: dnsDown,
    EREFUSED: dnsDown,
    ETIMEOUT: dnsDown,
    ECONNREFUSED: [
      'connect_error',
      'connection_refused',
      (host) => `${host} refused the connection: nothing listens there`,
    ],
    EHOSTUNREACH: unreachable,
    ENETUNREACH: unreachable,
    EADDRNOTAVAIL: unreachable,
    ENETDOWN: unreachable,
    ETIMEDOUT: ['connect_error', 'connection_timeout', (host) => `${host} did not take the connection`],
    ECONNRESET: reset,
    EPIPE: reset,
    ECONNABORTED: reset,
    UND_ERR_SOCKET: reset,
    UND_ERR_RES_CONTENT_LENGTH_MISMATCH: reset,
    UND_ERR_HEADERS_OVERFLOW: [
      'connect_error',
      'headers_too_large',
      () => "The receiver's answer has too many or too long headers",
    ],
    UND_ERR_INVALID_ARG: invalidRequest,
    UND_ERR_NOT_SUPPORTED: invalidRequest,
    DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
    SELF_SIGNED_CERT_IN_CHAIN: ['tls_error', 'tls_untrusted', untrusted[2]],
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
    UNABLE_TO_GET_ISSUER_CERT: untrusted,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
    CERT_UNTRUSTED: untrusted,
    CERT_HAS_EXPIRED: ['tls_error', 'tls_expired', () => "The receiver's certificate has expired"],
    CERT_NOT_YET_VALID: ['tls_error', 'tls_not_yet_valid', () => "The receiver's certificate is not valid yet"],
    CERT_REVOKED: ['tls_error', 'tls_revoked', () => "The receiver's certificate was revoked"],
    ERR_TLS_CERT_ALTNAME_INVALID: [
      'tls_error',
      'tls_wrong_host',
      (host) => `The receiver's certificate is not for ${host}`,
    ],
    ERR_SSL_WRONG_VERSION_NUMBER: ['tls_error', 'tls_not_spoken', () => 'What listens there does not speak TLS'],
    ERR_SSL_PACKET_LENGTH_TOO_LONG: ['tls_error', 'tls_not_spoken', () => 'What listens there does not speak TLS'],
    EPROTO: ['tls_error', 'tls_protocol', () => 'TLS could not be agreed on'],
  }),
);

const byPhase: Record<Phase, Cause> = {
  dns: dnsDown,
  connect: ['connect_error', 'connection_failed', (host) => `${host} could not be connected to`],
  tls: [
    'tls_error',
    'tls_protocol',
    () => 'TLS could not be agreed on; it takes version 1.2 or newer and a valid certificate',
  ],
  headers: reset,
  body: reset,
};

function judgeError({ phase, code, host }: Extract<Failure, { kind: 'error' }>): Verdict {
  const [outcome, causeKey, words] = causeOf(phase, code);
  // The codes of the system and of OpenSSL help whoever runs the receiver; the client's own mean nothing to him.
  const shown = /^(UND_|HPE_|UNKNOWN)/.test(code) ? '' : ` (${code})`;
  return { outcome, causeKey, error: `${words(host)}${shown}.` };
}

function causeOf(phase: Phase, code: string): Cause {
  const known = causes.get(code);
  // c-ares and the system both say ECONNREFUSED, of a DNS server and of the receiver.
  if (phase === 'dns') return known?.[1].startsWith('dns_') ? known : dnsDown;
  if (phase === 'tls' && known === reset) return tlsClosed;
  if (code.startsWith('HPE_')) return invalid;
  return known ?? byPhase[phase];
}

/**
 * How an attempt speaks of the receiver's state: `ok` it keeps up; `refused` it answers quickly and declines this request;
 * `overloaded` it answers that it can't; `unreachable` it does not answer. `none`: nothing is learned.
 */
export type Signal = 'ok' | 'refused' | 'overloaded' | 'unreachable' | 'none';

export function receiverSignal(outcome: Outcome, httpStatus: number | null): Signal {
  if (outcome === 'success') return 'ok';
  if (outcome === 'unknown') return 'none';
  if (outcome !== 'http_error' || httpStatus === null) return 'unreachable';
  return httpStatus >= 500 || httpStatus === 429 || httpStatus === 408 ? 'overloaded' : 'refused';
}
