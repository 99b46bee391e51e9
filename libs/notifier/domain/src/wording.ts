import { toTimestamp, unreachable } from '@arkan/kernel';
import { leadingKind, type Gathered, type HealthChange } from './notice';
import { escapeHtml, oneLine } from './text';

/** How a webhook is called before people. `host` is that of its URL; null where it is not known. */
export interface WebhookFace {
  name: string;
  host: string | null;
}

export interface MailText {
  /** One line of at most 150 letters. */
  subject: string;
  text: string;
  /** The same, escaped. */
  html: string;
}

const sentence = (text: string) => `${text.replace(/[\s.…]+$/u, '')}.`;
const minute = (ms: number) => `${toTimestamp(ms).slice(0, 19).replace('T', ' ')} UTC`;
const time = (timestamp: string) => minute(Date.parse(timestamp));

/** What happened, to which webhook, the error in words, and what to do next: a few sentences of plain text. */
export function noticeMessage(gathered: Gathered, webhook: WebhookFace): string {
  return [...happenings(gathered, webhook), `What to do: ${nextStep(gathered)}`].join(' ');
}

function happenings(gathered: Gathered, webhook: WebhookFace): string[] {
  const called = `"${oneLine(webhook.name, 100)}"${webhook.host ? ` (${oneLine(webhook.host, 100)})` : ''}`;
  const { exhausted, health } = gathered;
  const told: string[] = [];
  if (exhausted) {
    const { count, firstAtMs, latest } = exhausted;
    const cause = sentence(oneLine(latest.error, 300));
    told.push(
      count === 1
        ? `A delivery of ${oneLine(latest.eventType, 200)} to ${called} was given up at ${minute(latest.atMs)}, after ${attempts(latest.attempt)}: ${cause}`
        : `${count} deliveries to ${called} were given up from ${minute(firstAtMs)} to ${minute(latest.atMs)}. The latest was ${oneLine(latest.eventType, 200)}, after ${attempts(latest.attempt)}: ${cause}`,
    );
  }
  for (const change of health) told.push(healthSentence(change, called));
  return told;
}

const attempts = (count: number) => (count === 1 ? '1 attempt' : `${count} attempts`);

function healthSentence(change: HealthChange, called: string): string {
  const reason = change.reason.trim() === '' ? '' : `: ${oneLine(change.reason, 300)}`;
  const since = change.failingSince ? ` since ${time(change.failingSince)}` : '';
  switch (change.kind) {
    case 'webhook_failing':
      return sentence(`The webhook ${called} is failing${since}${reason}`);
    case 'webhook_recovered':
      return sentence(`The webhook ${called} works again, as of ${minute(change.atMs)}${reason}`);
    case 'auto_pause_warning': {
      const when = change.pausesAt ? `at ${time(change.pausesAt)}` : 'soon';
      return sentence(`The webhook ${called} has had no success${since} and will be paused ${when}${reason}`);
    }
    case 'webhook_auto_paused':
      return sentence(`The webhook ${called} was paused by the platform at ${minute(change.atMs)}${reason}`);
    default:
      return unreachable(change.kind);
  }
}

function nextStep(gathered: Gathered): string {
  const kind = leadingKind(gathered);
  const resend = gathered.exhausted ? ' Resend what was given up from the delivery log, or by a replay.' : '';
  switch (kind) {
    case 'delivery_exhausted':
      return `check the receiver and the address of the webhook, nothing more is sent of these by itself.${resend}`;
    case 'webhook_failing':
      return 'check that the receiver answers with a 2xx status within the timeout; new events are still sent to it.';
    case 'webhook_recovered':
      return 'nothing; look at the delivery log for what was given up meanwhile.';
    case 'auto_pause_warning':
      return `put the receiver right, or change the address of the webhook, before it is paused.${resend}`;
    case 'webhook_auto_paused':
      return `put the receiver right, then resume the webhook; events that match meanwhile are held and sent then.${resend}`;
    default:
      return unreachable(kind);
  }
}

/** The same notice as a mail. */
export function noticeMail(gathered: Gathered, webhook: WebhookFace): MailText {
  const latest = gathered.exhausted?.latest;
  const facts = [
    `Webhook: ${oneLine(webhook.name, 100)}`,
    ...(webhook.host ? [`Host: ${oneLine(webhook.host, 100)}`] : []),
    ...(gathered.exhausted ? [`Deliveries given up: ${gathered.exhausted.count}`] : []),
    ...(latest ? [`Latest: ${latest.deliveryId} at ${toTimestamp(latest.atMs)}`] : []),
    ...(latest ? [`Error: ${oneLine(latest.error, 300)}`] : []),
  ];
  const paragraphs = [
    ...happenings(gathered, webhook),
    facts.join('\n'),
    `What to do: ${nextStep(gathered)}`,
    'This was sent to the owner of the webhook. At most one such mail a webhook is sent in a while; what happens in between is told together.',
  ];
  return {
    subject: subjectOf(gathered, webhook),
    text: `${paragraphs.join('\n\n')}\n`,
    html: htmlOf(paragraphs),
  };
}

function subjectOf(gathered: Gathered, webhook: WebhookFace): string {
  const called = `"${oneLine(webhook.name, 60)}"`;
  const count = gathered.exhausted?.count ?? 0;
  const kind = leadingKind(gathered);
  switch (kind) {
    case 'delivery_exhausted':
      return oneLine(`${count === 1 ? 'A delivery' : `${count} deliveries`} to webhook ${called} given up`, 150);
    case 'webhook_failing':
      return oneLine(`Webhook ${called} is failing`, 150);
    case 'webhook_recovered':
      return oneLine(`Webhook ${called} works again`, 150);
    case 'auto_pause_warning':
      return oneLine(`Webhook ${called} will be paused if it goes on failing`, 150);
    case 'webhook_auto_paused':
      return oneLine(`Webhook ${called} was paused`, 150);
    default:
      return unreachable(kind);
  }
}

function htmlOf(paragraphs: readonly string[]): string {
  const body = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll('\n', '<br>')}</p>`).join('\n');
  return `<!doctype html>\n<html><body>\n${body}\n</body></html>\n`;
}
