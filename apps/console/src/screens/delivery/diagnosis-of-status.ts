import type { Diagnosis } from './diagnosis';

/** Those that say more than their class does. */
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

/** What is behind an answer that was no success. */
export function ofStatus(status: number): Diagnosis {
  return byStatus[status] ?? byClass[Math.floor(status / 100)] ?? byClass[5]!;
}
