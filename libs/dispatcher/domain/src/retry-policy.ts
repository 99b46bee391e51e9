import { nominalDelayMs, type Backoff } from '@arkan/kernel';
import type { Outcome } from './outcome';

export interface RetryPolicy extends Backoff {
  /** 0.2 stretches or shortens each delay by up to 20 %. 0 to 1. */
  jitter: number;
  /** Retries after the first attempt. */
  retryCount: number;
}

export const defaultRetryPolicy: RetryPolicy = { baseMs: 5_000, maxMs: 21_600_000, jitter: 0.2, retryCount: 5 };

/** A receiver may ask for a longer wait, up to this. */
export const retryAfterMaxMs = 86_400_000;

/**
 * A crash that hides a result is not the receiver's failure, so such attempts are made up for; not without end, since a delivery
 * that itself brings the process down would come round for ever.
 */
export const unknownAttemptsFree = 5;

export interface AttemptEnded {
  /** Of this attempt, from 1, over the attempts of the present run: a resend by hand begins a new one. */
  attempt: number;
  /** How many of these attempts, this one included, ended `unknown`. */
  unknownCount: number;
  outcome: Outcome;
  httpStatus: number | null;
  /** As received; null where there is none. */
  retryAfter: string | null;
  policy: RetryPolicy;
  /** In [0, 1). */
  random: number;
  /** ms since 1970. */
  nowMs: number;
}

export type NextStep =
  | { kind: 'done' }
  /** `pauseWebhook`: the receiver said 410 Gone. The delivery is then held instead, with the retries that it has left. */
  | { kind: 'retry'; atMs: number; pauseWebhook: boolean }
  | { kind: 'exhausted'; pauseWebhook: boolean };

/** What follows an attempt. Pure: time and randomness are given. */
export function nextAttempt(ended: AttemptEnded): NextStep {
  const { policy, nowMs } = ended;
  if (ended.outcome === 'success') return { kind: 'done' };
  const pauseWebhook = ended.httpStatus === 410;
  const counted = ended.attempt - Math.min(ended.unknownCount, unknownAttemptsFree);
  if (counted > policy.retryCount) return { kind: 'exhausted', pauseWebhook };
  const backoffMs = nominalDelayMs(counted, policy) * (1 + policy.jitter * (2 * ended.random - 1));
  const askedMs = Math.min(parseRetryAfter(ended.retryAfter, nowMs) ?? 0, retryAfterMaxMs);
  return { kind: 'retry', atMs: nowMs + Math.round(Math.max(backoffMs, askedMs)), pauseWebhook };
}

const days = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const longDays = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)';
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const month = `(?<month>${months.join('|')})`;
const time = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';
/** The three forms of RFC 9110, 5.6.7: IMF-fixdate, RFC 850, asctime. */
const httpDates = [
  new RegExp(`^${days}, (?<day>\\d\\d) ${month} (?<year>\\d{4}) ${time} GMT$`),
  new RegExp(`^${longDays}, (?<day>\\d\\d)-${month}-(?<year>\\d\\d) ${time} GMT$`),
  new RegExp(`^${days} ${month} (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})$`),
];

/** Milliseconds to wait as `Retry-After` asks (RFC 9110, 10.2.3), never negative; null where it is absent or malformed. */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d{1,20}$/.test(text)) return Number(text) * 1_000;
  const at = parseHttpDate(text, nowMs);
  return at === null ? null : Math.max(0, at - nowMs);
}

function parseHttpDate(text: string, nowMs: number): number | null {
  if (text.length > 40) return null;
  for (const form of httpDates) {
    const parts = form.exec(text)?.groups;
    if (!parts) continue;
    const number = (name: string) => Number(parts[name]);
    const at = Date.UTC(
      fullYear(parts.year ?? '', nowMs),
      months.indexOf(parts.month ?? ''),
      number('day'),
      number('hour'),
      number('minute'),
      Math.min(number('second'), 59),
    );
    const isReal = new Date(at).getUTCDate() === number('day') && number('hour') < 24 && number('minute') < 60;
    return isReal && number('second') <= 60 ? at : null;
  }
  return null;
}

/** Two digits that seem more than 50 years ahead mean the past (RFC 9110, 5.6.7). */
function fullYear(text: string, nowMs: number): number {
  if (text.length === 4) return Number(text);
  const thisYear = new Date(nowMs).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(text);
  return year > thisYear + 50 ? year - 100 : year;
}
