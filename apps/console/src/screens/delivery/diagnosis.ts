import type { Schemas } from '../../api/client';

export type Attempt = Schemas['Attempt'];

export interface Diagnosis {
  title: string;
  /** What is most often behind it. */
  cause: string;
  todo: string;
  /** Who can mend it. */
  whose: 'receiver' | 'configuration' | 'platform' | 'either';
  /** What follows by itself, where that is special. */
  follows?: string;
}

/** What is known of an attempt that was no success. */
export type Failed = Pick<Attempt, 'outcome' | 'error' | 'response' | 'timing'>;

export const whoseWords: Record<Diagnosis['whose'], string> = {
  receiver: "The receiver's",
  configuration: "The webhook's configuration",
  platform: "The platform's",
  either: "The receiver's, or of the network in between",
};

/** A status of its own, or in `class` its class. */
const byStatus: Record<number, Diagnosis> = {
  400: {
    title: 'The receiver says that the request is malformed',
    cause: 'It expects another shape of body, another content type or a field that is not there.',
    todo: "Look at the answer's body: it often names the field. Compare the request with the type's schema in the catalog.",
    whose: 'receiver',
  },
  401: {
    title: 'The receiver did not accept who sent it',
    cause:
      'Its check of the signature failed, most often by an old or mistyped secret, or a custom header with a token is wrong.',
    todo: "Compare the secret there with the webhook's, and try this request in the signature checker on the Security tab.",
    whose: 'either',
  },
  403: {
    title: 'The receiver forbids it',
    cause: 'A firewall, an allow list of addresses or a web application firewall stands before it.',
    todo: 'Let the platform through there, or correct the token in the custom headers.',
    whose: 'receiver',
  },
  404: {
    title: 'Nothing is at this address',
    cause: 'The path of the URL is wrong, or the receiver was moved.',
    todo: 'Correct the URL of the webhook, then resend.',
    whose: 'configuration',
  },
  405: {
    title: 'The address does not take POST',
    cause: 'The URL leads to a page or another endpoint than the one that receives.',
    todo: 'Correct the URL of the webhook, then resend.',
    whose: 'configuration',
  },
  408: {
    title: 'The receiver waited too long for the request',
    cause: 'Its server or a proxy before it was overloaded, or its limit is very short.',
    todo: "Look at the receiver's load and limits. It is tried again.",
    whose: 'receiver',
  },
  410: {
    title: 'The receiver is gone for good',
    cause: 'It answered 410, which says: send nothing here any more.',
    todo: 'Where that was meant, delete the webhook. Else mend the receiver and resume the webhook.',
    whose: 'receiver',
    follows: 'The webhook was paused by it; what matches is held until it is resumed.',
  },
  413: {
    title: 'The body is too large for the receiver',
    cause: 'A limit of its server or of a proxy before it is lower than this event.',
    todo: 'Raise the limit there: the data of an event has 256 KiB at most.',
    whose: 'receiver',
  },
  415: {
    title: 'The receiver does not take this content type',
    cause: 'It expects something else than application/json.',
    todo: 'Let it take JSON: every delivery is JSON in UTF-8.',
    whose: 'receiver',
  },
  422: {
    title: 'The receiver read it and refused it',
    cause: 'A rule of its own was broken by this event, e.g. something unknown to it is named.',
    todo: "Look at the answer's body. Where the event is of no use to it, it should answer 2xx and ignore it.",
    whose: 'receiver',
  },
  429: {
    title: 'The receiver has had too many requests',
    cause: 'Its rate limit was reached.',
    todo: 'Raise the limit there. A Retry-After header in its answer says when it is ready again.',
    whose: 'receiver',
    follows: 'The next attempt waits at least as long as its Retry-After asks for, up to 24 hours.',
  },
  502: {
    title: 'A proxy before the receiver got no good answer',
    cause: 'The program behind the proxy is down, starting anew, or crashed on this request.',
    todo: "Look at the program behind the proxy and its log at this attempt's time.",
    whose: 'receiver',
  },
  503: {
    title: 'The receiver is not available',
    cause: 'It is being deployed, overloaded, or out of service.',
    todo: 'Wait until it is back, then resend what has failed.',
    whose: 'receiver',
  },
  504: {
    title: 'A proxy before the receiver waited too long',
    cause: 'The program behind it does its work before it answers.',
    todo: 'Let it put the event on a queue, answer at once, and work afterwards.',
    whose: 'receiver',
  },
};

