import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, Refusal } from '@arkan/kernel';
import { metaAt, sealedAs, specificationOf } from '../specification';
import { webhookDecider, type WebhookCommand } from './decide';
import type { WebhookConfig, WebhookEvent } from './events';
import type { WebhookState } from './state';

const given = specificationOf(webhookDecider);
const meta = metaAt(1_000);

const config: WebhookConfig = {
  name: 'Ledger',
  description: '',
  url: 'https://ledger.example/hook',
  eventTypes: ['leasing.lease.activated'],
  customHeaders: [
    { name: 'X-Team', value: 'books', sealed: null },
    { name: 'Authorization', value: null, sealed: sealedAs('auth') },
  ],
  retryCount: 5,
  timeoutMs: 10_000,
  ownerEmail: 'owner@acme.example',
};
const created: WebhookEvent = {
  type: 'WebhookCreated',
  data: { webhookId: 'wh_1', config, secret: sealedAs('first'), revision: 1 },
  meta: metaAt(0),
};
const paused: WebhookEvent = {
  type: 'WebhookPaused',
  data: { statusReason: 'holiday', revision: 2 },
  meta: metaAt(10),
};
const failing: WebhookEvent = {
  type: 'WebhookFailing',
  data: { since: metaAt(20).at, statusReason: '5 attempts in a row failed', revision: 1 },
  meta: metaAt(30),
};
const deleted: WebhookEvent = { type: 'WebhookDeleted', data: { revision: 2 }, meta: metaAt(40) };

