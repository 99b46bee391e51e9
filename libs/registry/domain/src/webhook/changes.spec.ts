import { describe, expect, test } from '@jest/globals';
import { metaAt, sealedAs } from '../specification';
import { changesOf } from './changes';
import type { StoredHeader, WebhookConfig, WebhookEvent } from './events';
import { evolve, type WebhookState } from './state';

const secretHeader = (text: string): StoredHeader => ({ name: 'Authorization', value: null, sealed: sealedAs(text) });
const config: WebhookConfig = {
  name: 'Ledger',
  description: 'books',
  url: 'https://ledger.example/hook',
  eventTypes: ['leasing.*'],
  customHeaders: [{ name: 'X-Team', value: 'a', sealed: null }, secretHeader('one')],
  retryCount: 5,
  timeoutMs: 10_000,
  ownerEmail: 'owner@acme.example',
};
const created: WebhookEvent = {
  type: 'WebhookCreated',
  data: { webhookId: 'wh_1', config, secret: sealedAs('first'), revision: 1 },
  meta: metaAt(0),
};
const live = evolve({ kind: 'absent' }, created);
const shown = (event: WebhookEvent, before: WebhookState = live) =>
  changesOf(before, event, evolve(before, event)).map(({ field, before: from, after }) => [field, from, after]);

describe('what an event changed', () => {
  test('is every field at the creation, the secret masked', () => {
    const fields = shown(created, { kind: 'absent' });
    expect(fields).toContainEqual(['name', null, 'Ledger']);
    expect(fields).toContainEqual(['customHeaders.X-Team', null, 'a']);
    expect(fields).toContainEqual(['customHeaders.Authorization', null, '***']);
    expect(fields).toContainEqual(['secret', null, '***']);
    expect(JSON.stringify(fields)).not.toMatch(/ciphertext|first|one/);
  });

  test.each<{ what: string; set: Partial<WebhookConfig>; changes: unknown[] }>([
    { what: 'a field', set: { retryCount: 3 }, changes: [['retryCount', 5, 3]] },
    {
      what: 'a secret header, of which only the fact shows',
      set: { customHeaders: [config.customHeaders[0]!, secretHeader('two')] },
      changes: [['customHeaders.Authorization', '***', '***']],
    },
    {
      what: 'a header that came and one that went',
      set: { customHeaders: [{ name: 'X-New', value: 'n', sealed: null }, secretHeader('one')] },
      changes: [
        ['customHeaders.X-Team', 'a', null],
        ['customHeaders.X-New', null, 'n'],
      ],
    },
  ])('shows $what', ({ set, changes }) => {
    expect(shown({ type: 'WebhookChanged', data: { set, revision: 2 }, meta: metaAt(1) })).toEqual(changes);
  });

  test('is the status and why', () => {
    expect(shown({ type: 'WebhookPaused', data: { statusReason: 'why', revision: 2 }, meta: metaAt(1) })).toEqual([
      ['status', 'active', 'paused'],
      ['statusReason', null, 'why'],
    ]);
    expect(shown({ type: 'WebhookDeleted', data: { revision: 2 }, meta: metaAt(1) })).toEqual([
      ['status', 'active', 'deleted'],
    ]);
  });

  test('is the secret, masked on both sides, and until when the old one signs', () => {
    const data = {
      secret: sealedAs('second'),
      previousSecret: { sealed: sealedAs('first'), expiresAt: metaAt(60).at },
      revision: 2,
    };
    expect(shown({ type: 'SecretRotated', data, meta: metaAt(1) })).toEqual([
      ['secret', '***', '***'],
      ['previousSecretExpiresAt', null, metaAt(60).at],
    ]);
  });

  test('is nothing for a read or a refusal', () => {
    expect(shown({ type: 'SecretRead', data: { revision: 1 }, meta: metaAt(1) })).toEqual([]);
  });
});