const byClass: Record<number, Diagnosis> = {
  1: {
    title: 'The receiver gave no final answer',
    cause: 'It answered with a provisional status only.',
    todo: 'Let it answer 2xx.',
    whose: 'receiver',
  },
  3: {
    title: 'The receiver answered with a redirect',
    cause:
      'The URL is an old one, lacks a slash at its end, or leads to a sign-in page. Redirects are not followed, so that a signed body never goes where nobody has allowed it.',
    todo: 'Enter the address that the Location header names as the URL, then resend.',
    whose: 'configuration',
  },
  4: {
    title: 'The receiver refused the request',
    cause: 'Something about this request does not suit it.',
    todo: "Look at the answer's body, then change the receiver or the webhook.",
    whose: 'receiver',
  },
  5: {
    title: 'The receiver broke on it',
    cause: 'Its program failed while it handled this event.',
    todo: "Look into its log at this attempt's time. Once it is mended, resend.",
    whose: 'receiver',
  },
};

/** By the words of the error: the log keeps no code beside them. The first that fits. */
const byWords: [RegExp, Diagnosis][] = [
  [
    /not known to DNS/,
    {
      title: 'The host name does not exist',
      cause: 'The URL is mistyped, or the DNS record was removed.',
      todo: 'Check the host in the URL, or put the record back.',
      whose: 'configuration',
    },
  ],
  [
    /DNS gave no answer/,
    {
      title: 'The host name could not be looked up',
      cause: "The name servers of the receiver's domain did not answer.",
      todo: 'Ask who runs that domain. It is tried again, and often works then.',
      whose: 'either',
    },
  ],
  [
    /certificate has expired/,
    {
      title: 'The certificate has expired',
      cause: 'It was not renewed in time.',
      todo: 'Renew the certificate of the receiver, then resend.',
      whose: 'receiver',
    },
  ],
  [
    /certificate is not valid yet/,
    {
      title: 'The certificate is not valid yet',
      cause: 'It was made for a later time, or a clock is wrong.',
      todo: "Check the certificate's dates and the clock of whoever made it.",
      whose: 'receiver',
    },
  ],
  [
    /certificate was revoked/,
    {
      title: 'The certificate was revoked',
      cause: 'Its authority has withdrawn it.',
      todo: 'Install a new certificate at the receiver.',
      whose: 'receiver',
    },
  ],
  [
    /self-signed/,
    {
      title: 'The certificate is self-signed',
      cause: 'Nobody who is trusted vouches for it, so anybody could have made it.',
      todo: 'Install a certificate of a public authority. Of a private one, the operator can trust the root.',
      whose: 'receiver',
    },
  ],
  [
    /not from a trusted authority/,
    {
      title: 'The certificate is not trusted',
      cause: 'The intermediate certificate is not sent along, or a private authority made it.',
      todo: 'Let the server send the whole chain ("fullchain"). Of a private authority, the operator can trust the root.',
      whose: 'receiver',
    },
  ],
  [
    /certificate is not for/,
    {
      title: 'The certificate is for another name',
      cause: 'The host of the URL is not among the names of the certificate.',
      todo: 'Use the name that the certificate has, or add this one to it.',
      whose: 'either',
    },
  ],
  [
    /does not speak TLS/,
    {
      title: 'There is no TLS at this port',
      cause: 'The port is that of plain HTTP or of something else.',
      todo: 'Correct the port in the URL, or switch HTTPS on there.',
      whose: 'configuration',
    },
  ],
  [
    /refused the connection/,
    {
      title: 'The connection was refused',
      cause: 'Nothing listens at this port: the receiver is down, or the port is wrong.',
      todo: 'Start the receiver, or correct the port in the URL.',
      whose: 'receiver',
    },
  ],
  [
    /no network route/,
    {
      title: 'The receiver can not be reached',
      cause: 'Its network is down, or a firewall turns the connection away.',
      todo: 'Ask who runs its network.',
      whose: 'either',
    },
  ],
  [
    /closed the connection/,
    {
      title: 'The connection broke off',
      cause: 'The receiver crashed, restarted, or a proxy cut an idle connection. It may have the event already.',
      todo: "Look into its log at this attempt's time. It is tried again: dedupe on webhook-id.",
      whose: 'receiver',
    },
  ],
  [
    /not valid HTTP|too many or too long headers/,
    {
      title: 'The answer could not be read',
      cause: 'What listens there is no web server, or its headers are malformed or too large.',
      todo: 'Check the port in the URL and what the receiver answers.',
      whose: 'receiver',
    },
  ],
  [
    /header of the request is not valid/,
    {
      title: 'It could not be sent',
      cause: 'A custom header of the webhook has a value that HTTP does not allow.',
      todo: 'Correct the custom headers.',
      whose: 'configuration',
    },
  ],
];