describe('a webhook', () => {
  test('is created at revision 1, active', () => {
    given([])
      .when({ type: 'CreateWebhook', meta: metaAt(0), webhookId: 'wh_1', config, secret: sealedAs('first') })
      .then(created);
    expect(given([created]).state).toMatchObject({ kind: 'live', status: 'active', revision: 1, tenantId: 'acme' });
  });

  test('that is created again, by a repetition of the same request, stays as it is', () => {
    const again = { type: 'CreateWebhook' as const, meta: metaAt(1), webhookId: 'wh_1', config, secret: sealedAs('x') };
    given([created]).when(again).thenNothing();
    given([created, deleted]).when(again).thenRefused('idempotency_conflict');
    given([created])
      .when({ ...again, meta: metaAt(1, 'other') })
      .thenRefused('idempotency_conflict');
  });

  test('keeps in a change only the fields that differ', () => {
    given([created])
      .when({ type: 'ChangeWebhook', meta, ifMatch: 1, patch: { ...config, name: 'Books', retryCount: 5 } })
      .then({ type: 'WebhookChanged', data: { set: { name: 'Books' }, revision: 2 }, meta });
  });

  test('is not changed by a patch that says what is there already', () => {
    given([created]).when({ type: 'ChangeWebhook', meta, ifMatch: null, patch: config }).thenNothing();
  });

  test('moves updatedAt and the revision with its configuration, not with its health', () => {
    expect(given([created, failing]).state).toMatchObject({
      status: 'failing',
      revision: 1,
      updatedAt: created.meta.at,
      statusReason: '5 attempts in a row failed',
    });
    expect(given([created, paused]).state).toMatchObject({ revision: 2, updatedAt: paused.meta.at });
  });

  test('signs with the previous secret, too, until the overlap ends', () => {
    given([created])
      .when({ type: 'RotateSecret', meta, ifMatch: null, secret: sealedAs('second'), overlapSeconds: 60 })
      .then({
        type: 'SecretRotated',
        data: {
          secret: sealedAs('second'),
          previousSecret: { sealed: sealedAs('first'), expiresAt: metaAt(61_000).at },
          revision: 2,
        },
        meta,
      });
  });

  test('has no previous secret after a rotation without overlap', () => {
    given([created])
      .when({ type: 'RotateSecret', meta, ifMatch: null, secret: sealedAs('second'), overlapSeconds: 0 })
      .then({ type: 'SecretRotated', data: { secret: sealedAs('second'), previousSecret: null, revision: 2 }, meta });
  });

  test('says who paused it where no reason was given', () => {
    given([created])
      .when({ type: 'PauseWebhook', meta, ifMatch: null })
      .then({ type: 'WebhookPaused', data: { statusReason: 'paused by key_admin', revision: 2 }, meta });
  });

  test('may be paused while it is failing', () => {
    given([created, failing])
      .when({ type: 'PauseWebhook', meta: metaAt(50, 'acme', 'enough'), ifMatch: 1 })
      .then({
        type: 'WebhookPaused',
        data: { statusReason: 'enough', revision: 2 },
        meta: metaAt(50, 'acme', 'enough'),
      });
  });

  test('keeps nothing sealed when it is deleted', () => {
    const state = given([created, deleted]).state;
    expect(state).toMatchObject({ kind: 'deleted', revision: 2, config: { name: 'Ledger' } });
    expect(JSON.stringify(state)).not.toMatch(/ciphertext/);
  });

  const tests: { what: string; events: WebhookEvent[]; command: WebhookCommand; code: string; words: RegExp }[] = [
    {
      what: 'a change to a revision that was overtaken, naming both',
      events: [created, paused],
      command: { type: 'ChangeWebhook', meta, ifMatch: 1, patch: { name: 'x' } },
      code: 'revision_mismatch',
      words: /revision 1.*revision 2/,
    },
    {
      what: 'to pause what is paused',
      events: [created, paused],
      command: { type: 'PauseWebhook', meta, ifMatch: null },
      code: 'wrong_state',
      words: /paused already/,
    },
    {
      what: 'to resume what is active',
      events: [created],
      command: { type: 'ResumeWebhook', meta, ifMatch: null },
      code: 'wrong_state',
      words: /is active, it is not paused/,
    },
    {
      what: 'to resume what is failing',
      events: [created, failing],
      command: { type: 'ResumeWebhook', meta, ifMatch: null },
      code: 'wrong_state',
      words: /is failing, it is not paused/,
    },
    {
      what: 'anything on one that is not there',
      events: [],
      command: { type: 'DeleteWebhook', meta, ifMatch: null },
      code: 'not_found',
      words: /no webhook/,
    },
    {
      what: 'anything on one that was deleted',
      events: [created, deleted],
      command: { type: 'ReadSecret', meta },
      code: 'not_found',
      words: /no webhook/,
    },
    {
      what: 'another tenant, as if it did not exist, whatever revision it names',
      events: [created],
      command: { type: 'DeleteWebhook', meta: metaAt(0, 'other'), ifMatch: 7 },
      code: 'not_found',
      words: /no webhook/,
    },
  ];
  test.each(tests)('refuses $what', ({ events, command, code, words }) =>
    given(events).when(command).thenRefused(code, words),
  );

  test('counts each change of its configuration once, whatever happens to it', () => {
    const kinds = fc.constantFrom<(at: number) => WebhookCommand>(
      (at) => ({ type: 'ChangeWebhook', meta: metaAt(at), ifMatch: null, patch: { name: `n${at % 3}` } }),
      (at) => ({ type: 'RotateSecret', meta: metaAt(at), ifMatch: null, secret: sealedAs(`${at}`), overlapSeconds: 9 }),
      (at) => ({ type: 'PauseWebhook', meta: metaAt(at), ifMatch: null }),
      (at) => ({ type: 'ResumeWebhook', meta: metaAt(at), ifMatch: null }),
      (at) => ({ type: 'ReadSecret', meta: metaAt(at) }),
      (at) => ({ type: 'CheckAutoPause', meta: metaAt(at * 1_000), autoPauseMs: 10_000 }),
      (at) => ({
        type: 'ReportHealth',
        meta: metaAt(at),
        health: {
          consecutiveFailures: (at % 2) * 5,
          failingSinceMs: Date.parse(metaAt(at).at),
          lastFailureAtMs: at % 2 ? Date.parse(metaAt(at).at) + 1 : null,
          lastSuccessAtMs: at % 2 ? null : Date.parse(metaAt(at).at) + 1,
          exhaustedAtMs: null,
          goneAtMs: null,
          countsFromMs: 0,
        },
      }),
    );
    const configuration = new Set([
      'WebhookCreated',
      'WebhookChanged',
      'SecretRotated',
      'WebhookPaused',
      'WebhookResumed',
      'WebhookAutoPaused',
    ]);
    fc.assert(
      fc.property(fc.array(kinds, { maxLength: 40 }), (commands) => {
        const history: WebhookEvent[] = [created];
        commands.forEach((command, index) => {
          const state = fold<WebhookState, WebhookEvent>(webhookDecider, history);
          try {
            history.push(...webhookDecider.decide(command(index + 1), state));
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
        });
        const state = fold<WebhookState, WebhookEvent>(webhookDecider, history);
        const changes = history.filter((event) => configuration.has(event.type));
        expect(state).toMatchObject({ revision: changes.length, updatedAt: changes.at(-1)!.meta.at });
      }),
    );
  });
});
