import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { JsonObject } from '@arkan/kernel';
import { eventCodec, UnreadableEventError, type StoredEvent } from './event-codec';
import { metaAt } from './specification';
import { webhookCodec, webhookEvents, type WebhookEvent } from './webhook/events';

const stored = (type: string, version: number, data: JsonObject): StoredEvent => ({
  id: '01890000-0000-7000-8000-000000000001',
  type,
  data,
  metadata: { ...metaAt(0), version, previousHash: null } as unknown as JsonObject,
});

describe('the codec of events', () => {
  test('reads what it wrote', () => {
    const event: WebhookEvent = {
      type: 'WebhookPaused',
      data: { statusReason: 'x', revision: 2 },
      meta: metaAt(5, 'acme', 'x'),
    };
    const [written] = webhookCodec.encode([event], null, () => 'an id');
    expect(webhookCodec.decode(JSON.parse(JSON.stringify(written)) as StoredEvent)).toEqual(event);
  });

  test('reads an event of an older version as if it were written now', () => {
    // Before version 2 a pause had its reason in one field with who did it; before version 3, in a list.
    const codec = eventCodec({
      ...webhookEvents,
      WebhookPaused: {
        ...webhookEvents.WebhookPaused,
        version: 3,
        upcasters: {
          1: ({ by, ...data }) => ({ ...data, reasons: [`paused by ${String(by)}`] }),
          2: ({ reasons, ...data }) => ({ ...data, statusReason: (reasons as string[]).join('; ') }),
        },
      },
    });
    const now = { type: 'WebhookPaused', data: { statusReason: 'paused by key_1', revision: 2 }, meta: metaAt(0) };
    expect(codec.decode(stored('WebhookPaused', 1, { by: 'key_1', revision: 2 }))).toEqual(now);
    expect(codec.decode(stored('WebhookPaused', 2, { reasons: ['paused by key_1'], revision: 2 }))).toEqual(now);
    expect(codec.encode([now as WebhookEvent], null, () => 'an id')[0]!.metadata.version).toBe(3);
  });

  test.each([
    { what: 'an unknown type', event: stored('WebhookMelted', 1, {}), words: /no event type WebhookMelted/ },
    { what: 'a name of every object', event: stored('toString', 1, {}), words: /no event type/ },
    { what: 'a newer version', event: stored('WebhookResumed', 2, { revision: 3 }), words: /version 2.*newer build/ },
    { what: 'a wrong shape', event: stored('WebhookResumed', 1, { revision: 'three' }), words: /revision/ },
    {
      what: 'no metadata',
      event: { ...stored('WebhookResumed', 1, { revision: 3 }), metadata: {} },
      words: /tenantId/,
    },
  ])('refuses $what', ({ event, words }) => {
    expect(() => webhookCodec.decode(event)).toThrow(UnreadableEventError);
    expect(() => webhookCodec.decode(event)).toThrow(words);
  });

  test.each(['half a \ud800 character', 'a nul \0'])(
    'never writes %p, which the read models could not take',
    (text) => {
      const event: WebhookEvent = { type: 'WebhookPaused', data: { statusReason: text, revision: 2 }, meta: metaAt(0) };
      expect(() => webhookCodec.encode([event], null, () => 'an id')).toThrow(UnreadableEventError);
      const inMeta = { ...event, data: { statusReason: 'x', revision: 2 }, meta: metaAt(0, 'acme', text) };
      expect(() => webhookCodec.encode([inMeta], null, () => 'an id')).toThrow(UnreadableEventError);
    },
  );

  test('refuses an older version that nothing leads up from', () => {
    const codec = eventCodec({ Thing: { version: 2, schema: z.object({}) } });
    expect(() => codec.decode(stored('Thing', 1, {}))).toThrow(/no way from version 1 to 2/);
  });
});