const byOutcome: Record<Exclude<Attempt['outcome'], 'success' | 'http_error'>, Diagnosis> = {
  timeout: {
    title: 'No complete answer in time',
    cause: 'The receiver does its work before it answers, or is overloaded.',
    todo: "Let it queue the event, answer at once, and work afterwards; or raise the webhook's timeout, up to 30 s. It may have the event already: dedupe on webhook-id.",
    whose: 'receiver',
  },
  connect_error: {
    title: 'No connection',
    cause: 'The receiver is down, or a network in between is.',
    todo: 'Check that the URL can be reached from the internet.',
    whose: 'either',
  },
  tls_error: {
    title: 'TLS could not be set up',
    cause: "The receiver's TLS is too old, or its certificate is not right.",
    todo: 'Check it with a TLS test of your choice; TLS 1.2 or newer is wanted.',
    whose: 'receiver',
  },
  blocked_address: {
    title: 'The address is not allowed',
    cause: "The host leads to a private, local or reserved address, where the platform doesn't send.",
    todo: 'Use an address that is reachable from the internet. Private networks are allowed by the operator (ARKAN_ALLOWED_TARGETS).',
    whose: 'configuration',
  },
  unknown: {
    title: 'It is not known whether it arrived',
    cause: 'The platform stopped while the request was under way.',
    todo: 'Nothing has to be done: it is sent again with the same webhook-id, on which receivers dedupe.',
    whose: 'platform',
  },
};

const connectTimeout: Diagnosis = {
  title: 'The connection was not taken in time',
  cause: 'A firewall drops the packets, or the host is down.',
  todo: "Let the platform through the receiver's firewall, and check the host and port of the URL.",
  whose: 'either',
};

/** What is behind a failure, and what to do; null for a success. */
export function diagnose({ outcome, error, response }: Failed): Diagnosis | null {
  if (outcome === 'success') return null;
  if (outcome === 'http_error') {
    const status = response?.status ?? 0;
    return byStatus[status] ?? byClass[Math.floor(status / 100)] ?? byClass[5]!;
  }
  const words = error ?? '';
  if (outcome === 'timeout')
    return /ran out while (connecting|the host name)/.test(words) ? connectTimeout : byOutcome.timeout;
  if (outcome === 'blocked_address' || outcome === 'unknown') return byOutcome[outcome];
  return byWords.find(([pattern]) => pattern.test(words))?.[1] ?? byOutcome[outcome];
}
