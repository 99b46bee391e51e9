import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createWebhookIndex, type IndexedWebhook } from './webhook-index';

const webhook = (over: Partial<IndexedWebhook> = {}): IndexedWebhook => ({
  webhookId: 'wh_1',
  tenantId: 'acme',
  eventTypes: ['leasing.lease.drafted'],
  status: 'active',
  position: '1',
  ...over,
});

describe('matching', () => {
  test.each<[string, Partial<IndexedWebhook>, string, string, boolean]>([
    ['the very type', {}, 'acme', 'leasing.lease.drafted', true],
    ['another type of the module', {}, 'acme', 'leasing.lease.renewed', false],
    ['another tenant', {}, 'other', 'leasing.lease.drafted', false],
    ['a whole module', { eventTypes: ['leasing.*'] }, 'acme', 'leasing.lease.added_later', true],
    ['a module whose name only begins so', { eventTypes: ['lease.*'] }, 'acme', 'leasing.lease.drafted', false],
    ['a paused webhook', { status: 'paused' }, 'acme', 'leasing.lease.drafted', true],
    ['a failing webhook', { status: 'failing' }, 'acme', 'leasing.lease.drafted', true],
    ['a deleted webhook', { status: 'deleted' }, 'acme', 'leasing.lease.drafted', false],
    [
      'a tenant named like a property of objects',
      { tenantId: 'constructor' },
      'constructor',
      'leasing.lease.drafted',
      true,
    ],
  ])('%s', (_, over, tenantId, type, matches) => {
    const index = createWebhookIndex();
    index.apply(webhook(over));
    expect(index.match(tenantId, type)).toEqual(matches ? ['wh_1'] : []);
  });

  test('a webhook that takes a type and its module is found once', () => {
    const index = createWebhookIndex();
    index.apply(webhook({ eventTypes: ['leasing.lease.drafted', 'leasing.*', 'leasing.lease.drafted'] }));
    expect(index.match('acme', 'leasing.lease.drafted')).toEqual(['wh_1']);
  });

  test('an older message changes nothing, also after a deletion', () => {
    const index = createWebhookIndex();
    index.apply(webhook({ position: '10', status: 'deleted' }));
    index.apply(webhook({ position: '9' }));
    expect(index.match('acme', 'leasing.lease.drafted')).toEqual([]);
    expect(index.position()).toBe(10n);
  });

  test('positions compare as numbers, not as text', () => {
    const index = createWebhookIndex();
    index.apply(webhook({ position: '9' }));
    index.apply(webhook({ position: '10', eventTypes: ['leasing.lease.renewed'] }));
    expect(index.match('acme', 'leasing.lease.drafted')).toEqual([]);
    expect(index.match('acme', 'leasing.lease.renewed')).toEqual(['wh_1']);
  });

  test('a forgotten webhook is gone', () => {
    const index = createWebhookIndex();
    index.apply(webhook());
    index.forget('wh_1');
    index.forget('wh_unknown');
    expect(index.match('acme', 'leasing.lease.drafted')).toEqual([]);
    expect(index.size).toBe(0);
  });

  const change = fc.record({
    webhookId: fc.constantFrom('wh_a', 'wh_b', 'wh_c'),
    tenantId: fc.constantFrom('t1', 't2'),
    eventTypes: fc.array(fc.constantFrom('m.x.a', 'm.x.b', 'n.x.a', 'm.*', 'n.*'), { maxLength: 4 }),
    status: fc.constantFrom('active' as const, 'paused' as const, 'failing' as const, 'deleted' as const),
    position: fc.integer({ min: 1, max: 30 }).map(String),
  });

  test('whatever came in whatever order, it finds what the latest state of each webhook asks for', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const index = createWebhookIndex();
        const latest = new Map<string, IndexedWebhook>();
        for (const one of changes) {
          index.apply(one);
          const known = latest.get(one.webhookId);
          if (!known || BigInt(one.position) > BigInt(known.position)) latest.set(one.webhookId, one);
        }
        for (const tenantId of ['t1', 't2']) {
          for (const type of ['m.x.a', 'm.x.b', 'n.x.a', 'n.x.c']) {
            const expected = [...latest.values()]
              .filter((one) => one.tenantId === tenantId && one.status !== 'deleted')
              .filter((one) => one.eventTypes.some((name) => name === type || name === `${type[0]}.*`))
              .map((one) => one.webhookId);
            expect(index.match(tenantId, type).sort()).toEqual(expected.sort());
          }
        }
      }),
    );
  });
});
