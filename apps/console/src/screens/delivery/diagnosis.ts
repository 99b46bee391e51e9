import type { Schemas } from '../../api/client';
import { ofStatus } from './diagnosis-of-status';

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
  if (outcome === 'http_error') return ofStatus(response?.status ?? 0);
  const words = error ?? '';
  if (outcome === 'timeout')
    return /ran out while (connecting|the host name)/.test(words) ? connectTimeout : byOutcome.timeout;
  if (outcome === 'blocked_address' || outcome === 'unknown') return byOutcome[outcome];
  return byWords.find(([pattern]) => pattern.test(words))?.[1] ?? byOutcome[outcome];
}
