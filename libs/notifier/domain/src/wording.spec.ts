import { describe, expect, test } from '@jest/globals';
import { decideNotice, untold, type Fact, type NoticeState } from './notice';
import { noticeMail, noticeMessage } from './wording';

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const gather = (...facts: Fact[]) =>
  facts.reduce<NoticeState>((state, fact) => decideNotice(state, fact, at, { windowMs: 900_000, settleMs: 0 }), untold)
    .gathered!;
const exhausted = (error = 'the receiver answered 500'): Fact => ({
  kind: 'delivery_exhausted',
  atMs: at,
  deliveryId: 'dlv_1',
  eventType: 'warranty.claim.submitted',
  attempt: 3,
  error,
});
const health = (kind: Exclude<Fact['kind'], 'delivery_exhausted'>): Fact => ({
  kind,
  atMs: at,
  reason: '5 attempts in a row failed',
  failingSince: '2026-01-01T00:00:00.000Z',
  pausesAt: '2026-01-06T00:00:00.000Z',
});
const ledger = { name: 'Ledger', host: 'hooks.acme.example' };

describe('a notice in words', () => {
  test.each<[string, Fact[], string, string]>([
    [
      'one delivery exhausted',
      [exhausted()],
      'A delivery of warranty.claim.submitted to "Ledger" (hooks.acme.example) was given up at 2026-01-02 03:04:05 UTC, after 3 attempts: the receiver answered 500. What to do: check the receiver and the address of the webhook, nothing more is sent of these by itself. Resend what was given up from the delivery log, or by a replay.',
      'A delivery to webhook "Ledger" given up',
    ],
    [
      'several, and failing',
      [exhausted(), exhausted('timeout'), health('webhook_failing')],
      '2 deliveries to "Ledger" (hooks.acme.example) were given up from 2026-01-02 03:04:05 UTC to 2026-01-02 03:04:05 UTC. The latest was warranty.claim.submitted, after 3 attempts: timeout. The webhook "Ledger" (hooks.acme.example) is failing since 2026-01-01 00:00:00 UTC: 5 attempts in a row failed. What to do: check the receiver and the address of the webhook, nothing more is sent of these by itself. Resend what was given up from the delivery log, or by a replay.',
      '2 deliveries to webhook "Ledger" given up',
    ],
    [
      'failing',
      [health('webhook_failing')],
      'The webhook "Ledger" (hooks.acme.example) is failing since 2026-01-01 00:00:00 UTC: 5 attempts in a row failed. What to do: check that the receiver answers with a 2xx status within the timeout; new events are still sent to it.',
      'Webhook "Ledger" is failing',
    ],
    [
      'recovered',
      [health('webhook_recovered')],
      'The webhook "Ledger" (hooks.acme.example) works again, as of 2026-01-02 03:04:05 UTC: 5 attempts in a row failed. What to do: nothing; look at the delivery log for what was given up meanwhile.',
      'Webhook "Ledger" works again',
    ],
    [
      'a pause ahead',
      [health('auto_pause_warning')],
      'The webhook "Ledger" (hooks.acme.example) has had no success since 2026-01-01 00:00:00 UTC and will be paused at 2026-01-06 00:00:00 UTC: 5 attempts in a row failed. What to do: put the receiver right, or change the address of the webhook, before it is paused.',
      'Webhook "Ledger" will be paused if it goes on failing',
    ],
    [
      'paused',
      [health('webhook_auto_paused')],
      'The webhook "Ledger" (hooks.acme.example) was paused by the platform at 2026-01-02 03:04:05 UTC: 5 attempts in a row failed. What to do: put the receiver right, then resume the webhook; events that match meanwhile are held and sent then.',
      'Webhook "Ledger" was paused',
    ],
  ])('%s', (_, facts, message, subject) => {
    const gathered = gather(...facts);
    expect(noticeMessage(gathered, ledger)).toBe(message);
    expect(noticeMail(gathered, ledger).subject).toBe(subject);
  });

  test('a mail has the facts beside the words, and the same in escaped HTML', () => {
    const mail = noticeMail(gather(exhausted('<script>alert(1)</script>')), { ...ledger, name: 'A & B' });
    expect(mail.text).toContain(
      [
        'Webhook: A & B',
        'Host: hooks.acme.example',
        'Deliveries given up: 1',
        'Latest: dlv_1 at 2026-01-02T03:04:05.678Z',
        'Error: <script>alert(1)</script>',
      ].join('\n'),
    );
    expect(mail.html).toContain('Webhook: A &amp; B<br>Host: hooks.acme.example<br>');
    expect(mail.html).toContain('&lt;script&gt;');
    expect(mail.html).not.toContain('<script>');
  });

  test('a hostile name and error make neither a line of their own nor a long subject', () => {
    const hostile = { name: `x\r\nBcc: all@acme.example\r\n\r\n${'y'.repeat(500)}`, host: null };
    const gathered = gather(exhausted('refused\r\n\r\nWhat to do: call 555\u202e'));
    const { subject, text } = noticeMail(gathered, hostile);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(subject.length).toBeLessThanOrEqual(150);
    expect(text.split('\n').filter((line) => /^(Bcc|What to do: call)/.test(line))).toEqual([]);
    expect(noticeMessage(gathered, hostile)).not.toMatch(/[\r\n\u202e]/);
  });
});
